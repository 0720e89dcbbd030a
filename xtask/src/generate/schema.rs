//! Rewrites schemas so that progenitor makes of them the Rust types that we want.
//!
//! - Limits go: what is sent is checked by the facade, what is read is taken as it comes; progenitor would make types of
//!   its own of them (`NonZeroU32`, a wrapper around a string).
//! - Defaults go: they would be sent, or refuse `null`; what is absent is the server's to fill in.
//! - Lists and maps that may be absent become nullable, since the service writes `null` for them as well.
//! - Named scalars become Rust types: secrets, opaque ids, open enums, bitmasks and plain numbers.
//! - Named strings, maps and free JSON are written out where they are used.
//! - `additionalProperties: true` becomes the form that makes progenitor keep unknown members.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::spec::Spec;

/// What says which values are valid, and nothing about their type.
const LIMITS: [&str; 13] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
    "uniqueItems",
];
/// Formats of strings that stay plain text.
const TEXTS: [&str; 4] = ["byte", "email", "uri", "uuid"];

/// The named schemas of a document.
pub struct Schemas {
    /// Named schema -> the Rust type that stands for it.
    pub replacements: BTreeMap<String, String>,
    named: IndexMap<String, Value>,
    used: BTreeSet<String>,
    depth: usize,
}

impl Schemas {
    /// Those of `spec`.
    pub fn new(spec: &Spec) -> Result<Self> {
        let mut replacements = BTreeMap::new();
        let mut named = IndexMap::new();
        for (name, schema) in spec.schemas()? {
            let rust = replacement(name, schema);
            if let Some(rust) = rust.map_err(|error| spec.error(&format!("/components/schemas/{name}"), error))? {
                replacements.insert(name.to_owned(), rust);
            }
            named.insert(name.to_owned(), serde_json::to_value(schema)?);
        }
        Ok(Self { replacements, named, used: BTreeSet::new(), depth: 0 })
    }

    /// The schemas of which progenitor knows, lowered: objects with members, and those that it replaces.
    pub fn objects(&mut self, spec: &Spec) -> Result<IndexMap<String, ReferenceOr<Schema>>> {
        let mut objects = IndexMap::new();
        for (name, mut schema) in self.named.clone() {
            if !self.is_written_out(&name) {
                if !self.replacements.contains_key(&name) {
                    let at = format!("/components/schemas/{name}");
                    self.object(&mut schema).map_err(|error| spec.error(&at, format!("in schema {name}: {error:#}")))?;
                }
                objects.insert(name, serde_json::from_value(schema)?);
            }
        }
        Ok(objects)
    }

    /// Lowers the schema of a parameter or a body.
    pub fn lower<T: Serialize + DeserializeOwned>(&mut self, schema: &mut T) -> Result<()> {
        let mut value = serde_json::to_value(&*schema)?;
        self.value(&mut value)?;
        *schema = serde_json::from_value(value)?;
        Ok(())
    }

    /// The schemas that nothing has referred to.
    pub fn unused(&self) -> Vec<String> {
        self.named.keys().filter(|name| !self.used.contains(*name)).cloned().collect()
    }

    /// Whether the schema is written out wherever it is used.
    fn is_written_out(&self, name: &str) -> bool {
        let has_members =
            |schema: &Value| schema.get("properties").is_some_and(|it| it.as_object().is_some_and(|it| !it.is_empty()));
        !self.replacements.contains_key(name) && self.named.get(name).is_some_and(|schema| !has_members(schema))
    }

    /// An object with members.
    fn object(&mut self, schema: &mut Value) -> Result<()> {
        let schema = schema.as_object_mut().context("it is no map")?;
        ensure!(schema.get("type").is_some_and(|of| of == "object"), "it has members, and is not of the type `object`");
        schema.retain(|key, _| !["default", "maxProperties", "minProperties"].contains(&key.as_str()));
        match schema.get_mut("additionalProperties") {
            Some(Value::Bool(true)) => drop(schema.insert("additionalProperties".to_owned(), json!({}))),
            // What is not known is passed over, never refused.
            Some(Value::Bool(false)) => drop(schema.remove("additionalProperties")),
            Some(of) => self.value(of).context("in additionalProperties")?,
            None => {}
        }
        let required = schema.get("required").cloned().unwrap_or_default();
        let required = required.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<BTreeSet<_>>();
        let members = schema.get_mut("properties").and_then(Value::as_object_mut).context("it has no members")?;
        if let Some(name) = required.iter().find(|name| !members.contains_key(**name)) {
            bail!("{name} is required, and there is no such member");
        }
        for (name, member) in members {
            self.value(member).with_context(|| format!("in member {name}"))?;
            let is_list_or_map = member.get("type").is_some_and(|of| of == "array" || of == "object");
            if is_list_or_map && !required.contains(name.as_str()) {
                member["nullable"] = true.into();
            }
        }
        Ok(())
    }

