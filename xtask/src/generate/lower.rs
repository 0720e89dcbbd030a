//! Rewrites the document into one that progenitor can take without loss.
//!
//! - Error statuses go: they have no schema, and progenitor would drop their bodies where it knows them.
//! - The success status becomes `2XX`: any 2xx is a success for a call.
//! - What becomes a Rust type is rewritten in [`schema`](super::schema).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use indexmap::IndexMap;
use openapiv3::{
    Content, OpenAPI, Operation, Parameter, ParameterSchemaOrContent, PathItem, QueryStyle, ReferenceOr, Response, Responses,
    Schema, SchemaKind, StatusCode, Type,
};

use super::schema::Schemas;
use super::spec::Spec;

pub use super::schema::is_secret;

/// What [`lower`] makes of a document.
pub struct Lowered {
    /// For the client: a success is any 2xx, every other status is an error.
    pub client: OpenAPI,
    /// For the typed mocks: the statuses as documented.
    pub mocks: OpenAPI,
    /// Named schema -> the Rust type that stands for it.
    pub replacements: BTreeMap<String, String>,
    /// The operations that answer with a value or with nothing.
    pub optional: BTreeSet<String>,
    /// The operations that may answer one item in place of a list.
    pub one_or_many: BTreeSet<String>,
    /// The named schemas that nothing refers to.
    pub unused: Vec<String>,
}

/// Lowers `spec` for progenitor.
pub fn lower(spec: &Spec) -> Result<Lowered> {
    let mut schemas = Schemas::new(spec)?;
    let mut mocks = spec.document.clone();
    mocks.components.as_mut().context("there are no components")?.schemas = schemas.objects(spec)?;
    for (path, item) in &mut mocks.paths.paths {
        let ReferenceOr::Item(item) = item else { bail!("{path} is a reference") };
        ensure!(item.parameters.is_empty(), "{path} has parameters of its own; write them out in its operations");
    }
    for operation in operations(&mut mocks) {
        let id = operation.operation_id.clone().unwrap_or_default();
        lower_operation(operation, &mut schemas).map_err(|error| in_operation(spec, &id, &error))?;
    }
    let mut client = mocks.clone();
    let mut optional = BTreeSet::new();
    for operation in operations(&mut client) {
        let id = operation.operation_id.clone().unwrap_or_default();
        let (responses, either) = successes(&operation.responses).map_err(|error| in_operation(spec, &id, &error))?;
        operation.responses.responses = responses;
        if either {
            optional.insert(id);
        }
    }
    let one_or_many = spec
        .endpoints()?
        .into_iter()
        .filter(|endpoint| endpoint.operation.responses.responses.values().filter_map(ReferenceOr::as_item).any(is_one_or_many));
    let one_or_many = one_or_many.filter_map(|endpoint| endpoint.operation.operation_id.clone()).collect();
    let (unused, replacements) = (schemas.unused(), schemas.replacements);
    Ok(Lowered { client, mocks, unused, replacements, optional, one_or_many })
}

/// What is wrong with an operation, at its place.
fn in_operation(spec: &Spec, id: &str, error: &anyhow::Error) -> anyhow::Error {
    let endpoints = spec.endpoints().unwrap_or_default();
    let endpoint = endpoints.iter().find(|endpoint| endpoint.operation.operation_id.as_deref() == Some(id));
    let pointer = endpoint.map(super::spec::Endpoint::pointer).unwrap_or_default();
    spec.error(&pointer, format!("in operation {id}: {error:#}"))
}

