//! One attempt over a socket: send a request, and read the answer within bounds of size and time.

use std::error::Error as _;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::body::Body;
use super::{Request, Response};

/// How much of the body of a failure is read, in bytes.
pub const MAX_ERROR_BODY: usize = 64 << 10;

/// How long the body of a failure is waited for once its head is there. The status matters more than what a proxy adds.
pub const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends one request with these headers and reads its answer, until a point in time. Of a success all of the body is
/// read, up to `max_body` bytes; of a failure whatever comes within [`ERROR_BODY_TIMEOUT`], up to [`MAX_ERROR_BODY`].
/// Call it within a tokio runtime.
///
/// # Errors
///
/// When there is no answer, or when the body of a success does not come whole, in time, or within its limit.
#[inline]
pub fn exchange(
    client: &reqwest::Client,
    request: &Request,
    headers: HeaderMap,
    max_body: usize,
    until: Instant,
) -> impl Future<Output = Result<Response, TransportError>> + Send + use<> {
    let mut outgoing = reqwest::Request::new(request.method.clone(), request.url());
    *outgoing.headers_mut() = headers;
    let (body, watch) = Body::new(request.body.clone());
    *outgoing.body_mut() = Some(reqwest::Body::wrap(body));
    // Outside the future, which then has no room for a request: every layer around it would copy that.
    let pending = client.execute(outgoing);
    async move {
        let mut pending = pin!(Some(pending));
        let answer = poll_fn(|context| pending.as_mut().as_pin_mut().map_or(Poll::Pending, |pending| pending.poll(context)));
        let error = match timeout_at(until, answer).await {
            Ok(Ok(mut incoming)) => return receive(&mut incoming, max_body, until).await,
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        let unsent = watch.give_up(|| pending.set(None));
        Err(error.map_or_else(|| TransportError::late(unsent), |error| TransportError::without_answer(error, unsent)))
    }
}

/// Reads an answer whose head is there, as [`exchange`] does.
///
/// # Errors
///
/// When the body of a success does not come whole, in time, or within its limit.
pub async fn receive(incoming: &mut reqwest::Response, max_body: usize, until: Instant) -> Result<Response, TransportError> {
    let status = incoming.status();
    let (body, whole) = if status.is_success() {
        let read = timeout_at(until, read(incoming, max_body)).await;
        let body = read.unwrap_or_else(|_| Err(TransportError::late(false)));
        (body.map_err(|error| error.with_status(status))?, true)
    } else {
        read_some(incoming, until.min(Instant::now() + ERROR_BODY_TIMEOUT)).await
    };
    let mut response = Response::new(status, std::mem::take(incoming.headers_mut()), body);
    response.whole = whole;
    Ok(response)
}

/// Reads the body of a success. It never allocates more than twice what came, whatever length the head promises.
async fn read(response: &mut reqwest::Response, max_body: usize) -> Result<Bytes, TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::TooLarge, true);
    let expected = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if expected > max_body {
        return Err(too_large());
    }
    let mut next = async || response.chunk().await.map_err(TransportError::within_body);
    let Some(first) = next().await? else { return Ok(Bytes::new()) };
    if first.len() == expected {
        return Ok(first);
    }
    let mut body = Vec::new();
    let mut chunk = Some(first);
    while let Some(bytes) = chunk {
        let length = body.len() + bytes.len();
        if length > max_body {
            return Err(too_large());
        }
        if length > body.capacity() {
            let room = (2 * length).min(expected.max(length));
            body.reserve_exact(room - body.len());
        }
        body.extend_from_slice(&bytes);
        chunk = next().await?;
    }
    Ok(body.into())
}

/// Reads what there is of the body of a failure, and says whether that is all of it.
async fn read_some(response: &mut reqwest::Response, until: Instant) -> (Bytes, bool) {
    let mut body = Vec::new();
    loop {
        match timeout_at(until, response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                let room = MAX_ERROR_BODY - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() >= room {
                    return (body.into(), false);
                }
            }
            Ok(Ok(None)) => return (body.into(), true),
            Ok(Err(_)) | Err(_) => return (body.into(), false),
        }
    }
}

/// Why an attempt has no whole answer.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    sent: bool,
    status: Option<StatusCode>,
    source: Option<reqwest::Error>,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent as it is.
    Invalid,
    /// There is no connection, or none came about in time.
    Connect,
    /// Time was up.
    Timeout,
    /// The connection broke before the whole answer was there.
    Interrupted,
    /// What came back is not HTTP.
    NotHttp,
    /// The head of the answer is larger than an HTTP client takes.
    HeadTooLarge,
    /// The body is larger than allowed.
    TooLarge,
}

impl TransportError {
    /// An error without a cause of its own; `sent` says whether the request may have left.
    pub fn new(kind: TransportErrorKind, sent: bool) -> Self {
        Self { kind, sent, status: None, source: None }
    }

    /// The same error with the status of the answer, whose body did not come.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    fn late(unsent: bool) -> Self {
        Self::new(if unsent { TransportErrorKind::Connect } else { TransportErrorKind::Timeout }, !unsent)
    }

    fn without_answer(error: reqwest::Error, unsent: bool) -> Self {
        let causes = || std::iter::successors(error.source(), |&cause| cause.source());
        let http = causes().find_map(|cause| cause.downcast_ref::<hyper::Error>());
        let (kind, sent) = if error.is_connect() {
            (TransportErrorKind::Connect, false)
        } else if error.is_builder() {
            (TransportErrorKind::Invalid, false)
        } else if error.is_timeout() {
            return Self { source: Some(error.without_url()), ..Self::late(unsent) };
        } else if http.is_some_and(hyper::Error::is_parse_too_large) {
            (TransportErrorKind::HeadTooLarge, true)
        } else if http.is_some_and(hyper::Error::is_parse) {
            (TransportErrorKind::NotHttp, true)
        } else {
            // HTTP/2 may say of a stream that it was not looked at, or that the connection ends before it.
            let unseen = causes().find_map(|cause| cause.downcast_ref::<h2::Error>()).is_some_and(|error| {
                let ends = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
                error.is_remote() && (ends || error.reason() == Some(h2::Reason::REFUSED_STREAM))
            });
            (TransportErrorKind::Interrupted, !unseen)
        };
        Self { source: Some(error.without_url()), ..Self::new(kind, sent) }
    }

    fn within_body(error: reqwest::Error) -> Self {
        let kind = if error.is_timeout() { TransportErrorKind::Timeout } else { TransportErrorKind::Interrupted };
        Self { source: Some(error.without_url()), ..Self::new(kind, true) }
    }

    /// How it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The status of the answer, where its head came.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// What lies below it, without the URL.
    pub fn into_source(self) -> Option<reqwest::Error> {
        self.source
    }

    /// Whether the request may have reached the service.
    pub fn sent(&self) -> bool {
        self.sent
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Invalid => "the request cannot be sent as it is",
            TransportErrorKind::Connect if self.source.is_none() => "no connection could be made in time",
            TransportErrorKind::Connect => "no connection could be made",
            TransportErrorKind::Timeout => "no answer came in time",
            TransportErrorKind::Interrupted => "the connection broke before the whole answer was there",
            TransportErrorKind::NotHttp => "what came back is not HTTP",
            TransportErrorKind::HeadTooLarge => "the head of the answer is larger than an HTTP client takes",
            TransportErrorKind::TooLarge => "the answer is larger than allowed",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
