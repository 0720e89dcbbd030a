//! Rewrites the document into one that progenitor can take without loss.
//!
//! - Error statuses go: they have no schema, and progenitor would drop their bodies where it knows them.
//! - The success status becomes `2XX`: any 2xx is a success for a call.
//! - Arrays that may be absent become nullable, since the service writes `null` for them as well.
//! - Defaults go: they would be sent, or refuse `null`; what is absent is the server's to fill in.
//! - Named scalars become Rust types: secrets, opaque ids, open enums, bitmasks and plain numbers.
//! - `additionalProperties: true` becomes the form that makes progenitor keep unknown members.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, IntegerFormat, OpenAPI, Operation, Parameter, ParameterData, ParameterSchemaOrContent,
    PathItem, ReferenceOr, Response, Responses, Schema, SchemaData, SchemaKind, StatusCode, StringFormat, Type,
    VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::spec::Spec;

/// What [`lower`] makes of a document.
pub struct Lowered {
    /// For the client: a success is any 2xx, every other status is an error.
    pub client: OpenAPI,
    /// For the typed mocks: the statuses as documented.
    pub mocks: OpenAPI,
    /// Named schema -> the Rust type that stands for it.
    pub replacements: BTreeMap<String, String>,
    /// The operations that may answer one item in place of a list.
    pub one_or_many: BTreeSet<String>,
}

/// Lowers `spec` for progenitor.
pub fn lower(spec: &Spec) -> Result<Lowered> {
    let mut replacements = BTreeMap::new();
    for (name, schema) in spec.schemas()? {
        if let Some(rust) = replacement(name, schema)? {
            replacements.insert(name.to_owned(), rust);
        }
    }
    let mut mocks = spec.document.clone();
    for (name, schema) in &mut mocks.components.as_mut().context("there are no components")?.schemas {
        if let ReferenceOr::Item(schema) = schema {
            lower_object(schema).with_context(|| format!("in schema {name}"))?;
        }
    }
    for operation in operations(&mut mocks) {
        for parameter in operation.parameters.iter_mut().filter_map(as_item_mut) {
            if let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &mut parameter_data(parameter).format {
                schema.schema_data.default = None;
            }
        }
    }
    let (mut client, mut one_or_many) = (mocks.clone(), BTreeSet::new());
    for operation in operations(&mut client) {
        let responses = successes(&operation.responses).with_context(|| format!("in {:?}", operation.operation_id))?;
        if responses.values().filter_map(ReferenceOr::as_item).any(is_one_or_many) {
            one_or_many.extend(operation.operation_id.clone());
        }
        operation.responses.responses = responses;
    }
    Ok(Lowered { client, mocks, replacements, one_or_many })
}

/// The Rust type that stands for a named schema, where progenitor should not make one.
fn replacement(name: &str, schema: &Schema) -> Result<Option<String>> {
    let extensions = &schema.schema_data.extensions;
    if extensions.contains_key("x-extensible-enum") || extensions.contains_key("x-bitmask") {
        return Ok(Some(format!("crate::types::{name}")));
    }
    if is_secret(schema) {
        return Ok(Some(match extensions.get("x-read-as").map(Value::as_str) {
            None => "crate::Secret".to_owned(),
            Some(Some("Base32Secret")) => "crate::Base32Secret".to_owned(),
            other => bail!("schema {name} is read as {other:?}, and a secret can be read as Base32Secret"),
        }));
    }
    Ok(match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => match &string.format {
            VariantOrUnknownOrEmpty::Unknown(format) if format == "opaque-id" => Some("crate::OpaqueId".to_owned()),
            other => bail!("schema {name} is a named string of format {other:?}, which has no Rust type"),
        },
        SchemaKind::Type(Type::Integer(integer)) => match &integer.format {
            VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Some("i32".to_owned()),
            VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64) => Some("i64".to_owned()),
            other => bail!("schema {name} is a named integer of format {other:?}, which has no Rust type"),
        },
        SchemaKind::Type(Type::Object(_)) => None,
        _ => bail!("schema {name} is neither an object nor a string nor an integer"),
    })
}

/// Whether nothing of the schema's values may be shown.
pub fn is_secret(schema: &Schema) -> bool {
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return false };
    string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Password)
}

fn lower_object(schema: &mut Schema) -> Result<()> {
    let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind else { return Ok(()) };
    if object.additional_properties == Some(AdditionalProperties::Any(true)) {
        let any = Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::Any(AnySchema::default()) };
        object.additional_properties = Some(AdditionalProperties::Schema(Box::new(ReferenceOr::Item(any))));
    }
    for (name, member) in &mut object.properties {
        let ReferenceOr::Item(member) = member else { continue };
        member.schema_data.default = None;
        match &member.schema_kind {
            SchemaKind::Type(Type::Array(_)) if !object.required.contains(name) => member.schema_data.nullable = true,
            _ => ensure!(!is_secret(member), "member {name} is a secret and needs a named schema"),
        }
    }
    Ok(())
}

fn is_one_or_many(response: &Response) -> bool {
    let mut schemas = response.content.values().filter_map(|content| content.schema.as_ref()?.as_item());
    schemas.any(|schema| schema.schema_data.extensions.get("x-read-as").is_some_and(|read_as| read_as == "OneOrMany"))
}

/// The one success, as `2XX`.
fn successes(responses: &Responses) -> Result<IndexMap<StatusCode, ReferenceOr<Response>>> {
    let mut successes = responses.responses.iter().filter(|(status, _)| matches!(status, StatusCode::Code(200..=299)));
    let (_, response) = successes.next().context("no success is documented")?;
    ensure!(successes.next().is_none(), "two successes are documented, and a call has one type");
    Ok(IndexMap::from([(StatusCode::Range(2), response.clone())]))
}

