//! What callers hand in, parsed once: a value of one of these types is one that the service can take.
//!
//! Calls take `impl TryInto<T>`, so that plain strings and numbers work as well. What cannot be parsed is reported when
//! the call is sent, together with everything else that is wrong with it, and nothing leaves the process.

mod account_id;
mod country_code;
mod email_address;
mod id;
mod language;
mod otp_code;
mod password;
mod profile;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

pub use account_id::AccountId;
pub use country_code::CountryCode;
pub use email_address::EmailAddress;
pub use id::{ApiKeyId, TokenId};
pub use language::Language;
pub use otp_code::OtpCode;
pub use password::Password;
pub use profile::Profile;

/// Why a value was refused, and what would be right. It never repeats the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(Cow<'static, str>);

impl InvalidValue {
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidValue {}

impl From<Infallible> for InvalidValue {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// One thing that is wrong with a call: the field by its JSON path, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: the path of the member in the JSON that would be sent, or the name of the parameter.
    pub field: &'static str,
    /// Why it was refused.
    pub reason: InvalidValue,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.reason)
    }
}

/// Collects what is wrong with a call while its arguments are parsed.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// Parses an argument; what cannot be parsed is noted, and stands as nothing in a request that is never sent.
    pub(crate) fn parse<T, W>(&mut self, field: &'static str, value: impl TryInto<T, Error: Into<InvalidValue>>) -> W
    where
        T: Into<W>,
        W: Default,
    {
        match value.try_into() {
            Ok(value) => value.into(),
            Err(reason) => {
                self.note(field, reason.into());
                W::default()
            }
        }
    }

    pub(crate) fn note(&mut self, field: &'static str, reason: InvalidValue) {
        self.0.push(Problem { field, reason });
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `TryFrom` of all kinds of strings and serde, for a type that is `FromStr<Err = InvalidValue>`.
macro_rules! parse_from_strings {
    ($type:ty) => {
        crate::input::parse_from_strings!($type: &str, &&str, &String; String, Box<str>, std::borrow::Cow<'_, str>);

        impl From<&$type> for $type {
            fn from(value: &$type) -> Self {
                value.to_owned()
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // Through the redacting string: serde's own texts would repeat what it does not like.
                let text = nuki_api_gen::Secret::deserialize(deserializer)?;
                text.expose().parse().map_err(serde::de::Error::custom)
            }
        }
    };
    ($type:ty: $($borrowed:ty),*; $($owned:ty),*) => {
        $(impl TryFrom<$borrowed> for $type {
            type Error = crate::InvalidValue;

            fn try_from(text: $borrowed) -> Result<Self, Self::Error> {
                text.parse()
            }
        })*

        $(impl TryFrom<$owned> for $type {
            type Error = crate::InvalidValue;

            fn try_from(text: $owned) -> Result<Self, Self::Error> {
                // It may be a secret, which is wiped when it is dropped.
                nuki_api_gen::Secret::from(text).expose().parse()
            }
        })*
    };
}

/// What a type that shows its text has beside that.
macro_rules! shown_as_text {
    ($type:ty) => {
        impl $type {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.0.into()
            }
        }
    };
}

/// What a type that shows nothing has beside that.
macro_rules! shown_as_nothing {
    ($type:ident) => {
        impl $type {
            /// The text itself. Keep it out of logs.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([redacted])"))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl TryFrom<nuki_api_gen::Secret> for $type {
            type Error = crate::InvalidValue;

            fn try_from(text: nuki_api_gen::Secret) -> Result<Self, Self::Error> {
                text.expose().parse()
            }
        }

        impl From<$type> for nuki_api_gen::Secret {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    };
}

use {parse_from_strings, shown_as_nothing, shown_as_text};
