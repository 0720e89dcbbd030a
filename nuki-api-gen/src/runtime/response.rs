//! Responses, and how their bodies become values.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{DecodeError, DecodeErrorKind, Error};

/// A response with its whole body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Whether that is all of the body. Of a success it always is.
    pub whole: bool,
    /// How many requests were sent for it, 1 or more.
    pub attempts: u32,
}

impl Response {
    /// The response to a first attempt, with its whole body.
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body, whole: true, attempts: 1 }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

/// Shows neither headers nor body: any of them may hold a secret.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A value with the status and headers that it came with.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
}

impl<T> ResponseValue<T> {
    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status, a 2xx.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How many requests were sent, 1 or more.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The same response with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue { value: f(self.value), status: self.status, headers: self.headers, attempts: self.attempts }
    }

    /// A value that was made of a response by other means.
    pub fn new(value: T, response: Response) -> Self {
        Self { value, status: response.status, headers: response.headers, attempts: response.attempts }
    }
}

impl<T: DeserializeOwned> ResponseValue<T> {
    pub(crate) async fn from_response<F>(response: Response) -> Result<Self, Error<F>> {
        match decode(&response.body) {
            Ok(value) => Ok(Self::new(value, response)),
            Err(error) => Err(Error::Decode { response, error }),
        }
    }
}

impl<T: DeserializeOwned> ResponseValue<Option<T>> {
    /// For an operation that answers with a value or with nothing, such as 200 and 204.
    #[allow(dead_code, reason = "whether it is used depends on the document")]
    pub(crate) async fn from_response_if_any<F>(response: Response) -> Result<Self, Error<F>> {
        match decode(&response.body) {
            Err(error) if error.kind() == DecodeErrorKind::Empty => Ok(Self::new(None, response)),
            Err(error) => Err(Error::Decode { response, error }),
            Ok(value) => Ok(Self::new(value, response)),
        }
    }
}

impl ResponseValue<()> {
    /// A success without a value: its body is empty or any JSON. A page does not come from the service.
    #[expect(clippy::result_large_err, reason = "it is what the generated methods return")]
    pub(crate) fn empty<F>(response: Response) -> Result<Self, Error<F>> {
        match decode::<IgnoredAny>(&response.body) {
            Err(error) if error.kind() != DecodeErrorKind::Empty => Err(Error::Decode { response, error }),
            _ => Ok(Self::new((), response)),
        }
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Shows neither headers nor value: a raw body may hold a secret.
impl<T> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue").field("status", &self.status).field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

/// Whether a body is empty or JSON, as everything is that the service itself says. Proxies say pages and plain text.
pub fn is_empty_or_json(body: &[u8]) -> bool {
    decode::<IgnoredAny>(body).map_or_else(|error| error.kind() == DecodeErrorKind::Empty, |_| true)
}

/// Reads a value from a body, fast; only when that fails a second time, slowly, to learn where.
///
/// # Errors
///
/// When the body is empty, not UTF-8, not JSON or of another shape. A byte order mark is passed over.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::not_utf8())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_ascii().is_empty() {
        return Err(DecodeError::empty());
    }
    serde_json::from_str(text).map_err(|fast| {
        let slow = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text));
        match slow {
            Err(slow) => DecodeError::json(slow.path().to_string(), slow.inner()),
            // What follows the value is wrong, and that has no path.
            Ok(_) => DecodeError::json(".".to_owned(), &fast),
        }
    })
}
