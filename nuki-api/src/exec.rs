//! Carries out a call: token, attempts, waits, and one deadline over all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use nuki_api_gen::runtime::exchange;
use nuki_api_gen::{Execute, Operation, Request, Response, RetryClass, TransportError, TransportErrorKind};
use tokio::time::Instant;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument, Level};

use crate::client::{Client, Shared};
use crate::error::{CallName, bottom, one_line};
use crate::redact::Secrets;
use crate::retry::{FailedAttempt, FailedBecause, RetryPolicy};
use crate::token::{Token, TokenSource};
use crate::transport::{Transport, authority};
use crate::{Error, ErrorKind, retry_after};

/// The settings of one call, where they differ from its client's.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Arc<dyn RetryPolicy>>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// Sends the requests of one call, by its options and before its deadline. Public in a private module: nobody outside can
/// name it.
pub struct Exec<'a> {
    client: &'a Client,
    options: &'a CallOptions,
    deadline: Instant,
    /// How many requests were sent so far: a call may consist of several operations.
    sent: AtomicU32,
}

impl Execute for Exec<'_> {
    type Failure = Error;

    #[expect(clippy::manual_async_fn, reason = "an async fn would keep its arguments twice")]
    fn execute(&self, operation: Operation, request: Request) -> impl Future<Output = Result<Response, Error>> + Send {
        async move { self.execute(&CallName::Operation(operation.info()), &request).await }
    }
}

impl<'a> Exec<'a> {
    pub(crate) fn new(client: &'a Client, options: &'a CallOptions) -> Self {
        let timeout = options.timeout.unwrap_or(client.shared.limits.deadline);
        let far = Duration::from_secs(86_400 * 365);
        Self { client, options, deadline: Instant::now() + timeout.min(far), sent: AtomicU32::new(0) }
    }

    /// How many requests the call has sent so far.
    pub(crate) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends a request until the answer is a 2xx, or until another attempt makes no sense.
    ///
    /// From here on down everything is borrowed: each layer of futures would copy what it owns.
    pub(crate) async fn execute(&self, call: &CallName, request: &Request) -> Result<Response, Error> {
        if self.client.shared.read_only && request.method != http::Method::GET {
            let message = "was not sent: the client only reads, as `ClientBuilder::read_only` says";
            return Err(Error::new(ErrorKind::InvalidRequest, call.clone(), message));
        }
        // In a box of its own: two futures below a kilobyte cost less than one above, which allocators have no cache for.
        let attempts = Box::pin(self.attempts(call, request));
        if LevelFilter::current() < Level::DEBUG {
            // Nobody listens.
            return attempts.await;
        }
        let span = tracing::debug_span!(
            "nuki_api.call",
            otel.kind = "client",
            otel.name = tracing::field::Empty,
            http.request.method = request.method.as_str(),
            url.template = tracing::field::Empty,
            server.address = request.host(),
            http.response.status_code = tracing::field::Empty,
            http.request.resend_count = tracing::field::Empty,
            error.r#type = tracing::field::Empty,
        );
        let route = match call {
            CallName::Operation(info) => info.path,
            // The path of another endpoint may hold ids, and its template is not known.
            _ => "other",
        };
        span.record("url.template", route);
        span.record("otel.name", format!("{} {route}", request.method));
        let before = self.sent();
        let result = attempts.instrument(span.clone()).await;
        let status = match &result {
            Ok(response) => Some(response.status),
            Err(error) => {
                span.record("error.type", tracing::field::debug(error.kind()));
                error.status()
            }
        };
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        span.record("http.request.resend_count", (self.sent() - before).saturating_sub(1));
        result
    }

