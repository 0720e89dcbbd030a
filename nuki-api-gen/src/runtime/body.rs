//! The body of a request, which knows whether the request was ever given to a connection.
//!
//! reqwest does not tell. But a request that no connection has taken is still within reqwest's future, and is dropped with
//! it. So the body notes whether it is dropped, unread, by whoever drops that future. A body that has gone to a connection
//! is dropped by that one's task instead. Where reqwest copies a body into one of its own it is dropped early, and the
//! request counts as sent: what is noted is proof, and what is not leaves doubt.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

thread_local! {
    /// Whether this thread is dropping the future of a request.
    static GIVING_UP: Cell<bool> = const { Cell::new(false) };
}

/// A body in one piece, or none. It cannot be cloned, so that there is only ever one.
pub(super) struct Body {
    bytes: Option<Bytes>,
    read: bool,
    unsent: Arc<AtomicBool>,
}

/// Whether the request of a body was sent.
pub(super) struct Watch(Arc<AtomicBool>);

impl Body {
    pub(super) fn new(bytes: Option<Bytes>) -> (Self, Watch) {
        let unsent = Arc::new(AtomicBool::new(false));
        (Self { bytes, read: false, unsent: unsent.clone() }, Watch(unsent))
    }
}

impl Watch {
    /// Drops the future of a request, and says whether it is certain that no connection has seen the request.
    pub(super) fn give_up(self, drop_future: impl FnOnce()) -> bool {
        struct Scope;

        impl Drop for Scope {
            fn drop(&mut self) {
                GIVING_UP.set(false);
            }
        }

        let scope = Scope;
        GIVING_UP.set(true);
        drop_future();
        drop(scope);
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if GIVING_UP.get() && !self.read {
            self.unsent.store(true, Ordering::Relaxed);
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.read = true;
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
