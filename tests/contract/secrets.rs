//! Nothing that was said in confidence is said again: not by errors, not by `Debug`, not by the log.
//!
//! Every secret of every case, and of every answer, has the word `canary` in it.

use std::error::Error as _;

use nuki_api::Error;

/// Panics where a text holds a secret.
#[track_caller]
pub fn shows_no_secret(text: &str) {
    assert!(!text.to_lowercase().contains("canary"), "this tells a secret: {text}");
}

/// Panics where an error holds a secret, an address, a query or a URL in any of its texts, or those of its causes.
#[track_caller]
pub fn tells_no_secret(error: &Error) {
    let mut texts = vec![error.to_string(), format!("{error:?}"), format!("{error:#?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        texts.extend([cause.to_string(), format!("{cause:?}"), format!("{cause:#?}")]);
        source = cause.source();
    }
    for text in texts {
        shows_no_secret(&text);
        for part in ["example", "apiKeyId=", "?email=", "http://", "https://"] {
            assert!(!text.contains(part), "this tells {part}: {text}");
        }
    }
    assert!(!error.to_string().contains('\n'), "more than a line: {error}");
}
