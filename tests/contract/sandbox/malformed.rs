//! Whatever is sent, the sandbox does not panic and answers an operation with a status that is documented for it.

use bytes::Bytes;
use http::{Method, Request};
use nuki_api::Operation;
use nuki_api::testkit::{AccountFixture, Sandbox};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{MASTER, SUB};
use crate::spec::endpoint;

/// A master with a sub-account. The tokens are `sandbox-token`, `sub-token` and, without the scope `account`, `weak-token`.
fn world() -> Sandbox {
    Sandbox::builder()
        .account(AccountFixture::new(SUB, "sub@example.com").name("Sub").language("en").master(MASTER).rights(2))
        .token("sub-token", SUB)
        .token_with_scopes("weak-token", MASTER, ["smartlock", "smartlock.log"])
        .build()
}

/// The operation that a request means, if any; the sandbox has a router for that, and this is slow and plain.
fn operation_of(method: &Method, path: &str) -> Option<Operation> {
    let fits = |template: &&str| {
        let mut segments = template.split('/').zip(path.split('/'));
        let all = segments.all(|(ours, theirs)| if ours.starts_with('{') { !theirs.is_empty() } else { ours == theirs });
        all && template.matches('/').count() == path.matches('/').count()
    };
    // Fixed segments go before parameters.
    let paths = Operation::ALL.into_iter().map(|operation| operation.info().path);
    let path = paths.filter(fits).min_by_key(|path| path.matches('{').count())?;
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    Operation::ALL.into_iter().find(|operation| (operation.info().method, operation.info().path) == (method, path))
}

/// Any JSON.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..40).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("sub@example.com")),
        Just(json!("a@b")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

/// An object with members that operations know, of any value.
fn known_members() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 12] = [
        "email",
        "password",
        "name",
        "language",
        "rights",
        "profile",
        "config",
        "otp",
        "web",
        "apiKeyId",
        "tokenId",
        "deleteApiTokens",
    ];
    prop::collection::btree_map(prop::sample::select(&NAMES[..]), any_value(), 0..6).prop_map(|members| json!(members))
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => known_members().prop_map(|body| body.to_string().into_bytes()),
        1 => any_value().prop_map(|body| body.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

fn any_target() -> impl Strategy<Value = (String, String)> {
    let id = prop_oneof![Just("2002".to_owned()), any::<i64>().prop_map(|id| id.to_string()), "[!-~&&[^{}<>\"\\\\^`|?#]]{1,8}"];
    let operation =
        (prop::sample::select(&Operation::ALL[..]), id, "(\\?[ -~&&[^#<>\"{}]]{0,20})?").prop_map(|(it, id, query)| {
            (it.info().method.to_owned(), it.info().path.replace("{accountId}", &id) + &query.replace(' ', "+"))
        });
    prop_oneof![
        8 => operation,
        1 => ("[A-Z]{1,7}", "/[a-z/%0-9]{0,20}"),
        1 => (prop::sample::select(&["HEAD", "OPTIONS", "TRACE", "PATCH"][..]).prop_map(str::to_owned), Just("/account".to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_is_answered_as_documented(
        (method, target) in any_target(),
        token in prop::sample::select(&[None, Some("sandbox-token"), Some("sub-token"), Some("weak-token"), Some("\u{e9}")][..]),
        body in any_body(),
    ) {
        let mut builder = Request::builder().method(method.as_str()).uri(&target);
        if let Some(token) = token {
            builder = builder.header("authorization", format!("Bearer {token}"));
        }
        // What is no request to the crate `http` reaches no service.
        let Ok(request) = builder.body(Bytes::from(body)) else { return Ok(()) };
        let operation = operation_of(request.method(), request.uri().path());
        let path_of_another_group = operation.is_some_and(|operation| operation.info().group != "account");
        let is_options = request.method() == Method::OPTIONS;
        let status = world().handle(request).status().as_u16();
        match operation {
            _ if path_of_another_group => prop_assert_eq!(status, 404),
            Some(operation) => prop_assert!(endpoint(operation).statuses().contains(&status), "{operation:?} {status}"),
            None if is_options => prop_assert!([204, 404].contains(&status)),
            None => prop_assert!([404, 405].contains(&status), "{status}"),
        }
    }
}
