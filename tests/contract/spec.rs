//! The document, read without the generator: what it demands of requests, and which statuses it knows.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::{Draft, Validator};
use nuki_api::Operation;
use serde_json::{Value, json};

use crate::case::Case;
use crate::world::Sent;

/// The document as it is checked in, its parts joined.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let parts = files.filter(|path| path.extension().is_some_and(|it| it == "yaml") && !path.ends_with("deviations.yaml"));
        let mut document = json!({});
        for part in parts {
            join(&mut document, serde_saphyr::from_str(&std::fs::read_to_string(part).unwrap()).unwrap());
        }
        document
    })
}

fn join(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.into_iter().for_each(|(name, value)| join(whole.entry(name).or_insert(Value::Null), value));
        }
        (Value::Array(whole), Value::Array(part)) => whole.extend(part),
        (whole, part) => *whole = part,
    }
}

/// An operation of the document.
pub struct Endpoint {
    pub id: String,
    pub method: String,
    pub path: String,
    pub operation: &'static Value,
}

/// All operations of the document.
pub fn endpoints() -> &'static [Endpoint] {
    static ENDPOINTS: OnceLock<Vec<Endpoint>> = OnceLock::new();
    ENDPOINTS.get_or_init(|| {
        let paths = document()["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| Endpoint {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                operation,
            })
        });
        operations.collect()
    })
}

/// The operation of the document that one of the table is made from.
pub fn endpoint(operation: Operation) -> &'static Endpoint {
    endpoints().iter().find(|endpoint| endpoint.id == operation.info().id).unwrap()
}

impl Endpoint {
    /// The documented statuses, in order.
    pub fn statuses(&self) -> Vec<u16> {
        let statuses = self.operation["responses"].as_object().unwrap().keys();
        let mut statuses = statuses.map(|status| status.parse().unwrap()).collect::<Vec<_>>();
        statuses.sort_unstable();
        statuses
    }

    /// The schema of the body of a success, if it has one.
    pub fn answer(&self) -> Option<&'static Value> {
        let responses = self.operation["responses"].as_object().unwrap();
        let (_, success) = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap();
        success.pointer("/content/application~1json/schema")
    }

    /// Whether a request is one of this operation: its path ends like ours, below whatever the base URL has. Gives how many
    /// segments are parameters, since fixed ones go first.
    fn fits(&self, sent: &Sent) -> Option<usize> {
        let (template, path) = (self.path.split('/').collect::<Vec<_>>(), sent.path.split('/').collect::<Vec<_>>());
        let path = &path[path.len().checked_sub(template.len() - 1)?..];
        let is_parameter = |segment: &&str| segment.starts_with('{');
        let mut segments = template[1..].iter().zip(path);
        let fits = self.method == sent.method && segments.all(|(ours, theirs)| is_parameter(ours) || ours == theirs);
        fits.then(|| template.iter().filter(|segment| is_parameter(segment)).count())
    }
}

/// Where a request breaks the document; one for another endpoint breaks nothing.
pub fn problems(sent: &Sent) -> Vec<String> {
    let fitting = endpoints().iter().filter_map(|endpoint| Some((endpoint.fits(sent)?, endpoint)));
    // The longest path, and of those the one with most fixed segments.
    let best = fitting.max_by_key(|(parameters, endpoint)| (endpoint.path.matches('/').count(), usize::MAX - parameters));
    let Some((_, endpoint)) = best else {
        return if sent.path.contains("/account") { vec!["no operation of the document".to_owned()] } else { Vec::new() };
    };
    let mut problems = Vec::new();
    match (&sent.body, endpoint.operation.pointer("/requestBody/content/application~1json/schema")) {
        (None, None) => {}
        (Some(_), None) => problems.push("a body that is not documented".to_owned()),
        (None, Some(_)) => problems.push("no body".to_owned()),
        (Some(body), Some(_)) => {
            let errors = validators()[&endpoint.id].iter_errors(body);
            problems.extend(errors.map(|error| format!("the body at `{}`: {error}", error.instance_path())));
        }
    }
    let parameters = endpoint.operation["parameters"].as_array().cloned().unwrap_or_default();
    let parameters = parameters.iter().filter(|parameter| parameter["in"] == "query").collect::<Vec<_>>();
    for parameter in &parameters {
        let name = parameter["name"].as_str().unwrap();
        let values = sent.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect::<Vec<_>>();
        if values.len() > 1 || (values.is_empty() && parameter["required"] == true) {
            problems.push(format!("the parameter {name} {} times", values.len()));
        }
        for text in values {
            let typed = match type_of(&parameter["schema"]) {
                "string" => Some(json!(text)),
                _ => serde_json::from_str(text).ok(),
            };
            let validator = &validators()[&format!("{} {name}", endpoint.id)];
            if !typed.is_some_and(|value| validator.is_valid(&value)) {
                problems.push(format!("the parameter {name} is {text}"));
            }
        }
    }
    let known = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
    problems.extend(sent.query.iter().filter(|(name, _)| !known(name)).map(|(name, _)| format!("the parameter {name}")));
    problems
}

