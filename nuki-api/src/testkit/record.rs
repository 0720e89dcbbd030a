//! The requests as they came, without their tokens.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::{HeaderMap, Method, Request};
use serde_json::Value;

use super::service::operation_of;
use nuki_api_gen::Operation;

/// How many requests are kept; older ones are forgotten, so that a sandbox can run for days.
const KEPT: usize = 10_000;

/// A request as it came. Its `Debug` shows neither headers nor body: the body may hold a password.
#[derive(Clone)]
pub struct RecordedRequest {
    operation: Option<Operation>,
    method: Method,
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    had_token: bool,
    body: Bytes,
}

impl RecordedRequest {
    pub(super) fn new(request: &Request<Bytes>) -> RecordedRequest {
        let mut headers = request.headers().clone();
        for secret in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
            headers.remove(secret);
        }
        RecordedRequest {
            operation: operation_of(request.method(), request.uri().path()),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            headers,
            had_token: request.headers().contains_key(AUTHORIZATION),
            body: request.body().clone(),
        }
    }

    /// The operation that it means, if any.
    pub fn operation(&self) -> Option<Operation> {
        self.operation
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, as it was sent.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query without its question mark, as it was sent.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The headers but for those that carry credentials.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether an `Authorization` header was sent.
    pub fn had_token(&self) -> bool {
        self.had_token
    }

    /// The body, as it was sent.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The request line: method, path and query.
    pub fn line(&self) -> String {
        match &self.query {
            Some(query) => format!("{} {}?{query}", self.method, self.path),
            None => format!("{} {}", self.method, self.path),
        }
    }

    /// Asserts on the body as JSON: the order of members does not matter.
    ///
    /// # Panics
    ///
    /// When the body is another one, with the expected one beside what came.
    #[track_caller]
    pub fn assert_json(&self, expected: &Value) {
        let got = self.json();
        assert!(
            got == *expected,
            "the body of {}\n  expected {expected}\n  got      {}",
            self.line(),
            String::from_utf8_lossy(&self.body)
        );
    }

    /// Asserts on a header; `None` means that it is not there.
    ///
    /// # Panics
    ///
    /// When the header is another one, with the expected one beside what came.
    #[track_caller]
    pub fn assert_header(&self, name: &str, expected: Option<&str>) {
        let got = self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        assert!(got.as_deref() == expected, "the header {name} of {}\n  expected {expected:?}\n  got      {got:?}", self.line());
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("line", &self.line())
            .field("had_token", &self.had_token)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

pub(super) fn record(log: &mut VecDeque<RecordedRequest>, request: &Request<Bytes>) {
    if log.len() == KEPT {
        log.pop_front();
    }
    log.push_back(RecordedRequest::new(request));
}

/// Asserts that these request lines came, in this order and no others.
#[track_caller]
pub(super) fn assert_lines(got: &[RecordedRequest], expected: &[&str]) {
    let got: Vec<String> = got.iter().map(RecordedRequest::line).collect();
    if got == expected {
        return;
    }
    let mut report = String::from("the requests were not as expected\n");
    for row in 0..got.len().max(expected.len()) {
        let expected = expected.get(row).copied().unwrap_or("(nothing)");
        let got = got.get(row).map_or("(nothing)", String::as_str);
        let mark = if expected == got { ' ' } else { '!' };
        report += &format!("{mark} {:>3}. expected {expected}\n       got      {got}\n", row + 1);
    }
    panic!("{report}");
}