    /// A schema that has no name.
    fn value(&mut self, schema: &mut Value) -> Result<()> {
        let map = schema.as_object_mut().context("a schema is no map")?;
        if let Some(name) = referred(map)? {
            return self.reference(schema, &name);
        }
        for key in ["oneOf", "anyOf", "not", "discriminator"] {
            ensure!(!map.contains_key(key), "`{key}` has no Rust type");
        }
        map.retain(|key, _| !LIMITS.contains(&key.as_str()) && key != "example");
        match map.get("type").and_then(Value::as_str) {
            Some("string") => {
                ensure!(!map.contains_key("enum"), "the values of a string need a named schema with `x-extensible-enum`");
                text_format(map)
            }
            Some("integer" | "number") => {
                ensure!(format_of(map) != Some("password"), "a secret needs a named schema");
                map.remove("enum");
                Ok(())
            }
            Some("boolean") => Ok(()),
            Some("array") => self.value(map.get_mut("items").context("a list has no `items`")?).context("in items"),
            Some("object") => self.map(map),
            _ => bail!("it has no type; free JSON needs a named schema without one"),
        }
    }

    /// A map, or a free object.
    fn map(&mut self, map: &mut Map<String, Value>) -> Result<()> {
        let members = map.remove("properties").unwrap_or_default();
        ensure!(members.as_object().is_none_or(Map::is_empty), "an object with members needs a named schema");
        match map.get_mut("additionalProperties") {
            Some(Value::Bool(true)) => Ok(()),
            Some(of @ Value::Object(_)) => self.value(of).context("in additionalProperties"),
            _ => bail!("an object has no members; for free JSON say `additionalProperties: true`"),
        }
    }

    /// A reference, alone or in an `allOf` with a description beside it.
    fn reference(&mut self, schema: &mut Value, name: &str) -> Result<()> {
        self.used.insert(name.to_owned());
        let named = self.named.get(name).with_context(|| format!("there is no schema {name}"))?;
        if !self.is_written_out(name) {
            return Ok(());
        }
        let mut written = named.clone();
        if written.get("type").is_some() {
            // One that is used within itself would be written out for ever.
            ensure!(self.depth < 8, "schema {name} is written out within itself");
            self.depth += 1;
            self.value(&mut written).with_context(|| format!("in schema {name}"))?;
            self.depth -= 1;
        } else {
            let keys = written.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
            let extra = keys.iter().find(|key| !["description", "title"].contains(&key.as_str()) && !key.starts_with("x-"));
            ensure!(extra.is_none(), "schema {name} has no type, and yet `{}`", extra.map_or("", String::as_str));
        }
        for key in ["description", "nullable"] {
            if let Some(value) = schema.get(key) {
                written[key] = value.clone();
            }
        }
        *schema = written;
        Ok(())
    }
}

/// The name of the schema that this one refers to.
fn referred(schema: &Map<String, Value>) -> Result<Option<String>> {
    let target = match (schema.get("$ref"), schema.get("allOf").and_then(Value::as_array)) {
        (Some(target), _) => target.as_str(),
        (None, None) => return Ok(None),
        (None, Some(all)) => {
            ensure!(all.len() == 1, "`allOf` has to have one reference");
            Some(all[0].get("$ref").and_then(Value::as_str).context("`allOf` has to have one reference")?)
        }
    };
    let name = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
    Ok(Some(name.with_context(|| format!("{target:?} refers to no schema of the document"))?.to_owned()))
}

