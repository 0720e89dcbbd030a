//! A schema reduced to facts, and how it is read. OpenAPI 3.0 and Swagger 2.0 write schemas in nearly one way.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::document::Document;

/// What a schema says, at the place where it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Schema {
    /// The name of another schema. The facts beside it hold at this place only.
    #[serde(rename = "$ref", default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// Type, format, limits and flags: every keyword with a plain value.
    #[serde(flatten)]
    pub(crate) facts: BTreeMap<String, Value>,
    #[serde(rename = "enum", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Box<Schema>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) additional_properties: Option<Additional>,
    /// The schemas below `allOf`, `anyOf` and `oneOf`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) combined: BTreeMap<String, Vec<Schema>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) required: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) properties: BTreeMap<String, Schema>,
}

/// Members that are not listed: forbidden, or of one schema. Anything goes where this is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Additional {
    Forbidden(bool),
    Of(Box<Schema>),
}

/// The keywords with a plain value.
const PLAIN: [&str; 14] = [
    "type",
    "format",
    "default",
    "pattern",
    "multipleOf",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "discriminator",
];
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
/// The keywords that say nothing when they are false.
const FLAGS: [&str; 6] = ["nullable", "readOnly", "writeOnly", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"];

impl Schema {
    /// Reads a schema, or the part of a Swagger 2.0 parameter that is one.
    pub(crate) fn read(document: &Document, value: &Value) -> Result<Self> {
        ensure!(value.is_object(), "a schema is not an object");
        if let Some(reference) = value.get("$ref") {
            let name = document.schema_name(reference)?;
            let target = document.follow(value)?;
            // A name for any object at all says nothing; some writers of documents put the object in its place.
            return Ok(if is_free_object(target) {
                Self { facts: facts(target), ..Self::default() }
            } else {
                Self { reference: Some(name), ..Self::default() }
            });
        }
        let mut schema = Self { facts: facts(value), values: enumeration(value), ..Self::default() };
        if let Some(items) = value.get("items") {
            schema.items = Some(Box::new(Self::read(document, items).context("items")?));
        }
        schema.additional_properties = match value.get("additionalProperties") {
            None | Some(Value::Bool(true)) => None,
            Some(Value::Bool(false)) => Some(Additional::Forbidden(false)),
            Some(Value::Object(any)) if any.is_empty() => None,
            Some(of) => Some(Additional::Of(Box::new(Self::read(document, of).context("additionalProperties")?))),
        };
        for (name, member) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let member = Self::read(document, member).with_context(|| format!("the member `{name}`"))?;
            schema.properties.insert(name.clone(), member);
        }
        // In a Swagger 2.0 parameter `required` is a bool and not ours.
        let required = value.get("required").and_then(Value::as_array).into_iter().flatten();
        schema.required = required.filter_map(Value::as_str).map(str::to_owned).collect();
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let parts = value.get(keyword).and_then(Value::as_array).into_iter().flatten();
            let parts = parts.map(|part| Self::read(document, part)).collect::<Result<Vec<_>>>().context(keyword)?;
            if !parts.is_empty() {
                schema.combined.insert(keyword.to_owned(), parts);
            }
        }
        Ok(schema.unwrapped().with_implied_type())
    }

    /// An `allOf` of one schema only is how OpenAPI 3.0 puts a description or a flag beside a `$ref`.
    fn unwrapped(mut self) -> Self {
        let is_wrapper = self.properties.is_empty() && self.items.is_none() && self.values.is_empty();
        match self.combined.get_mut("allOf").map(Vec::as_mut_slice) {
            Some([part]) if is_wrapper && self.required.is_empty() && self.additional_properties.is_none() => {
                let mut part = std::mem::take(part);
                part.facts.append(&mut self.facts);
                part
            }
            _ => self,
        }
    }

    fn with_implied_type(mut self) -> Self {
        let implied = match () {
            () if self.items.is_some() => "array",
            () if !self.properties.is_empty() => "object",
            () => return self,
        };
        self.facts.entry("type".to_owned()).or_insert_with(|| implied.into());
        self
    }

    /// The type, where there is one.
    pub(crate) fn kind(&self) -> &str {
        self.facts.get("type").and_then(Value::as_str).unwrap_or("any")
    }

    /// Whether this is something with members, and so compared under its own name.
    pub(crate) fn is_object(&self) -> bool {
        self.kind() == "object" || !self.combined.is_empty()
    }

    /// The names of the schemas that this one refers to, at any depth.
    pub(crate) fn references(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.reference.as_deref().into_iter().collect();
        let parts = self.properties.values().chain(self.items.as_deref()).chain(self.combined.values().flatten());
        names.extend(parts.flat_map(Self::references));
        if let Some(Additional::Of(of)) = &self.additional_properties {
            names.extend(of.references());
        }
        names
    }
}

/// Whether this is an object of which nothing more is known.
fn is_free_object(value: &Value) -> bool {
    let says_nothing = |value: &Value| match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(values) => values.is_empty(),
        value => *value == true,
    };
    let keywords = ["properties", "additionalProperties", "required", "enum", "allOf", "anyOf", "oneOf"];
    facts(value).iter().eq([(&"type".to_owned(), &"object".into())])
        && keywords.iter().filter_map(|keyword| value.get(keyword)).all(says_nothing)
}

fn facts(value: &Value) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    for keyword in PLAIN {
        let says_nothing = |value: &Value| value.is_null() || keyword.starts_with("min") && keyword != "minimum" && *value == 0;
        match value.get(keyword).map(normal) {
            Some(value) if !says_nothing(&value) => drop(facts.insert(keyword.to_owned(), value)),
            _ => {}
        }
    }
    for keyword in FLAGS {
        // Swagger 2.0 has no `nullable`; `x-nullable` is what its users write.
        let given = value.get(keyword).or_else(|| value.get(format!("x-{keyword}")));
        if given == Some(&Value::Bool(true)) {
            facts.insert(keyword.to_owned(), true.into());
        }
    }
    match facts.get("type").and_then(Value::as_str) {
        Some("file") => {
            facts.insert("type".to_owned(), "string".into());
            facts.insert("format".to_owned(), "binary".into());
        }
        // A type that the form does not have, such as the vendor's `int`, says nothing; converters drop it.
        Some(kind) if !TYPES.contains(&kind) => drop(facts.remove("type")),
        _ => {}
    }
    // That bytes are in Base64 is what the format says; some converters say it again as a pattern.
    if facts.get("format").is_some_and(|format| format == "byte") {
        facts.remove("pattern");
    }
    // An object in OpenAPI 3.0, the member's name in Swagger 2.0.
    if let Some(member) = facts.get("discriminator").and_then(|object| object.get("propertyName")).cloned() {
        facts.insert("discriminator".to_owned(), member);
    }
    facts
}

/// The values of an enum, closed or open, in one order.
fn enumeration(value: &Value) -> Vec<Value> {
    let lists = ["enum", "x-extensible-enum"].into_iter().filter_map(|keyword| value.get(keyword)?.as_array());
    let mut values: Vec<Value> = lists.flatten().map(normal).collect();
    values.sort_by_key(Value::to_string);
    values.dedup();
    values
}

/// One form for one value: `1.0` is `1`.
fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough to be exact")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => Number::from(float as i64).into(),
            _ => value.clone(),
        },
        Value::Array(values) => values.iter().map(normal).collect(),
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().map(|(name, value)| (name.clone(), normal(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        _ => value.clone(),
    }
}
