//! `/account/password`.

use nuki_api::{Client, ErrorKind};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn reset_leaves_the_tokens_to_the_service_unless_told() {
    let world = World::answering(204, "").await;
    let password = world.nuki.account().password();
    password.reset("ada@example.com").await.unwrap();
    password.reset("ada@example.com").keep_api_tokens().await.unwrap();
    password.reset("ada@example.com").delete_api_tokens().await.unwrap();
    world.sent_all(&[
        ("POST /account/password/reset", json!({"email": "ada@example.com"})),
        ("POST /account/password/reset", json!({"email": "ada@example.com", "deleteApiTokens": false})),
        ("POST /account/password/reset", json!({"email": "ada@example.com", "deleteApiTokens": true})),
    ]);
}

#[tokio::test]
async fn reset_works_without_a_token_and_nothing_else_does() {
    let world = World::answering(204, "").await;
    let nuki = Client::builder().base_url(world.url("/")).build().unwrap();
    nuki.account().password().reset("ada@example.com").await.unwrap();
    let error = nuki.account().otp().disable().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Token, 0));
    assert!(error.to_string().contains("NUKI_API_TOKEN"), "{error}");
    let requests = world.requests();
    assert_eq!(requests.len(), 1);
    assert!(!requests[0].headers.contains_key("authorization"), "{:?}", requests[0]);
    assert_eq!(requests[0].body, Some(json!({"email": "ada@example.com"})));
}

#[tokio::test]
async fn reset_for_what_is_no_address_is_not_sent() {
    let world = World::answering(204, "").await;
    let error = world.nuki.account().password().reset("ada").await.unwrap_err();
    assert_eq!((error.kind(), error.problems()[0].field.as_str()), (ErrorKind::InvalidRequest, "email"));
    world.sent_all(&[]);
}