    async fn attempts(&self, call: &CallName, request: &Request) -> Result<Response, Error> {
        let mut history = History { reads: call.retry_class() == RetryClass::Read, ..History::default() };
        let mut renewed = None;
        loop {
            let provided;
            let token = match (renewed.take(), &*self.client.token) {
                (None, TokenSource::Fixed(token)) => Some(token),
                (Some(token), _) => {
                    provided = Some(token);
                    provided.as_ref()
                }
                (None, _) => {
                    provided = self.token(call, &history).await?;
                    provided.as_ref()
                }
            };
            let now = Instant::now();
            if now >= self.deadline {
                let error = Error::new(ErrorKind::Timeout, call.clone(), "had no time left to be sent");
                return Err(self.with_history(error, &history));
            }
            let until = now.checked_add(self.client.shared.limits.attempt).map_or(self.deadline, |at| at.min(self.deadline));
            history.attempts += 1;
            let sent = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
            let answer = match self.attempt(request, token, until).await {
                Ok(mut response) if response.status.is_success() => {
                    response.attempts = sent;
                    return Ok(response);
                }
                answer => answer,
            };
            history.note(&answer);
            let (because, retry_after) = match &answer {
                Ok(response) => {
                    if response.status.as_u16() == 401
                        && let Some(token) = token
                        && let Some(fresh) = self.renewal(call, token, &mut history).await?
                    {
                        tracing::debug!("the token was refused; trying once more with a renewed one");
                        renewed = Some(fresh);
                        continue;
                    }
                    (of_status(response.status.as_u16()), retry_after::parse(&response.headers, SystemTime::now()))
                }
                Err(error) => (of_transport(error), None),
            };
            let failed = FailedAttempt {
                operation: call.operation(),
                class: call.retry_class(),
                because,
                attempts: history.attempts - history.renewals,
                retry_after,
            };
            if let Some(delay) = self.delay(&failed) {
                tracing::debug!(attempt = history.attempts, ?because, ?delay, "trying again");
                tokio::time::sleep(delay).await;
                continue;
            }
            let error = match answer {
                Ok(response) => {
                    let secrets = Secrets::of(call, request, token, &self.options.headers);
                    Error::from_failure(call.clone(), &response, &secrets).with_retry_after(retry_after)
                }
                Err(error) => lost(call.clone(), request, error, &self.client.shared.transport),
            };
            return Err(self.with_history(error, &history));
        }
    }

    async fn attempt(&self, request: &Request, token: Option<&Token>, until: Instant) -> Result<Response, TransportError> {
        let Shared { transport, limits, .. } = &*self.client.shared;
        let headers = self.headers(request, token);
        match transport {
            Transport::Http(client, _) => exchange(client, request, headers, limits.body, until).await,
            #[cfg(feature = "testkit")]
            Transport::Sandbox(sandbox) => {
                Box::pin(crate::testkit::exchange(sandbox, request, headers, limits.body, until)).await
            }
        }
    }

    fn headers(&self, request: &Request, token: Option<&Token>) -> HeaderMap {
        let mut headers = request.headers();
        for (name, value) in &self.options.headers {
            headers.insert(name, value.clone());
        }
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, token.header().clone());
        }
        headers
    }

    async fn token(&self, call: &CallName, history: &History) -> Result<Option<Token>, Error> {
        let required = call.operation().is_none_or(|info| info.token_required);
        match self.before_deadline(call, history, self.client.token.token()).await? {
            None if required => Err(Error::new(
                ErrorKind::Token,
                call.clone(),
                "needs a token, and the client has none: give one to `Client::builder().token(..)`, or set NUKI_API_TOKEN \
                 and use `Client::from_env()`",
            )),
            token => Ok(token),
        }
    }

    /// Another token after a 401, once. A 401 is a refusal, so the call of any class may be made again; but not where it
    /// may speak of a code, since the same code would count as a second wrong one.
    async fn renewal(&self, call: &CallName, refused: &Token, history: &mut History) -> Result<Option<Token>, Error> {
        if call.operation().is_some_and(|info| info.unauthorized_may_mean_code) {
            return Ok(None);
        }
        if history.renewals > 0 {
            self.client.token.forget(refused);
            return Ok(None);
        }
        let fresh = self.before_deadline(call, history, self.client.token.renew(refused)).await?;
        history.renewals += u32::from(fresh.is_some());
        Ok(fresh)
    }

    async fn before_deadline<T>(
        &self,
        call: &CallName,
        history: &History,
        token: impl Future<Output = Result<T, crate::TokenError>>,
    ) -> Result<T, Error> {
        let error = match tokio::time::timeout_at(self.deadline, token).await {
            Ok(Ok(token)) => return Ok(token),
            Ok(Err(error)) => {
                let why = one_line(&error.to_string()).unwrap_or_default();
                Error::new(ErrorKind::Token, call.clone(), format!("has no token to send: {why}"))
            }
            Err(_) => Error::new(ErrorKind::Timeout, call.clone(), "had no token in time"),
        };
        Err(self.with_history(error, history))
    }

    fn with_history(&self, error: Error, history: &History) -> Error {
        error.with_history(self.sent(), history.may_have_been_applied)
    }

    /// How long to wait before another attempt, where one is harmless, wanted, and still in time.
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
        if failed.is_forbidden() {
            return None;
        }
        let policy = self.options.retry.as_ref().unwrap_or(&self.client.shared.retry);
        let delay = policy.delay(failed)?;
        (Instant::now().checked_add(delay)? < self.deadline).then_some(delay)
    }
}

