//! The log of requests, and assertions on it.

use serde_json::json;

use super::*;
use crate::testkit::Operation;

/// A sandbox that was sent an update, a listing without a token and something unknown.
async fn visited() -> Sandbox {
    let sandbox = world();
    let body = r#"{"password":"hush-hush","language":"de"}"#;
    let mut update = request(Some(Sandbox::TOKEN), "POST", "/account?deleteApiTokens=false", body);
    update.headers_mut().insert("cookie", "hush".parse().expect("a value"));
    for request in [update, request(None, "GET", "/account/sub", ""), request(None, "GET", "/nowhere", "")] {
        sandbox.deliver(request).await;
    }
    sandbox
}

#[tokio::test]
async fn requests_are_recorded_as_they_came_but_for_the_token() {
    let sandbox = visited().await;
    let requests = sandbox.requests();
    let update = &requests[0];
    assert_eq!((update.method().as_str(), update.path()), ("POST", "/account"));
    assert_eq!(update.query(), Some("deleteApiTokens=false"));
    assert_eq!((update.had_token(), requests[1].had_token()), (true, false));
    assert_eq!(update.headers()["content-type"], "application/json");
    assert!(!update.headers().contains_key("authorization") && !update.headers().contains_key("cookie"));
    assert!(update.body().starts_with(b"{\"password\""));
    update.assert_json(&json!({"language": "de", "password": "hush-hush"}));
    update.assert_header("content-type", Some("application/json"));
    update.assert_header("retry-after", None);
    let operations: Vec<_> = requests.iter().map(|request| request.operation()).collect();
    assert_eq!(operations, [Some(Operation::AccountUpdate), Some(Operation::SubAccountList), None]);
    assert_eq!(sandbox.requests_of(Operation::SubAccountList).len(), 1);
}

#[tokio::test]
async fn nothing_secret_is_in_the_debug_of_a_request() {
    let text = format!("{:?}", visited().await.requests());
    assert!(text.contains("POST /account?deleteApiTokens=false") && !text.contains("hush") && !text.contains("token\""));
    assert!(!text.contains(Sandbox::TOKEN));
}

#[tokio::test]
async fn handling_is_not_recorded_and_the_log_can_be_cleared() {
    let sandbox = visited().await;
    sandbox.assert_requests(&["POST /account?deleteApiTokens=false", "GET /account/sub", "GET /nowhere"]);
    sandbox.clear_requests();
    call(&sandbox, "GET", "/account");
    sandbox.assert_requests(&[]);
}

#[tokio::test]
#[should_panic(expected = "!   2. expected GET /account\n       got      GET /account/sub\n")]
async fn other_requests_than_expected_are_shown_beside_the_expected() {
    visited().await.assert_requests(&["POST /account?deleteApiTokens=false", "GET /account"]);
}

#[tokio::test]
#[should_panic(expected = "the body of GET /account/sub\n  expected {\"a\":1}\n  got      ")]
async fn another_body_than_expected_is_shown_beside_the_expected() {
    visited().await.requests()[1].assert_json(&json!({"a": 1}));
}

#[tokio::test]
#[should_panic(expected = "expected Some(\"text/html\")\n  got      Some(\"application/json\")")]
async fn another_header_than_expected_is_shown_beside_the_expected() {
    visited().await.requests()[1].assert_header("content-type", Some("text/html"));
}

#[tokio::test]
async fn the_log_forgets_the_oldest_request_rather_than_grow_forever() {
    let sandbox = world();
    for path in std::iter::once("/first").chain(std::iter::repeat_n("/later", 10_000)) {
        sandbox.deliver(request(None, "GET", path, "")).await;
    }
    assert_eq!((sandbox.requests().len(), sandbox.requests()[0].path()), (10_000, "/later"));
}
