//! Secrets that are sent as numbers: keypad codes and PINs.

use std::fmt;
use std::str::FromStr;

use nuki_api_gen::SecretNumber;
use serde::{Serialize, Serializer};

use super::{InvalidValue, parse_from_strings};

macro_rules! secret_number {
    ($(#[$attribute:meta])* $type:ident, $is_one:expr, $wrong:literal) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $type(SecretNumber);

        impl $type {
            /// Parses one. A call that takes it takes the result as it is, and reports its error with all others.
            ///
            /// # Errors
            ///
            /// When it is none.
            pub fn new(number: i64) -> Result<Self, InvalidValue> {
                let is_one: fn(i64) -> bool = $is_one;
                if is_one(number) { Ok(Self(number.into())) } else { Err(InvalidValue::new($wrong)) }
            }

            /// The number itself. Keep it out of logs.
            pub fn expose(&self) -> i64 {
                self.0.expose()
            }
        }

        impl TryFrom<i64> for $type {
            type Error = InvalidValue;

            fn try_from(number: i64) -> Result<Self, InvalidValue> {
                Self::new(number)
            }
        }

        impl TryFrom<i32> for $type {
            type Error = InvalidValue;

            fn try_from(number: i32) -> Result<Self, InvalidValue> {
                Self::new(number.into())
            }
        }

        impl TryFrom<&SecretNumber> for $type {
            type Error = InvalidValue;

            fn try_from(number: &SecretNumber) -> Result<Self, InvalidValue> {
                Self::new(number.expose())
            }
        }

        impl TryFrom<SecretNumber> for $type {
            type Error = InvalidValue;

            fn try_from(number: SecretNumber) -> Result<Self, InvalidValue> {
                Self::new(number.expose())
            }
        }

        impl FromStr for $type {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                text.trim().parse().map_err(|_| InvalidValue::new($wrong)).and_then(Self::new)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($type), "([redacted])"))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl From<$type> for SecretNumber {
            fn from(number: $type) -> Self {
                number.0
            }
        }

        parse_from_strings!($type);
    };
}

secret_number! {
    /// A keypad code: six digits from 1 to 9, not beginning with 12. `Debug` does not show it. Serializing it gives the code
    /// itself, since that is what is sent.
    ///
    /// ```
    /// use nuki_api::KeypadCode;
    ///
    /// assert!(KeypadCode::new(483_917).is_ok());
    /// assert!(KeypadCode::new(123_456).is_err());
    /// assert!(KeypadCode::new(480_917).is_err());
    /// assert!(KeypadCode::new(48_391).is_err());
    /// # Ok::<(), nuki_api::InvalidValue>(())
    /// ```
    KeypadCode,
    |code| {
        let has_no_zero = (0..6).all(|place| code / 10_i64.pow(place) % 10 != 0);
        (111_111..=999_999).contains(&code) && has_no_zero && code / 10_000 != 12
    },
    "is no keypad code: it has six digits from 1 to 9 and does not begin with 12"
}

secret_number! {
    /// The PIN with which a device is administered: a number from 0 to 9999. `Debug` does not show it. Serializing it gives
    /// the PIN itself, since that is what is sent.
    AdminPin,
    |pin| (0..=9999).contains(&pin),
    "is no PIN of a device: it is a number from 0 to 9999"
}
