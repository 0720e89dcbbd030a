//! Our document: the parts in `openapi/`, joined to one, and where each thing in it stands.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

/// Where the parts are, from the root of the workspace.
pub(crate) const FOLDER: &str = "openapi";
/// The one file of that folder in YAML that is no part of the document.
const NO_PART: &str = "deviations.yaml";

/// The joined document.
pub(crate) struct Document {
    pub(crate) value: Value,
    /// By JSON pointer.
    places: BTreeMap<String, Place>,
}

#[derive(Clone)]
struct Place {
    file: Arc<str>,
    line: u64,
}

impl Document {
    /// Reads and joins the parts of the workspace at `root`: `shared.yaml` and one file for each group.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let folder = root.join(FOLDER);
        let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<Result<Vec<_>>>()?;
        names.retain(|name| name.ends_with(".yaml") && name != NO_PART);
        names.sort();
        let mut parts = Vec::new();
        for name in names {
            let text = std::fs::read_to_string(folder.join(&name)).with_context(|| format!("cannot read {FOLDER}/{name}"))?;
            parts.push((format!("{FOLDER}/{name}"), text));
        }
        Self::join(parts.iter().map(|(file, text)| (file.as_str(), text.as_str())))
    }

    /// Joins parts, each a file's name and its text.
    pub(crate) fn join<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut joined: Option<Node> = None;
        for (file, text) in parts {
            let mut part: Node = serde_saphyr::from_str(text).with_context(|| format!("{file} is no YAML"))?;
            part.stands_in(&Arc::from(file));
            match &mut joined {
                None => joined = Some(part),
                Some(joined) => joined.merge(part, "")?,
            }
        }
        let Some(joined) = joined else { bail!("there is no part of the document in {FOLDER}/") };
        let mut places = BTreeMap::new();
        joined.places(String::new(), &mut places);
        Ok(Self { value: joined.into_value(), places })
    }

    /// The file in which what stands at a JSON pointer is written.
    pub(crate) fn file(&self, pointer: &str) -> Option<&str> {
        self.places.get(pointer).map(|place| &*place.file)
    }

    /// File and line of what stands at a JSON pointer, or of the nearest thing around it.
    pub(crate) fn place(&self, pointer: &str) -> String {
        let around = std::iter::successors(Some(pointer), |pointer| pointer.rsplit_once('/').map(|(around, _)| around));
        let place = around.filter_map(|pointer| self.places.get(pointer)).next();
        place.map_or_else(|| FOLDER.to_owned(), ToString::to_string)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// JSON pointers write these two characters so.
pub(crate) fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// YAML with the places of its parts. A map keeps the place of each key.
struct Node {
    place: Place,
    value: Kind,
}

enum Kind {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    fn stands_in(&mut self, file: &Arc<str>) {
        self.place.file = file.clone();
        match &mut self.value {
            Kind::Scalar(_) => {}
            Kind::List(items) => items.iter_mut().for_each(|item| item.stands_in(file)),
            Kind::Map(members) => members.iter_mut().for_each(|(_, member)| member.stands_in(file)),
        }
    }

    /// Lists of tags are strung together, and so are maps down to paths and schemas. What stands in both otherwise is a mistake.
    fn merge(&mut self, other: Self, at: &str) -> Result<()> {
        match (&mut self.value, other.value) {
            (Kind::List(items), Kind::List(more)) if at == "/tags" => items.extend(more),
            (Kind::Map(members), Kind::Map(more))
                if ["", "/paths", "/components", "/x-handles"].contains(&at)
                    || (at.starts_with("/components/") && at.matches('/').count() == 2) =>
            {
                for (name, member) in more {
                    match members.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => known.merge(member, &format!("{at}/{}", escaped(&name)))?,
                        None => members.push((name, member)),
                    }
                }
            }
            _ => bail!("{}: {at} stands in {} as well; write it once", other.place, self.place),
        }
        Ok(())
    }

    fn places(&self, at: String, into: &mut BTreeMap<String, Place>) {
        match &self.value {
            Kind::Scalar(_) => {}
            Kind::List(items) => {
                items.iter().enumerate().for_each(|(index, item)| item.places(format!("{at}/{index}"), into));
            }
            Kind::Map(members) => {
                members.iter().for_each(|(name, member)| member.places(format!("{at}/{}", escaped(name)), into));
            }
        }
        into.insert(at, self.place.clone());
    }

    fn into_value(self) -> Value {
        match self.value {
            Kind::Scalar(value) => value,
            Kind::List(items) => items.into_iter().map(Self::into_value).collect(),
            Kind::Map(members) => {
                Value::Object(members.into_iter().map(|(name, member)| (name, member.into_value())).collect::<Map<_, _>>())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::<Kind>::deserialize(deserializer)?;
        Ok(Self { place: Place { file: Arc::from(""), line: referenced.line() }, value })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Kind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("YAML")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
                Ok(Kind::Scalar(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
                Ok(Kind::Scalar(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
                Ok(Kind::Scalar(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
                Ok(Kind::Scalar(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
                Ok(Kind::Scalar(value.into()))
            }

            fn visit_unit<E>(self) -> Result<Kind, E> {
                Ok(Kind::Scalar(Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Kind::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Kind, A::Error> {
                let mut map = Vec::new();
                while let Some((name, mut member)) = members.next_entry::<Spanned<String>, Node>()? {
                    // A block starts below its name, and the name is where people look.
                    member.place.line = name.referenced.line();
                    map.push((name.value, member));
                }
                Ok(Kind::Map(map))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// Writes the joined document as JSON: what other tools take.
pub(crate) fn bundle(root: &Path, file: Option<&Path>) -> Result<()> {
    let text = serde_json::to_string_pretty(&Document::read(root)?.value)? + "\n";
    match file {
        None => print!("{text}"),
        Some(file) => {
            ensure!(file.extension().is_none_or(|extension| extension == "json"), "the bundle is JSON: name the file `.json`");
            std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
            println!("wrote {}", file.display());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHARED: &str = "openapi: 3.0.3\ninfo: {title: t}\ncomponents:\n  schemas:\n    Id: {type: string}\n";
    const GROUP: &str = "tags:\n  - name: A\npaths:\n  /a/{id}:\n    get:\n      summary: Gets\n      responses: {}\n";

    #[test]
    fn parts_become_one_document_and_everything_knows_its_place() {
        let other = "tags: [{name: B}]\npaths: {/b: {}}\ncomponents: {schemas: {B: {}}}\n";
        let document = Document::join([("a.yaml", GROUP), ("b.yaml", other), ("shared.yaml", SHARED)]).unwrap();
        assert_eq!(document.value["tags"], json!([{"name": "A"}, {"name": "B"}]));
        assert_eq!(document.value["paths"]["/b"], json!({}));
        assert_eq!(document.value["components"]["schemas"], json!({"B": {}, "Id": {"type": "string"}}));
        for (pointer, place) in [
            ("/paths/~1a~1{id}/get/summary", "a.yaml:6"),
            ("/paths/~1a~1{id}/get/operationId", "a.yaml:5"),
            ("/components/schemas/Id/type", "shared.yaml:5"),
            ("/tags/1/name", "b.yaml:1"),
        ] {
            assert_eq!(document.place(pointer), place, "{pointer}");
        }
    }

    #[test]
    fn what_stands_in_two_parts_is_named_with_both_places() {
        for (text, problem) in [
            ("paths:\n  /a/{id}: {}\n", "b.yaml:2: /paths/~1a~1{id} stands in a.yaml:4 as well; write it once"),
            ("openapi: 3.0.3", "b.yaml:1: /openapi stands in shared.yaml:1 as well; write it once"),
            (
                "components: {schemas: {Id: {}}}",
                "b.yaml:1: /components/schemas/Id stands in shared.yaml:5 as well; write it once",
            ),
        ] {
            let joined = Document::join([("shared.yaml", SHARED), ("a.yaml", GROUP), ("b.yaml", text)]);
            assert_eq!(joined.err().unwrap().to_string(), problem);
        }
    }

    #[test]
    fn what_is_no_yaml_is_named_with_its_file() {
        assert!(Document::join([("a.yaml", "a: [")]).err().unwrap().to_string().starts_with("a.yaml is no YAML"));
        assert!(Document::join([]).is_err());
    }
}
