//! Passwords.

use std::str::FromStr;

use nuki_api_gen::Secret;

use super::{InvalidValue, parse_from_strings, shown_as_nothing};

/// A password: at least 7 characters. `Debug` does not show it, and its memory is wiped when it is dropped. Serializing it
/// gives the password itself, since that is what is sent.
///
/// ```
/// use nuki_api::Password;
///
/// let password = Password::try_from("correct horse")?;
/// assert_eq!(format!("{password:?}"), "Password([redacted])");
/// assert!(Password::try_from("short").is_err());
/// # Ok::<(), nuki_api::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Secret);

impl Password {
    /// Parses a password. A call that takes one takes the result as it is, and reports its error with all others.
    ///
    /// # Errors
    ///
    /// When it has fewer than 7 characters.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        text.as_ref().parse()
    }
}

impl FromStr for Password {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.chars().count() < 7 {
            return Err(InvalidValue::new("is too short: a password has at least 7 characters"));
        }
        Ok(Self(Secret::from(text)))
    }
}

parse_from_strings!(Password);
shown_as_nothing!(Password);
