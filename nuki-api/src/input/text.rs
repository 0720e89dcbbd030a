//! Texts with rules of their own.

use std::str::FromStr;

use nuki_api_gen::types::SmartlockAuthType;
use reqwest::Url;

use super::{InvalidValue, parse_from_strings, shown_as_text};

/// The name of an authorization: up to 32 bytes of UTF-8, not empty. Names of keypad codes above 20 characters were seen to be
/// cut on the device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SmartlockAuthName(String);

impl FromStr for SmartlockAuthName {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match text.len() {
            0 => Err(InvalidValue::new("is empty: give a name")),
            1..=32 => Ok(Self(text.to_owned())),
            _ => Err(InvalidValue::new(
                "is too long: the device has room for 32 bytes, which are fewer letters if they have accents",
            )),
        }
    }
}

parse_from_strings!(SmartlockAuthName);
shown_as_text!(SmartlockAuthName);

/// Which types of authorizations to list: numbers with commas between them, or a list of [`SmartlockAuthType`].
///
/// ```
/// use nuki_api::SmartlockAuthTypes;
/// use nuki_api::types::SmartlockAuthType;
///
/// let types = SmartlockAuthTypes::try_from([SmartlockAuthType::App, SmartlockAuthType::KeypadCode])?;
/// assert_eq!(types, "0,13".parse()?);
/// # Ok::<(), nuki_api::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SmartlockAuthTypes(String);

impl FromStr for SmartlockAuthTypes {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.split(',').all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidValue::new("is no list of types: it is numbers with commas between them, such as `0,13`"))
    }
}

impl<const N: usize> TryFrom<[SmartlockAuthType; N]> for SmartlockAuthTypes {
    type Error = InvalidValue;

    fn try_from(types: [SmartlockAuthType; N]) -> Result<Self, InvalidValue> {
        types.map(|kind| kind.as_i64().to_string()).join(",").parse()
    }
}

parse_from_strings!(SmartlockAuthTypes);
shown_as_text!(SmartlockAuthTypes);

/// An `https` URL, such as that of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HttpsUrl(String);

impl FromStr for HttpsUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match Url::parse(text) {
            Ok(url) if url.scheme() == "https" && url.has_host() => Ok(Self(text.to_owned())),
            _ => Err(InvalidValue::new("is no https URL: give one such as `https://example.com/nuki`")),
        }
    }
}

parse_from_strings!(HttpsUrl);
shown_as_text!(HttpsUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_room_for_32_bytes() {
        for (name, fits) in [("", false), ("Booking 123", true), (&"x".repeat(32), true), (&"é".repeat(17), false)] {
            assert_eq!(name.parse::<SmartlockAuthName>().is_ok(), fits, "{name}");
        }
    }

    #[test]
    fn types_are_numbers_with_commas() {
        for (text, is_list) in [("0,13", true), ("2", true), ("", false), ("0,", false), ("app", false), ("0, 13", false)] {
            assert_eq!(text.parse::<SmartlockAuthTypes>().is_ok(), is_list, "{text}");
        }
    }

    #[test]
    fn a_webhook_is_called_by_https() {
        for (url, is_one) in
            [("https://example.com/x?y=1", true), ("http://example.com", false), ("example.com", false), ("https://", false)]
        {
            assert_eq!(url.parse::<HttpsUrl>().is_ok(), is_one, "{url}");
        }
    }
}
