//! An id that is passed on as it came.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// An id of which nothing is known but that it has to come back unchanged. The service writes some as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpaqueId(String);

impl OpaqueId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OpaqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for OpaqueId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for OpaqueId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl From<i64> for OpaqueId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl Serialize for OpaqueId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "schemars")]
crate::schema::schema!(OpaqueId { "type": "string" });

impl<'de> Deserialize<'de> for OpaqueId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = OpaqueId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an integer")
            }

            fn visit_str<E: de::Error>(self, id: &str) -> Result<OpaqueId, E> {
                Ok(OpaqueId::from(id))
            }

            fn visit_string<E: de::Error>(self, id: String) -> Result<OpaqueId, E> {
                Ok(OpaqueId(id))
            }

            fn visit_u64<E: de::Error>(self, id: u64) -> Result<OpaqueId, E> {
                Ok(OpaqueId(id.to_string()))
            }

            fn visit_i64<E: de::Error>(self, id: i64) -> Result<OpaqueId, E> {
                Ok(OpaqueId(id.to_string()))
            }
        }

        deserializer.deserialize_any(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_are_the_same_id() {
        let read = |json: &str| serde_json::from_str::<OpaqueId>(json).unwrap();
        assert_eq!(read("18000000000"), read("\"18000000000\""));
        assert_eq!(serde_json::to_string(&OpaqueId::from(7)).unwrap(), "\"7\"");
    }
}
