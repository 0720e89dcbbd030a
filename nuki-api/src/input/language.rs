//! Language codes.

use std::borrow::Cow;
use std::str::FromStr;

use super::{InvalidValue, parse_from_strings, shown_as_text};

/// A language code such as `de`. Any well-formed code passes; a few common ones have names.
///
/// ```
/// use nuki_api::Language;
///
/// assert_eq!(Language::try_from("de")?, Language::DE);
/// assert!(Language::try_from("pt-BR").is_ok());
/// assert!(Language::try_from("German").is_err());
/// # Ok::<(), nuki_api::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(Cow<'static, str>);

impl Language {
    /// German.
    pub const DE: Self = Self(Cow::Borrowed("de"));
    /// English.
    pub const EN: Self = Self(Cow::Borrowed("en"));
    /// Spanish.
    pub const ES: Self = Self(Cow::Borrowed("es"));
    /// French.
    pub const FR: Self = Self(Cow::Borrowed("fr"));
    /// Italian.
    pub const IT: Self = Self(Cow::Borrowed("it"));
    /// Dutch.
    pub const NL: Self = Self(Cow::Borrowed("nl"));
}

impl FromStr for Language {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // Nearly all of them. Those with a name take no memory: a body is checked once more before it is sent.
        match text.as_bytes() {
            b"de" => return Ok(Self::DE),
            b"en" => return Ok(Self::EN),
            b"es" => return Ok(Self::ES),
            b"fr" => return Ok(Self::FR),
            b"it" => return Ok(Self::IT),
            b"nl" => return Ok(Self::NL),
            [b'a'..=b'z', b'a'..=b'z'] => return Ok(Self(Cow::Owned(text.to_owned()))),
            _ => {}
        }
        let mut parts = text.split(['-', '_']);
        let language = parts.next().unwrap_or_default();
        let well_formed = matches!(language.len(), 2 | 3)
            && language.bytes().all(|byte| byte.is_ascii_alphabetic())
            && parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if well_formed {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        Err(InvalidValue::new(
            "is no language code: it has two or three letters, such as `de`, and may have a region, as in `de-AT`",
        ))
    }
}

parse_from_strings!(Language);
shown_as_text!(Language);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_a_name_is_that_one_and_takes_no_memory() {
        for named in [Language::DE, Language::EN, Language::ES, Language::FR, Language::IT, Language::NL] {
            let parsed: Language = named.as_str().parse().unwrap();
            assert_eq!(parsed, named);
            assert!(matches!(parsed.0, Cow::Borrowed(_)), "{named}");
        }
        assert_eq!("pl".parse::<Language>().unwrap().as_str(), "pl");
    }

    #[test]
    fn a_language_has_two_or_three_letters_and_perhaps_a_region() {
        for text in ["de", "gsw", "de-AT", "de_AT", "es-419", "zh-Hant-TW"] {
            assert_eq!(text.parse::<Language>().unwrap().as_str(), text);
        }
        for text in ["", "d", "germ", "d3", "de-", "de-A", "de-A!", "de-ää", "de-123456789"] {
            assert!(text.parse::<Language>().is_err(), "{text}");
        }
    }
}
