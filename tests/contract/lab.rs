//! The sandbox as a place to break things: in this process, where time can be paused, and on a port.

use bytes::Bytes;
use http::Response;
use nuki_api::testkit::{FaultBuilder, Sandbox};
use nuki_api::{Client, ClientBuilder, ErrorKind, Operation};

use crate::case::Case;
use crate::world::{Sent, TOKEN, check};

/// A sandbox with a client of it that never sees a socket.
pub struct Lab {
    pub sandbox: Sandbox,
    pub nuki: Client,
}

impl Lab {
    pub fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// With a client that is set up further.
    pub fn with(set_up: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let sandbox = Sandbox::builder().token(TOKEN, Sandbox::ACCOUNT_ID).build();
        let nuki = set_up(sandbox.client_builder().token(TOKEN)).build().unwrap();
        Self { sandbox, nuki }
    }

    /// Always answers the operation like this.
    pub fn answering(operation: Operation, status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let lab = Self::new();
        lab.on(operation).always().respond(response(status, content_type, body));
        lab
    }

    /// How the sandbox itself refuses a case, if it does: where there is no such sub-account, for one.
    pub async fn refusal(case: &Case) -> Option<ErrorKind> {
        case.call(&Self::new().nuki).await.err().map(|error| error.kind())
    }

    /// Whether the sandbox refuses a case that it has carried out some time before: what is deleted cannot be deleted again.
    pub async fn refuses_again(case: &Case) -> bool {
        let lab = Self::new();
        let first = case.call(&lab.nuki).await;
        lab.sandbox.advance(std::time::Duration::from_secs(60));
        first.is_ok() && case.call(&lab.nuki).await.is_err()
    }

    /// Begins a fault of an operation.
    pub fn on(&self, operation: Operation) -> FaultBuilder<'_> {
        self.sandbox.on(operation)
    }

    /// How many requests were sent.
    pub fn requests(&self) -> usize {
        self.sandbox.requests().len()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            check(&sent(&self.sandbox));
        }
    }
}

/// What was sent to a sandbox, of which it keeps the last 10 000.
pub fn sent(sandbox: &Sandbox) -> Vec<Sent> {
    let requests = sandbox.requests();
    let sent = requests.iter().map(|request| {
        let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let target = request.query().map_or(request.path().to_owned(), |query| format!("{}?{query}", request.path()));
        Sent::new(request.method().as_str(), &target.parse().unwrap(), headers, request.body())
    });
    sent.collect()
}

pub fn response(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().status(status).header("content-type", content_type).body(body.into()).unwrap()
}