fn format_of(map: &Map<String, Value>) -> Option<&str> {
    map.get("format").and_then(Value::as_str)
}

/// Only a date is more than text.
fn text_format(map: &mut Map<String, Value>) -> Result<()> {
    match format_of(map) {
        None | Some("date-time") => Ok(()),
        Some("password") => bail!("a secret needs a named schema"),
        Some("opaque-id") => bail!("an opaque id needs a named schema"),
        Some(format) if TEXTS.contains(&format) => {
            map.remove("format");
            Ok(())
        }
        Some(format) => bail!("a string of the format {format} has no Rust type"),
    }
}

/// The Rust type that stands for a named schema, where progenitor should not make one.
fn replacement(name: &str, schema: &Schema) -> Result<Option<String>> {
    // progenitor looks names up in the form that Rust types have.
    let is_camel_case = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && !name.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase));
    ensure!(is_camel_case, "schema {name} has to be named in UpperCamelCase, as a Rust type");
    let extensions = &schema.schema_data.extensions;
    if extensions.contains_key("x-extensible-enum") || extensions.contains_key("x-bitmask") {
        return Ok(Some(format!("crate::types::{name}")));
    }
    let rust = match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => match &string.format {
            VariantOrUnknownOrEmpty::Item(StringFormat::Password) => match extensions.get("x-read-as").map(Value::as_str) {
                None => Some("crate::Secret"),
                Some(Some("Base32Secret")) => Some("crate::Base32Secret"),
                other => bail!("schema {name} is read as {other:?}, and a secret can be read as Base32Secret"),
            },
            VariantOrUnknownOrEmpty::Unknown(format) if format == "opaque-id" => Some("crate::OpaqueId"),
            _ => None,
        },
        SchemaKind::Type(Type::Integer(integer)) => match serde_json::to_value(&integer.format)?.as_str() {
            Some("password") => Some("crate::SecretNumber"),
            Some("int32") => Some("i32"),
            Some("int64") => Some("i64"),
            other => bail!("schema {name} is a named integer of format {other:?}, which has no Rust type"),
        },
        SchemaKind::Type(Type::Boolean(_)) => Some("bool"),
        SchemaKind::Type(Type::Object(_)) | SchemaKind::Any(_) => None,
        _ => bail!("schema {name} is neither an object nor a string nor an integer nor a boolean"),
    };
    Ok(rust.map(str::to_owned))
}

