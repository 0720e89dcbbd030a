//! Who may call an operation, told by what travels and not by what a document calls it.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::document::{Document, Form};
use super::{Contract, Operation};

/// What stands before the name of a scheme that the document does not define. The vendor's own documents name such a one.
const UNDEFINED: &str = "undefined ";

/// The alternatives of an operation, each such as `oauth2(account)`.
pub(super) fn read(document: &Document, operation: &Value) -> Result<BTreeSet<String>> {
    let owner = if operation.get("security").is_some() { operation } else { &document.root };
    document.list(owner, "security")?.iter().map(|alternative| one_alternative(document, alternative)).collect()
}

fn one_alternative(document: &Document, alternative: &Value) -> Result<String> {
    let schemes = alternative.as_object().context("`security` holds something that is not an object")?;
    let home = match document.form {
        Form::Swagger2 => document.root.get("securityDefinitions"),
        Form::OpenApi3 => document.root.pointer("/components/securitySchemes"),
    };
    let mut parts = Vec::new();
    for (name, scopes) in schemes {
        let kind = match home.and_then(|home| home.get(name)) {
            Some(scheme) => kind(document.follow(scheme)?),
            None => format!("{UNDEFINED}{name}"),
        };
        let mut scopes: Vec<&str> = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        scopes.sort_unstable();
        let scopes = if scopes.is_empty() { String::new() } else { format!("({})", scopes.join(", ")) };
        parts.push(kind + &scopes);
    }
    parts.sort();
    Ok(if parts.is_empty() { "none".to_owned() } else { parts.join(" + ") })
}

fn kind(scheme: &Value) -> String {
    let text = |key| scheme.get(key).and_then(Value::as_str).unwrap_or("?");
    match text("type") {
        "apiKey" => format!("apiKey in {} {}", text("in"), text("name")),
        "http" => format!("http {}", text("scheme").to_lowercase()),
        "basic" => "http basic".to_owned(),
        other => other.to_owned(),
    }
}

/// The alternatives of an operation of `contract` in one line, to be compared with those of `other`, the same operation of
/// another document.
///
/// A scheme that is undefined here is the one that the other document has in its place, unless this one knows how that one
/// travels: a converter that adds the definition has changed nothing.
pub(super) fn describe<'a>(contract: &Contract, operation: &'a Operation, other: &'a Operation) -> String {
    let is_known = |one: &str| {
        let mut alternatives = contract.operations.values().flat_map(|operation| &operation.security);
        alternatives.any(|alternative| without_scopes(alternative) == without_scopes(one))
    };
    let mut surplus = other.security.difference(&operation.security);
    let stand_in = match (surplus.next(), surplus.next()) {
        (Some(one), None) if !is_known(one) => Some(one),
        _ => None,
    };
    let defined = |alternative: &'a String| stand_in.filter(|_| alternative.starts_with(UNDEFINED)).unwrap_or(alternative);
    let alternatives = operation.security.iter().map(defined).map(String::as_str).collect::<BTreeSet<_>>();
    alternatives.into_iter().collect::<Vec<_>>().join(" or ")
}

/// The schemes that the operations name and the document does not define.
pub(super) fn undefined(contract: &Contract) -> BTreeSet<&str> {
    let alternatives = contract.operations.values().flat_map(|operation| &operation.security);
    let names = alternatives.flat_map(|alternative| alternative.split(" + ")).filter_map(|part| part.strip_prefix(UNDEFINED));
    names.map(without_scopes).collect()
}

fn without_scopes(scheme: &str) -> &str {
    scheme.split('(').next().unwrap_or(scheme)
}
