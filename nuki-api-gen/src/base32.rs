//! A secret that has to be Base32 (`x-read-as: Base32Secret` in the document).

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};

use crate::Secret;

/// A secret in Base32, as authenticator apps take it: upper case, without spaces, dashes and padding. `Debug` does not show
/// it; serializing it gives the text itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Base32Secret(Secret);

impl Base32Secret {
    /// Takes what people and services write: in either case, in groups by spaces or dashes, with or without padding, and in
    /// the quotes of JSON or not. `None` when it is empty or has another character.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let mut base32 = String::with_capacity(bare.len());
        base32.extend(bare.trim_end_matches(|c: char| c == '=' || c.is_whitespace()).chars().filter_map(|c| match c {
            '-' => None,
            c if c.is_whitespace() => None,
            c => Some(c.to_ascii_uppercase()),
        }));
        let secret = Secret::from(base32);
        let is_base32 = |byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7');
        (!secret.expose().is_empty() && secret.expose().bytes().all(is_base32)).then_some(Self(secret))
    }

    /// As [`parse`](Self::parse), for an answer of the service: what is shorter than 16 characters is a word of some proxy, and
    /// Base32 of certain lengths was cut short.
    pub fn parse_answer(text: &str) -> Option<Self> {
        Self::parse(text).filter(|secret| {
            let length = secret.expose().len();
            length >= 16 && !matches!(length % 8, 1 | 3 | 6)
        })
    }

    /// The text itself. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl std::fmt::Debug for Base32Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Base32Secret([redacted])")
    }
}

impl Serialize for Base32Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What is no secret in Base32 is refused without being repeated.
impl<'de> Deserialize<'de> for Base32Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Secret::deserialize(deserializer)?;
        Self::parse_answer(text.expose()).ok_or_else(|| D::Error::custom("expected a secret in Base32"))
    }
}

#[cfg(feature = "schemars")]
crate::schema::schema!(Base32Secret { "type": "string", "format": "password" });
