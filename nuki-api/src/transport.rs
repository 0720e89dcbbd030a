//! What a request goes out through.

use nuki_api_gen::runtime::exchange;
use nuki_api_gen::{Request, Response, TransportError};

/// A connection pool, or a service in this process.
#[derive(Clone)]
pub(crate) enum Transport {
    Http(reqwest::Client),
    #[cfg(feature = "testkit")]
    Sandbox(crate::testkit::Sandbox),
}

impl Transport {
    /// One attempt: sends the request and reads its answer, up to `max_body` bytes of it.
    pub(crate) async fn exchange(&self, request: Request, max_body: usize) -> Result<Response, TransportError> {
        match self {
            Self::Http(client) => exchange(client, request, max_body).await,
            #[cfg(feature = "testkit")]
            Self::Sandbox(sandbox) => crate::testkit::exchange(sandbox, request, max_body).await,
        }
    }
}
