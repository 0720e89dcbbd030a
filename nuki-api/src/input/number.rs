//! Numbers with a meaning: ids above 0, and the few others that have limits of their own.

use std::fmt;
use std::str::FromStr;

use nuki_api_gen::types::SmartlockType;
use serde::{Serialize, Serializer};

use super::{InvalidValue, parse_from_strings};

/// A number within limits, and all that it can be made of.
macro_rules! number {
    ($(#[$attribute:meta])* $type:ident($inner:ident), $least:literal..=$most:expr, $wrong:expr) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type($inner);

        impl $type {
            /// The number.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl TryFrom<i64> for $type {
            type Error = InvalidValue;

            fn try_from(number: i64) -> Result<Self, InvalidValue> {
                const LIMITS: std::ops::RangeInclusive<i64> = $least..=$most;
                match $inner::try_from(number) {
                    Ok(inner) if LIMITS.contains(&number) => Ok(Self(inner)),
                    _ => Err(InvalidValue::new($wrong)),
                }
            }
        }

        impl TryFrom<&$inner> for $type {
            type Error = InvalidValue;

            fn try_from(number: &$inner) -> Result<Self, InvalidValue> {
                (*number).try_into()
            }
        }

        impl FromStr for $type {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                text.parse::<i64>().map_err(|_| InvalidValue::new($wrong))?.try_into()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl From<$type> for $inner {
            fn from(number: $type) -> Self {
                number.0
            }
        }

        parse_from_strings!($type);
    };
}

/// What the other integers are taken for. Not for ids of 64 bits: with one integer alone, a literal is of its type.
macro_rules! from_other_integers {
    ($($type:ident($other:ty)),*) => {
        $(impl TryFrom<$other> for $type {
            type Error = InvalidValue;

            fn try_from(number: $other) -> Result<Self, InvalidValue> {
                // No number beyond 64 bits is within any limits.
                i64::try_from(number).unwrap_or(i64::MIN).try_into()
            }
        })*
    };
}

/// An id that is a number of 32 bits above 0.
macro_rules! number_id {
    ($(#[$attribute:meta])* $type:ident, $what:literal) => {
        number! {
            $(#[$attribute])*
            $type(i32), 1..=i32::MAX as i64, concat!("is no ", $what, ": it is a number from 1 to 2147483647")
        }

        from_other_integers!($type(i32), $type(u32), $type(u64));
    };
}

number_id! {
    /// The id of an account or sub-account: a number of 32 bits above 0.
    AccountId, "account id"
}

number_id! {
    /// The id of a user of an account: a number of 32 bits above 0.
    AccountUserId, "id of a user"
}

number_id! {
    /// The id of an address: a number of 32 bits above 0.
    AddressId, "id of an address"
}

number_id! {
    /// The number of an API key below `/api/key`: 32 bits, above 0.
    ApiKeyNumber, "number of an API key"
}

number_id! {
    /// The id of a decentral webhook: a number of 32 bits above 0.
    DecentralWebhookId, "id of a webhook"
}

number_id! {
    /// The id of a brand of intercoms: a number of 32 bits above 0.
    IntercomBrandId, "id of a brand"
}

number_id! {
    /// The id of an intercom of the catalogue: a number of 32 bits above 0.
    IntercomId, "id of an intercom"
}

number! {
    /// The id of a smart lock: its device type, times 2^32, plus the id that is printed on the device as 8 hexadecimal
    /// digits.
    SmartlockId(i64),
    1..=i64::MAX,
    "is no id of a smart lock: it is a number above 0, as a listed smart lock has it; of the 8 digits on the device \
     `SmartlockId::from_printed` makes one"
}

impl SmartlockId {
    /// The id of a device of this type on which these 8 hexadecimal digits are printed, and which the Nuki app shows.
    ///
    /// ```
    /// use nuki_api::SmartlockId;
    /// use nuki_api::types::SmartlockType;
    ///
    /// # fn main() -> Result<(), nuki_api::InvalidValue> {
    /// let id = SmartlockId::from_printed(SmartlockType::SmartLock3Or4, "1A2B3C4D")?;
    /// assert_eq!((id.get(), id.printed()), (17_618_910_285, "1A2B3C4D".to_owned()));
    /// assert_eq!(id.device_type(), SmartlockType::SmartLock3Or4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When these are not 8 hexadecimal digits, or the type cannot be in an id.
    pub fn from_printed(device_type: SmartlockType, printed: &str) -> Result<Self, InvalidValue> {
        let wrong = || InvalidValue::new("is no printed id: it has 8 hexadecimal digits, such as 1A2B3C4D");
        let printed = printed.trim();
        if printed.len() != 8 || !printed.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let digits = i64::from_str_radix(printed, 16).map_err(|_| wrong())?;
        match device_type.as_i64() {
            kind @ 0..=0x7FFF_FFFF => (kind << 32 | digits).try_into(),
            _ => Err(InvalidValue::new("has a type that no id can hold")),
        }
    }

    /// The 8 hexadecimal digits that are printed on the device.
    pub fn printed(self) -> String {
        format!("{:08X}", self.0 & 0xFFFF_FFFF)
    }

    /// The type of the device, which is the upper half of its id.
    pub fn device_type(self) -> SmartlockType {
        SmartlockType::of_id(self.0)
    }
}

number! {
    /// A minute of the day, from 0 (midnight) to 1439 (23:59).
    MinuteOfDay(i32), 0..=1439, "is no minute of the day: it is a number from 0 (midnight) to 1439 (23:59)"
}

number! {
    /// What a device is told to do. What a number means depends on its type.
    DeviceAction(i32), 0..=7, "is no action of a device: it is a number from 0 to 7"
}

from_other_integers!(
    MinuteOfDay(i32),
    MinuteOfDay(u32),
    MinuteOfDay(u64),
    DeviceAction(i32),
    DeviceAction(u32),
    DeviceAction(u64)
);
