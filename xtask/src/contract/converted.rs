//! A document as a service with the Restlet framework publishes it, and the same as converters make it: one contract.

use super::Contract;
use super::diff::diff;

/// As it is published.
const SWAGGER: &str = "
swagger: '2.0'
info: { version: 1.0.0 }
securityDefinitions:
  oauth: { type: oauth2, flow: implicit, authorizationUrl: /authorize, scopes: { account: prose } }
paths:
  /account/key:
    get:
      tags: [Account]
      operationId: KeyResource_get_get
      parameters:
        - { in: query, name: limit, required: false, type: int }
      responses:
        200: { description: prose, schema: { $ref: '#/definitions/Key' } }
        401: { description: prose }
      security: [{ oauth: [account] }]
    post:
      tags: [Account]
      operationId: KeyResource_post_post
      parameters:
        - { in: body, name: body, required: true, schema: { $ref: '#/definitions/Key' } }
      responses: { 204: { description: prose } }
      security: [{ api_key: [] }]
  /service:
    get:
      tags: [Service]
      operationId: ServicesResource_get_get
      responses:
        200: { description: prose, schema: { type: array, items: { $ref: '#/definitions/Service' } } }
      security: [{ oauth: [service] }]
definitions:
  Key:
    type: object
    properties:
      secret: { type: array, items: { type: string, format: byte } }
      origin: { $ref: '#/definitions/Origin', readOnly: true }
      free: { type: object, additionalProperties: { type: object } }
      any: { $ref: '#/definitions/Verifier' }
      list: { type: array, items: { $ref: '#/definitions/Verifier' } }
  Origin: { type: object, properties: { name: { type: string } } }
  Verifier: { type: object }
  Service: { type: object, properties: { context: { $ref: '#/definitions/Context' } } }
  Context: { type: object, properties: { root: { $ref: '#/definitions/Restlet' }, verifier: { $ref: '#/definitions/Verifier' } } }
  Restlet: { type: object, properties: { context: { $ref: '#/definitions/Context' }, owner: { $ref: '#/definitions/Application' } } }
  Application:
    type: object
    properties:
      application: { $ref: '#/definitions/Application' }
      services: { type: array, items: { $ref: '#/definitions/Service' } }
      started: { type: boolean }
";

/// As the vendor's Go client keeps it: other names, a pattern, free objects in their place, `*/*`, empty contents.
const OPENAPI: &str = "
openapi: 3.0.1
info: { version: 1.0.0 }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { implicit: { authorizationUrl: /authorize, scopes: { account: prose } } } }
  schemas:
    Key:
      type: object
      example: { secret: [ZQ==], free: { key: {} } }
      properties:
        secret: { type: array, items: { type: string, format: byte, pattern: '^(?:[A-Za-z0-9+/]{4})*$' } }
        origin: { $ref: '#/components/schemas/Origin' }
        free: { type: object, additionalProperties: { type: object, properties: {} } }
        any: { type: object }
        list: { type: array, items: { type: object, properties: {} } }
    Origin: { type: object, properties: { name: { type: string } } }
    Verifier: { type: object }
    Service: { type: object, properties: { context: { $ref: '#/components/schemas/Context' } } }
    Context: { type: object, properties: { root: { $ref: '#/components/schemas/Restlet' }, verifier: { type: object } } }
    Restlet:
      type: object
      properties: { context: { $ref: '#/components/schemas/Context' }, owner: { $ref: '#/components/schemas/Application' } }
    Application:
      type: object
      properties:
        application: { $ref: '#/components/schemas/Application' }
        services: { type: array, items: { $ref: '#/components/schemas/Service' } }
        started: { type: boolean }
paths:
  /account/key:
    get:
      tags: [Account]
      operationId: GetKey
      parameters:
        - { in: query, name: limit, schema: {} }
      responses:
        '200': { description: prose, content: { '*/*': { schema: { $ref: '#/components/schemas/Key' } } } }
        '401': { description: prose, content: {} }
      security: [{ oauth: [account] }]
    post:
      tags: [Account]
      operationId: PostKey
      requestBody: { required: true, content: { '*/*': { schema: { $ref: '#/components/schemas/Key' } } } }
      responses: { '204': { description: prose, content: {} } }
      security: [{ api_key: [] }]
      x-codegen-request-body-name: body
  /service:
    get:
      tags: [Service]
      operationId: GetServices
      responses:
        '200':
          description: prose
          content: { '*/*': { schema: { type: array, items: { $ref: '#/components/schemas/Service' } } } }
      security: [{ oauth: [service] }]
x-original-swagger-version: '2.0'
";

