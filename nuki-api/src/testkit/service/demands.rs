//! What the document demands of a body. It comes from the document alone and not from the types of this crate, so that a
//! mistake of theirs does not go unseen.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};

use super::super::clock::date;
use super::super::error_body::Refusal;
use super::body::missing;
use nuki_api_gen::Operation;

/// The bodies and their schemas, made of the document.
static REQUESTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../generated/requests.json")).unwrap_or_default());

/// The body of a request as the service takes it: with dates in its own form, and without members that nobody knows. A null
/// stays where it stands for a member that may be absent, since an update clears by it.
pub(super) fn body(operation: Operation, body: &[u8]) -> Result<Value, Refusal> {
    let value = serde_json::from_slice(body).map_err(|_| Refusal::bad_request("The body is not JSON"))?;
    taken(&REQUESTS["bodies"][operation.info().id], value, "body")
}

fn taken(schema: &Value, value: Value, name: &str) -> Result<Value, Refusal> {
    if let Some(target) = schema["$ref"].as_str() {
        return taken(&REQUESTS["schemas"][target], value, name);
    }
    if let Some(schemas) = schema["allOf"].as_array() {
        return schemas.iter().try_fold(value, |value, schema| taken(schema, value, name));
    }
    if schema["x-extensible-enum"].as_array().is_some_and(|known| !known.contains(&whole(&value))) {
        return Err(wrong(name, &value));
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(members)) => object(schema, members),
        (Some("array"), Value::Array(items)) if items.len() as u64 >= schema["minItems"].as_u64().unwrap_or(0) => {
            items.into_iter().map(|item| taken(&schema["items"], item, name)).collect()
        }
        (Some("string"), Value::String(text)) => string(schema, text, name),
        (Some("boolean"), value @ Value::Bool(_)) => Ok(value),
        (Some("integer"), value) => match whole(&value) {
            Value::Number(number) if in_range(schema, &number) => Ok(number.into()),
            _ => Err(wrong(name, &value)),
        },
        (Some("number"), value @ Value::Number(_)) | (None, value) => Ok(value),
        (_, value) => Err(wrong(name, &value)),
    }
}

fn object(schema: &Value, mut members: Map<String, Value>) -> Result<Value, Refusal> {
    let mut kept = Map::new();
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        match members.remove(name) {
            None | Some(Value::Null) if required.iter().any(|required| required == name) => return Err(missing(name)),
            None => {}
            Some(Value::Null) => drop(kept.insert(name.clone(), Value::Null)),
            Some(value) => drop(kept.insert(name.clone(), taken(schema, value, name)?)),
        }
    }
    // A free map. Elsewhere the service ignores what it does not know.
    if schema["additionalProperties"] == true && schema.get("properties").is_none() {
        kept.extend(members);
    }
    Ok(kept.into())
}

fn string(schema: &Value, text: String, name: &str) -> Result<Value, Refusal> {
    let length = text.chars().count() as u64;
    let fits = schema["minLength"].as_u64().is_none_or(|least| length >= least)
        && schema["maxLength"].as_u64().is_none_or(|most| length <= most);
    match (fits, schema["format"].as_str()) {
        (true, Some("date-time")) => parse_date(&text).map(|at| date(at).into()).ok_or_else(|| wrong(name, &text.into())),
        (true, _) => Ok(text.into()),
        (false, _) => Err(wrong(name, &text.into())),
    }
}

/// A date as clients send it: with an offset or Z, with seconds or without.
pub(super) fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let short = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").ok().map(|at| at.and_utc());
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()).or_else(short)
}

/// An integer. 31.0 is one to JSON Schema, and to many a writer of JSON.
fn whole(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) if value.as_i64().is_none() && number.fract() == 0.0 && number.abs() < 1e15 => (number as i64).into(),
        _ => value.clone(),
    }
}

fn in_range(schema: &Value, number: &serde_json::Number) -> bool {
    let Some(number) = number.as_i64() else { return false };
    let fits_format = schema["format"] != "int32" || i32::try_from(number).is_ok();
    let at_least = schema["minimum"].as_i64().is_none_or(|least| number >= least);
    fits_format && at_least && schema["maximum"].as_i64().is_none_or(|most| number <= most)
}

/// In the words of the service.
pub(super) fn wrong(name: &str, value: &Value) -> Refusal {
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let value: String = value.chars().take(100).collect();
    Refusal::bad_request(format!("The supplied value '{value}' for parameter '{name}' is not valid."))
}
