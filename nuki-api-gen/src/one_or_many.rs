//! Lists for which the vendor documents a single item (`x-read-as: OneOrMany` in the document).

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::runtime::{Error, Response, ResponseValue};

/// A list, or one item in place of a list of one.
struct OneOrMany<T>(Vec<T>);

impl<T: DeserializeOwned> ResponseValue<Vec<T>> {
    pub(crate) async fn from_one_or_many<F>(response: Response) -> Result<Self, Error<F>> {
        Ok(ResponseValue::<OneOrMany<T>>::from_response(response).await?.map(|OneOrMany(items)| items))
    }
}

/// Nothing is buffered, so an error is as exact as that of a list or of an item.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, item: A) -> Result<Vec<T>, A::Error> {
                Ok(vec![T::deserialize(MapAccessDeserializer::new(item))?])
            }
        }

        deserializer.deserialize_any(Items(PhantomData)).map(Self)
    }
}