/// As another converter mends it: the scheme is defined, the type is one that there is, the body is JSON.
fn mended() -> String {
    let scheme = "  securitySchemes:\n    api_key: { type: apiKey, in: header, name: Authorization }";
    let text = OPENAPI.replace("  securitySchemes:", scheme).replace("schema: {} }", "schema: { type: integer } }");
    text.replace("required: true, content: { '*/*'", "required: true, content: { application/json")
}

fn contract(text: &str) -> Contract {
    Contract::from_document(text.as_bytes()).expect("the document can be read")
}

fn lines(old: &str, new: &str) -> Vec<String> {
    diff(&contract(old), &contract(new)).iter().map(super::diff::Change::line).collect()
}

/// The lines that tell of a change, which must be the same from and to every form.
#[track_caller]
fn change(swagger: (&str, &str), openapi: (&str, &str)) -> Vec<String> {
    for (text, (from, _)) in [(SWAGGER, swagger), (OPENAPI, openapi)] {
        assert!(text.contains(from), "{from}");
    }
    let changed = SWAGGER.replace(swagger.0, swagger.1);
    let forms = [OPENAPI.replace(openapi.0, openapi.1), mended().replace(openapi.0, openapi.1)];
    let found = lines(SWAGGER, &changed);
    for old in [SWAGGER, OPENAPI, &mended()] {
        for new in [&changed, &forms[0], &forms[1]] {
            assert_eq!(lines(old, new), found);
        }
    }
    found
}

#[test]
fn what_is_published_and_what_converters_make_of_it_is_one_contract() {
    assert_eq!(change(("", ""), ("", "")), [""; 0]);
    assert_eq!(contract(SWAGGER).to_lock().expect("a lock"), contract(OPENAPI).to_lock().expect("a lock"));
}

#[test]
fn a_change_gives_the_same_lines_in_every_form() {
    let found = change(
        ("      any: {", "      spare: { $ref: '#/definitions/Verifier' }\n      any: {"),
        ("        any: {", "        spare: { type: object }\n        any: {"),
    );
    assert_eq!(found, ["GET /account/key, POST /account/key · Key.spare · member added: object, optional"]);
    let found = change(
        ("free: { type: object, additionalProperties: { type: object } }", "free: { type: string }"),
        ("free: { type: object, additionalProperties: { type: object, properties: {} } }", "free: { type: string }"),
    );
    assert_eq!(found, ["GET /account/key, POST /account/key · Key.free · type object -> string"]);
    let found = change(("format: byte", "format: uuid"), ("format: byte, pattern: '^(?:[A-Za-z0-9+/]{4})*$'", "format: uuid"));
    assert_eq!(found, ["GET /account/key, POST /account/key · Key.secret[] · format byte -> uuid"]);
    let found = change(("{ oauth: [account] }", "{ oauth: [] }"), ("{ oauth: [account] }", "{ oauth: [] }"));
    assert_eq!(found, ["GET /account/key · security oauth2(account) -> oauth2"]);
}

#[test]
fn classes_that_hold_each_other_are_read_and_compared_to_the_end() {
    let found = change(
        ("started: { type: boolean }", "started: { type: string }"),
        ("started: { type: boolean }", "started: { type: string }"),
    );
    assert_eq!(found, ["GET /service · Application.started · type boolean -> string"]);
}

#[test]
fn a_scheme_that_is_not_defined_is_a_note_and_may_be_whatever_no_other_operation_has() {
    let note = "The document names the security scheme `api_key` and does not define it.";
    assert_eq!([SWAGGER, OPENAPI].map(|text| contract(text).notes()), [[note], [note]]);
    assert_eq!(contract(&mended()).notes(), [""; 0]);
    let other = SWAGGER.replace("{ oauth: [account] }", "{ api_key: [] }");
    assert_eq!(lines(SWAGGER, &other), ["GET /account/key · security oauth2(account) -> undefined api_key"]);
    let oauth = SWAGGER.replace("{ api_key: [] }", "{ oauth: [account] }");
    assert_eq!(lines(SWAGGER, &oauth), ["POST /account/key · security undefined api_key -> oauth2(account)"]);
}

#[test]
fn a_pattern_that_is_no_converters_is_part_of_the_contract() {
    let named = |schema: &str| SWAGGER.replace("name: { type: string }", &format!("name: {schema}"));
    assert_eq!(lines(SWAGGER, &named("{ type: string, pattern: '^a$' }")).len(), 1);
    // A type that is none says nothing of a member either, but there anything may stand.
    assert_eq!(lines(SWAGGER, &named("{ type: int }")).len(), 1);
}
