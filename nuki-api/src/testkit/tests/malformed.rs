//! Whatever is sent, the sandbox does not panic and answers an operation with a status that is documented for it.

use ::http::Method;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testkit::Operation;
use crate::testkit::service::{is_served, operation_of};

fn documented(operation: Operation) -> &'static [u16] {
    match operation {
        Operation::AccountGet => &[200, 401],
        Operation::AccountUpdate => &[204, 400, 401, 409],
        Operation::AccountDelete => &[204, 401, 409],
        Operation::EmailChange => &[204, 400, 401, 409],
        Operation::EmailVerify => &[204, 400, 401, 409],
        Operation::IntegrationList => &[200, 401],
        Operation::IntegrationDelete => &[204, 401],
        Operation::OtpCreate => &[200, 401, 405],
        Operation::OtpEnable => &[204, 400, 401, 429],
        Operation::OtpDisable => &[204, 401],
        Operation::PasswordReset => &[204, 401],
        Operation::SettingGet => &[200, 401, 403, 404],
        Operation::SettingPut => &[200, 400, 401],
        Operation::SettingDelete => &[204, 401, 403],
        Operation::SubAccountList => &[200, 401],
        Operation::SubAccountCreate => &[200, 400, 401, 409],
        Operation::SubAccountGet => &[200, 401, 404],
        Operation::SubAccountUpdate => &[204, 400, 401, 404, 409],
        Operation::SubAccountDelete => &[204, 401, 404],
        other => panic!("what does {other:?} answer? say it here"),
    }
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
    #![proptest_config(ProptestConfig::with_cases(2_000))]

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
        let path_of_another_group = operation.is_some_and(|operation| !is_served(operation));
        let is_options = request.method() == Method::OPTIONS;
        let status = world().handle(request).status().as_u16();
        match operation {
            _ if path_of_another_group => prop_assert_eq!(status, 404),
            Some(operation) => prop_assert!(documented(operation).contains(&status), "{} {status}", operation.info().id),
            None if is_options => prop_assert!([204, 404].contains(&status)),
            None => prop_assert!([404, 405].contains(&status), "{status}"),
        }
    }
}
