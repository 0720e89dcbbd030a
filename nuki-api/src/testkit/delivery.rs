//! What becomes of a request on its way to the service and back.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Response;

/// What becomes of a request: both doors of the sandbox, the one in the process and the one on a port, act on it.
#[non_exhaustive]
pub enum Delivery {
    /// The answer arrives whole.
    Response(Response<Bytes>),
    /// The connection is refused: nothing was sent.
    Refused,
    /// The connection is lost before the request is read: nothing happened at the service.
    ResetBefore,
    /// The request is carried out, then the connection is lost without an answer.
    ResetAfter,
    /// The headers arrive, with the `content-length` of the whole body, then a part of the body; then the connection is
    /// lost.
    Truncated {
        /// The whole answer.
        response: Response<Bytes>,
        /// How many bytes of the body arrive: always less than all of them, unless the body is empty.
        keep: usize,
    },
    /// The headers arrive at once, the body later. There is a body.
    SlowBody {
        /// The answer.
        response: Response<Bytes>,
        /// How much later the body arrives.
        delay: Duration,
    },
}

/// Without headers and bodies: an answer may hold secrets.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delivery::Response(response) => write!(f, "Response({})", response.status()),
            Delivery::Refused => f.write_str("Refused"),
            Delivery::ResetBefore => f.write_str("ResetBefore"),
            Delivery::ResetAfter => f.write_str("ResetAfter"),
            Delivery::Truncated { response, keep } => {
                write!(f, "Truncated({}, {keep} bytes)", response.status())
            }
            Delivery::SlowBody { response, delay } => {
                write!(f, "SlowBody({}, {delay:?})", response.status())
            }
        }
    }
}
