//! A JSON object as the body of a request. It is judged as JSON, whatever the content type says. Null means absent, and
//! members that nobody knows are passed over.

use serde_json::{Map, Value};

use super::super::error_body::Refusal;

pub(super) struct Body(Map<String, Value>);

impl Body {
    pub(super) fn parse(body: &[u8]) -> Result<Body, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Body(members)),
            Ok(_) => Err(Refusal::bad_request("The body is not a JSON object")),
            Err(_) => Err(Refusal::bad_request("The body is not JSON")),
        }
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        self.member(name).map(|value| value.as_str().ok_or_else(|| wrong(name, "a string"))).transpose()
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.member(name).map(|value| value.as_bool().ok_or_else(|| wrong(name, "a boolean"))).transpose()
    }

    /// A bitmask from 0 to `max`.
    pub(super) fn bits(&self, name: &str, max: u32) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        // 31.0 is an integer to JSON Schema, and to many a writer of JSON.
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=f64::from(max)).contains(number));
        match number {
            Some(number) => Ok(Some(number as u32)),
            None => Err(wrong(name, &format!("an integer from 0 to {max}"))),
        }
    }

    /// The members of an object that are among `known`, all of them strings.
    pub(super) fn texts(&self, name: &str, known: &[&str]) -> Result<Map<String, Value>, Refusal> {
        let Some(value) = self.member(name) else {
            return Ok(Map::new());
        };
        let Value::Object(members) = value else {
            return Err(wrong(name, "an object"));
        };
        let members = Body(members.clone());
        let mut kept = Map::new();
        for known in known {
            if let Some(text) = members.text(known)? {
                kept.insert((*known).to_owned(), text.into());
            }
        }
        Ok(kept)
    }

    /// An opaque id: a string, or a number read as one.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        self.member(name).and_then(id_text)
    }
}

pub(in super::super) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::bad_request(format!("{name} is missing"))
}

fn wrong(name: &str, expected: &str) -> Refusal {
    Refusal::bad_request(format!("{name} must be {expected}"))
}
