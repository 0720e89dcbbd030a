//! The way out: endpoints that the document does not have.

use nuki_api::{ErrorKind, Method, RetryClass, Token, TokenFuture, TokenProvider};
use serde_json::{Value, json};

use crate::world::{TOKEN, World};

#[tokio::test]
async fn method_path_query_and_body_are_sent_as_they_are_given() {
    let world = World::answering(200, r#"[{"name":"Front door"}]"#).await;
    let locks: Value = world.nuki.request(Method::GET, "/brand").fetch().await.unwrap();
    assert_eq!(locks[0]["name"], "Front door");
    let call = world.nuki.request(Method::POST, "/brand/17/action").query("from", "a b&c").query("n", 2);
    let response = call.json(&json!({"action": 1})).send_raw().await.unwrap();
    assert_eq!((response.status().as_u16(), response.attempts(), response[0]), (200, 1, b'['));
    let lines = world.requests().iter().map(|sent| format!("{} {}", sent.method, sent.target)).collect::<Vec<_>>();
    assert_eq!(lines, ["GET /brand", "POST /brand/17/action?from=a+b%26c&n=2"]);
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
        let call = world.nuki.request(method, "/brand");
        let call = match class {
            Some(class) => call.retry(class, nuki_api::Retry::never()),
            None => call,
        };
        let error = call.send_raw().await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Server, doubt));
        assert_eq!(world.requests().len(), 1);
    }
}

#[tokio::test]
async fn no_answer_is_a_value_that_can_be_nothing() {
    let world = World::answering(204, "").await;
    let call = || world.nuki.request(Method::POST, "/brand/17/action");
    call().fetch::<()>().await.unwrap();
    assert_eq!(call().fetch::<Value>().await.unwrap(), Value::Null);
    assert_eq!(call().fetch::<Option<u8>>().await.unwrap(), None);
    let error = call().fetch::<Vec<u8>>().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Decode && error.to_string().contains("but the body is empty"), "{error}");
}

#[tokio::test]
async fn a_call_that_returns_nothing_takes_any_json_and_no_page() {
    for body in ["", "{}", "null", "[1, 2]", "\"queued\"", " \n"] {
        let world = World::answering(200, body).await;
        world.nuki.request(Method::POST, "/brand/17/action").fetch::<()>().await.unwrap();
    }
    for body in ["<html><title>Welcome to our hotel</title></html>", "OK", "{\"a\":", "{} {}"] {
        let world = World::answering(200, body).await;
        let error = world.nuki.request(Method::POST, "/brand/17/action").fetch::<()>().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 200), "{body}");
        assert!(error.may_have_been_applied());
        let error = world.nuki.request(Method::GET, "/brand").fetch::<()>().await.unwrap_err();
        assert!(!error.may_have_been_applied());
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_not_sent_and_shown_in_one_line_without_its_query() {
    let world = World::answering(200, "{}").await;
    let call = world.nuki.request(Method::GET, "/lock\nbox?token=canary#canary");
    assert_eq!(format!("{call:?}"), r#"RequestCall { method: GET, path: "/lock\\nbox", .. }"#);
    let error = call.fetch::<Value>().await.unwrap_err();
    assert!(error.to_string().starts_with("GET /lock\\nbox was not sent: `path` has a character"), "{error}");
    assert!(world.requests().is_empty());
}

#[tokio::test]
async fn what_was_sent_in_confidence_is_not_repeated_when_the_service_does() {
    let world = World::answering(400, r#"{"detailMessage":"neither 482910 nor canary-pin nor canary-query is right"}"#).await;
    let call = world.nuki.request(Method::POST, "/brand/17/auth").query("pin", "canary-query");
    let error = call.json(&json!({"code": 482_910, "pin": "canary-pin"})).send_raw().await.unwrap_err();
    assert_eq!(error.detail(), Some("neither [redacted] nor [redacted] nor [redacted] is right"));
}

#[tokio::test]
async fn a_401_is_sent_again_with_a_renewed_token_whatever_the_class() {
    struct Renews;

    impl TokenProvider for Renews {
        fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
            let text = if rejected.is_some() { TOKEN } else { "canary-stale" };
            Box::pin(async move { Ok(text.parse::<Token>()?) })
        }
    }

    for (method, class, attempts) in
        [(Method::GET, None, 2), (Method::POST, None, 2), (Method::POST, Some(RetryClass::Guarded), 2)]
    {
        let world = World::answering(401, "").await;
        let nuki = world.nuki.with_token_provider(Renews);
        let call = nuki.request(method, "/brand");
        let call = match class {
            Some(class) => call.retry(class, nuki_api::Retry::never()),
            None => call,
        };
        assert_eq!(call.send_raw().await.unwrap_err().attempts(), attempts);
        assert_eq!(world.requests().len(), attempts as usize);
    }
}
