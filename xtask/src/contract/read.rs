//! Document -> contract: what Swagger 2.0 and OpenAPI 3.0 write in two ways becomes one.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::document::{Document, Form, scalar};
use super::{Contract, Input, Name, Operation, Response, Schema, security};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads all operations.
pub(super) fn contract(document: &Document) -> Result<Contract> {
    let version = document.root.pointer("/info/version").map(scalar).unwrap_or_default();
    let paths = document.root.get("paths").filter(|paths| paths.is_object());
    ensure!(paths.is_some(), "not an OpenAPI document: it has no `paths`");
    let mut contract = Contract { version, ..Contract::default() };
    let mut is_nuki = false;
    for (path, item) in document.members(&document.root, "paths")? {
        let item = document.follow(item).with_context(|| format!("in {path}"))?;
        for method in METHODS {
            let Some(value) = item.get(method) else {
                continue;
            };
            let name = Name { path: path.clone(), method: method.to_uppercase() };
            is_nuki |= is_tagged_account(value);
            let operation = operation(document, item, value);
            contract.operations.insert(name.clone(), operation.with_context(|| format!("in {name}"))?);
        }
    }
    ensure!(is_nuki, "no operation has the tag `Account`; is this the document of the Nuki Web API?");
    contract.schemas = reached(document, &contract)?;
    Ok(contract)
}

fn is_tagged_account(operation: &Value) -> bool {
    let tags = operation.get("tags").and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(Value::as_str).any(|tag| tag.eq_ignore_ascii_case("account"))
}

/// Every schema that the operations reach. A name is read once, so cycles end.
fn reached(document: &Document, contract: &Contract) -> Result<BTreeMap<String, Schema>> {
    let named = |schema: &Schema| schema.references().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut open: Vec<String> = contract.operations.values().flat_map(Operation::schemas).flat_map(named).collect();
    let mut schemas = BTreeMap::new();
    while let Some(name) = open.pop() {
        if schemas.contains_key(&name) {
            continue;
        }
        let schema = Schema::read(document, document.schema(&name)?).with_context(|| format!("in the schema {name}"))?;
        open.extend(named(&schema));
        schemas.insert(name, schema);
    }
    Ok(schemas)
}

