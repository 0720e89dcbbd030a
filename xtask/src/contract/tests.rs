//! What the two forms write in two ways is one contract.

use serde_json::json;

use super::Contract;
use super::diff::diff;

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
    Thing: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
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
            open: { type: object, nullable: false }
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
