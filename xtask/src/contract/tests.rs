//! What the two forms write in two ways is one contract.

use serde_json::{Value, json};

use super::diff::diff;
use super::document::{Document, Form};
use super::{Contract, Schema};

const SWAGGER: &str = "
swagger: '2.0'
info: { version: 1.0 }
consumes: [application/json]
produces: [application/json, text/plain]
security: [{ key: [] }, {}]
securityDefinitions:
  key: { type: apiKey, in: header, name: Authorization }
  basic: { type: basic }
parameters:
  page: { in: query, name: page, type: integer, minimum: 1.0, exclusiveMinimum: true, required: false }
responses:
  Refused: { description: prose }
definitions:
  Base: { type: object, properties: { id: { type: integer, format: int64, readOnly: true } } }
  Thing:
    allOf:
      - $ref: '#/definitions/Base'
      - required: [kind]
        properties:
          kind: { type: string, enum: [b, a, b], pattern: '^.$', x-nullable: true }
          tags: { type: array, items: { type: string, maxLength: 3 }, uniqueItems: true, minItems: 0 }
          map: { type: object, additionalProperties: { $ref: '#/definitions/Thing' } }
          closed: { type: object, additionalProperties: false }
          open: { type: object, additionalProperties: true }
          odds: { type: object, default: { b: [1.0, 1.5], a: 9.0e+15 } }
paths:
  /account/things/{id}:
    parameters:
      - { in: path, name: id, required: true, type: integer }
      - { $ref: '#/parameters/page' }
    get:
      tags: [account]
      operationId: things
      security: [{ basic: [] }]
      parameters:
        - { in: path, name: id, required: true, type: string }
        - { in: query, name: with, type: array, items: { type: string } }
        - { in: query, name: multi, type: array, items: { type: string }, collectionFormat: multi }
        - { in: query, name: ssv, type: array, items: { type: string }, collectionFormat: ssv }
        - { in: query, name: pipes, type: array, items: { type: string }, collectionFormat: pipes }
      responses:
        200: { description: prose, schema: { type: array, items: { $ref: '#/definitions/Thing' } } }
        '404': { $ref: '#/responses/Refused' }
    put:
      tags: [Things, Account]
      parameters:
        - { in: body, name: anything, required: true, schema: { $ref: '#/definitions/Thing' } }
      responses: { default: { description: prose } }
    post:
      tags: [ACCOUNT]
      consumes: [multipart/form-data]
      produces: [text/plain]
      parameters:
        - { in: formData, name: file, type: file, required: true }
        - { in: formData, name: note, type: string }
      responses: { 200: { description: prose, schema: { type: string } } }
";

