//! What can go wrong with a call, and what to do about it.

mod detail;
mod kind;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use nuki_api_gen::runtime::{InvalidRequest, MAX_ERROR_BODY, is_empty_or_json};
use nuki_api_gen::{OperationInfo, Response, RetryClass};

pub(crate) use detail::one_line;
pub use kind::ErrorKind;

use crate::input::{InvalidValue, Problem};
use crate::redact::Secrets;

/// A call that failed.
///
/// Its text is one line that a person can act on: what was called, what came back, what the status means for that
/// call, and what the service said. It never holds a token, a password, a PIN, a query or a body; [`body`](Self::body)
/// has the latter.
///
/// ```
/// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
/// use nuki_api::ErrorKind;
///
/// match nuki.account().sub_accounts().get(42).await {
///     Ok(account) => println!("{}", account.email),
///     Err(error) if error.kind() == ErrorKind::NotFound => println!("no such sub-account"),
///     Err(error) if error.may_have_been_applied() => println!("look before you try again: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    call: CallName,
    message: Cow<'static, str>,
    status: Option<StatusCode>,
    body: Bytes,
    is_of_the_service: bool,
    detail: Option<String>,
    problems: Vec<Problem>,
    retry_after: Option<Duration>,
    attempts: u32,
    applied: Applied,
    source: Option<reqwest::Error>,
}

/// Whether a call that failed changed something all the same.
enum Applied {
    No,
    Perhaps,
    /// It did: what failed came after the change.
    Yes,
}

/// What was called.
#[derive(Clone, Debug)]
pub(crate) enum CallName {
    /// Nothing yet: a value is being parsed.
    Value,
    /// Nothing yet: the client is being built.
    Client,
    /// Nothing any more: what came back is judged.
    Answer,
    /// An operation of the table.
    Operation(&'static OperationInfo),
    /// Another endpoint: its method and path.
    Other(http::Method, String, RetryClass),
}

impl CallName {
    pub(crate) fn retry_class(&self) -> RetryClass {
        match self {
            Self::Value | Self::Client | Self::Answer => RetryClass::Guarded,
            Self::Operation(info) => info.retry_class,
            Self::Other(_, _, class) => *class,
        }
    }

    pub(crate) fn operation(&self) -> Option<&'static OperationInfo> {
        match self {
            Self::Operation(info) => Some(info),
            _ => None,
        }
    }
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("the value"),
            Self::Client => f.write_str("the client"),
            Self::Answer => f.write_str("the answer"),
            Self::Operation(info) => write!(f, "{} ({} {})", info.id, info.method, info.path),
            Self::Other(method, path, _) => write!(f, "{method} {path}"),
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, call: CallName, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            call,
            message: message.into(),
            status: None,
            body: Bytes::new(),
            is_of_the_service: false,
            detail: None,
            problems: Vec::new(),
            retry_after: None,
            attempts: 0,
            applied: Applied::No,
            source: None,
        }))
    }

    pub(crate) fn invalid(call: CallName, problems: Vec<Problem>) -> Self {
        let message = if matches!(call, CallName::Client) { "cannot be built" } else { "was not sent" };
        let mut error = Self::new(ErrorKind::InvalidRequest, call, message);
        error.0.problems = problems;
        error
    }

    pub(crate) fn unbuildable(call: CallName, error: InvalidRequest) -> Self {
        Self::new(ErrorKind::InvalidRequest, call, format!("was not sent: {error}"))
    }

    /// An answer that is no success. `secrets` are taken out of what the service says, should it repeat one.
    pub(crate) fn from_failure(call: CallName, response: &Response, secrets: &Secrets) -> Self {
        let status = response.status;
        let meaning = match call.operation().and_then(|info| info.meaning(status.as_u16())) {
            None if status.is_redirection() => Some("No redirect is ever followed: is `base_url` right?"),
            meaning => meaning,
        };
        let message = match (status.canonical_reason(), meaning) {
            (Some(reason), Some(meaning)) => format!("failed with {} {reason}: {meaning}", status.as_u16()),
            (Some(reason), None) => format!("failed with {} {reason}", status.as_u16()),
            (None, _) => format!("failed with {}", status.as_u16()),
        };
        let mut error = Self::new(ErrorKind::of_status(status), call, message);
        error.0.status = Some(status);
        error.0.detail = detail::find(&response.body, secrets);
        error.0.body = keep(&response.body);
        error.0.is_of_the_service = response.whole && is_empty_or_json(&response.body);
        error
    }

    /// An answer that is a success by its status, and unreadable.
    pub(crate) fn from_body(call: CallName, status: StatusCode, body: &Bytes, why: impl fmt::Display) -> Self {
        let message = format!("was answered with {}, but {why}", status.as_u16());
        let mut error = Self::new(ErrorKind::Decode, call, message);
        error.0.status = Some(status);
        error.0.body = keep(body);
        error
    }

    /// The status of an answer whose body did not come.
    pub(crate) fn with_status(mut self, status: Option<StatusCode>) -> Self {
        self.0.status = status;
        self
    }

    /// What lies below the error. Of a lost connection the bottom is in the text as well.
    pub(crate) fn with_source(mut self, source: Option<reqwest::Error>) -> Self {
        self.0.source = source;
        self
    }

    /// Whether the answer looks like the service's own: all of its body came, and is empty or JSON. A proxy says a page.
    pub(crate) fn is_of_the_service(&self) -> bool {
        self.0.is_of_the_service
    }

    /// How many requests the whole call has sent, where it is of several operations.
    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_history(mut self, attempts: u32, may_have_been_applied: bool) -> Self {
        self.0.attempts = attempts;
        self.0.applied = if may_have_been_applied { Applied::Perhaps } else { Applied::No };
        self
    }

    /// The change that the call was about is made; what failed came after it.
    pub(crate) fn after_the_change(mut self) -> Self {
        self.0.applied = Applied::Yes;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the answer, if there was one; also when its body was lost, too large or not what it should be.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The body of the answer as it came, up to 64 KiB. Of a failure it is what came within 5 seconds after the head. It may
    /// repeat what was sent: keep it out of logs.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// What the service said, in whatever form it said it.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The operation that failed; `None` when the client could not be built, and for an endpoint of
    /// [`Client::request`](crate::Client::request).
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        self.0.call.operation()
    }

    /// What is wrong with the call, each with its field; empty unless it is an [`ErrorKind::InvalidRequest`].
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// How long the service asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many requests were sent, those of all steps of a call such as `then_get` or `modify` together; 0 when nothing was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the service may have done what was asked, although the call failed: a call that changes something was
    /// sent, and at least one attempt had no answer that proves a refusal. Look at the state before calling again. Also
    /// true when the change was made and only what came after it failed, as with `then_get`.
    pub fn may_have_been_applied(&self) -> bool {
        !matches!(self.0.applied, Applied::No)
    }

    /// Whether the same call may well succeed later, and can do no harm when it is made again.
    pub fn is_retryable(&self) -> bool {
        let passing = match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::RateLimited => true,
            _ => self.0.status.is_some_and(|status| matches!(status.as_u16(), 408 | 502..=504)),
        };
        let harmless = match self.0.call.retry_class() {
            RetryClass::Read | RetryClass::Idempotent => true,
            RetryClass::Once => !self.may_have_been_applied(),
            _ => false,
        };
        passing && harmless
    }
}

