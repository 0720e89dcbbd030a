//! Tests of the sandbox: what it answers and what it then remembers.

mod account;
mod email;
mod faults;
mod fixtures;
mod http;
mod integrations;
mod otp;
mod password;
mod recording;
mod refused;
mod seeds;
mod sequences;
mod server;
mod settings;
mod slow_body;
mod sub_accounts;

use ::http::{Request, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{AccountFixture, Sandbox};

const MASTER: i32 = Sandbox::ACCOUNT_ID;
const SUB: i32 = 2002;
const OTHER_MASTER: i32 = 3003;
const OTHER_SUB: i32 = 4004;
const NOT_AUTHORIZED: &str = "Your access token is not authorized";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_747_061_140_629).expect("a date")
}

/// Two masters with a sub-account each, at a time that stands still. The tokens are `sandbox-token`, `sub-token`,
/// `other-token` and, without the scope `account`, `weak-token`.
fn world() -> Sandbox {
    Sandbox::builder()
        .now(noon())
        .account(AccountFixture::new(SUB, "sub@example.com").name("Sub").language("en").master(MASTER).rights(2))
        .account(AccountFixture::new(OTHER_MASTER, "other@example.org").name("Other"))
        .account(AccountFixture::new(OTHER_SUB, "other.sub@example.org").master(OTHER_MASTER))
        .token("sub-token", SUB)
        .token("other-token", OTHER_MASTER)
        .token_with_scopes("weak-token", MASTER, ["smartlock", "smartlock.log"])
        .build()
}

fn request(token: Option<&str>, method: &str, target: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(target).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(body.into()).expect("a request")
}

fn value(response: Response<Bytes>) -> (u16, Value) {
    let value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), value)
}

/// A call with any token and any body.
fn raw(sandbox: &Sandbox, token: Option<&str>, method: &str, target: &str, body: &str) -> (u16, Value) {
    value(sandbox.handle(request(token, method, target, body.to_owned())))
}

/// A call of the master without a body.
fn call(sandbox: &Sandbox, method: &str, target: &str) -> (u16, Value) {
    raw(sandbox, Some(Sandbox::TOKEN), method, target, "")
}

/// A call of the master with a body.
fn send(sandbox: &Sandbox, method: &str, target: &str, body: Value) -> (u16, Value) {
    raw(sandbox, Some(Sandbox::TOKEN), method, target, &body.to_string())
}

/// The status of a call of the master with a body.
fn status(sandbox: &Sandbox, method: &str, target: &str, body: Value) -> u16 {
    send(sandbox, method, target, body).0
}

fn sub_account(email: &str) -> Value {
    json!({"email": email, "password": "secret-7", "name": "Ops", "rights": 31, "language": "de"})
}
