//! The client that the generated methods belong to.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use reqwest::Url;

use super::request::Requests;
use super::{Request, Response};
use crate::Operation;

/// Carries out a request: the seam between the generated methods and whoever decides about tokens, retries and time.
pub trait Execute: Sync {
    /// Why there is no response.
    type Failure: Send;

    /// Sends the request and reads the whole answer.
    fn execute(&self, operation: Operation, request: Request) -> impl Future<Output = Result<Response, Self::Failure>> + Send;
}

impl<E: Execute> Execute for &E {
    type Failure = E::Failure;

    fn execute(&self, operation: Operation, request: Request) -> impl Future<Output = Result<Response, E::Failure>> + Send {
        (**self).execute(operation, request)
    }
}

/// The operations as methods, each named after its operationId.
#[derive(Clone)]
pub struct Client<E> {
    pub(crate) client: Requests,
    executor: E,
}

impl<E> Client<E> {
    /// A client for the service at `base_url`, which may have a path; a trailing slash makes no difference.
    pub fn new(base_url: &str, executor: E) -> Self {
        Self { client: Requests::new(Url::parse(base_url).ok().map(Arc::new)), executor }
    }

    /// As [`new`](Self::new), with a base URL that is parsed already and may be shared.
    pub fn with_shared_base_url(base_url: Arc<Url>, executor: E) -> Self {
        Self { client: Requests::new(Some(base_url)), executor }
    }
}

impl<E: Execute> Client<E> {
    pub(crate) fn execute(
        &self,
        request: Request,
        operation: &Operation,
    ) -> impl Future<Output = Result<Response, E::Failure>> + Send {
        self.executor.execute(*operation, request)
    }
}

impl<E> fmt::Debug for Client<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.client.base_url()).finish_non_exhaustive()
    }
}