/// So that `?` works on the types of arguments as well.
impl From<InvalidValue> for Error {
    fn from(reason: InvalidValue) -> Self {
        Self::new(ErrorKind::InvalidRequest, CallName::Value, reason.to_string())
    }
}

/// What lies at the bottom of an error: above it stands little more than that something did not work.
pub(crate) fn bottom(error: &dyn std::error::Error) -> &dyn std::error::Error {
    std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error)
}

/// What is kept of a body: a copy, so that the rest is let go.
fn keep(body: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&body[..body.len().min(MAX_ERROR_BODY)])
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { call, message, detail, problems, attempts, applied, .. } = &*self.0;
        write!(f, "{call} {message}")?;
        for (at, problem) in problems.iter().enumerate() {
            write!(f, "{}{problem}", if at == 0 { ": " } else { "; " })?;
        }
        if let Some(detail) = detail {
            let separator = if message.ends_with(['.', '?']) { "" } else { "." };
            write!(f, "{separator} The service says: {detail}")?;
        }
        if *attempts > 1 {
            write!(f, " ({attempts} requests)")?;
        }
        f.write_str(match applied {
            Applied::No => "",
            Applied::Perhaps => " (it may have been carried out all the same)",
            Applied::Yes => " (the change itself was made)",
        })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("text", &self.to_string())
            .field("body_bytes", &self.0.body.len())
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_how_often_it_was_tried_and_whether_it_may_have_been_done() {
        let text = |attempts, applied| {
            Error::new(ErrorKind::Timeout, CallName::Client, "ran late").with_history(attempts, applied).to_string()
        };
        assert_eq!(text(1, false), "the client ran late");
        assert_eq!(text(2, false), "the client ran late (2 requests)");
        assert_eq!(text(1, true), "the client ran late (it may have been carried out all the same)");
        let late = Error::new(ErrorKind::Timeout, CallName::Client, "ran late").after_the_change();
        assert_eq!(late.to_string(), "the client ran late (the change itself was made)");
    }

    #[test]
    fn a_status_without_a_meaning_is_told_by_its_name() {
        let text = |status| {
            let status = StatusCode::from_u16(status).unwrap();
            let body = if status.is_redirection() { "<title>x</title>" } else { "" };
            let response = Response::new(status, http::HeaderMap::new(), body.into());
            Error::from_failure(CallName::Client, &response, &Secrets::default()).to_string()
        };
        assert_eq!(text(418), "the client failed with 418 I'm a teapot");
        assert_eq!(
            text(302),
            "the client failed with 302 Found: No redirect is ever followed: is `base_url` right? The service says: x"
        );
        assert_eq!(text(599), "the client failed with 599");
    }

    #[test]
    fn of_a_long_body_the_first_part_is_kept() {
        let kept = |length: usize| keep(&vec![b'x'; length]).len();
        assert_eq!((kept(MAX_ERROR_BODY), kept(MAX_ERROR_BODY + 1)), (MAX_ERROR_BODY, MAX_ERROR_BODY));
    }
}
