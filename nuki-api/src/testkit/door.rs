//! The door in the process: a [`Client`] of the SDK whose requests never see a socket.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use nuki_api_gen::runtime::MAX_ERROR_BODY;
use nuki_api_gen::{Request, Response, TransportError, TransportErrorKind};

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

/// One attempt: what a request over a connection would come to.
pub(crate) async fn exchange(
    sandbox: &Sandbox,
    request: &Request,
    headers: HeaderMap,
    max_body: usize,
) -> Result<Response, TransportError> {
    let mut outgoing = http::Request::new(request.body.clone().unwrap_or_default());
    *outgoing.method_mut() = request.method.clone();
    *outgoing.uri_mut() = request.url().as_str().parse().map_err(|_| TransportError::new(TransportErrorKind::Invalid, false))?;
    *outgoing.headers_mut() = headers;
    let response = match sandbox.deliver(outgoing).await {
        Delivery::Response(response) => response,
        // Its length is in the headers, which are there before the body.
        Delivery::SlowBody { response, .. } | Delivery::Truncated { response, .. } if is_too_large(&response, max_body) => {
            return Err(too_large());
        }
        Delivery::SlowBody { response, delay } => {
            tokio::time::sleep(delay).await;
            response
        }
        Delivery::Refused => return Err(TransportError::new(TransportErrorKind::Connect, false)),
        // A connection that is lost right after it came about: the request may have been on its way.
        Delivery::ResetBefore | Delivery::ResetAfter => return Err(interrupted()),
        Delivery::Truncated { response, keep } if keep >= response.body().len() => response,
        Delivery::Truncated { response, .. } if response.status().is_success() => return Err(interrupted()),
        Delivery::Truncated { response, keep } => response.map(|body| body.slice(..keep)),
    };
    if is_too_large(&response, max_body) {
        return Err(too_large());
    }
    let (parts, mut body) = response.into_parts();
    if !parts.status.is_success() {
        body.truncate(MAX_ERROR_BODY);
    }
    let mut headers = parts.headers;
    headers.entry(CONTENT_LENGTH).or_insert_with(|| body.len().into());
    Ok(Response::new(parts.status, headers, body))
}

/// A failure is read as far as allowed, whatever its size.
fn is_too_large(response: &http::Response<Bytes>, max_body: usize) -> bool {
    response.status().is_success() && response.body().len() > max_body
}

fn too_large() -> TransportError {
    TransportError::new(TransportErrorKind::TooLarge, true)
}

fn interrupted() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, true)
}
