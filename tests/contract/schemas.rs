//! The generated types agree with the document's schemas, as schemars describes them: what they hold, what they demand.

use std::collections::{BTreeMap, BTreeSet};

use nuki_api::types;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::spec;
use crate::world::tried;

/// The schemas of the types of one name with a schema of the document.
fn ours() -> BTreeMap<&'static str, Value> {
    fn schema<T: JsonSchema>() -> Value {
        // Without references, so that each can be looked at alone.
        let mut settings = schemars::generate::SchemaSettings::default();
        settings.inline_subschemas = true;
        SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
    }
    macro_rules! schemas {
        ($($name:ident),* $(,)?) => {
            BTreeMap::from([$((stringify!($name), schema::<types::$name>())),*])
        };
    }
    crate::rows::types!(schemas)
}

/// A schema without the null that stands for absence.
fn present(schema: &Value) -> &Value {
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(choices) => choices.iter().find(|choice| choice["type"] != "null").unwrap(),
        None => schema,
    }
}

/// The type of a schema, and its format where that says something about the value.
fn kind(schema: &Value) -> (String, Option<String>) {
    let of = match &schema["type"] {
        Value::Array(types) => types.iter().find(|of| *of != "null").unwrap(),
        of => of,
    };
    let format = schema["format"].as_str().filter(|format| *format != "opaque-id");
    (of.as_str().unwrap_or("anything").to_owned(), format.map(str::to_owned))
}

fn names(schema: &Value, of: &str) -> BTreeSet<String> {
    match &schema[of] {
        Value::Object(members) => members.keys().cloned().collect(),
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        _ => BTreeSet::new(),
    }
}

/// Where two schemas differ.
fn differences(ours: &Value, document: &'static Value, at: &str, into: &mut Vec<String>) {
    let (ours, document) = (present(ours), spec::resolve(document));
    if kind(ours) != kind(document) {
        into.push(format!("{at} is {:?} in the document, and {:?} in the code", kind(document), kind(ours)));
    }
    for of in ["properties", "required"] {
        let (ours, document) = (names(ours, of), names(document, of));
        into.extend(document.difference(&ours).map(|name| format!("{at}.{name} is of the {of} of the document only")));
        into.extend(ours.difference(&document).map(|name| format!("{at}.{name} is of the {of} of the code only")));
    }
    if document["type"] == "object" && document["additionalProperties"] != ours["additionalProperties"] {
        into.push(format!("{at} differs in members that nobody knows"));
    }
    for (name, member) in document.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(ours) = ours["properties"].get(name) {
            differences(ours, member, &format!("{at}.{name}"), into);
        }
    }
    if let Some(items) = document.get("items") {
        differences(&ours["items"], items, &format!("{at}[]"), into);
    }
}

#[test]
fn the_types_hold_and_demand_what_the_document_says() {
    let (ours, documented) = (ours(), spec::document()["components"]["schemas"].as_object().unwrap());
    // The rest is plain numbers and strings, and secrets.
    let named = |schema: &Value| {
        schema.get("properties").is_some() || schema.get("x-extensible-enum").is_some() || schema.get("x-bitmask").is_some()
    };
    let names = documented.iter().filter(|(_, schema)| named(schema)).map(|(name, _)| &**name).collect::<BTreeSet<_>>();
    assert_eq!(ours.keys().copied().collect::<BTreeSet<_>>(), names);
    let mut found = Vec::new();
    for (name, schema) in &ours {
        differences(schema, &documented[*name], name, &mut found);
    }
    assert_eq!(found, [""; 0]);
    tried(ours.len(), "schema");
}

#[test]
fn a_type_that_differs_is_noticed() {
    let documented = &spec::document()["components"]["schemas"]["AccountSubCreate"];
    let mut found = Vec::new();
    let mut ours = ours().remove("AccountSubCreate").unwrap();
    ours["properties"]["rights"]["type"] = "string".into();
    ours["properties"].as_object_mut().unwrap().remove("name");
    ours["required"].as_array_mut().unwrap().retain(|name| name != "email");
    ours["properties"]["profile"]["anyOf"] = serde_json::json!([{"type": "object", "properties": {"zip": {"type": "integer"}}}]);
    differences(&ours, documented, "it", &mut found);
    for part in ["it.rights is", "it.name is of the properties", "it.email is of the required", "it.profile.zip is"] {
        assert!(found.iter().any(|difference| difference.starts_with(part)), "{part}: {found:?}");
    }
}
