//! What callers hand in, parsed once: a value of one of these types is one that the service can take.
//!
//! Calls take `impl TryInto<T>`, so that plain strings and numbers work as well. What cannot be parsed is reported when
//! the call is sent, together with everything else that is wrong with it, and nothing leaves the process.

mod country_code;
mod email_address;
mod id;
mod language;
mod number;
mod otp_code;
mod password;
mod problems;
mod profile;
mod secret_number;
mod text;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

pub use country_code::CountryCode;
pub use email_address::EmailAddress;
pub use id::{
    AddressReservationId, AddressTokenId, AddressUnitId, ApiKeyId, NotificationId, SmartlockAuthId, SmartlockLogId, TokenId,
    WebhookLogId,
};
pub use language::Language;
pub use number::{
    AccountId, AccountUserId, AddressId, ApiKeyNumber, DecentralWebhookId, DeviceAction, IntercomBrandId, IntercomId,
    MinuteOfDay, SmartlockId,
};
pub use otp_code::OtpCode;
pub use password::Password;
pub(crate) use problems::problems_of_edit;
pub use problems::{Check, Problem, Problems};
pub use profile::Profile;
pub use secret_number::{AdminPin, KeypadCode};
pub use text::{HttpsUrl, SmartlockAuthName, SmartlockAuthTypes};

/// Why a value was refused, and what would be right. It never repeats the value.
///
/// A type of your own goes where this crate takes a string if it says why it cannot be one:
///
/// ```
/// use nuki_api::{EmailAddress, InvalidValue};
///
/// struct Member { mail: Option<String> }
///
/// impl TryFrom<&Member> for EmailAddress {
///     type Error = InvalidValue;
///
///     fn try_from(member: &Member) -> Result<Self, InvalidValue> {
///         member.mail.as_deref().ok_or(InvalidValue::new("is missing: the member has none"))?.parse()
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(Cow<'static, str>);

impl InvalidValue {
    /// A reason, as it reads after the name of the field: `is empty: give an address`. It is shown and logged, so leave the
    /// value out.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
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

/// A value of the type `T`, or why there is none: what [`Password::new`] and the like return.
///
/// A call that takes several texts takes a secret among them in this form, so that it cannot be swapped with a name.
#[diagnostic::on_unimplemented(
    message = "a secret beside other texts is given by its own type, so that the two cannot be swapped",
    note = "write `{T}::new(..)`"
)]
pub trait Parsed<T>: private::Sealed<T> {
    #[doc(hidden)]
    fn parsed(self) -> Result<T, InvalidValue>;
}

impl<T> Parsed<T> for T {
    fn parsed(self) -> Result<T, InvalidValue> {
        Ok(self)
    }
}

impl<T: Clone> Parsed<T> for &T {
    fn parsed(self) -> Result<T, InvalidValue> {
        Ok(self.clone())
    }
}

impl<T> Parsed<T> for Result<T, InvalidValue> {
    fn parsed(self) -> Self {
        self
    }
}

mod private {
    pub trait Sealed<T> {}
    impl<T> Sealed<T> for T {}
    impl<T: Clone> Sealed<T> for &T {}
    impl<T> Sealed<T> for Result<T, super::InvalidValue> {}
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

        impl TryFrom<&nuki_api_gen::Secret> for $type {
            type Error = crate::InvalidValue;

            fn try_from(text: &nuki_api_gen::Secret) -> Result<Self, Self::Error> {
                text.expose().parse()
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
