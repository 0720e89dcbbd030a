//! What becomes of a request, in terms of a connection: an answer, a body that comes in steps, an end before the time.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use super::Delivery;

pub(super) fn on_wire(delivery: Delivery) -> Result<Response<WireBody>, Lost> {
    let (response, keep, pause) = match delivery {
        // A connection that stands cannot be refused any more.
        Delivery::Refused | Delivery::ResetBefore | Delivery::ResetAfter => return Err(Lost::Reset),
        Delivery::Response(response) => (response, None, None),
        Delivery::Truncated { response, keep } => (response, Some(keep), None),
        Delivery::SlowBody { response, delay } => (response, None, Some(delay)),
    };
    let length = response.body().len();
    let mut response = response.map(|body| {
        let pause = pause.map(|delay| Step::Pause(Box::pin(tokio::time::sleep(delay))));
        // Of nothing, nothing can be cut off.
        let steps = match keep {
            Some(keep) if keep < length => vec![Step::Data(body.slice(..keep)), Step::Flush, Step::Cut],
            _ => vec![Step::Data(body)],
        };
        WireBody::new(length, pause.into_iter().chain(steps))
    });
    if length > 0 {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    Ok(response)
}

/// How a connection ends before its time.
#[derive(Debug)]
pub(super) enum Lost {
    Reset,
    Cut,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sandbox ends this connection")
    }
}

impl std::error::Error for Lost {}

pub(super) fn is_reset(error: &hyper::Error) -> bool {
    let source = std::error::Error::source(error);
    matches!(source.and_then(|source| source.downcast_ref()), Some(Lost::Reset))
}

/// A body that arrives in steps. Its whole length is known from the beginning.
pub(super) struct WireBody {
    left: usize,
    steps: VecDeque<Step>,
}

enum Step {
    Data(Bytes),
    Pause(Pin<Box<Sleep>>),
    /// Lets the connection send what it has.
    Flush,
    Cut,
}

impl WireBody {
    fn new(left: usize, steps: impl Iterator<Item = Step>) -> WireBody {
        let is_empty = |step: &Step| matches!(step, Step::Data(data) if data.is_empty());
        WireBody { left, steps: steps.filter(|step| !is_empty(step)).collect() }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Lost;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Lost>>> {
        loop {
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(Step::Data(data)) => {
                    self.left -= data.len();
                    return Poll::Ready(Some(Ok(Frame::data(data))));
                }
                Some(Step::Cut) => return Poll::Ready(Some(Err(Lost::Cut))),
                Some(Step::Flush) => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Step::Pause(mut sleep)) => {
                    if sleep.as_mut().poll(context).is_pending() {
                        self.steps.push_front(Step::Pause(sleep));
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}
