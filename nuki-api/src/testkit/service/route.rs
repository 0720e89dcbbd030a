//! Which operation a method and a path mean.

use std::sync::LazyLock;

use http::Method;
use matchit::Router;
use nuki_api_gen::Operation;

pub(super) enum Route<'a> {
    /// An operation, with the parameters of its path.
    Operation(Operation, Parameters<'a>),
    /// A path of ours with another method; the methods that it has, as `Allow` names them.
    OtherMethod(String),
    Unknown,
}

/// The parameters of a path, each with its name.
pub(super) type Parameters<'a> = Vec<(&'static str, &'a str)>;

/// The paths of the document, each with its operations.
static PATHS: LazyLock<Router<Vec<Operation>>> = LazyLock::new(|| {
    let mut paths = std::collections::BTreeMap::<_, Vec<_>>::new();
    for operation in Operation::ALL {
        paths.entry(operation.info().path).or_default().push(operation);
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        // A test goes over all paths.
        let _ = router.insert(path, operations);
    }
    router
});

pub(super) fn route<'a>(method: &Method, path: &'a str) -> Route<'a> {
    let Ok(found) = PATHS.at(path) else { return Route::Unknown };
    let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
    if let Some(operation) = found.value.iter().find(|operation| operation.info().method == wanted) {
        return Route::Operation(*operation, found.params.iter().collect());
    }
    let mut allowed = Vec::new();
    for operation in found.value {
        allowed.push(operation.info().method);
        if operation.info().method == "GET" {
            allowed.push("HEAD");
        }
    }
    allowed.push("OPTIONS");
    Route::OtherMethod(allowed.join(", "))
}

/// The operation that a request means, if any.
pub(in super::super) fn operation_of(method: &Method, path: &str) -> Option<Operation> {
    match route(method, path) {
        Route::Operation(operation, _) => Some(operation),
        Route::OtherMethod(_) | Route::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_own_method_and_path() {
        for operation in Operation::ALL {
            let method = operation.info().method.parse().expect("a method");
            let path = operation.info().path.replace('{', "17").replace('}', "");
            assert_eq!(operation_of(&method, &path), Some(operation));
        }
    }

    #[test]
    fn the_ids_of_the_operations_are_distinct() {
        let ids = Operation::ALL.map(|operation| operation.info().id).into_iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(ids.len(), Operation::ALL.len());
    }

    #[test]
    fn a_path_with_more_or_less_than_the_template_is_unknown() {
        for path in ["/", "", "*", "/account/", "/account/sub/", "/account/sub/1/2", "/accounts", "/v1/account"] {
            assert!(matches!(route(&Method::GET, path), Route::Unknown), "{path}");
        }
    }
}
