//! The plain executor: a token, one attempt, one timeout.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue};
use tokio::time::Instant;

use super::{Execute, Request, Response, TransportError, TransportErrorKind, exchange};
use crate::{Operation, Secret};

/// Sends each request once over a `reqwest::Client`. It brings no User-Agent: set one on that client.
#[derive(Clone)]
pub struct Direct {
    client: reqwest::Client,
    authorization: Option<Result<HeaderValue, ()>>,
    timeout: Duration,
    max_body: usize,
}

impl Direct {
    /// Without a token, 30 seconds for a call, 32 MiB for a body.
    pub fn new(client: reqwest::Client) -> Self {
        Self { client, authorization: None, timeout: Duration::from_secs(30), max_body: 32 << 20 }
    }

    /// Sends this bearer token.
    #[must_use]
    pub fn token(mut self, token: Secret) -> Self {
        let header = HeaderValue::try_from(format!("Bearer {}", token.expose()));
        self.authorization = Some(header.map_err(|_| ()).map(|mut header| {
            header.set_sensitive(true);
            header
        }));
        self
    }

    /// How long a call may take, the reading of the body included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl Execute for Direct {
    type Failure = TransportError;

    #[expect(clippy::manual_async_fn, reason = "an async fn would keep its arguments twice")]
    fn execute(&self, _: Operation, request: Request) -> impl Future<Output = Result<Response, TransportError>> + Send {
        async move {
            let mut headers = request.headers();
            match &self.authorization {
                Some(Ok(header)) => drop(headers.insert(AUTHORIZATION, header.clone())),
                Some(Err(())) => return Err(TransportError::new(TransportErrorKind::Invalid, false)),
                None => {}
            }
            let far = Duration::from_secs(86_400 * 365);
            let until = Instant::now() + self.timeout.min(far);
            exchange(&self.client, &request, headers, self.max_body, until).await
        }
    }
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
