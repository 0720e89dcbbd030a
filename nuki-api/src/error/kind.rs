//! The kinds of failures.

use http::StatusCode;

/// What kind of failure an [`Error`](crate::Error) is. Match with a wildcard arm: kinds may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call, or the configuration of the client, cannot be right; nothing was sent. Correct what
    /// [`problems`](crate::Error::problems) names.
    InvalidRequest,
    /// There is no token to send: none was given, or the provider failed. Nothing was sent in this attempt.
    Token,
    /// No connection to the service came about; it has not seen the call.
    Connect,
    /// Time was up: for the attempt or for the whole call.
    Timeout,
    /// The connection broke after the request had left, before the whole answer was there.
    Interrupted,
    /// 401: the token is missing, unknown, or lacks the scope; for enabling one-time passwords the code may be wrong.
    Unauthorized,
    /// 403: the token may not do this.
    Forbidden,
    /// 404: there is no such thing.
    NotFound,
    /// 409: it contradicts what is there, such as an e-mail address that is taken.
    Conflict,
    /// Any other 4xx: the service refuses the request as it is.
    Rejected,
    /// 429: too many requests, or too many wrong codes. Wait; [`retry_after`](crate::Error::retry_after) may say how long.
    RateLimited,
    /// 5xx: the service, or a proxy before it, failed.
    Server,
    /// 3xx: redirects are never followed, since that would send a password or a token elsewhere. Correct the base URL.
    Redirect,
    /// A success by its status, whose body is not what it should be.
    Decode,
    /// The answer is larger than the client allows.
    TooLarge,
}

impl ErrorKind {
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            409 => Self::Conflict,
            429 => Self::RateLimited,
            300..=399 => Self::Redirect,
            400..=499 => Self::Rejected,
            _ => Self::Server,
        }
    }
}
