//! The rules of this project for its spec, beyond what OpenAPI demands. `openapi/README.md` explains them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, escaped};

/// Words that say nothing by themselves.
const NO_WORDS: [&str; 12] = ["a", "an", "and", "for", "in", "it", "of", "or", "the", "thi", "to", "whether"];
const EXTENSIONS: [&str; 18] = [
    "x-action",
    "x-bitmask",
    "x-body",
    "x-call",
    "x-enum-descriptions",
    "x-enum-varnames",
    "x-example",
    "x-extensible-enum",
    "x-facade",
    "x-flatten",
    "x-handles",
    "x-input-type",
    "x-read-as",
    "x-retry-class",
    "x-rust-docs",
    "x-setter",
    "x-then-get",
    "x-unauthorized",
];
const RETRY_CLASSES: [&str; 4] = ["read", "idempotent", "once", "guarded"];
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every broken rule with its place.
pub(super) fn problems(document: &Document) -> Vec<String> {
    let mut problems = Problems { document, found: Vec::new() };
    problems.operations();
    for (name, schema) in members(document.value.pointer("/components/schemas")) {
        let at = At { pointer: format!("/components/schemas/{}", escaped(name)), name: format!("components.schemas.{name}") };
        problems.described(&at, schema);
        problems.schema_parts(&at, schema);
    }
    problems.extensions("", &document.value);
    problems.found
}

/// A place in the document: its JSON pointer, and what people call it.
struct At {
    pointer: String,
    name: String,
}

impl At {
    fn below(&self, pointer: &str, name: &str) -> Self {
        Self { pointer: format!("{}/{pointer}", self.pointer), name: format!("{}{name}", self.name) }
    }
}

struct Problems<'a> {
    document: &'a Document,
    found: Vec<String>,
}

impl Problems<'_> {
    fn demand(&mut self, holds: bool, at: &At, what: &str) {
        if !holds {
            self.found.push(format!("{}: {} {what}", self.document.place(&at.pointer), at.name));
        }
    }

    fn operations(&mut self) {
        let mut ids = BTreeSet::new();
        for (path, item) in members(self.document.value.get("paths")) {
            for (method, operation) in members(Some(item)).filter(|(method, _)| METHODS.contains(method)) {
                let pointer = format!("/paths/{}/{method}", escaped(path));
                let at = At { pointer, name: format!("{} {path}", method.to_uppercase()) };
                let id = text(operation, "operationId");
                self.demand(!id.is_empty(), &at, "has no operationId");
                self.demand(ids.insert(id), &at, &format!("has the operationId `{id}` of another operation"));
                self.demand(!text(operation, "summary").is_empty(), &at, "has no summary");
                let tags = operation.get("tags").and_then(Value::as_array);
                self.demand(tags.is_some_and(|tags| tags.len() == 1), &at, "has not exactly one tag");
                let class = text(operation, "x-retry-class");
                self.demand(RETRY_CLASSES.contains(&class), &at, &format!("has no x-retry-class of {RETRY_CLASSES:?}"));
                self.demand(operation.pointer("/responses/401").is_some(), &at, "does not document 401");
                self.inputs_and_outputs(&at, operation);
            }
        }
    }

    fn inputs_and_outputs(&mut self, at: &At, operation: &Value) {
        for (index, parameter) in operation.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let at = at.below(&format!("parameters/{index}"), &format!(" {}", text(parameter, "name")));
            self.described(&at, parameter);
            self.place(&at, parameter.get("schema"));
        }
        let body = operation.get("requestBody").map(|body| (at.below("requestBody", ""), body));
        let responses = members(operation.get("responses"));
        let responses = responses.map(|(status, response)| (at.below(&format!("responses/{status}"), ""), response));
        for (at, holder) in body.into_iter().chain(responses) {
            for (media, content) in members(holder.get("content")) {
                self.demand(media == "application/json", &at, &format!("speaks {media} and not application/json"));
                self.place(&at, content.get("schema"));
            }
        }
    }

    /// A description has to say more than the name does.
    fn described(&mut self, at: &At, value: &Value) {
        let description = text(value, "description");
        self.demand(!description.is_empty() || value.get("$ref").is_some(), at, "has no description");
        let name = at.name.rsplit(['.', ' ']).next().unwrap_or_default();
        let repeats = !description.is_empty()
            && words(description).iter().all(|word| NO_WORDS.contains(&word.as_str()) || words(name).contains(word));
        self.demand(!repeats, at, "has a description that only repeats its name; say what it means");
    }

    /// A schema that is no named one: it may refer to one or be a list of one, and be a plain scalar.
    fn place(&mut self, at: &At, schema: Option<&Value>) {
        let Some(schema) = schema else { return };
        let is_map = schema.get("properties").is_none() && schema.get("additionalProperties").is_some();
        let is_object = schema.get("properties").is_some() || text(schema, "type") == "object" && !is_map;
        self.demand(!is_object, at, "has an inline object; name it in components.schemas");
        let is_enum = schema.get("enum").is_some() || schema.get("x-extensible-enum").is_some();
        self.demand(!is_enum, at, "has an inline enum; name it in components.schemas");
        self.schema_parts(at, schema);
    }

    fn schema_parts(&mut self, at: &At, schema: &Value) {
        for (name, member) in members(schema.get("properties")) {
            let at = at.below(&format!("properties/{}", escaped(name)), &format!(".{name}"));
            self.described(&at, member);
            self.place(&at, Some(member));
        }
        self.place(&at.below("items", "[]"), schema.get("items"));
        let additional = schema.get("additionalProperties").filter(|schema| schema.is_object());
        self.place(&at.below("additionalProperties", "{}"), additional);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.place(at, Some(part));
            }
        }
    }

    /// Extensions may stand anywhere but in an example.
    fn extensions(&mut self, pointer: &str, value: &Value) {
        for (key, value) in members(Some(value)) {
            let pointer = format!("{pointer}/{}", escaped(key));
            let at = At { name: pointer.clone(), pointer: pointer.clone() };
            self.demand(!key.starts_with("x-") || EXTENSIONS.contains(&key), &at, "is an unknown extension");
            self.extensions(&pointer, value);
        }
        for (index, value) in value.as_array().into_iter().flatten().enumerate() {
            self.extensions(&format!("{pointer}/{index}"), value);
        }
    }
}