const OPENAPI: &str = "
openapi: 3.0.3
info: { version: '1.0' }
security: [{ other: [] }, {}]
components:
  securitySchemes:
    other: { type: apiKey, in: header, name: Authorization }
    basic: { type: http, scheme: Basic }
  parameters:
    page: { in: query, name: page, schema: { type: integer, minimum: 1, exclusiveMinimum: true } }
  responses:
    Refused: { description: prose }
  requestBodies:
    Thing: { required: true, content: { '*/*': {}, application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
  schemas:
    Base: { type: object, properties: { id: { type: integer, format: int64, readOnly: true } } }
    Alias: { $ref: '#/components/schemas/Thing' }
    Thing:
      description: prose
      allOf:
        - $ref: '#/components/schemas/Base'
        - required: [kind]
          type: object
          properties:
            kind: { type: string, x-extensible-enum: [a, b], pattern: '^.$', nullable: true }
            tags: { type: array, items: { type: string, maxLength: 3 }, uniqueItems: true }
            map: { type: object, additionalProperties: { $ref: '#/components/schemas/Alias' } }
            closed: { type: object, additionalProperties: false }
            open: { type: object, nullable: false, additionalProperties: {} }
            odds: { type: object, default: { a: 9.0e+15, b: [1, 1.5] } }
paths:
  /account/things/{id}:
    get:
      tags: [Account]
      operationId: things
      security: [{ basic: [] }]
      parameters:
        - { in: path, name: id, required: true, schema: { type: string } }
        - { $ref: '#/components/parameters/page' }
        - { in: query, name: with, style: form, explode: false, schema: { type: array, items: { type: string } } }
        - { in: query, name: multi, schema: { type: array, items: { type: string } } }
        - { in: query, name: ssv, style: spaceDelimited, schema: { type: array, items: { type: string } } }
        - { in: query, name: pipes, style: pipeDelimited, schema: { type: array, items: { type: string } } }
      responses:
        '200':
          description: prose
          content:
            text/plain: { schema: { type: string } }
            '*/*': { schema: { items: { allOf: [{ $ref: '#/components/schemas/Thing' }], description: prose } } }
        '404': { $ref: '#/components/responses/Refused' }
    put:
      tags: [Account]
      parameters:
        - { in: path, name: id, required: true, schema: { type: integer } }
        - { $ref: '#/components/parameters/page' }
      requestBody: { $ref: '#/components/requestBodies/Thing' }
      responses: { default: { description: prose } }
    post:
      tags: [Account]
      parameters:
        - { in: path, name: id, required: true, schema: { type: integer } }
        - { $ref: '#/components/parameters/page' }
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [file]
              properties: { file: { type: string, format: binary }, note: { type: string } }
      responses: { 200: { description: prose, content: { text/plain: { schema: { type: string } } } } }
";

fn contract(text: &str) -> Contract {
    Contract::from_document(text.as_bytes()).expect("the document can be read")
}

#[test]
fn both_forms_of_a_contract_are_one() {
    let (swagger, openapi) = (contract(SWAGGER), contract(OPENAPI));
    assert_eq!(diff(&swagger, &openapi), []);
    assert_eq!(swagger.to_lock().expect("a lock"), openapi.to_lock().expect("a lock"));
}

#[test]
fn json_and_yaml_are_one() {
    let json = serde_saphyr::from_str::<serde_json::Value>(SWAGGER).expect("YAML").to_string();
    assert_eq!(contract(&json), contract(SWAGGER));
}

#[test]
fn every_openapi_3_0_is_one() {
    for version in ["3", "3.0", "'3.0'"] {
        assert_eq!(contract(&OPENAPI.replace("3.0.3", version)), contract(OPENAPI), "{version}");
    }
}

#[test]
fn a_lock_is_read_as_it_was_written() {
    let swagger = contract(SWAGGER);
    let lock = swagger.to_lock().expect("a lock");
    assert_eq!(Contract::from_lock(&lock).expect("a lock"), swagger);
    assert!(!lock.contains("prose"), "no prose enters a lock");
}

#[test]
fn every_fact_of_a_document_is_in_its_lock() {
    let lock: serde_json::Value = serde_json::from_str(&contract(SWAGGER).to_lock().expect("a lock")).expect("JSON");
    let get = &lock["operations"]["GET /account/things/{id}"];
    let page = json!({"required": false, "schema": {"type": "integer", "minimum": 1, "exclusiveMinimum": true}});
    assert_eq!(get["parameters"]["query page"], page);
    assert_eq!(get["parameters"]["path id"], json!({"required": true, "schema": {"type": "string"}}));
    assert_eq!(get["parameters"]["query with"]["schema"]["collectionFormat"], "csv");
    assert_eq!(get["responses"], json!({"200": {"type": "array", "items": {"$ref": "Thing"}}, "404": "no body"}));
    assert_eq!(get["security"], json!(["http basic"]));
    let post = &lock["operations"]["POST /account/things/{id}"];
    assert_eq!(post["requestBody"]["schema"]["mediaType"], "multipart/form-data");
    assert_eq!(post["security"], json!(["apiKey in header Authorization", "none"]));
    let members = &lock["schemas"]["Thing"]["combined"]["allOf"][1]["properties"];
    assert_eq!(members["kind"], json!({"type": "string", "enum": ["a", "b"], "pattern": "^.$", "nullable": true}));
    assert_eq!(members["odds"]["default"], json!({"a": 9e15, "b": [1, 1.5]}), "whole numbers have one form while they are exact");
    assert_eq!(members["closed"], json!({"type": "object", "additionalProperties": false}));
    assert_eq!(members["map"]["additionalProperties"], json!({"$ref": "Thing"}));
}

#[test]
fn lists_that_hold_themselves_have_an_end() {
    let cyclic = OPENAPI.replace(
        "    Alias:",
        "    Row: { type: array, items: { $ref: '#/components/schemas/Column' } }
    Column: { type: array, items: { $ref: '#/components/schemas/Row' } }
    Alias:",
    );
    let rows =
        cyclic.replace("closed: { type: object, additionalProperties: false }", "closed: { $ref: '#/components/schemas/Row' }");
    let columns = rows.replace("closed: { $ref: '#/components/schemas/Row' }", "closed: { $ref: '#/components/schemas/Column' }");
    assert_eq!(diff(&contract(&rows), &contract(&columns)), []);
    assert_eq!(diff(&contract(OPENAPI), &contract(&rows)).len(), 1);
}

#[test]
fn all_of_one_schema_is_that_schema_unless_more_than_facts_stands_beside_it() {
    let document = Document { root: json!({"components": {"schemas": {"Thing": {}}}}), form: Form::OpenApi3 };
    let mut wrapper = json!({"allOf": [{"$ref": "#/components/schemas/Thing"}], "nullable": true});
    let is_unwrapped = |wrapper: &Value| Schema::read(&document, wrapper).expect("a schema").reference.is_some();
    assert!(is_unwrapped(&wrapper));
    for (keyword, value) in [
        ("properties", json!({"a": {}})),
        ("items", json!({})),
        ("enum", json!(["a"])),
        ("required", json!(["a"])),
        ("additionalProperties", json!(false)),
    ] {
        wrapper[keyword] = value;
        assert!(!is_unwrapped(&wrapper), "{keyword}");
        wrapper.as_object_mut().expect("an object").remove(keyword);
    }
}

#[test]
fn a_reference_is_followed_with_the_facts_on_the_way_as_far_as_it_leads() {
    let mut contract = contract(OPENAPI);
    let schema = |value: Value| serde_json::from_value::<Schema>(value).expect("a schema");
    for (name, value) in [
        ("Near", json!({"$ref": "Far", "minLength": 1})),
        ("Far", json!({"type": "string", "minLength": 2})),
        ("Loop", json!({"$ref": "Loop"})),
    ] {
        contract.schemas.insert(name.to_owned(), schema(value));
    }
    let far = schema(json!({"type": "string", "minLength": 1, "nullable": true}));
    assert_eq!(contract.resolve(&schema(json!({"$ref": "Near", "nullable": true}))), (Some("Far"), far));
    assert_eq!(contract.resolve(&schema(json!({"$ref": "Loop"}))), (Some("Loop"), Schema::default()));
}
