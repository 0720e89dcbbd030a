//! The rules of this project for its spec, beyond what OpenAPI demands. `openapi/README.md` explains them.

use std::collections::BTreeSet;

use serde_json::Value;

const EXTENSIONS: [&str; 4] = ["x-bitmask", "x-enum-varnames", "x-extensible-enum", "x-retry-class"];
const RETRY_CLASSES: [&str; 4] = ["read", "idempotent", "create", "guarded"];
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every broken rule with its place.
pub(super) fn problems(spec: &Value) -> Vec<String> {
    let mut problems = Problems(Vec::new());
    problems.operations(spec);
    for (name, schema) in members(spec.pointer("/components/schemas")) {
        let at = format!("components.schemas.{name}");
        problems.described(&at, schema);
        problems.schema_parts(&at, schema);
    }
    problems.extensions("", spec);
    problems.0
}

struct Problems(Vec<String>);

impl Problems {
    fn demand(&mut self, holds: bool, at: &str, what: &str) {
        if !holds {
            self.0.push(format!("{at} {what}"));
        }
    }

    fn operations(&mut self, spec: &Value) {
        let mut ids = BTreeSet::new();
        for (path, item) in members(spec.get("paths")) {
            for (method, operation) in members(Some(item)).filter(|(method, _)| METHODS.contains(method)) {
                let at = format!("{} {path}", method.to_uppercase());
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

    fn inputs_and_outputs(&mut self, at: &str, operation: &Value) {
        for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let at = format!("{at} {}", text(parameter, "name"));
            self.described(&at, parameter);
            self.place(&at, parameter.get("schema"));
        }
        let body = operation.get("requestBody");
        let responses = members(operation.get("responses")).map(|(_, response)| response);
        for holder in body.into_iter().chain(responses) {
            for (media, content) in members(holder.get("content")) {
                self.demand(media == "application/json", at, &format!("speaks {media} and not application/json"));
                self.place(at, content.get("schema"));
            }
        }
    }

    fn described(&mut self, at: &str, value: &Value) {
        self.demand(!text(value, "description").is_empty() || value.get("$ref").is_some(), at, "has no description");
    }

    /// A schema that is no named one: it may refer to one or be a list of one, and be a plain scalar.
    fn place(&mut self, at: &str, schema: Option<&Value>) {
        let Some(schema) = schema else { return };
        // A free map has no members that could be named.
        let is_map = schema.get("properties").is_none() && schema.get("additionalProperties") == Some(&Value::Bool(true));
        let is_object = schema.get("properties").is_some() || text(schema, "type") == "object";
        self.demand(is_map || !is_object, at, "has an inline object; name it in components.schemas");
        let is_enum = schema.get("enum").is_some() || schema.get("x-extensible-enum").is_some();
        self.demand(!is_enum, at, "has an inline enum; name it in components.schemas");
        self.schema_parts(at, schema);
    }

    fn schema_parts(&mut self, at: &str, schema: &Value) {
        for (name, member) in members(schema.get("properties")) {
            let at = format!("{at}.{name}");
            self.described(&at, member);
            self.place(&at, Some(member));
        }
        self.place(&format!("{at}[]"), schema.get("items"));
        self.place(&format!("{at}{{}}"), schema.get("additionalProperties").filter(|schema| schema.is_object()));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.place(at, Some(part));
            }
        }
    }

    /// Extensions may stand anywhere.
    fn extensions(&mut self, at: &str, value: &Value) {
        for (key, value) in members(Some(value)) {
            let at = format!("{at}/{key}");
            self.demand(!key.starts_with("x-") || EXTENSIONS.contains(&key), &at, "is an unknown extension");
            self.extensions(&at, value);
        }
        for (index, value) in value.as_array().into_iter().flatten().enumerate() {
            self.extensions(&format!("{at}/{index}"), value);
        }
    }
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

    const SPEC: &str = "
paths:
  /account:
    get:
      operationId: account_get
      tags: [Account]
      summary: Get the account
      x-retry-class: read
      parameters:
        - { name: page, in: query, description: The page., schema: { type: integer } }
      responses:
        '200':
          content: { application/json: { schema: { $ref: '#/components/schemas/Account' } } }
        '401': {}
components:
  schemas:
    Kind: { type: string, description: The kind., x-extensible-enum: [A, B] }
    Account:
      type: object
      description: The account.
      properties:
        kind: { allOf: [{ $ref: '#/components/schemas/Kind' }], description: Its kind. }
        names: { type: array, items: { type: string }, description: Its names. }
";

    fn broken(text: &str, by: &str) -> Vec<String> {
        assert!(SPEC.contains(text), "{text}");
        let spec = SPEC.replacen(text, by, 1);
        problems(&serde_saphyr::from_str(&spec).expect("YAML"))
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
            ("read", "often", "GET /account has no x-retry-class of [\"read\", \"idempotent\", \"create\", \"guarded\"]"),
            ("'401'", "'403'", "GET /account does not document 401"),
            ("application/json", "text/plain", "GET /account speaks text/plain and not application/json"),
            ("description: The page., ", "", "GET /account page has no description"),
            ("description: The account.", "nullable: true", "components.schemas.Account has no description"),
            (", description: Its names.", "", "components.schemas.Account.names has no description"),
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
            ("summary: Get", "x-secret: true\n      summary: Get", "/paths//account/get/x-secret is an unknown extension"),
        ] {
            assert_eq!(broken(text, by), [problem]);
        }
    }

    #[test]
    fn an_operation_id_is_given_once() {
        let (head, operation) = SPEC.split_once("    get:").expect("an operation");
        let (operation, tail) = operation.split_once("components:").expect("components");
        let twice = format!("{head}    get:{operation}    put:{operation}components:{tail}");
        let found = problems(&serde_saphyr::from_str(&twice).expect("YAML"));
        assert_eq!(found, ["PUT /account has the operationId `account_get` of another operation"]);
    }
}
