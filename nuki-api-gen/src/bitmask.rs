//! Sets of bits with names (`x-bitmask` in the document). Unknown bits are kept.

macro_rules! bitmask {
    ($(#[$($attribute:tt)*])* $name:ident { $($(#[$($bit_attribute:tt)*])* $bit:ident = $value:literal,)* }) => {
        ::bitflags::bitflags! {
            $(#[$($attribute)*])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name: i32 {
                $($(#[$($bit_attribute)*])* const $bit = $value;)*
                // Whatever other bits the service sets are valid as well.
                const _ = !0;
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}", self.bits())
            }
        }

        impl crate::runtime::Parameter for $name {
            fn text(&self) -> String {
                self.bits().to_string()
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i32(self.bits())
            }
        }

        #[cfg(feature = "schemars")]
        crate::schema::schema!($name { "type": "integer", "format": "int32" });

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                i32::deserialize(deserializer).map(Self::from_bits_retain)
            }
        }
    };
}

pub(crate) use bitmask;

#[cfg(test)]
mod tests {
    use crate::types::AccountRights;

    #[test]
    fn unknown_bits_survive() {
        let rights: AccountRights = serde_json::from_str("130").unwrap();
        assert!(rights.contains(AccountRights::OPERATE_SMARTLOCKS));
        assert_eq!(serde_json::to_string(&rights).unwrap(), "130");
        assert_eq!(format!("{rights:?}"), "AccountRights(OPERATE_SMARTLOCKS | 0x80)");
    }
}