fn operations(document: &mut OpenAPI) -> impl Iterator<Item = &mut Operation> {
    document.paths.paths.values_mut().filter_map(as_item_mut).flat_map(|item| {
        let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
        [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
    })
}

fn as_item_mut<T>(item: &mut ReferenceOr<T>) -> Option<&mut T> {
    match item {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
    }
}

fn parameter_data(parameter: &mut Parameter) -> &mut ParameterData {
    use Parameter::{Cookie, Header, Path, Query};
    match parameter {
        Query { parameter_data, .. }
        | Header { parameter_data, .. }
        | Path { parameter_data, .. }
        | Cookie { parameter_data, .. } => parameter_data,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lowered(operation: Value, schemas: Value) -> Result<Lowered> {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": operation}}, "components": {"schemas": schemas},
        });
        lower(&Spec::parse(&document.to_string())?)
    }

    fn get() -> Value {
        json!({"operationId": "a", "responses": {"204": {"description": "d"}, "401": {"description": "e"}}})
    }

    fn member(lowered: &Lowered, name: &str) -> Value {
        serde_json::to_value(&lowered.client.components.as_ref().unwrap().schemas["Thing"]).unwrap()["properties"][name].clone()
    }

    #[test]
    fn the_client_knows_any_2xx_and_no_error() {
        let lowered = lowered(get(), json!({})).unwrap();
        let statuses = |document: &OpenAPI| {
            serde_json::to_value(document).unwrap()["paths"]["/a"]["get"]["responses"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(statuses(&lowered.client), ["2XX"]);
        assert_eq!(statuses(&lowered.mocks), ["204", "401"]);
    }

    #[test]
    fn two_successes_are_refused() {
        let operation = json!({"operationId": "a", "responses": {"200": {"description": "d"}, "204": {"description": "e"}}});
        assert!(lowered(operation, json!({})).is_err());
    }

    #[test]
    fn an_array_that_may_be_absent_may_be_null() {
        let array = json!({"type": "array", "items": {"type": "string"}});
        let thing = json!({"Thing": {"type": "object", "required": ["must"], "properties": {"may": array, "must": array}}});
        let lowered = lowered(get(), thing).unwrap();
        assert_eq!(member(&lowered, "may")["nullable"], true);
        assert_eq!(member(&lowered, "must")["nullable"], Value::Null);
    }

    #[test]
    fn defaults_go() {
        let mut operation = get();
        operation["parameters"] = json!([{"name": "p", "in": "query", "schema": {"type": "boolean", "default": true}}]);
        let thing = json!({"Thing": {"type": "object", "properties": {"m": {"type": "boolean", "default": true}}}});
        let lowered = lowered(operation, thing).unwrap();
        assert_eq!(member(&lowered, "m"), json!({"type": "boolean"}));
        assert!(!serde_json::to_string(&lowered.client).unwrap().contains("default"));
        assert!(!serde_json::to_string(&lowered.mocks).unwrap().contains("default"));
    }

    #[test]
    fn named_scalars_become_rust_types() {
        let lowered = lowered(
            get(),
            json!({
                "Pin": {"type": "string", "format": "password"},
                "Key": {"type": "string", "format": "opaque-id"},
                "Id": {"type": "integer", "format": "int32"},
                "Kind": {"type": "string", "x-extensible-enum": ["A"]},
                "Rights": {"type": "integer", "x-bitmask": {}},
            }),
        )
        .unwrap();
        let expected = [
            ("Id", "i32"),
            ("Key", "crate::OpaqueId"),
            ("Kind", "crate::types::Kind"),
            ("Pin", "crate::Secret"),
            ("Rights", "crate::types::Rights"),
        ];
        assert_eq!(lowered.replacements, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
    }

    #[test]
    fn a_secret_without_a_name_is_refused() {
        let thing = json!({"Thing": {"type": "object", "properties": {"pin": {"type": "string", "format": "password"}}}});
        let error = format!("{:#}", lowered(get(), thing).err().unwrap());
        assert!(error.contains("Thing") && error.contains("pin"), "{error}");
    }

    #[test]
    fn a_named_scalar_without_a_rust_type_is_refused() {
        for schema in [json!({"type": "string"}), json!({"type": "integer"}), json!({"type": "boolean"})] {
            assert!(lowered(get(), json!({"Thing": schema})).is_err(), "{schema}");
        }
    }

    #[test]
    fn what_is_read_by_hand_is_known_by_its_extension() {
        let secret = |read_as: &str| json!({"S": {"type": "string", "format": "password", "x-read-as": read_as}});
        assert_eq!(lowered(get(), secret("Base32Secret")).unwrap().replacements["S"], "crate::Base32Secret");
        assert!(lowered(get(), secret("Base64")).is_err());
        let answer = |read_as: &str| {
            let list = json!({"type": "array", "x-read-as": read_as, "items": {"type": "string"}});
            json!({"operationId": "a", "responses": {"200": {"description": "d", "content": {"application/json": {"schema": list}}}}})
        };
        assert_eq!(lowered(answer("OneOrMany"), json!({})).unwrap().one_or_many, ["a".to_owned()].into());
        assert!(lowered(answer("Many"), json!({})).unwrap().one_or_many.is_empty());
    }

    #[test]
    fn unknown_members_are_kept_where_the_document_says_so() {
        let thing = json!({"Thing": {"type": "object", "additionalProperties": true, "properties": {}}});
        let lowered = lowered(get(), thing).unwrap();
        let thing = serde_json::to_value(&lowered.client.components.as_ref().unwrap().schemas["Thing"]).unwrap();
        assert!(thing["additionalProperties"].is_object(), "{thing}");
    }
}
