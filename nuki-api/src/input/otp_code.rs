//! One-time passwords.

use std::str::FromStr;

use nuki_api_gen::Secret;

use super::{InvalidValue, parse_from_strings, shown_as_nothing};

/// A one-time password as an authenticator app shows it. Spaces are passed over, its length is the service's to judge.
/// `Debug` does not show it, serializing it gives the code itself, and its memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct OtpCode(Secret);

impl FromStr for OtpCode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // In one piece: a string that grows leaves copies behind.
        let mut code = String::with_capacity(text.len());
        code.extend(text.chars().filter(|c| !c.is_whitespace()));
        if code.is_empty() {
            return Err(InvalidValue::new("is empty: take the code that the authenticator app shows"));
        }
        Ok(Self(Secret::from(code)))
    }
}

parse_from_strings!(OtpCode);
shown_as_nothing!(OtpCode);
