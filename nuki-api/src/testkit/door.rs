//! The door in the process: a [`Client`] of the SDK whose requests never see a socket.

use http::HeaderMap;
use nuki_api_gen::runtime::receive;
use nuki_api_gen::{Request, Response, TransportError, TransportErrorKind};

use tokio::time::{Instant, timeout_at};

use super::wire::{Lost, on_wire};
use super::{Delivery, Sandbox};
use crate::transport::Transport;
use crate::{Client, ClientBuilder};

impl Sandbox {
    /// A client of this sandbox with the token [`Sandbox::TOKEN`]. No socket is involved, so that a test can pause
    /// tokio's clock.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nuki_api::Error> {
    /// use nuki_api::testkit::Sandbox;
    ///
    /// let nuki = Sandbox::new().client()?;
    /// assert_eq!(nuki.account().get().await?.account_id, Sandbox::ACCOUNT_ID);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// None that a test could meet: the settings are the builder's own.
    pub fn client(&self) -> Result<Client, crate::Error> {
        self.client_builder().token(Self::TOKEN).build()
    }

    /// As [`client`](Self::client), to be set up further; it has no token yet.
    pub fn client_builder(&self) -> ClientBuilder {
        // A name that RFC 6761 keeps from ever being a host.
        Client::builder().base_url("https://sandbox.invalid").transport(Transport::Sandbox(self.clone()))
    }
}

/// One attempt: what a request over a connection would come to. The answer is read as one from a socket.
pub(crate) async fn exchange(
    sandbox: &Sandbox,
    request: &Request,
    headers: HeaderMap,
    max_body: usize,
    until: Instant,
) -> Result<Response, TransportError> {
    let mut outgoing = http::Request::new(request.body.clone().unwrap_or_default());
    *outgoing.method_mut() = request.method.clone();
    *outgoing.uri_mut() = request.url().as_str().parse().map_err(|_| TransportError::new(TransportErrorKind::Invalid, false))?;
    *outgoing.headers_mut() = headers;
    let delivery = timeout_at(until, sandbox.deliver(outgoing)).await;
    let delivery = delivery.map_err(|_| TransportError::new(TransportErrorKind::Timeout, true))?;
    if matches!(delivery, Delivery::Refused) {
        return Err(TransportError::new(TransportErrorKind::Connect, false));
    }
    // A connection that is lost right after it came about: the request may have been on its way.
    let lost = |_: Lost| TransportError::new(TransportErrorKind::Interrupted, true);
    let mut response = on_wire(delivery).map_err(lost)?.map(reqwest::Body::wrap).into();
    receive(&mut response, max_body, until).await
}