/// What stands behind a reference, or the schema itself.
pub fn resolve(schema: &'static Value) -> &'static Value {
    let target = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"));
    match target.and_then(Value::as_str) {
        Some(target) => resolve(document().pointer(target.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// A member of an answer.
pub struct Member {
    /// Where it is, as a JSON pointer.
    pub pointer: String,
    pub required: bool,
    pub schema: &'static Value,
}

impl Member {
    pub fn name(&self) -> &str {
        self.pointer.rsplit('/').next().unwrap()
    }
}

/// The members of an answer that the document knows, and that are there.
pub fn members(schema: &'static Value, value: &Value) -> Vec<Member> {
    fn collect(schema: &'static Value, value: &Value, at: &str, into: &mut Vec<Member>) {
        if let Some(items) = schema.get("items") {
            for (index, item) in value.as_array().unwrap().iter().enumerate() {
                collect(resolve(items), item, &format!("{at}/{index}"), into);
            }
        }
        for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let Some(value) = value.get(name) else { continue };
            let required = schema["required"].as_array().is_some_and(|required| required.iter().any(|it| it == name));
            let (pointer, schema) = (format!("{at}/{name}"), resolve(member));
            collect(schema, value, &pointer, into);
            into.push(Member { pointer, required, schema });
        }
    }
    let mut members = Vec::new();
    collect(resolve(schema), value, "", &mut members);
    members
}

/// The objects in an answer, as JSON pointers, each with whether members that the document does not know are kept.
pub fn objects(schema: &'static Value, value: &Value) -> Vec<(String, bool)> {
    fn collect(schema: &'static Value, value: &Value, at: String, into: &mut Vec<(String, bool)>) {
        let schema = resolve(schema);
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            collect(&schema["items"], item, format!("{at}/{index}"), into);
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            if let Some(member) = schema["properties"].get(name) {
                collect(member, value, format!("{at}/{name}"), into);
            }
        }
        // A map has members of one kind, and no others.
        if value.is_object() && !schema["additionalProperties"].is_object() {
            into.push((at, schema["additionalProperties"] == true || schema.get("type").is_none()));
        }
    }
    let mut objects = Vec::new();
    collect(schema, value, String::new(), &mut objects);
    objects
}

fn type_of(schema: &Value) -> &str {
    let target = schema.get("$ref").and_then(Value::as_str);
    let schema = target.map_or(schema, |target| document().pointer(target.trim_start_matches('#')).unwrap());
    schema["type"].as_str().unwrap()
}

/// A validator for each body, by the operation's id, and for each parameter, by the id and its name.
fn validators() -> &'static BTreeMap<String, Validator> {
    static VALIDATORS: OnceLock<BTreeMap<String, Validator>> = OnceLock::new();
    VALIDATORS.get_or_init(|| {
        let mut validators = BTreeMap::new();
        for endpoint in endpoints() {
            if let Some(schema) = endpoint.operation.pointer("/requestBody/content/application~1json/schema") {
                validators.insert(endpoint.id.clone(), strict(schema));
            }
            for parameter in endpoint.operation["parameters"].as_array().into_iter().flatten() {
                let name = format!("{} {}", endpoint.id, parameter["name"].as_str().unwrap());
                validators.insert(name, strict(&parameter["schema"]));
            }
        }
        validators
    })
}

/// A validator that refuses members which the document does not know, unless it says that there may be others.
fn strict(schema: &Value) -> Validator {
    let mut components = document()["components"].clone();
    for schema in components["schemas"].as_object_mut().unwrap().values_mut() {
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = json!(false);
        }
    }
    let schema = json!({"allOf": [schema], "components": components});
    jsonschema::options().with_draft(Draft::Draft4).build(&schema).unwrap()
}

#[test]
fn the_table_of_operations_is_the_document() {
    let mut documented = endpoints().iter().map(|e| format!("{} {} {}", e.id, e.method, e.path)).collect::<Vec<_>>();
    let infos = Operation::ALL.map(Operation::info);
    let mut known = infos.map(|info| format!("{} {} {}", info.id, info.method, info.path)).to_vec();
    documented.sort();
    known.sort();
    assert_eq!(known, documented);
    for operation in Operation::ALL {
        let mut known = operation.info().errors.iter().map(|status| status.code).collect::<Vec<_>>();
        known.push(operation.info().success);
        known.sort_unstable();
        // Of two successes the one with a value.
        let is_other_success = |status: &u16| (200..300).contains(status) && *status != operation.info().success;
        let documented = endpoint(operation).statuses().into_iter().filter(|status| !is_other_success(status));
        assert_eq!(known, documented.collect::<Vec<_>>(), "{operation:?}");
    }
}

#[test]
fn a_request_that_breaks_the_document_is_noticed() {
    let sent = |method: &str, path: &str, query: &[(&str, &str)], body: Value| Sent {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: (!body.is_null()).then_some(body),
        ..Sent::default()
    };
    let good = json!({"language": "de", "password": "longer."});
    assert_eq!(problems(&sent("POST", "/x/account", &[("deleteApiTokens", "true")], good)), [""; 0]);
    for (bad, problem) in [
        (sent("POST", "/account", &[], json!({})), "language"),
        (sent("POST", "/account", &[], json!({"language": 1})), "/language"),
        (sent("POST", "/account", &[], json!({"language": "de", "pasword": "x"})), "pasword"),
        (sent("POST", "/account", &[], json!({"language": "de", "password": "short"})), "/password"),
        (sent("POST", "/account", &[], json!({"language": "de", "name": null})), "/name"),
        (sent("POST", "/account", &[("deleteApiTokens", "yes")], json!({"language": "de"})), "deleteApiTokens"),
        (sent("POST", "/account", &[("delete", "true")], json!({"language": "de"})), "parameter delete"),
        (sent("POST", "/account", &[], Value::Null), "no body"),
        (sent("GET", "/account", &[], json!({})), "not documented"),
        (sent("DELETE", "/account/integration", &[], json!({"apiKeyId": "1"})), "apiKeyId 0 times"),
        (sent("DELETE", "/account/integration", &[("apiKeyId", "1")], json!({"apiKeyId": 1})), "/apiKeyId"),
        (sent("PATCH", "/account", &[], Value::Null), "no operation"),
        (sent("GET", "/account/sub/1/2", &[], Value::Null), "no operation"),
    ] {
        let found = problems(&bad);
        assert!(found.len() == 1 && found[0].contains(problem), "{problem}: {found:?}");
    }
}

#[test]
fn the_full_answers_have_every_member_of_the_document() {
    fn missing(schema: &'static Value, value: &Value, at: &str, into: &mut Vec<String>) {
        let schema = resolve(schema);
        if let Some(items) = schema.get("items") {
            return match value.get(0) {
                Some(first) => missing(items, first, &format!("{at}[0]"), into),
                None => into.push(at.to_owned()),
            };
        }
        for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let at = format!("{at}.{name}");
            match value.get(name) {
                Some(value) => missing(member, value, &at, into),
                None => into.push(at),
            }
        }
    }
    for case in Case::all() {
        let schema = endpoint(case.operation).answer();
        assert_eq!(schema.is_some(), case.answer.is_some(), "{:?}", case.operation);
        if let (Some(schema), Some(answer)) = (schema, case.answer) {
            let mut without = Vec::new();
            missing(schema, &serde_json::from_str(answer).unwrap(), "", &mut without);
            assert_eq!(without, [""; 0], "{:?}", case.operation);
        }
    }
}
