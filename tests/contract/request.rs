//! The way out: endpoints that the document does not have.

use nuki_api::{ErrorKind, Method, RetryClass};
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn method_path_query_and_body_are_sent_as_they_are_given() {
    let world = World::answering(200, r#"[{"name":"Front door"}]"#).await;
    let locks: Value = world.nuki.request(Method::GET, "/smartlock").fetch().await.unwrap();
    assert_eq!(locks[0]["name"], "Front door");
    let call = world.nuki.request(Method::POST, "/smartlock/17/action").query("from", "a b&c").query("n", 2);
    let response = call.json(&json!({"action": 1})).send_raw().await.unwrap();
    assert_eq!((response.status().as_u16(), response.attempts(), response[0]), (200, 1, b'['));
    let lines = world.requests().iter().map(|sent| format!("{} {}", sent.method, sent.target)).collect::<Vec<_>>();
    assert_eq!(lines, ["GET /smartlock", "POST /smartlock/17/action?from=a+b%26c&n=2"]);
    assert_eq!(world.requests()[1].body, Some(json!({"action": 1})));
}

#[tokio::test]
async fn a_get_leaves_no_doubt_and_anything_else_does_unless_it_is_said_to_be_harmless() {
    for (method, class, doubt) in [
        (Method::GET, None, false),
        (Method::POST, None, true),
        (Method::POST, Some(RetryClass::Read), false),
        (Method::GET, Some(RetryClass::Guarded), true),
    ] {
        let world = World::answering(502, "").await;
        let call = world.nuki.request(method, "/smartlock");
        let call = match class {
            Some(class) => call.retry(class, nuki_api::Retry::never()),
            None => call,
        };
        let error = call.send_raw().await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Server, doubt));
        assert_eq!(world.requests().len(), 1);
    }
}
