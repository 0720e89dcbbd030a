//! Faults: what goes wrong, with which calls, how often.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::Value;

use super::Sandbox;
use super::error_body::{framework, html, json_response, throwable};
use nuki_api_gen::Operation;

/// A fault in the making: [`Sandbox::on`] starts it, a method that says what goes wrong ends it.
///
/// Calls are counted from here on, per operation. Of several faults that fit a call the oldest one strikes.
///
/// ```
/// use nuki_api::testkit::{Operation, Sandbox};
///
/// let sandbox = Sandbox::new();
/// sandbox.on(Operation::AccountGet).retry_after("2").respond_status(429); // the first call
/// sandbox.on(Operation::SettingPut).nth(2).times(3).reset_after(); // calls 2, 3 and 4
/// ```
#[must_use = "a fault does nothing until it is said what goes wrong"]
pub struct FaultBuilder<'a> {
    sandbox: &'a Sandbox,
    operation: Option<Operation>,
    first: u64,
    count: u64,
    delay: Duration,
    headers: HeaderMap,
}

pub(super) struct Fault {
    /// None fits every request, also one that means no operation.
    operation: Option<Operation>,
    first: u64,
    count: u64,
    seen: u64,
    delay: Duration,
    effect: Effect,
}

#[derive(Clone)]
pub(super) enum Effect {
    /// The service answers, only later.
    Late,
    /// This is answered, the request is not carried out.
    Respond(Response<Bytes>),
    ResetBefore,
    ResetAfter,
    Truncate(usize),
    SlowBody(Duration),
}

impl<'a> FaultBuilder<'a> {
    pub(super) fn new(sandbox: &'a Sandbox, operation: Option<Operation>) -> FaultBuilder<'a> {
        FaultBuilder { sandbox, operation, first: 1, count: 1, delay: Duration::ZERO, headers: HeaderMap::new() }
    }

    /// Strikes from the `n`th call on; 1, the first call from now, unless set.
    pub fn nth(self, n: u64) -> FaultBuilder<'a> {
        FaultBuilder { first: n.max(1), ..self }
    }

    /// Strikes once, as it does unless told otherwise.
    pub fn once(self) -> FaultBuilder<'a> {
        self.times(1)
    }

    /// Strikes `count` calls in a row.
    pub fn times(self, count: u64) -> FaultBuilder<'a> {
        FaultBuilder { count, ..self }
    }

    /// Strikes every call from the first on.
    pub fn always(self) -> FaultBuilder<'a> {
        self.times(u64::MAX)
    }

    /// Before it strikes, this time passes (on tokio's clock).
    pub fn delayed_by(self, delay: Duration) -> FaultBuilder<'a> {
        FaultBuilder { delay, ..self }
    }

    /// A `Retry-After` header for a fault that responds: seconds or an HTTP date. Any text is sent, wrong ones too, but
    /// for what no header can carry, such as a line break.
    pub fn retry_after(mut self, value: &str) -> FaultBuilder<'a> {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(RETRY_AFTER, value);
        }
        self
    }

    /// Answers this instead of carrying the request out.
    pub fn respond(mut self, mut response: Response<Bytes>) {
        response.headers_mut().extend(std::mem::take(&mut self.headers));
        self.inject(Effect::Respond(response));
    }

    /// Answers this status with the body that the service's framework gives it:
    /// `{"code":503,"description":..,"reasonPhrase":..}`.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_status(self, status: u16) {
        self.respond(framework(valid(status), "The sandbox was told to answer this", "/"));
    }

    /// Answers this status with the body of most errors of the service: `{"detailMessage":..,"stackTrace":[],..}`.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_detail(self, status: u16, detail_message: &str) {
        self.respond(throwable(valid(status), detail_message));
    }

    /// Answers this status with any JSON.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_json(self, status: u16, body: &Value) {
        self.respond(json_response(valid(status), body));
    }

    /// Answers this status with the HTML page of a proxy.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_html(self, status: u16) {
        self.respond(html(valid(status)));
    }

    /// Carries the request out and answers, after this time (on tokio's clock).
    pub fn delay(self, delay: Duration) {
        self.delayed_by(delay).inject(Effect::Late);
    }

    /// Loses the connection before the request is read.
    pub fn reset_before(self) {
        self.inject(Effect::ResetBefore);
    }

    /// Carries the request out, then loses the connection without an answer.
    pub fn reset_after(self) {
        self.inject(Effect::ResetAfter);
    }

    /// Carries the request out, and loses the connection after `keep` bytes of the answer's body; a body that is no
    /// longer than that loses its last byte.
    pub fn truncate(self, keep: usize) {
        self.inject(Effect::Truncate(keep));
    }

    /// Carries the request out and answers with the headers at once, with the body after this time.
    pub fn slow_body(self, delay: Duration) {
        self.inject(Effect::SlowBody(delay));
    }

    fn inject(self, effect: Effect) {
        let FaultBuilder { sandbox, operation, first, count, delay, .. } = self;
        sandbox.faults().push(Fault { operation, first, count, seen: 0, delay, effect });
    }
}

impl fmt::Debug for FaultBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultBuilder").field("operation", &self.operation).finish_non_exhaustive()
    }
}

fn valid(status: u16) -> StatusCode {
    match StatusCode::from_u16(status) {
        Ok(status) => status,
        Err(_) => panic!("{status} is no HTTP status"),
    }
}

/// Counts a call for every fault that fits it, and gives what strikes, if anything.
pub(super) fn strike(faults: &mut [Fault], operation: Option<Operation>) -> Option<(Duration, Effect)> {
    let mut struck = None;
    for fault in faults {
        if fault.operation.is_some() && fault.operation != operation {
            continue;
        }
        fault.seen += 1;
        let is_due = fault.seen >= fault.first && fault.seen - fault.first < fault.count;
        if is_due && struck.is_none() {
            struck = Some((fault.delay, fault.effect.clone()));
        }
    }
    struck
}
