//! Country codes.

use std::str::FromStr;

use super::{InvalidValue, parse_from_strings, shown_as_text};

/// A country code of two letters, such as `AT`. Which of them exist is the service's to judge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode(String);

impl FromStr for CountryCode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidValue::new("is no country code: it has two letters, such as `AT`"))
    }
}

parse_from_strings!(CountryCode);
shown_as_text!(CountryCode);