/// Whether nothing of the schema's values may be shown.
pub fn is_secret(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Password),
        SchemaKind::Type(Type::Integer(integer)) => integer.format == VariantOrUnknownOrEmpty::Unknown("password".to_owned()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(named: Value) -> Spec {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": named},
        });
        Spec::parse(&document.to_string()).unwrap()
    }

    fn schemas(named: Value) -> Result<Schemas> {
        Schemas::new(&spec(named))
    }

    fn objects(named: Value) -> Result<IndexMap<String, ReferenceOr<Schema>>> {
        let spec = spec(named);
        Schemas::new(&spec)?.objects(&spec)
    }

    fn lowered(named: Value, mut schema: Value) -> Result<Value> {
        schemas(named)?.value(&mut schema)?;
        Ok(schema)
    }

    fn refer(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn limits_and_defaults_go_at_any_depth() {
        for (schema, expected) in [
            (
                json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 9, "enum": [5], "default": 5}),
                json!({"type": "integer", "format": "int32"}),
            ),
            (
                json!({"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^a$", "example": "a"}),
                json!({"type": "string"}),
            ),
            (json!({"type": "number", "multipleOf": 2, "exclusiveMinimum": true, "minimum": 0}), json!({"type": "number"})),
            (
                json!({"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string", "maxLength": 3}}),
                json!({"type": "array", "items": {"type": "string"}}),
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}),
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            ),
        ] {
            assert_eq!(lowered(json!({}), schema).unwrap(), expected);
        }
    }

    #[test]
    fn texts_maps_and_free_json_are_written_out_where_they_are_used() {
        let named = || {
            json!({
                "Text": {"type": "string", "maxLength": 3, "description": "its own"},
                "Free": {"type": "object", "additionalProperties": true},
                "Texts": {"type": "object", "additionalProperties": refer("Text")},
                "AnyJson": {"description": "any"},
                "Pin": {"type": "string", "format": "password"},
            })
        };
        for (schema, expected) in [
            (refer("Text"), json!({"type": "string", "description": "its own"})),
            (json!({"allOf": [refer("Text")], "description": "here"}), json!({"type": "string", "description": "here"})),
            (refer("Free"), json!({"type": "object", "additionalProperties": true})),
            (refer("Texts"), json!({"type": "object", "additionalProperties": {"type": "string", "description": "its own"}})),
            (json!({"allOf": [refer("AnyJson")], "description": "here"}), json!({"description": "here"})),
            (refer("Pin"), refer("Pin")),
        ] {
            assert_eq!(lowered(named(), schema).unwrap(), expected);
        }
    }

    #[test]
    fn a_map_that_may_be_absent_may_be_null() {
        let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
        let thing = json!({"type": "object", "required": ["must"], "additionalProperties": false, "properties": {
            "must": map, "may": map, "named": {"allOf": [refer("Map")]},
        }});
        let objects = objects(json!({"Thing": thing, "Map": map})).unwrap();
        let thing = serde_json::to_value(&objects["Thing"]).unwrap();
        for (name, nullable) in [("must", Value::Null), ("may", true.into()), ("named", true.into())] {
            assert_eq!(thing["properties"][name]["nullable"], nullable, "{name}");
        }
        assert_eq!(thing.get("additionalProperties"), None, "what is not known is passed over");
        assert!(!objects.contains_key("Map"));
    }

    #[test]
    fn what_nothing_refers_to_is_known() {
        let mut schemas = schemas(json!({"Used": {"type": "string"}, "Unused": {"type": "string"}})).unwrap();
        schemas.value(&mut refer("Used")).unwrap();
        assert_eq!(schemas.unused(), ["Unused"]);
    }

    #[test]
    fn what_has_no_rust_type_is_refused() {
        let cycle = json!({"One": {"type": "object", "additionalProperties": refer("One")}});
        let odd = json!({"One": {"minimum": 1}});
        for (named, schema, message) in [
            (json!({}), json!({}), "it has no type"),
            (json!({}), json!({"type": "array"}), "a list has no `items`"),
            (json!({}), json!({"type": "object"}), "say `additionalProperties: true`"),
            (json!({}), json!({"type": "object", "properties": {"a": {"type": "string"}}}), "needs a named schema"),
            (json!({}), json!({"type": "string", "enum": ["a"]}), "`x-extensible-enum`"),
            (json!({}), json!({"type": "string", "format": "password"}), "a secret needs a named schema"),
            (json!({}), json!({"type": "integer", "format": "password"}), "a secret needs a named schema"),
            (json!({}), json!({"type": "string", "format": "opaque-id"}), "an opaque id needs a named schema"),
            (json!({}), json!({"type": "string", "format": "datetime"}), "the format datetime has no Rust type"),
            (json!({}), json!({"oneOf": [refer("One")]}), "`oneOf`"),
            (json!({}), json!({"allOf": [refer("One"), refer("Two")]}), "one reference"),
            (json!({}), refer("One"), "there is no schema One"),
            (json!({}), json!({"$ref": "#/components/responses/One"}), "refers to no schema"),
            (cycle, refer("One"), "within itself"),
            (odd, refer("One"), "has no type, and yet `minimum`"),
        ] {
            let error = format!("{:#}", lowered(named, schema.clone()).err().unwrap_or_else(|| panic!("{schema}")));
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn a_schema_that_progenitor_would_not_find_by_its_name_is_refused() {
        for name in ["thing", "AccountID", "A_b", "HTTPThing"] {
            let error = schemas(json!({name: {"type": "string"}})).err().unwrap_or_else(|| panic!("{name}")).to_string();
            assert!(error.contains(name) && error.contains("UpperCamelCase"), "{error}");
        }
    }

    #[test]
    fn a_member_that_is_required_has_to_be_there() {
        let thing = json!({"Thing": {"type": "object", "required": ["b"], "properties": {"a": {"type": "string"}}}});
        let error = format!("{:#}", objects(thing).unwrap_err());
        assert!(error.contains("Thing") && error.contains("b is required"), "{error}");
    }
}
