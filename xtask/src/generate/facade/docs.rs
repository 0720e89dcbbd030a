//! The docs of a call, made of what the document says about its operation.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use openapiv3::StatusCode;

use super::super::spec::{Endpoint, Spec};

/// The docs of the method that makes a call; the options and the example are added where it is written.
pub fn of_call(spec: &Spec, endpoint: &Endpoint<'_>) -> Result<String> {
    let operation = endpoint.operation;
    let summary = operation.summary.as_deref().context("it has no summary")?;
    let mut text = format!("{summary}: `{} {}`.\n", endpoint.method.to_uppercase(), endpoint.path);
    for part in [operation.description.as_deref(), endpoint.text("x-rust-docs")].into_iter().flatten() {
        let _ = write!(text, "\n{}\n", part.trim());
    }
    let _ = write!(text, "\n{}\n", retries(endpoint.text("x-retry-class").unwrap_or_default()));
    let _ = write!(text, "\n# Errors\n\n");
    for (status, response) in &operation.responses.responses {
        let StatusCode::Code(code) = status else { continue };
        let Some(kind) = kind(*code) else { continue };
        let response = response.as_item().ok_or_else(|| spec.error(&endpoint.pointer(), "a response is a reference"))?;
        let _ = writeln!(text, "- [`{kind}`](crate::ErrorKind::{kind}), {code}: {}", one_line(&response.description));
    }
    Ok(text)
}

/// The last of the errors, the same for every call.
pub const OTHER_ERRORS: &str = "- Any other [`ErrorKind`](crate::ErrorKind), as for every call.\n";

fn retries(class: &str) -> &'static str {
    match class {
        "read" => "It changes nothing, and is tried again after any passing failure.",
        "idempotent" => "It is tried again unless its request may have arrived.",
        "once" => "It is never sent twice: it is only tried again if it never left.",
        _ => "It is never tried again.",
    }
}

/// The kind of error that a status becomes; none for a success.
fn kind(status: u16) -> Option<&'static str> {
    Some(match status {
        200..=299 => return None,
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        429 => "RateLimited",
        300..=399 => "Redirect",
        400..=499 => "Rejected",
        _ => "Server",
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names in a sentence: "`a`, `b` or `c`".
pub fn listed(names: &[String]) -> String {
    let quoted = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
