//! `tests/contract/rows/`: a contract case for each call, with a sample of everything that can be given and of what comes back.

use anyhow::{Context, Result};
use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::{Map, Value, json};
use syn::{File, parse_quote};

use super::super::schema::is_secret;
use super::super::spec::{Endpoint, Spec};
use super::arguments::{Form, unboxed};
use super::model::{Call, Face, Given, Group, Place};

/// Makes the cases of a group.
pub fn group(spec: &Spec, face: &Face, group: &Group) -> Result<File> {
    let calls = face.calls.iter().filter(|call| call.group == group.name && !call.by_hand);
    let endpoints = spec.endpoints()?;
    let rows = calls.map(|call| {
        let endpoint = endpoints.iter().find(|endpoint| endpoint.operation.operation_id.as_deref() == Some(&call.id.to_string()));
        row(spec, face, call, endpoint.context("it is no operation")?).with_context(|| format!("in {}", call.id))
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    Ok(parse_quote! {
        use nuki_api::Operation;
        use serde_json::Value;

        use crate::case::{Case, call, date, json, value};

        pub fn rows() -> Vec<Case> {
            vec![#(#rows),*]
        }
    })
}

fn row(spec: &Spec, face: &Face, call: &Call, endpoint: &Endpoint<'_>) -> Result<TokenStream> {
    let mut request = Request { path: endpoint.path.to_owned(), query: Vec::new(), body: Value::Null };
    let mut code = quote!(nuki);
    for handle in face.handles_to(&call.chain) {
        let method = &handle.method;
        let mut arguments = Vec::new();
        for bound in &handle.binds {
            let given = Given {
                form: Form::Parsed(bound.input.clone()),
                schema: bound.schema.clone(),
                place: Place::Path(bound.parameter.clone()),
            };
            arguments.push(request.give(spec, &given, None)?);
        }
        code = quote!(#code.#method(#(#arguments),*));
    }
    let method = &call.method;
    let arguments =
        call.arguments.iter().map(|argument| request.give(spec, &argument.given, None)).collect::<Result<Vec<_>>>()?;
    code = quote!(#code.#method(#(#arguments),*));
    let mut set = Vec::new();
    for setter in &call.setters {
        if set.contains(&&setter.given.place) {
            // Of several fixed values of one member the first.
            continue;
        }
        set.push(&setter.given.place);
        let name = &setter.name;
        let value = request.give(spec, &setter.given, setter.fixed)?;
        code = if setter.fixed.is_some() { quote!(#code.#name()) } else { quote!(#code.#name(#value)) };
    }
    if call.body.is_some() && request.body.is_null() {
        request.body = json!({});
    }
    let operation = &call.operation;
    let target = request.target();
    let body = if request.body.is_null() { quote!(Value::Null) } else { raw(&request.body).map(|json| quote!(json(#json)))? };
    let answer = match answer(endpoint)? {
        Some(schema) => {
            let json = raw(&sample(spec, schema)?)?;
            quote!(Some(#json))
        }
        None => quote!(None),
    };
    Ok(quote!(Case::new(Operation::#operation, #target, #body, #answer, call!(|nuki| #code))))
}

/// What the calls of a row have to send.
struct Request {
    path: String,
    query: Vec<(String, String)>,
    body: Value,
}

impl Request {
    /// The expression that gives a sample, which then stands in the request.
    fn give(&mut self, spec: &Spec, given: &Given, fixed: Option<bool>) -> Result<TokenStream> {
        let value = match fixed {
            Some(fixed) => fixed.into(),
            None => sample(spec, &given.schema)?,
        };
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(","),
            other => other.to_string(),
        };
        match &given.place {
            Place::Path(name) => self.path = self.path.replace(&format!("{{{name}}}"), &encoded(&text)),
            Place::Query(name) => self.query.push((name.clone(), text)),
            Place::Body(path) => set(&mut self.body, path, value.clone()),
            Place::QueryAndBody(name) => {
                self.query.push((name.clone(), text));
                set(&mut self.body, name, value.clone());
            }
            Place::WholeBody => self.body = value.clone(),
        }
        expression(spec, &given.form, &given.schema, &value, given.place == Place::WholeBody)
    }

    /// The generated client sends the parameters of a query by name.
    fn target(&mut self) -> String {
        self.query.sort();
        let query = self.query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}

fn encoded(text: &str) -> String {
    /// All but what RFC 3986 calls unreserved.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

fn set(body: &mut Value, path: &str, value: Value) {
    let place = path.split('.').fold(body, |body, member| {
        if body.is_null() {
            *body = json!({});
        }
        &mut body[member]
    });
    *place = value;
}

/// A sample in Rust, in the form in which a caller gives it.
fn expression(spec: &Spec, form: &Form, schema: &ReferenceOr<Schema>, value: &Value, is_whole: bool) -> Result<TokenStream> {
    let (_, resolved) = spec.resolve(schema)?;
    let is_object = matches!(resolved.schema_kind, SchemaKind::Type(Type::Object(_)));
    let is_date = matches!(&resolved.schema_kind, SchemaKind::Type(Type::String(string))
        if string.format == VariantOrUnknownOrEmpty::Item(StringFormat::DateTime));
    Ok(match form {
        Form::Own(input) => {
            let text = literal(value);
            quote!(nuki_api::#input::new(#text))
        }
        Form::Parsed(input) if is_object => {
            let json = raw(value)?;
            quote!(value::<nuki_api::#input>(#json))
        }
        Form::Parsed(_) => literal(value),
        Form::Into if is_date => {
            let text = literal(value);
            quote!(date(#text))
        }
        Form::Into => literal(value),
        Form::List(item) => {
            let SchemaKind::Type(Type::Array(array)) = &resolved.schema_kind else { anyhow::bail!("a list is no array") };
            let items = unboxed(array.items.as_ref().context("a list says nothing of its items")?);
            match **item {
                Form::Plain => {
                    let json = raw(value)?;
                    quote!(value::<Vec<_>>(#json))
                }
                _ => {
                    let values = value.as_array().into_iter().flatten();
                    let values = values.map(|value| expression(spec, item, &items, value, false)).collect::<Result<Vec<_>>>()?;
                    quote!([#(#values),*])
                }
            }
        }
        Form::Plain if is_whole => {
            let json = raw(value)?;
            quote!(&value(#json))
        }
        Form::Plain => {
            let json = raw(value)?;
            quote!(value(#json))
        }
    })
}

fn literal(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote!(#text),
        Value::Number(number) => {
            let number = Literal::i64_suffixed(number.as_i64().unwrap_or_default());
            quote!(#number)
        }
        other => {
            let text = other.to_string();
            quote!(#text)
        }
    }
}

/// The JSON of a value, as a raw string.
fn raw(value: &Value) -> Result<TokenStream> {
    let text = format!("r#\"{value}\"#");
    text.parse().map_err(|error| anyhow::anyhow!("a sample cannot be written: {error}"))
}

/// The schema of what comes back.
fn answer<'a>(endpoint: &Endpoint<'a>) -> Result<Option<&'a ReferenceOr<Schema>>> {
    let responses = endpoint.operation.responses.responses.iter();
    let mut successes = responses.filter(|(status, _)| matches!(status, openapiv3::StatusCode::Code(200..=299)));
    let schema = successes.find_map(|(_, response)| response.as_item()?.content.get("application/json")?.schema.as_ref());
    Ok(schema)
}

/// A sample of a schema, with every member.
fn sample(spec: &Spec, schema: &ReferenceOr<Schema>) -> Result<Value> {
    let (_, resolved) = spec.resolve(schema)?;
    if let SchemaKind::Type(Type::String(string)) = &resolved.schema_kind
        && string.format == VariantOrUnknownOrEmpty::Item(StringFormat::DateTime)
    {
        // Written as it comes back.
        return Ok("2026-11-24T10:41:28.500Z".into());
    }
    if let ReferenceOr::Item(item) = schema
        && let Some(example) = &item.schema_data.example
    {
        return Ok(example.clone());
    }
    if let Some(example) = &resolved.schema_data.example {
        return Ok(example.clone());
    }
    let extensions = &resolved.schema_data.extensions;
    if let Some(values) = extensions.get("x-extensible-enum").and_then(Value::as_array) {
        return Ok(values.last().cloned().unwrap_or_default());
    }
    Ok(match &resolved.schema_kind {
        SchemaKind::Type(Type::String(string)) => match &string.format {
            _ if is_secret(resolved) => "canary-secret".into(),
            VariantOrUnknownOrEmpty::Unknown(format) if format == "opaque-id" => "5f1c2d3e4a5b6c7d8e9f0a1b".into(),
            _ => "text".into(),
        },
        SchemaKind::Type(Type::Integer(integer)) => integer.maximum.unwrap_or(7).min(7).max(integer.minimum.unwrap_or(0)).into(),
        SchemaKind::Type(Type::Number(_)) => json!(1.5),
        SchemaKind::Type(Type::Boolean(_)) => true.into(),
        SchemaKind::Type(Type::Array(array)) => {
            let items = unboxed(array.items.as_ref().context("a list says nothing of its items")?);
            json!([sample(spec, &items)?])
        }
        SchemaKind::Type(Type::Object(object)) => {
            let mut members = Map::new();
            for (name, member) in &object.properties {
                members.insert(name.clone(), sample(spec, &unboxed(member))?);
            }
            if object.properties.is_empty() {
                let member = match &object.additional_properties {
                    Some(AdditionalProperties::Schema(schema)) => sample(spec, schema)?,
                    _ => json!({"goes": [1]}),
                };
                members.insert("anything".to_owned(), member);
            }
            Value::Object(members)
        }
        _ => json!({"any": 1}),
    })
}
