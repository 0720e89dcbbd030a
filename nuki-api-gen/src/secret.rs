//! A string that no output shows.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

/// A password, PIN, token, one-time password or its secret. `Debug` shows none of it, there is no `Display`, and its memory is
/// wiped when it is dropped.
///
/// Serializing it gives the text itself, since that is what is sent; this goes for every type that holds one. Do not log a
/// serialized value.
///
/// ```
/// # use nuki_api_gen::Secret;
/// let secret = Secret::from("hunter22");
/// assert_eq!(format!("{secret:?}"), "Secret([redacted])");
/// assert_eq!(secret.expose(), "hunter22");
/// assert_eq!(serde_json::to_string(&secret)?, "\"hunter22\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself. Keep it out of logs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

macro_rules! from_strings {
    ($($text:ty),*) => {
        $(impl From<$text> for Secret {
            fn from(text: $text) -> Self {
                Self(String::from(text).into())
            }
        })*
    };
}

from_strings!(String, &String, &str, Box<str>, Cow<'_, str>);

impl From<&&str> for Secret {
    fn from(text: &&str) -> Self {
        Self::from(*text)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "schemars")]
crate::schema::schema!(Secret { "type": "string", "format": "password" });

/// Takes a string, or a number as its digits. What else comes is refused without being repeated.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::from(text))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Secret, E> {
                Ok(Secret::from(text))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Secret, E> {
                Ok(Secret::from(number.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Secret, E> {
                Ok(Secret::from(number.to_string()))
            }

            // The default texts of the following would repeat the value.
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
                Err(E::custom("expected a string, not a fraction"))
            }

            fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Secret, E> {
                Err(E::custom("expected a string, not bytes"))
            }
        }

        deserializer.deserialize_any(Text)
    }
}

/// Reads a list of secrets that may be absent or `null`. What stands in its place is refused without being repeated.
pub(crate) fn optional_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Secret>>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged, expecting = "expected a list of strings")]
    enum List {
        Secrets(Option<Vec<Secret>>),
    }

    List::deserialize(deserializer).map(|List::Secrets(secrets)| secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_as_its_digits() {
        let secret: Secret = serde_json::from_str("4711").unwrap();
        assert_eq!(secret.expose(), "4711");
    }

    #[test]
    fn what_is_refused_is_not_repeated() {
        for json in ["47.11", "[\"canary\"]", "{\"canary\":1}", "true"] {
            let error = serde_json::from_str::<Secret>(json).unwrap_err().to_string();
            assert!(!error.contains("47") && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn what_stands_in_place_of_a_list_is_not_repeated() {
        use crate::types::MyAccount;

        let read =
            |secret: &str| serde_json::from_str::<MyAccount>(&format!(r#"{{"accountId":1,"email":"a@b","secret":{secret}}}"#));
        assert_eq!(read("null").unwrap().secret, None);
        assert_eq!(read(r#"["a"]"#).unwrap().secret, Some(vec![Secret::from("a")]));
        for json in ["\"canary\"", "{\"canary\":1}", "[[\"canary\"]]", "[4711.5]"] {
            let error = read(json).unwrap_err().to_string();
            assert!(!error.contains("canary") && !error.contains("4711"), "{error}");
        }
    }
}
