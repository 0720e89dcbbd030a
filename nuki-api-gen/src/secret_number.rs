//! A number that no output shows.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// A keypad code or a PIN that the service takes as a number. `Debug` shows none of it, and there is no `Display`.
///
/// ```
/// # use nuki_api_gen::SecretNumber;
/// let code = SecretNumber::from(123_456);
/// assert_eq!(format!("{code:?}"), "SecretNumber([redacted])");
/// assert_eq!(code.expose(), 123_456);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct SecretNumber(i64);

impl SecretNumber {
    /// The number itself. Keep it out of logs.
    pub fn expose(&self) -> i64 {
        self.0
    }
}

impl fmt::Debug for SecretNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretNumber([redacted])")
    }
}

impl From<i64> for SecretNumber {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl Serialize for SecretNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

#[cfg(feature = "schemars")]
crate::schema::schema!(SecretNumber { "type": "integer", "format": "password" });

/// Takes an integer, or a string of its digits. What else comes is refused without being repeated.
impl<'de> Deserialize<'de> for SecretNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = SecretNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<SecretNumber, E> {
                Ok(SecretNumber(number))
            }

            // The default texts of the following would repeat the value.
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<SecretNumber, E> {
                number.try_into().map(SecretNumber).map_err(|_| E::custom("expected an integer of 64 bits"))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretNumber, E> {
                text.parse().map(SecretNumber).map_err(|_| E::custom("expected an integer, not a text"))
            }

            fn visit_f64<E: de::Error>(self, _: f64) -> Result<SecretNumber, E> {
                Err(E::custom("expected an integer, not a fraction"))
            }

            fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<SecretNumber, E> {
                Err(E::custom("expected an integer, not bytes"))
            }
        }

        deserializer.deserialize_any(Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_from_a_number_or_its_digits_and_sent_as_a_number() {
        for json in ["123456", "\"123456\""] {
            let secret: SecretNumber = serde_json::from_str(json).unwrap();
            assert_eq!(secret, SecretNumber::from(123_456));
            assert_eq!(serde_json::to_string(&secret).unwrap(), "123456");
        }
    }

    #[test]
    fn what_is_refused_is_not_repeated() {
        for json in ["4711.5", "\"4711x\"", "[4711]", "{\"a4711\":1}", "18446744073709544711", "true", "null"] {
            let error = serde_json::from_str::<SecretNumber>(json).unwrap_err().to_string();
            assert!(!error.contains("4711"), "{error}");
        }
    }
}
