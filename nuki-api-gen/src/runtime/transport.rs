//! One attempt over a socket: send, and read the whole body within bounds.

use std::fmt;
use std::future::Future;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

use super::{Request, Response};

/// How much of the body of a failure is read, in bytes.
pub const MAX_ERROR_BODY: usize = 64 << 10;

/// Sends one request with these headers and reads its answer: of a success all of the body, up to `max_body` bytes; of a
/// failure what there is, up to [`MAX_ERROR_BODY`]. To be called within a tokio runtime.
///
/// # Errors
///
/// When there is no answer, or of a success only a part, or too much.
#[inline]
pub fn exchange(
    client: &reqwest::Client,
    request: &Request,
    headers: HeaderMap,
    max_body: usize,
) -> impl Future<Output = Result<Response, TransportError>> + Send + use<> {
    let mut outgoing = reqwest::Request::new(request.method.clone(), request.url());
    *outgoing.headers_mut() = headers;
    *outgoing.body_mut() = request.body.clone().map(Into::into);
    // Outside the future, which then has no room for a request: every layer around it would copy that.
    let pending = client.execute(outgoing);
    async move {
        let mut incoming = pending.await.map_err(TransportError::from_reqwest)?;
        let status = incoming.status();
        let body = if status.is_success() { read(&mut incoming, max_body).await? } else { read_some(&mut incoming).await };
        Ok(Response::new(status, std::mem::take(incoming.headers_mut()), body))
    }
}

async fn read(response: &mut reqwest::Response, max_body: usize) -> Result<Bytes, TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::TooLarge, true);
    let expected = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if expected > max_body {
        return Err(too_large());
    }
    let mut next = async || response.chunk().await.map_err(TransportError::after_sending);
    let Some(first) = next().await? else { return Ok(Bytes::new()) };
    if first.len() == expected {
        return Ok(first);
    }
    let mut body = BytesMut::with_capacity(expected.max(first.len()));
    let mut chunk = Some(first);
    while let Some(bytes) = chunk {
        if body.len() + bytes.len() > max_body {
            return Err(too_large());
        }
        body.extend_from_slice(&bytes);
        chunk = next().await?;
    }
    Ok(body.freeze())
}

/// Of the body of a failure what there is: its status is known, and must not be lost because the rest is cut short.
async fn read_some(response: &mut reqwest::Response) -> Bytes {
    let mut body = BytesMut::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = MAX_ERROR_BODY - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    body.freeze()
}

/// Why an attempt has no whole answer.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    sent: bool,
    source: Option<reqwest::Error>,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent as it is.
    Invalid,
    /// No connection came about.
    Connect,
    /// Time was up.
    Timeout,
    /// The connection broke before the whole answer was there.
    Interrupted,
    /// The body is larger than allowed.
    TooLarge,
}

impl TransportError {
    /// An error without a cause of its own; `sent` says whether the request may have left.
    pub fn new(kind: TransportErrorKind, sent: bool) -> Self {
        Self { kind, sent, source: None }
    }

    fn from_reqwest(error: reqwest::Error) -> Self {
        let (kind, sent) = if error.is_connect() {
            (TransportErrorKind::Connect, false)
        } else if error.is_builder() {
            (TransportErrorKind::Invalid, false)
        } else if error.is_timeout() {
            (TransportErrorKind::Timeout, true)
        } else {
            (TransportErrorKind::Interrupted, true)
        };
        Self { kind, sent, source: Some(error.without_url()) }
    }

    fn after_sending(error: reqwest::Error) -> Self {
        let kind = if error.is_timeout() { TransportErrorKind::Timeout } else { TransportErrorKind::Interrupted };
        Self { kind, sent: true, source: Some(error.without_url()) }
    }

    /// How it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
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
            TransportErrorKind::Connect => "no connection could be made",
            TransportErrorKind::Timeout => "no answer came in time",
            TransportErrorKind::Interrupted => "the connection broke before the whole answer was there",
            TransportErrorKind::TooLarge => "the answer is larger than allowed",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
