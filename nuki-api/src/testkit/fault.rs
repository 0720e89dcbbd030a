//! How a fault is made: with which calls, how often, and what goes wrong.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::Value;

use super::Sandbox;
use super::error_body::{framework, html, json_response, throwable};
use super::faults::{ALWAYS, Effect, NewFault};
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
/// sandbox.on(Operation::SettingGet).respond_status(503).then().respond_status(429); // one after the other
/// ```
#[must_use = "a fault does nothing until it is said what goes wrong"]
pub struct FaultBuilder<'a> {
    sandbox: &'a Sandbox,
    operation: Option<Operation>,
    from: Option<u64>,
    nth: u64,
    count: u64,
    delay: Duration,
    headers: HeaderMap,
}

/// A fault that is in place. [`then`](FaultSequence::then) adds what strikes after it.
pub struct FaultSequence<'a> {
    sandbox: &'a Sandbox,
    operation: Option<Operation>,
    /// The first call after the fault, unless it never ends.
    next: Option<u64>,
}

impl<'a> FaultSequence<'a> {
    /// Begins the next fault of the same operation. Its first call is the one after the last call of this fault.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use nuki_api::Retry;
    /// use nuki_api::testkit::{Operation, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), nuki_api::Error> {
    /// let sandbox = Sandbox::new();
    /// let get = sandbox.on(Operation::AccountGet);
    /// get.refuse_connection().then().respond_status(503).then().retry_after("60").respond_status(429);
    ///
    /// let retry = Retry::default().max_retries(3);
    /// sandbox.client()?.account().get().timeout(Duration::from_secs(600)).retry(retry).await?;
    /// sandbox.assert_all_faults_struck();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When this fault strikes [always](FaultBuilder::always).
    #[track_caller]
    pub fn then(self) -> FaultBuilder<'a> {
        let Some(next) = self.next else { panic!("nothing comes after a fault that always strikes") };
        FaultBuilder { from: Some(next), ..FaultBuilder::new(self.sandbox, self.operation) }
    }
}

impl<'a> FaultBuilder<'a> {
    pub(super) fn new(sandbox: &'a Sandbox, operation: Option<Operation>) -> FaultBuilder<'a> {
        FaultBuilder { sandbox, operation, from: None, nth: 1, count: 1, delay: Duration::ZERO, headers: HeaderMap::new() }
    }

    /// Strikes from the `n`th call on. Defaults to 1, the first call from now, or the first one after the fault
    /// [before](FaultSequence::then).
    pub fn nth(self, n: u64) -> FaultBuilder<'a> {
        FaultBuilder { nth: n, ..self }
    }

    /// Strikes once, which is the default.
    pub fn once(self) -> FaultBuilder<'a> {
        self.times(1)
    }

    /// Strikes `count` calls in a row.
    pub fn times(self, count: u64) -> FaultBuilder<'a> {
        FaultBuilder { count, ..self }
    }

    /// Strikes every call from the first on.
    pub fn always(self) -> FaultBuilder<'a> {
        self.times(ALWAYS)
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
    pub fn respond(mut self, mut response: Response<Bytes>) -> FaultSequence<'a> {
        response.headers_mut().extend(std::mem::take(&mut self.headers));
        self.inject(Effect::Respond(response))
    }

    /// Answers this status with the body that the service's framework gives it:
    /// `{"code":503,"description":..,"reasonPhrase":..}`.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_status(self, status: u16) -> FaultSequence<'a> {
        self.respond(framework(valid(status), "The sandbox was told to answer this"))
    }

    /// Answers this status with the body of most errors of the service: `{"detailMessage":..,"stackTrace":[],..}`.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_detail(self, status: u16, detail_message: &str) -> FaultSequence<'a> {
        self.respond(throwable(valid(status), detail_message))
    }

    /// Answers this status with any JSON.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_json(self, status: u16, body: &Value) -> FaultSequence<'a> {
        self.respond(json_response(valid(status), body))
    }

    /// Answers this status with the HTML page of a proxy.
    ///
    /// # Panics
    ///
    /// When `status` is no HTTP status.
    pub fn respond_html(self, status: u16) -> FaultSequence<'a> {
        self.respond(html(valid(status)))
    }

    /// Carries the request out and answers, after this time (on tokio's clock).
    pub fn delay(self, delay: Duration) -> FaultSequence<'a> {
        self.delayed_by(delay).inject(Effect::Late)
    }

    /// Refuses the connection, so that the request is never sent. [`Sandbox::requests`] does not show it, since it never
    /// came.
    ///
    /// A request of [`Sandbox::client`] fails as one whose connection is refused, and counts as a call.
    ///
    /// On a port the system refuses, before there is a request. While the next call of the operation is to be refused, a
    /// [`Server`](super::Server) closes its idle connections and refuses new ones, whatever they are for. Nobody can count
    /// these, so the port stays closed until [`Sandbox::accept_connections`], and
    /// [`Sandbox::assert_all_faults_struck`] takes the fault as struck.
    pub fn refuse_connection(self) -> FaultSequence<'a> {
        self.inject(Effect::Refuse)
    }

    /// Loses the connection before the request is read.
    pub fn reset_before(self) -> FaultSequence<'a> {
        self.inject(Effect::ResetBefore)
    }

    /// Carries the request out, then loses the connection without an answer.
    pub fn reset_after(self) -> FaultSequence<'a> {
        self.inject(Effect::ResetAfter)
    }

    /// Carries the request out, and loses the connection after `keep` bytes of the answer's body; a body that is no
    /// longer than that loses its last byte.
    pub fn truncate(self, keep: usize) -> FaultSequence<'a> {
        self.inject(Effect::Truncate(keep))
    }

    /// Carries the request out and answers with the headers at once, with the body after this time (on tokio's clock).
    /// Where the answer has no body, it comes as a whole after this time.
    ///
    /// It is the same at both doors: a client sees the status, and that the body is too large for it, at once, and meets
    /// its limits of time while it waits for the body.
    pub fn slow_body(self, delay: Duration) -> FaultSequence<'a> {
        self.inject(Effect::SlowBody(delay))
    }

    fn inject(self, effect: Effect) -> FaultSequence<'a> {
        let FaultBuilder { sandbox, operation, from, nth, count, delay, .. } = self;
        let next = sandbox.add_fault(NewFault { operation, from, nth, count, delay, effect });
        FaultSequence { sandbox, operation, next }
    }
}

impl fmt::Debug for FaultBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultBuilder").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl fmt::Debug for FaultSequence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultSequence").field("operation", &self.operation).finish_non_exhaustive()
    }
}

#[track_caller]
fn valid(status: u16) -> StatusCode {
    match StatusCode::from_u16(status) {
        Ok(status) => status,
        Err(_) => panic!("{status} is no HTTP status"),
    }
}
