use super::super::{File, generate_from};
use super::ByHand;
use crate::document::Document;

const SPEC: &str = r##"openapi: 3.0.3
info: { title: t, version: "1" }
tags: [{ name: Door, description: Doors. }]
x-handles:
  "doors()": { name: DoorsApi, description: All doors. }
  "door(doorId)": { name: DoorApi, description: One door. }
paths:
  /door:
    put:
      operationId: door_create
      tags: [Door]
      summary: Creates a door
      x-retry-class: once
      x-facade: doors().create()
      x-example: nuki.doors().create("front", Pin::new("1234")).await?;
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/DoorCreate" } } }
      responses:
        "204": { description: Done. }
        "401": { description: No token. }
      security: [{ apiToken: [] }]
  /door/{doorId}/open:
    post:
      operationId: door_open
      tags: [Door]
      summary: Opens a door
      x-retry-class: guarded
      x-facade: door(doorId).open()
      parameters:
        - { name: doorId, in: path, required: true, schema: { $ref: "#/components/schemas/DoorId" } }
        - { name: wide, in: query, description: How wide., schema: { type: integer, format: int32 } }
      responses:
        "204": { description: Done. }
        "401": { description: No token. }
        "423": { description: The door is busy. }
      security: [{ apiToken: [] }]
components:
  schemas:
    DoorId: { type: integer, format: int64, x-input-type: DoorId }
    Pin: { type: string, format: password, x-input-type: Pin }
    DoorCreate:
      type: object
      required: [name, pin]
      properties:
        name: { type: string }
        pin: { allOf: [{ $ref: "#/components/schemas/Pin" }] }
        parts: { type: array, minItems: 1, items: { $ref: "#/components/schemas/Part" } }
    Part:
      type: object
      properties:
        weight: { type: integer, format: int32, minimum: 1, maximum: 9 }
"##;

fn generate(text: &str) -> anyhow::Result<Vec<File>> {
    let inputs = ["DoorId", "Pin"].map(str::to_owned).into();
    generate_from(Document::join([("openapi/door.yaml", text)])?, &ByHand { inputs, ..ByHand::default() })
}

fn made(file: &str) -> String {
    let files = generate(SPEC).unwrap();
    let file = files.into_iter().find(|made| made.path.ends_with(file)).unwrap();
    file.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_required_is_an_argument_and_what_is_optional_a_method() {
    let code = made("nuki-api/src/generated/door.rs");
    for part in [
        "pub fn door(&self, door_id: impl TryInto<input::DoorId, Error: Into<InvalidValue>>) -> DoorApi",
        "pub fn open(&self) -> Call<OpenDoor>",
        "pub fn wide(self, wide: i32) -> Self",
        "pub fn parts(self, parts: impl IntoIterator<Item = types::Part>) -> Self",
        // A secret beside another text cannot be swapped with it.
        "pub fn create(&self, name: impl Into<String>, pin: impl input::Parsed<input::Pin>) -> Call<CreateDoor>",
    ] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
}

#[test]
fn docs_are_made_of_the_document() {
    let code = made("nuki-api/src/generated/door.rs");
    for part in [
        "/// Opens a door: `POST /door/{doorId}/open`.",
        "//! | `PUT /door` | [`.doors().create(..)`](crate::door::DoorsApi::create) |",
        "/// It is never tried again.",
        "/// It is never sent twice: it is only tried again if it never left.",
        "/// Optional, as methods of the call: [`wide`](crate::Call#impl-Call%3COpenDoor%3E).",
        "/// - [`Rejected`](crate::ErrorKind::Rejected), 423: The door is busy.",
        "/// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): `parts.weight` or `pin` cannot be right; nothing was sent.",
        "#[doc = example!(r#\"nuki.doors().create(\"front\", Pin::new(\"1234\")).await?;\"#)]",
    ] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
}

#[test]
fn a_body_is_checked_with_all_that_is_nested_in_it() {
    let code = made("nuki-api/src/generated/check.rs");
    for part in [
        "problems.check::<input::Pin, _>(\"pin\", &self.pin);",
        "problems.not_empty(\"parts\", value);",
        "problems.each(\"parts\", value, |problems, item| { problems.within(\"\", |problems| input::Check::check(item, problems)); });",
        "problems.range(\"weight\", (*value).into(), 1..=9);",
    ] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
}

#[test]
fn what_is_wrong_is_named_with_file_line_and_what_to_write() {
    for (text, by, said) in [
        ("x-facade: door(doorId).open()", "x-facade: door(door).open()", "openapi/door.yaml:29: `door(door)` is no handle"),
        (
            "x-facade: doors().create()",
            "x-facade: door(doorId).create()",
            "openapi/door.yaml:14: `doorId` is no parameter of /door",
        ),
        (
            "\"door(doorId)\":",
            "\"door(roomId)\":",
            "openapi/door.yaml:6: the handle `door(roomId)` binds `roomId`, which is a parameter of no path",
        ),
        ("      x-facade: doors().create()\n", "", "openapi/door.yaml:9: it has no x-facade: say where its call hangs"),
        ("x-facade: doors().create()", "x-facade: doors().create", "openapi/door.yaml:14: `create` is no method"),
        (
            "x-example: nuki.doors().create(\"front\", Pin",
            "x-example: nuki.doors(.create(\"front\", Pin",
            "openapi/door.yaml:15: the example is no Rust",
        ),
        (
            "DoorId: { type: integer, format: int64,",
            "DoorId: { type: integer,",
            "openapi/door.yaml:40: schema DoorId is a named integer",
        ),
        (
            "x-input-type: Pin",
            "x-input-type: Pine",
            "openapi/door.yaml:41: nuki-api/src/input/mod.rs has no `Pine`: write it there, or name one of DoorId, Pin",
        ),
        (
            "{ name: DoorApi, description: One door. }",
            "{ description: One door. }",
            "openapi/door.yaml:6: the handle `door(doorId)` has no `name`",
        ),
    ] {
        assert!(SPEC.contains(text), "{text}");
        let error = format!("{:#}", generate(&SPEC.replacen(text, by, 1)).err().unwrap());
        assert!(error.contains(said), "{error} does not say {said}");
    }
}

#[test]
fn two_calls_of_one_name_are_refused() {
    let (head, operation) = SPEC.split_once("    put:\n").unwrap();
    let (operation, tail) = operation.split_once("  /door/{doorId}/open:").unwrap();
    let twin = operation.replace("door_create", "door_make");
    let text = format!("{head}    put:\n{operation}    post:\n{twin}  /door/{{doorId}}/open:{tail}");
    let error = format!("{:#}", generate(&text).err().unwrap());
    assert!(error.contains("`create` is the call of `door_create` already"), "{error}");
}
