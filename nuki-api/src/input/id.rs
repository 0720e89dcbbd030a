//! Ids that are opaque: passed on as they came.

use std::str::FromStr;

use nuki_api_gen::OpaqueId;

use super::{InvalidValue, parse_from_strings, shown_as_text};

macro_rules! opaque_id {
    ($(#[$attribute:meta])* $type:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(String);

        impl FromStr for $type {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                match text.trim() {
                    "" => Err(InvalidValue::new("is empty: take the id from what the service listed")),
                    id => Ok(Self(id.to_owned())),
                }
            }
        }

        impl From<i64> for $type {
            fn from(id: i64) -> Self {
                Self(id.to_string())
            }
        }

        impl From<$type> for OpaqueId {
            fn from(id: $type) -> Self {
                id.0.into()
            }
        }

        impl TryFrom<OpaqueId> for $type {
            type Error = InvalidValue;

            fn try_from(id: OpaqueId) -> Result<Self, InvalidValue> {
                id.as_str().parse()
            }
        }

        impl TryFrom<&OpaqueId> for $type {
            type Error = InvalidValue;

            fn try_from(id: &OpaqueId) -> Result<Self, InvalidValue> {
                id.as_str().parse()
            }
        }

        parse_from_strings!($type);
        shown_as_text!($type);
    };
}

opaque_id! {
    /// The id of an API key, by which an integration is deleted. A listed integration has it as its `client_id`.
    ApiKeyId
}

opaque_id! {
    /// The id of one token of an API key. A listed integration has it as its `token_id`.
    TokenId
}

opaque_id! {
    /// The id of a reservation of an address.
    AddressReservationId
}

opaque_id! {
    /// The id of an address token. Whoever knows it can redeem it.
    AddressTokenId
}

opaque_id! {
    /// The id of a unit of an address.
    AddressUnitId
}

opaque_id! {
    /// The id of a notification.
    NotificationId
}

opaque_id! {
    /// The id of an authorization, as a listed one has it: 24 hexadecimal digits as far as is known. It is not the number `authId`.
    SmartlockAuthId
}

opaque_id! {
    /// The id of an entry of a log.
    SmartlockLogId
}

opaque_id! {
    /// The id of an entry of the log of a webhook.
    WebhookLogId
}
