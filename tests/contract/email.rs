//! `/account/email`.

use nuki_api::ErrorKind;
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn change_sends_the_address() {
    let world = World::answering(204, "").await;
    world.nuki.account().email().change("ünïcode+tag@example.com").await.unwrap();
    world.sent("POST /account/email/change", json!({"email": "ünïcode+tag@example.com"}));
}

#[tokio::test]
async fn change_to_an_address_that_is_taken_is_a_conflict() {
    let world = World::answering(409, r#"{"code":409,"description":"taken","reasonPhrase":"Conflict"}"#).await;
    let error = world.nuki.account().email().change("taken@example.com").await.unwrap_err();
    assert_eq!((error.kind(), error.detail()), (ErrorKind::Conflict, Some("taken")));
    assert!(!error.may_have_been_applied());
}

#[tokio::test]
async fn change_to_what_is_no_address_is_not_sent() {
    let world = World::answering(204, "").await;
    for address in ["", "nobody", "no body@example.com", "a@b\n", "@example.com", "ada@"] {
        let error = world.nuki.account().email().change(address).await.unwrap_err();
        assert_eq!((error.kind(), error.problems()[0].field.as_str()), (ErrorKind::InvalidRequest, "email"), "{address}");
    }
    world.sent_all(&[]);
}

#[tokio::test]
async fn verify_sends_no_body() {
    let world = World::answering(204, "").await;
    world.nuki.account().email().verify().await.unwrap();
    world.sent("POST /account/email/verify", Value::Null);
}
