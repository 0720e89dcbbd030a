//! Whatever is sent, the sandbox does not panic and answers an operation with a status that is documented for it.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Method, Request};
use nuki_api::Operation;
use nuki_api::testkit::{AccountFixture, Sandbox};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{MASTER, SUB};
use crate::case::Case;
use crate::spec::{document, endpoint};

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

/// The names of all members of all schemas.
fn names() -> Vec<String> {
    let schemas = document()["components"]["schemas"].as_object().unwrap().values();
    let members = schemas.filter_map(|schema| schema["properties"].as_object()).flat_map(|members| members.keys().cloned());
    members.collect::<BTreeSet<_>>().into_iter().collect()
}

/// An object with members that operations know, of any value.
fn known_members() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(prop::sample::select(names()), any_value(), 0..6).prop_map(|members| json!(members))
}

/// The body of an operation with some of its members replaced, and others added.
fn nearly(body: Value) -> impl Strategy<Value = Value> {
    (known_members(), prop::collection::vec((any::<prop::sample::Index>(), any_value()), 0..3)).prop_map(
        move |(more, replaced)| {
            let mut body = body.clone();
            let members = match &mut body {
                Value::Array(items) => items.first_mut().and_then(Value::as_object_mut),
                body => body.as_object_mut(),
            };
            let Some(members) = members else { return body };
            let own = members.keys().cloned().collect::<Vec<_>>();
            for (name, value) in more.as_object().into_iter().flatten() {
                members.entry(name).or_insert(value.clone());
            }
            for (index, value) in replaced.into_iter().filter(|_| !own.is_empty()) {
                members.insert(own[index.index(own.len())].clone(), value);
            }
            body
        },
    )
}

fn any_body(operation: Operation) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => nearly(Case::of(operation).body).prop_map(|body| body.to_string().into_bytes()),
        2 => known_members().prop_map(|body| body.to_string().into_bytes()),
        1 => any_value().prop_map(|body| body.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

/// A path with ids that are there, or with others, and perhaps a query that means nothing.
fn any_target(operation: Operation) -> impl Strategy<Value = (String, String)> {
    let id = prop_oneof![any::<i64>().prop_map(|id| id.to_string()), "[!-~&&[^{}<>\"\\\\^`|?#]]{1,8}"];
    let template = operation.info().path.split('/');
    let others = template.map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/");
    let path = prop_oneof![
        4 => Just(Case::of(operation).target.to_owned()),
        1 => id.prop_map(move |id| others.replace("{}", &id)),
    ];
    let query = "(\\?[ -~&&[^#<>\"{}]]{0,20})?";
    let method = operation.info().method.to_owned();
    let known = (path, query).prop_map(move |(path, query)| {
        let path = if query.is_empty() { path } else { path.split('?').next().unwrap_or_default().to_owned() };
        (method.clone(), path + &query.replace(' ', "+"))
    });
    prop_oneof![
        8 => known,
        1 => ("[A-Z]{1,7}", "/[a-z/%0-9]{0,20}"),
        1 => (prop::sample::select(&["HEAD", "OPTIONS", "TRACE", "PATCH"][..]).prop_map(str::to_owned), Just("/account".to_owned())),
    ]
}

fn any_request() -> impl Strategy<Value = ((String, String), Vec<u8>)> {
    prop::sample::select(&Operation::ALL[..]).prop_flat_map(|operation| (any_target(operation), any_body(operation)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_is_answered_as_documented(
        ((method, target), body) in any_request(),
        token in prop::sample::select(&[None, Some("sandbox-token"), Some("sub-token"), Some("weak-token"), Some("\u{e9}")][..]),
    ) {
        let mut builder = Request::builder().method(method.as_str()).uri(&target);
        if let Some(token) = token {
            builder = builder.header("authorization", format!("Bearer {token}"));
        }
        // What is no request to the crate `http` reaches no service.
        let Ok(request) = builder.body(Bytes::from(body)) else { return Ok(()) };
        let operation = operation_of(request.method(), request.uri().path());
        let is_options = request.method() == Method::OPTIONS;
        let status = world().handle(request).status().as_u16();
        match operation {
            Some(operation) => prop_assert!(endpoint(operation).statuses().contains(&status), "{operation:?} {status}"),
            None if is_options => prop_assert!([204, 404].contains(&status)),
            None => prop_assert!([404, 405].contains(&status), "{status}"),
        }
    }
}
