//! Which of our files an operation lives in. The document says it, so there is no list to keep.

use std::path::Path;
use std::sync::LazyLock;

use super::Name;
use crate::document::{Document, FOLDER, escaped};

/// The files to look at when an operation changes: its part of the document, and what is written by hand about its group.
pub(crate) fn of(operation: &Name) -> Vec<String> {
    static PARTS: LazyLock<Option<Document>> = LazyLock::new(|| Document::read(root()).ok());
    let pointer = format!("/paths/{}/{}", escaped(&operation.path), operation.method.to_lowercase());
    let Some(part) = PARTS.as_ref().and_then(|document| document.file(&pointer)) else { return vec![format!("{FOLDER}/")] };
    let group = part.trim_start_matches(FOLDER).trim_start_matches('/').trim_end_matches(".yaml");
    let by_hand = [
        format!("nuki-api/src/groups/{group}.rs"),
        format!("nuki-api/src/groups/{group}/mod.rs"),
        format!("tests/contract/{group}.rs"),
    ];
    std::iter::once(part.to_owned()).chain(by_hand.into_iter().filter(|file| root().join(file).is_file())).collect()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn an_operation_lives_in_its_part_and_in_what_its_group_has_by_hand() {
    let name = |method: &str, path: &str| Name { method: method.to_owned(), path: path.to_owned() };
    let account = ["openapi/account.yaml", "nuki-api/src/groups/account/mod.rs", "tests/contract/account.rs"];
    assert_eq!(of(&name("PUT", "/account/sub")), account);
    assert_eq!(of(&name("PUT", "/nothing/of/ours")), ["openapi/"]);
}