fn operation(document: &Document, item: &Value, value: &Value) -> Result<Operation> {
    let mut operation = Operation { security: security::read(document, value)?, ..Operation::default() };
    let mut form = Map::new();
    // Those of the path come first, so that the operation's own replace them.
    for parameter in document.list(item, "parameters")?.iter().chain(document.list(value, "parameters")?) {
        let parameter = document.follow(parameter)?;
        let text = |key| parameter.get(key).and_then(Value::as_str).with_context(|| format!("a parameter without `{key}`"));
        let (place, name) = (text("in")?, text("name")?);
        match place {
            "body" => operation.request_body = Some(swagger_body(document, value, parameter)?),
            "formData" => drop(form.insert(name.to_owned(), parameter.clone())),
            _ => {
                let input = input(document, place, parameter).with_context(|| format!("the parameter {place} {name}"))?;
                operation.parameters.insert(format!("{place} {name}"), input);
            }
        }
    }
    if !form.is_empty() {
        operation.request_body = Some(swagger_form(document, value, form)?);
    }
    if let Some(body) = value.get("requestBody") {
        let body = document.follow(body)?;
        let schema = content(document, body)?.unwrap_or_default();
        operation.request_body = Some(Input { required: flag(body, "required"), schema });
    }
    for (status, response) in document.members(value, "responses")? {
        let response = response_body(document, value, document.follow(response)?);
        let response = response.with_context(|| format!("the response {status}"))?;
        operation.responses.insert(status.clone(), response.map_or(Response::NoBody, Response::Body));
    }
    Ok(operation)
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

fn input(document: &Document, place: &str, parameter: &Value) -> Result<Input> {
    let mut schema = match document.form {
        Form::Swagger2 => Schema::read(document, parameter)?,
        Form::OpenApi3 => match parameter.get("schema") {
            Some(schema) => Schema::read(document, schema)?,
            None => content(document, parameter)?.unwrap_or_default(),
        },
    };
    if schema.kind() == "array" {
        schema.facts.insert("collectionFormat".to_owned(), collection_format(place, parameter).into());
    }
    Ok(Input { required: place == "path" || flag(parameter, "required"), schema })
}

/// How a list travels in a parameter, in the words of Swagger 2.0.
fn collection_format(place: &str, parameter: &Value) -> String {
    let given = |key| parameter.get(key).and_then(Value::as_str);
    if let Some(format) = given("collectionFormat") {
        return format.to_owned();
    }
    // Without a `schema` this is Swagger 2.0, whose default is csv.
    let is_form = parameter.get("schema").is_some() && matches!(place, "query" | "cookie");
    match given("style").unwrap_or(if is_form { "form" } else { "simple" }) {
        "form" if parameter.get("explode") != Some(&Value::Bool(false)) => "multi",
        "spaceDelimited" => "ssv",
        "pipeDelimited" => "pipes",
        _ => "csv",
    }
    .to_owned()
}

/// The schema of a `content`: the one for JSON, where there is one.
fn content(document: &Document, value: &Value) -> Result<Option<Schema>> {
    let mut media = document.members(value, "content")?;
    media.sort_by_key(|(name, _)| (*name != "application/json", !is_json(name), *name));
    let Some((name, media)) = media.first() else {
        return Ok(None);
    };
    let Some(schema) = media.get("schema") else {
        return Ok(None);
    };
    Ok(Some(with_media(Schema::read(document, schema)?, &[name])))
}

/// Notes the media type where no JSON is to be had.
fn with_media(mut schema: Schema, media: &[&str]) -> Schema {
    if !media.iter().any(|media| is_json(media))
        && let Some(first) = media.iter().min()
    {
        schema.facts.insert("mediaType".to_owned(), (*first).into());
    }
    schema
}

fn is_json(media: &str) -> bool {
    media.contains("json") || matches!(media, "*/*" | "application/*")
}

/// What `produces` or `consumes` says for an operation of Swagger 2.0.
fn media_types<'a>(document: &'a Document, operation: &'a Value, key: &str) -> Result<Vec<&'a str>> {
    let owner = if operation.get(key).is_some() { operation } else { &document.root };
    Ok(document.list(owner, key)?.iter().filter_map(Value::as_str).collect())
}

fn response_body(document: &Document, operation: &Value, response: &Value) -> Result<Option<Schema>> {
    match (document.form, response.get("schema")) {
        (Form::OpenApi3, _) => content(document, response),
        (Form::Swagger2, None) => Ok(None),
        (Form::Swagger2, Some(schema)) => {
            let media = media_types(document, operation, "produces")?;
            Ok(Some(with_media(Schema::read(document, schema)?, &media)))
        }
    }
}

fn swagger_body(document: &Document, operation: &Value, parameter: &Value) -> Result<Input> {
    let schema = Schema::read(document, parameter.get("schema").unwrap_or(&json!({})))?;
    let schema = with_media(schema, &media_types(document, operation, "consumes")?);
    Ok(Input { required: flag(parameter, "required"), schema })
}

/// Fields of a form are the members of one object.
fn swagger_form(document: &Document, operation: &Value, fields: Map<String, Value>) -> Result<Input> {
    let required: Vec<&String> = fields.iter().filter(|(_, field)| flag(field, "required")).map(|(name, _)| name).collect();
    let is_required = !required.is_empty();
    let schema = Schema::read(document, &json!({"type": "object", "required": required, "properties": fields}))?;
    let media = media_types(document, operation, "consumes")?;
    Ok(Input { required: is_required, schema: with_media(schema, if media.is_empty() { &[FORM] } else { &media }) })
}
