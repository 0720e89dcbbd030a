//! Ids of accounts.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::{InvalidValue, parse_from_strings};

/// The id of an account or sub-account: a number of 32 bits above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(i32);

impl AccountId {
    /// The number.
    pub const fn get(self) -> i32 {
        self.0
    }
}

const WRONG: &str = "is no account id: it is a number from 1 to 2147483647";

impl TryFrom<i64> for AccountId {
    type Error = InvalidValue;

    fn try_from(id: i64) -> Result<Self, InvalidValue> {
        match i32::try_from(id) {
            Ok(id) if id > 0 => Ok(Self(id)),
            _ => Err(InvalidValue::new(WRONG)),
        }
    }
}

impl TryFrom<i32> for AccountId {
    type Error = InvalidValue;

    fn try_from(id: i32) -> Result<Self, InvalidValue> {
        i64::from(id).try_into()
    }
}

impl TryFrom<u32> for AccountId {
    type Error = InvalidValue;

    fn try_from(id: u32) -> Result<Self, InvalidValue> {
        i64::from(id).try_into()
    }
}

impl TryFrom<u64> for AccountId {
    type Error = InvalidValue;

    fn try_from(id: u64) -> Result<Self, InvalidValue> {
        i64::try_from(id).map_err(|_| InvalidValue::new(WRONG))?.try_into()
    }
}

impl FromStr for AccountId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.parse::<i64>().map_err(|_| InvalidValue::new(WRONG))?.try_into()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(self.0)
    }
}

impl From<AccountId> for i32 {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

parse_from_strings!(AccountId);