/// What became of the attempts of one operation so far.
#[derive(Default)]
struct History {
    reads: bool,
    attempts: u32,
    renewals: u32,
    may_have_been_applied: bool,
}

impl History {
    /// An attempt leaves doubt when its request left and its answer proves no refusal. A later answer does not clear it.
    fn note(&mut self, answer: &Result<Response, TransportError>) {
        let doubt = match answer {
            Ok(response) => matches!(response.status.as_u16(), 100..=199 | 300..=399 | 408 | 500..),
            Err(error) => error.sent(),
        };
        self.may_have_been_applied |= doubt && !self.reads;
    }
}

/// The error of an attempt without a whole answer.
fn lost(call: CallName, request: &Request, error: TransportError, transport: &Transport) -> Error {
    let (kind, message) = match error.kind() {
        TransportErrorKind::Connect => (ErrorKind::Connect, "no connection could be made"),
        TransportErrorKind::Timeout => (ErrorKind::Timeout, "no answer came in time"),
        TransportErrorKind::TooLarge => (ErrorKind::TooLarge, "the answer is larger than allowed by `max_body_size`"),
        TransportErrorKind::HeadTooLarge => (ErrorKind::TooLarge, "the head of the answer is too large"),
        TransportErrorKind::NotHttp => (ErrorKind::NotHttp, "what came back is not HTTP: is `base_url` right?"),
        TransportErrorKind::Invalid => (ErrorKind::InvalidRequest, "the request cannot be sent as it is"),
        _ => (ErrorKind::Interrupted, "the connection broke before the whole answer was there"),
    };
    let mut message = format!("failed: {message}");
    let status = error.status();
    let source = error.into_source();
    if kind == ErrorKind::Connect {
        let url = request.url();
        message += &format!(" to {}", authority(&url).unwrap_or_default());
        if let Some(detour) = transport.detour(&url, source.as_ref()) {
            message += &format!(" {detour}");
        }
        let cause = source.as_ref().and_then(|source| one_line(&bottom(source).to_string()));
        let without = match transport {
            Transport::Http(..) => "time was up",
            #[cfg(feature = "testkit")]
            Transport::Sandbox(_) => "the connection was refused",
        };
        message += &format!(": {}", cause.as_deref().unwrap_or(without));
    }
    Error::new(kind, call, message).with_status(status).with_source(source)
}

fn of_status(status: u16) -> FailedBecause {
    match status {
        408 | 502..=504 => FailedBecause::Lost,
        429 => FailedBecause::RateLimited,
        _ => FailedBecause::Final,
    }
}

fn of_transport(error: &TransportError) -> FailedBecause {
    match error.kind() {
        // Each of these will be so again.
        TransportErrorKind::TooLarge
        | TransportErrorKind::HeadTooLarge
        | TransportErrorKind::NotHttp
        | TransportErrorKind::Invalid => FailedBecause::Final,
        _ if error.sent() => FailedBecause::Lost,
        _ => FailedBecause::NeverSent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_cannot_be_sent_is_the_callers_to_mend() {
        let error = TransportError::new(TransportErrorKind::Invalid, false);
        let nuki = Client::builder().token("t").build().unwrap();
        let error = lost(
            CallName::Client,
            &Request::new(http::Method::POST, "https://h".parse().unwrap()),
            error,
            &nuki.shared.transport,
        );
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}
