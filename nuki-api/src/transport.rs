//! What a request goes out through.

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use nuki_api_gen::runtime::exchange;
use nuki_api_gen::{Request, Response, TransportError};

use crate::token::Token;

/// A connection pool, or a service in this process.
#[derive(Clone)]
pub(crate) enum Transport {
    Http(reqwest::Client),
    #[cfg(feature = "testkit")]
    Sandbox(crate::testkit::Sandbox),
}

impl Transport {
    /// One attempt: sends the request and reads its answer, up to `max_body` bytes of it.
    pub(crate) async fn exchange(&self, request: Outgoing<'_>, max_body: usize) -> Result<Response, TransportError> {
        match self {
            Self::Http(client) => exchange(client, request.build(), max_body).await,
            #[cfg(feature = "testkit")]
            Self::Sandbox(sandbox) => Box::pin(crate::testkit::exchange(sandbox, request.build(), max_body)).await,
        }
    }
}

/// A request with all that an attempt adds to it. It is put together as late as possible, and borrows until then.
pub(crate) struct Outgoing<'a> {
    pub(crate) request: &'a Request,
    pub(crate) headers: &'a [(HeaderName, HeaderValue)],
    pub(crate) token: Option<&'a Token>,
}

impl Outgoing<'_> {
    fn build(self) -> Request {
        let mut request = self.request.clone();
        request.complete_headers();
        for (name, value) in self.headers {
            request.headers.insert(name.clone(), value.clone());
        }
        if let Some(token) = self.token {
            request.headers.insert(AUTHORIZATION, token.header().clone());
        }
        request
    }
}
