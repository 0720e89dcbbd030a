//! Which operation a method and a path mean.

use http::Method;

use nuki_api_gen::Operation;

pub(super) enum Route<'a> {
    /// An operation, with the `accountId` of its path where it has one.
    Operation(Operation, Option<&'a str>),
    /// A path of ours with another method; the methods that it has, as `Allow` names them.
    OtherMethod(String),
    Unknown,
}

pub(super) fn route<'a>(method: &Method, path: &'a str) -> Route<'a> {
    let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut allowed = Vec::new();
    for operation in served() {
        let Some(id) = matches(operation.info().path, path) else {
            continue;
        };
        if operation.info().method == wanted {
            return Route::Operation(operation, id);
        }
        allowed.push(operation.info().method);
        if operation.info().method == "GET" {
            allowed.push("HEAD");
        }
    }
    if allowed.is_empty() {
        return Route::Unknown;
    }
    allowed.push("OPTIONS");
    Route::OtherMethod(allowed.join(", "))
}

/// The operations of the sandbox: those of the account.
pub(in super::super) fn served() -> impl Iterator<Item = Operation> {
    Operation::ALL.into_iter().filter(|operation| operation.info().group == "account")
}

/// The operation that a request means, if any.
pub(in super::super) fn operation_of(method: &Method, path: &str) -> Option<Operation> {
    match route(method, path) {
        Route::Operation(operation, _) => Some(operation),
        Route::OtherMethod(_) | Route::Unknown => None,
    }
}

/// Whether a path fits a template, and what stands where the template has a parameter.
fn matches<'a>(template: &str, path: &'a str) -> Option<Option<&'a str>> {
    match template.split_once('{') {
        None => (template == path).then_some(None),
        Some((prefix, _)) => {
            let parameter = path.strip_prefix(prefix)?;
            (!parameter.is_empty() && !parameter.contains('/')).then_some(Some(parameter))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_own_method_and_path() {
        for operation in served() {
            let method = operation.info().method.parse().expect("a method");
            let path = operation.info().path.replace("{accountId}", "17");
            assert_eq!(operation_of(&method, &path), Some(operation));
        }
    }

    #[test]
    fn the_ids_of_the_operations_are_distinct() {
        let ids = served().map(|operation| operation.info().id).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(ids.len(), 19);
    }

    #[test]
    fn a_path_with_more_or_less_than_the_template_is_unknown() {
        for path in ["/", "", "*", "/account/", "/account/sub/", "/account/sub/1/2", "/accounts", "/v1/account"] {
            assert!(matches!(route(&Method::GET, path), Route::Unknown), "{path}");
        }
    }
}