/// The words of a text or of a name in camel case, in lower case and without an `s` at the end.
fn words(text: &str) -> Vec<String> {
    let spaced = text.chars().flat_map(|c| if c.is_uppercase() { vec![' ', c] } else { vec![c] }).collect::<String>();
    let words = spaced.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().trim_end_matches('s').to_owned()).collect()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::document::Document;

    const SPEC: &str = "
paths:
  /account:
    get:
      operationId: account_get
      tags: [Account]
      summary: Get the account
      x-retry-class: read
      parameters:
        - { name: page, in: query, description: Which part, from 0., schema: { type: integer } }
      responses:
        '200':
          content: { application/json: { schema: { $ref: '#/components/schemas/Account' } } }
        '401': {}
components:
  schemas:
    Kind: { type: string, description: What sort it is., x-extensible-enum: [A, B] }
    Account:
      type: object
      description: Who pays.
      properties:
        kind: { allOf: [{ $ref: '#/components/schemas/Kind' }], description: What sort this one is. }
        names: { type: array, items: { type: string }, description: What people call it. }
";

    fn broken(text: &str, by: &str) -> Vec<String> {
        assert!(SPEC.contains(text), "{text}");
        let spec = SPEC.replacen(text, by, 1);
        found(&spec)
    }

    fn found(spec: &str) -> Vec<String> {
        let document = Document::join([("a.yaml", spec)]).expect("YAML");
        // Where it stands is tested below, and by the document itself.
        problems(&document).iter().map(|problem| problem.split_once(": ").expect("a place").1.to_owned()).collect()
    }

    #[test]
    fn a_broken_rule_names_file_and_line() {
        let document =
            Document::join([("a.yaml", &*SPEC.replace("description: What people call it. ", "nullable: true "))]).expect("YAML");
        assert_eq!(problems(&document), ["a.yaml:23: components.schemas.Account.names has no description"]);
    }

    #[test]
    fn a_description_says_more_than_the_name() {
        for (text, is_refused) in [("The names.", true), ("Names of the names.", true), ("What friends call it.", false)] {
            assert_eq!(broken("What people call it.", text).len(), usize::from(is_refused), "{text}");
        }
    }

    #[test]
    fn a_spec_within_the_rules_has_no_problem() {
        assert_eq!(broken("", ""), [""; 0]);
        assert_eq!(broken("items: { type: string }", "items: { type: object, additionalProperties: true }"), [""; 0]);
    }

    #[test]
    fn each_rule_names_the_place_that_breaks_it() {
        for (text, by, problem) in [
            ("operationId: account_get", "deprecated: true", "GET /account has no operationId"),
            ("summary: Get the account", "deprecated: true", "GET /account has no summary"),
            ("[Account]", "[]", "GET /account has not exactly one tag"),
            ("read", "often", "GET /account has no x-retry-class of [\"read\", \"idempotent\", \"once\", \"guarded\"]"),
            ("'401'", "'403'", "GET /account does not document 401"),
            ("application/json", "text/plain", "GET /account speaks text/plain and not application/json"),
            ("description: Which part, from 0., ", "", "GET /account page has no description"),
            ("description: Who pays.", "nullable: true", "components.schemas.Account has no description"),
            (", description: What people call it.", "", "components.schemas.Account.names has no description"),
            (
                "items: { type: string }",
                "items: { type: object }",
                "components.schemas.Account.names[] has an inline object; name it in components.schemas",
            ),
            (
                "items: { type: string }",
                "items: { type: object, properties: {}, additionalProperties: true }",
                "components.schemas.Account.names[] has an inline object; name it in components.schemas",
            ),
            (
                "items: { type: string }",
                "items: { enum: [A] }",
                "components.schemas.Account.names[] has an inline enum; name it in components.schemas",
            ),
            ("summary: Get", "x-secret: true\n      summary: Get", "/paths/~1account/get/x-secret is an unknown extension"),
        ] {
            assert_eq!(broken(text, by), [problem]);
        }
    }

    #[test]
    fn an_operation_id_is_given_once() {
        let (head, operation) = SPEC.split_once("    get:").expect("an operation");
        let (operation, tail) = operation.split_once("components:").expect("components");
        let twice = format!("{head}    get:{operation}    put:{operation}components:{tail}");
        assert_eq!(found(&twice), ["PUT /account has the operationId `account_get` of another operation"]);
    }
}
