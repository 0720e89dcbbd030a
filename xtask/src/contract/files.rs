//! Which of our files an operation lives in. The path says it, so there is no list to keep.

use super::Name;

/// The spec that we own.
pub(crate) const SPEC: &str = "openapi/nuki-account.yaml";

/// The files to look at when an operation changes.
pub(crate) fn of(operation: &Name) -> Vec<String> {
    let mut files = vec![SPEC.to_owned()];
    let mut segments = operation.path.split('/').skip(1);
    let module = match (segments.next(), segments.next()) {
        (Some("account"), None) => "account",
        (Some("account"), Some("integration")) => "integrations",
        (Some("account"), Some("setting")) => "settings",
        (Some("account"), Some("sub")) => "sub_accounts",
        (Some("account"), Some(module @ ("email" | "otp" | "password"))) => module,
        _ => return files,
    };
    files.push(match module {
        "account" => "nuki-api/src/account/mod.rs".to_owned(),
        _ => format!("nuki-api/src/account/{module}.rs"),
    });
    files.push(format!("tests/contract/{module}.rs"));
    files
}

#[test]
fn the_files_of_every_operation_are_there() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let spec =
        super::Contract::from_document(include_bytes!("../../../openapi/nuki-account.yaml")).expect("our spec can be read");
    for operation in spec.operations.keys() {
        let files = of(operation);
        assert_eq!(files.len(), 3, "the spec, the facade and the tests of {operation}: {files:?}");
        assert!(files.iter().all(|file| root.join(file).is_file()), "{operation}: {files:?}");
    }
}
