//! `requests.json`: what the document demands of bodies, for the sandbox. A body is judged by the document alone, so that
//! no mistake of our own types goes unseen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// What a schema may say of a value. The rest is for people and for the generator.
const KEPT: [&str; 14] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "format",
    "items",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "properties",
    "required",
    "type",
    "x-extensible-enum",
];

/// The file: each operation with a body, and each schema that they need, a line each.
pub(super) fn run(document: &Value) -> Result<String> {
    let (mut bodies, mut schemas) = (BTreeMap::new(), BTreeMap::new());
    for operation in document["paths"].as_object().context("it has no paths")?.values().flat_map(Value::as_object) {
        for operation in operation.values() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if let (Some(id), true) = (operation["operationId"].as_str(), schema.is_object()) {
                collect(schema, &document["components"]["schemas"], &mut schemas)?;
                bodies.insert(id.to_owned(), reduced(schema));
            }
        }
    }
    let mut text = String::from("{\n");
    for (name, values, end) in [("bodies", bodies, ","), ("schemas", schemas, "")] {
        let lines = values.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect::<Vec<_>>();
        writeln!(text, " \"{name}\": {{\n{}\n }}{end}", lines.join(",\n"))?;
    }
    Ok(text + "}\n")
}

/// The schemas that a schema needs, by their names.
fn collect(schema: &Value, all: &Value, into: &mut BTreeMap<String, Value>) -> Result<()> {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next())
                && !into.contains_key(name)
            {
                let schema = all.get(name).with_context(|| format!("there is no schema {name}"))?;
                into.insert(name.to_owned(), reduced(schema));
                collect(schema, all, into)?;
            }
            members.values().try_for_each(|member| collect(member, all, into))
        }
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, all, into)),
        _ => Ok(()),
    }
}

fn reduced(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    let kept = members.iter().filter(|(name, _)| KEPT.contains(&name.as_str())).map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, schema)| (name.clone(), reduced(schema))).collect::<Map<_, _>>().into()
            }
            ("$ref", Value::String(target)) => target.rsplit('/').next().unwrap_or_default().into(),
            ("allOf", Value::Array(schemas)) => schemas.iter().map(reduced).collect(),
            ("items", schema) => reduced(schema),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    kept.collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "paths": {"/door": {
                "get": {"operationId": "door_get"},
                "put": {"operationId": "door_create", "requestBody": {"content": {"application/json": {"schema": {
                    "type": "array", "items": {"$ref": "#/components/schemas/Door"}, "description": "Doors."
                }}}}},
            }},
            "components": {"schemas": {
                "Door": {
                    "type": "object", "required": ["description"], "description": "A door.",
                    "properties": {"description": {"type": "string"}, "lock": {"allOf": [{"$ref": "#/components/schemas/Lock"}]}},
                },
                "Lock": {"type": "integer", "minimum": 1, "example": 7},
                "Answer": {"type": "string"},
            }},
        })
    }

    #[test]
    fn bodies_come_with_the_schemas_that_they_need_and_without_words() {
        let made: Value = serde_json::from_str(&run(&document()).unwrap()).unwrap();
        assert_eq!(made["bodies"], json!({"door_create": {"type": "array", "items": {"$ref": "Door"}}}));
        let door = json!({
            "type": "object", "required": ["description"],
            "properties": {"description": {"type": "string"}, "lock": {"allOf": [{"$ref": "Lock"}]}},
        });
        assert_eq!(made["schemas"], json!({"Door": door, "Lock": {"type": "integer", "minimum": 1}}));
    }

    #[test]
    fn a_schema_that_is_not_there_is_named() {
        let mut document = document();
        document["components"]["schemas"].as_object_mut().unwrap().remove("Lock");
        assert_eq!(run(&document).unwrap_err().to_string(), "there is no schema Lock");
    }
}