fn lower_operation(operation: &mut Operation, schemas: &mut Schemas) -> Result<()> {
    for parameter in &mut operation.parameters {
        let ReferenceOr::Item(parameter) = parameter else { bail!("a parameter is a reference; write it out") };
        let name = parameter.parameter_data_ref().name.clone();
        lower_parameter(parameter, schemas).with_context(|| format!("in parameter {name}"))?;
    }
    match &mut operation.request_body {
        None => {}
        Some(ReferenceOr::Reference { .. }) => bail!("the request body is a reference; write it out"),
        Some(ReferenceOr::Item(body)) => {
            ensure!(body.required, "a request body has to be `required: true`");
            ensure!(!body.content.is_empty(), "the request body has no content");
            lower_content(&mut body.content, schemas).context("in the request body")?;
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let ReferenceOr::Item(response) = response else { bail!("the response {status} is a reference; write it out") };
        lower_content(&mut response.content, schemas).with_context(|| format!("in the response {status}"))?;
    }
    Ok(())
}

fn lower_parameter(parameter: &mut Parameter, schemas: &mut Schemas) -> Result<()> {
    let (data, is_query) = match parameter {
        Parameter::Path { parameter_data, .. } => {
            ensure!(parameter_data.required, "a parameter of a path has to be `required: true`");
            (parameter_data, false)
        }
        Parameter::Query { parameter_data, style: QueryStyle::Form, .. } => (parameter_data, true),
        _ => bail!("only parameters of a path, and of a query in the style `form`, are understood"),
    };
    let ParameterSchemaOrContent::Schema(schema) = &mut data.format else { bail!("it has a content and no schema") };
    schemas.lower(schema)?;
    match schema {
        ReferenceOr::Item(Schema { schema_kind: SchemaKind::Type(Type::Array(_)), .. }) => {
            ensure!(is_query, "a list cannot stand in a path");
            ensure!(data.explode == Some(false), "a list is sent with commas: say `explode: false`");
        }
        ReferenceOr::Item(Schema { schema_kind: SchemaKind::Type(Type::Object(_)) | SchemaKind::Any(_), .. }) => {
            bail!("an object cannot be a parameter")
        }
        _ => {}
    }
    Ok(())
}

fn lower_content(content: &mut Content, schemas: &mut Schemas) -> Result<()> {
    for (media, content) in content {
        // progenitor leaves the value of any other untyped.
        ensure!(media == "application/json", "only application/json has a Rust type, and this is {media}");
        schemas.lower(content.schema.as_mut().context("its content has no schema")?)?;
    }
    Ok(())
}

fn is_one_or_many(response: &Response) -> bool {
    let mut schemas = response.content.values().filter_map(|content| content.schema.as_ref()?.as_item());
    schemas.any(|schema| schema.schema_data.extensions.get("x-read-as").is_some_and(|read_as| read_as == "OneOrMany"))
}

/// The success as `2XX`, and whether there is one with a value and one without.
fn successes(responses: &Responses) -> Result<(IndexMap<StatusCode, ReferenceOr<Response>>, bool)> {
    let successes = responses.responses.iter().filter(|(status, _)| matches!(status, StatusCode::Code(200..=299)));
    let (with, without) = successes
        .map(|(_, response)| response)
        .partition::<Vec<_>, _>(|response| response.as_item().is_some_and(|response| !response.content.is_empty()));
    ensure!(with.len() <= 1, "two successes with a value are documented, and a call has one type");
    let response = with.first().or(without.first()).copied().context("no success is documented")?;
    Ok((IndexMap::from([(StatusCode::Range(2), response.clone())]), !with.is_empty() && !without.is_empty()))
}

fn operations(document: &mut OpenAPI) -> impl Iterator<Item = &mut Operation> {
    let items = document.paths.paths.values_mut().filter_map(|item| match item {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
    });
    items.flat_map(|item| {
        let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
        [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
    fn of_two_successes_one_at_most_has_a_value() {
        let content = json!({"application/json": {"schema": {"type": "string"}}});
        let operation = |of_200: &Value, of_204: &Value| {
            let response = |content: &Value| json!({"description": "d", "content": content});
            json!({"operationId": "a", "responses": {"200": response(of_200), "204": response(of_204)}})
        };
        for (one, other, optional) in
            [(&content, &json!({}), true), (&json!({}), &content, true), (&json!({}), &json!({}), false)]
        {
            let lowered = lowered(operation(one, other), json!({})).unwrap();
            assert_eq!(lowered.optional.contains("a"), optional);
            let client = serde_json::to_value(&lowered.client).unwrap();
            let success = client.pointer("/paths/~1a/get/responses/2XX").unwrap();
            assert_eq!(success.get("content").is_some(), optional, "{success}");
        }
        assert!(lowered(operation(&content, &content), json!({})).is_err());
    }

    #[test]
    fn what_progenitor_would_lose_or_mistake_is_refused() {
        let parameter = |parameter: Value| {
            let mut operation = get();
            operation["parameters"] = json!([parameter]);
            operation
        };
        let body = |body: Value| {
            let mut operation = get();
            operation["requestBody"] = body;
            operation
        };
        let text = json!({"type": "string"});
        let list = json!({"type": "array", "items": text});
        let mut answer = get();
        answer["responses"]["200"] = json!({"description": "d", "content": {"text/plain": {"schema": text}}});
        for (operation, message) in [
            (parameter(json!({"name": "p", "in": "path", "required": false, "schema": text})), "required: true"),
            (parameter(json!({"name": "p", "in": "header", "schema": text})), "only parameters of a path"),
            (parameter(json!({"name": "p", "in": "cookie", "schema": text})), "only parameters of a path"),
            (parameter(json!({"name": "p", "in": "query", "style": "pipeDelimited", "schema": text})), "style `form`"),
            (parameter(json!({"name": "p", "in": "query", "schema": list})), "say `explode: false`"),
            (parameter(json!({"name": "p", "in": "path", "required": true, "schema": list})), "a list cannot stand in a path"),
            (
                parameter(json!({"name": "p", "in": "query", "schema": {"type": "object", "additionalProperties": true}})),
                "object",
            ),
            (parameter(json!({"name": "p", "in": "query", "content": {"application/json": {}}})), "has a content"),
            (parameter(json!({"$ref": "#/components/parameters/p"})), "is a reference"),
            (body(json!({"content": {"application/json": {"schema": text}}})), "`required: true`"),
            (body(json!({"required": true, "content": {}})), "has no content"),
            (body(json!({"required": true, "content": {"text/plain": {"schema": text}}})), "this is text/plain"),
            (body(json!({"required": true, "content": {"application/json": {}}})), "has no schema"),
            (body(json!({"$ref": "#/components/requestBodies/b"})), "is a reference"),
            (answer, "this is text/plain"),
        ] {
            let error = format!("{:#}", lowered(operation.clone(), json!({})).err().unwrap_or_else(|| panic!("{operation}")));
            assert!(error.contains(message) && error.contains("in operation a"), "{error}");
        }
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
                "Code": {"type": "integer", "format": "password"},
                "Big": {"type": "integer", "format": "int64"},
                "Is": {"type": "boolean"},
                "Text": {"type": "string"},
                "Key": {"type": "string", "format": "opaque-id"},
                "Id": {"type": "integer", "format": "int32"},
                "Kind": {"type": "string", "x-extensible-enum": ["A"]},
                "Rights": {"type": "integer", "x-bitmask": {}},
            }),
        )
        .unwrap();
        let expected = [
            ("Big", "i64"),
            ("Code", "crate::SecretNumber"),
            ("Id", "i32"),
            ("Is", "bool"),
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
    fn what_is_read_by_hand_is_known_by_its_extension() {
        let answer = |read_as: &str| {
            let list = json!({"type": "array", "x-read-as": read_as, "items": {"type": "string"}});
            json!({"operationId": "a", "responses": {"200": {"description": "d", "content": {"application/json": {"schema": list}}}}})
        };
        assert_eq!(lowered(answer("OneOrMany"), json!({})).unwrap().one_or_many, ["a".to_owned()].into());
        assert!(lowered(answer("Many"), json!({})).unwrap().one_or_many.is_empty());
        let secret = |read_as: &str| json!({"S": {"type": "string", "format": "password", "x-read-as": read_as}});
        assert_eq!(lowered(get(), secret("Base32Secret")).unwrap().replacements["S"], "crate::Base32Secret");
        assert!(lowered(get(), secret("Base64")).is_err());
    }

    #[test]
    fn a_named_scalar_without_a_rust_type_is_refused() {
        for schema in [json!({"type": "number"}), json!({"type": "integer"}), json!({"type": "array", "items": {}})] {
            assert!(lowered(get(), json!({"Thing": schema})).is_err(), "{schema}");
        }
    }

    #[test]
    fn unknown_members_are_kept_where_the_document_says_so() {
        let thing = json!({"Thing": {"type": "object", "additionalProperties": true, "properties": {"a": {"type": "string"}}}});
        let lowered = lowered(get(), thing).unwrap();
        let thing = serde_json::to_value(&lowered.client.components.as_ref().unwrap().schemas["Thing"]).unwrap();
        assert!(thing["additionalProperties"].is_object(), "{thing}");
    }
}
