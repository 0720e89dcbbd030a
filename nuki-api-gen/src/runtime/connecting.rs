//! Knows whether a request that ran out of time was ever given to a connection.
//!
//! reqwest does not tell. But it opens the connection for a request within that request's own future, so a connector can
//! note each poll that leaves it waiting, and whoever polls the request can look at that note. As long as every poll of
//! the request has ended in its own connector, no connection has seen it. Any other wait proves nothing: a connection of
//! the pool may have taken the request.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::{Layer, Service};

thread_local! {
    /// Whether a connector was left waiting within the poll that runs on this thread.
    static CONNECTING: Cell<bool> = const { Cell::new(false) };
}

/// Lets [`exchange`](super::exchange) tell a request that was never sent from one that may have been, where time runs out.
/// With a client that was built without this, such a request always counts as sent.
pub fn watch_connections(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.connector_layer(Watch)
}

/// Polls a request to its end, and notes in `unsent` whether it has been waiting for nothing but its own connector.
pub(super) async fn watched<F: Future>(mut request: Pin<&mut F>, unsent: &mut bool) -> F::Output {
    *unsent = true;
    poll_fn(|context| {
        let outside = CONNECTING.replace(false);
        let result = request.as_mut().poll(context);
        let connecting = CONNECTING.replace(outside);
        *unsent &= connecting || result.is_ready();
        result
    })
    .await
}

#[derive(Clone)]
struct Watch;

impl<S> Layer<S> for Watch {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched(connector)
    }
}

/// A connector, or its future.
#[derive(Clone)]
struct Watched<S>(S);

impl<R, S: Service<R, Future: Unpin>> Service<R> for Watched<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Watched<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        Watched(self.0.call(target))
    }
}

impl<F: Future + Unpin> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let result = Pin::new(&mut self.0).poll(context);
        if result.is_pending() {
            CONNECTING.set(true);
        }
        result
    }
}
