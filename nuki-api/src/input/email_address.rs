//! E-mail addresses.

use std::str::FromStr;

use super::{InvalidValue, parse_from_strings, shown_as_text};

/// An e-mail address. Only what cannot be one is refused; the rest is the service's to judge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

impl FromStr for EmailAddress {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let wrong = match text {
            "" => "is empty: give an e-mail address",
            _ if text.chars().any(|c| c.is_whitespace() || c.is_control()) => {
                "has a space or a control character, which an e-mail address cannot have"
            }
            _ if !text.contains('@') => "has no `@`, as in `ada@example.com`",
            _ if text.starts_with('@') || text.ends_with('@') => "lacks a part before or after the `@`",
            _ => return Ok(Self(text.to_owned())),
        };
        Err(InvalidValue::new(wrong))
    }
}

parse_from_strings!(EmailAddress);
shown_as_text!(EmailAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_an_address_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "is empty"),
            ("ada example.com", "has a space"),
            ("ada@example.com\n", "has a space or a control character"),
            ("ada", "has no `@`"),
            ("@example.com", "lacks a part"),
            ("ada@", "lacks a part"),
        ] {
            let refused = text.parse::<EmailAddress>().unwrap_err().to_string();
            assert!(refused.starts_with(reason), "{refused}");
        }
    }
}
