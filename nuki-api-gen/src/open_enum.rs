//! Enums that keep a value that they do not know (`x-extensible-enum` in the document).
//!
//! The enums themselves are generated; what they can do is here. Two values are equal when they are written the same, so an `Unknown` that names a known value is that value.

macro_rules! open_string_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// The value as the service writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::open_enum::text(deserializer)
            }
        }

        #[cfg(feature = "schemars")]
        crate::schema::schema!($name { "type": "string", "examples": [$($value),*] });

        impl crate::runtime::Parameter for $name {
            fn text(&self) -> String {
                self.as_str().to_owned()
            }
        }

        crate::open_enum::compare_as_written!($name, as_str, str);
    };
}

macro_rules! open_integer_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// The value as the service writes it.
            pub const fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => *value,
                }
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str(stringify!($variant)),)*
                    Self::Unknown(value) => write!(f, "{value}"),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                i64::deserialize(deserializer).map(Self::from)
            }
        }

        #[cfg(feature = "schemars")]
        crate::schema::schema!($name { "type": "integer", "format": "int32", "examples": [$($value),*] });

        impl crate::runtime::Parameter for $name {
            fn text(&self) -> String {
                self.as_i64().to_string()
            }
        }

        crate::open_enum::compare_as_written!($name, as_i64, i64);
    };
}

/// Equality, order and hash of what is written.
macro_rules! compare_as_written {
    ($name:ident, $written:ident, $type:ty) => {
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.$written() == other.$written()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                self.$written().cmp(&other.$written())
            }
        }

        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.$written().hash(state);
            }
        }
    };
}

pub(crate) use {compare_as_written, open_integer_enum, open_string_enum};

/// Reads a string without a copy, where the value is known.
pub(crate) fn text<'de, T: for<'a> From<&'a str>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Text<T>(std::marker::PhantomData<T>);

    impl<T: for<'a> From<&'a str>> serde::de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E>(self, value: &str) -> Result<T, E> {
            Ok(T::from(value))
        }
    }

    deserializer.deserialize_str(Text(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use crate::types::{AccountType, SubscriptionType};

    #[test]
    fn an_unknown_value_is_kept_shown_and_sent_back() {
        let value: SubscriptionType = serde_json::from_str("\"GOLD\"").unwrap();
        assert_eq!(value, SubscriptionType::Unknown("GOLD".into()));
        assert_eq!(value.to_string(), "GOLD");
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"GOLD\"");
        let value: AccountType = serde_json::from_str("7").unwrap();
        assert_eq!(value, AccountType::Unknown(7));
        assert_eq!(serde_json::to_string(&value).unwrap(), "7");
    }

    #[test]
    fn an_unknown_that_names_a_known_value_is_that_value() {
        assert_eq!(SubscriptionType::Unknown("BUSINESS".into()), SubscriptionType::Business);
        assert_eq!(AccountType::Unknown(2), AccountType::Caretaker);
    }
}
