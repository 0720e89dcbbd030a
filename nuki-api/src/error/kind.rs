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
    /// No connection to the service came about, or none in time. The service has not seen the call. The text names host,
    /// port and proxy: check those, then try again.
    Connect,
    /// Time was up, for the attempt or for the whole call. The request may have arrived: see
    /// [`may_have_been_applied`](crate::Error::may_have_been_applied).
    Timeout,
    /// The connection broke after the request had left, before the whole answer was there.
    Interrupted,
    /// What came back is not HTTP. Something else may be listening there, or the port expects TLS: check the base URL.
    NotHttp,
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
    /// 5xx: the service, or a proxy before it, failed. Also a status that answers no request, such as 101.
    Server,
    /// 3xx: redirects are never followed, since that would send a password or a token elsewhere. Correct the base URL.
    Redirect,
    /// A 2xx whose body is not what it should be: a page instead of JSON, JSON of another shape, or a packed body. Of a call
    /// that returns nothing, it is neither empty nor JSON, as with the page of a captive portal.
    Decode,
    /// A success by its status, whose answer carries an error; only [`Reported::reported`](crate::Reported::reported) gives
    /// it. Mostly a Smart Hosting subscription is missing.
    Reported,
    /// The motor of the device is blocked: it tried to do what it was told. Somebody has to look at the door. Only of what is
    /// [confirmed](crate::smartlock::Confirmed), as the next two.
    Blocked,
    /// The service does not reach the device. Where nothing was sent,
    /// [`may_have_been_applied`](crate::Error::may_have_been_applied) is false; otherwise it may do it when it is back.
    Offline,
    /// The device was not seen to do what it was told within the time that it had. It may have done so, or do so later: look at
    /// it before you call again.
    NotSeen,
    /// The answer is larger than the client allows: its body than
    /// [`max_body_size`](crate::ClientBuilder::max_body_size), or its head than any HTTP client takes.
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
