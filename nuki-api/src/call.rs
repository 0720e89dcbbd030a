//! A call before it is made, and what its answer becomes.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_ENCODING;
use http::{HeaderName, HeaderValue};
use nuki_api_gen::{Operation, Response, ResponseValue};

use crate::client::Client;
use crate::error::CallName;
use crate::exec::{CallOptions, Exec};
use crate::input::{InvalidValue, Problems};
use crate::retry::RetryPolicy;
use crate::{Error, ErrorKind};

/// The generated client, which carries out one call. Public in a private module: nobody outside can name it.
pub type Generated<'a> = nuki_api_gen::Client<&'a Exec<'a>>;
/// What the generated methods return.
pub type GeneratedError = nuki_api_gen::Error<Error>;

/// A call of an operation. Nothing is sent until it is awaited.
///
/// ```
/// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
/// use std::time::Duration;
///
/// let me = nuki.account().get().await?;
/// let me = nuki.account().get().timeout(Duration::from_secs(5)).await?;
/// let response = nuki.account().get().send_raw().await?;
/// println!("{} after {} attempts: {}", response.status(), response.attempts(), response.email);
/// # Ok(())
/// # }
/// ```
///
/// A call is not a future yet, but becomes one where it is awaited. Whatever wants futures, such as `join_all`, `select!`
/// or `tokio::spawn`, takes the one of [`send`](Self::send):
///
/// ```
/// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
/// let account = nuki.account();
/// let subs = account.sub_accounts();
/// for sub in futures_util::future::join_all([2002, 2003].map(|id| subs.get(id).send())).await {
///     println!("{}", sub?.email);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<A> {
    client: Client,
    options: CallOptions,
    problems: Problems,
    pub(crate) action: A,
}

/// What a [`Call`] does: one type for each operation. It is not for others to implement.
pub trait Action: Send + Sized + 'static {
    /// The operation; of several the one that changes something.
    const OPERATION: Operation;
    /// What comes back.
    type Output: Send;

    /// Notes what the body and the parameters break.
    #[doc(hidden)]
    fn check(&self, _: &mut Problems) {}

    /// Makes the requests; it is called once. The action stays where it is: a future that owned it would carry a second copy.
    #[doc(hidden)]
    fn perform(
        &mut self,
        nuki: Generated<'_>,
    ) -> impl Future<Output = Result<ResponseValue<Self::Output>, GeneratedError>> + Send;
}

/// A change, and then the reading of what it changed: what `then_get` makes of a call.
#[derive(Debug)]
pub struct Then<A, B>(pub(crate) A, pub(crate) B);

impl<A: Action, B: Action + Sync> Action for Then<A, B> {
    const OPERATION: Operation = A::OPERATION;
    type Output = B::Output;

    fn check(&self, problems: &mut Problems) {
        self.0.check(problems);
    }

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<B::Output>, GeneratedError> {
        self.0.perform(nuki.clone()).await?;
        let read = self.1.perform(nuki).await;
        read.map_err(|error| GeneratedError::Failure(failure(B::OPERATION, error).after_the_change()))
    }
}

impl<A> Call<A> {
    pub(crate) fn new(client: &Client, action: impl FnOnce(&mut Problems) -> A) -> Self {
        let mut problems = Problems::default();
        let action = action(&mut problems);
        Self { client: client.clone(), options: CallOptions::default(), problems, action }
    }

    /// Sets an optional argument.
    pub(crate) fn set(mut self, set: impl FnOnce(&mut A, &mut Problems)) -> Self {
        set(&mut self.action, &mut self.problems);
        self
    }

    /// The same call with another action.
    pub(crate) fn map<B>(self, map: impl FnOnce(A) -> B) -> Call<B> {
        let Self { client, options, problems, action } = self;
        Call { client, options, problems, action: map(action) }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Limits the time of this call, with all its attempts, waits and bodies. Defaults to that of the
    /// [client](crate::ClientBuilder::timeout). With no time at all nothing is sent, and the error is an
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets what this call tries again. Defaults to the policy of the [client](crate::ClientBuilder::retry).
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.options.retry = Some(Arc::new(policy));
        self
    }

    /// Adds a header to each request of this call; of two values for one name the last counts. `User-Agent` replaces that
    /// of the client. `Accept`, `Authorization`, `Content-Length`, `Content-Type`, `Host` and `Transfer-Encoding` are the
    /// client's to set: with one of those the call is refused, and nothing is sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        header(&mut self.options, &mut self.problems, name, value);
        self
    }
}

/// Notes a header of a call, or what is wrong with it.
pub(crate) fn header(options: &mut CallOptions, problems: &mut Problems, name: &str, value: &str) {
    const OURS: [&str; 6] = ["accept", "authorization", "content-length", "content-type", "host", "transfer-encoding"];
    match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        (Ok(name), _) if OURS.contains(&name.as_str()) => {
            problems.note("header", InvalidValue::new(format!("`{name}` is one that the client sets")))
        }
        (Ok(name), Ok(mut value)) => {
            value.set_sensitive(true);
            options.headers.push((name, value));
        }
        (Err(_), _) => problems.note("header", InvalidValue::new("has a name that no header can have")),
        (Ok(name), Err(_)) => problems.note("header", InvalidValue::new(format!("`{name}` has a value that no header can have"))),
    }
}

impl<A: Action> Call<A> {
    /// The call, where nothing is wrong with it.
    pub(crate) fn checked(mut self) -> Result<Self, Error> {
        self.action.check(&mut self.problems);
        std::mem::take(&mut self.problems).refuse(A::OPERATION)?;
        Ok(self)
    }

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// [`Error`] says what went wrong, and what to do about it.
    pub fn send(self) -> impl Future<Output = Result<A::Output, Error>> + Send {
        self.send_and(ResponseValue::into_inner)
    }

    /// Makes the call, and returns the value with its status, headers and number of requests. Of a call of several requests
    /// status and headers are those of the last.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_raw(self) -> impl Future<Output = Result<ResponseValue<A::Output>, Error>> + Send {
        self.send_and(|response| response)
    }

    /// One block, which uses the call where it is.
    #[expect(clippy::manual_async_fn, reason = "every async fn in between would copy the call twice")]
    fn send_and<T>(
        mut self,
        finish: impl FnOnce(ResponseValue<A::Output>) -> T + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        async move {
            self.action.check(&mut self.problems);
            self.problems.refuse(A::OPERATION)?;
            let exec = Exec::new(&self.client, &self.options);
            let nuki = Generated::with_shared_base_url(self.client.shared.base_url.clone(), &exec);
            match self.action.perform(nuki).await {
                Ok(value) => Ok(finish(value)),
                Err(error) => Err(failure(A::OPERATION, error).with_attempts(exec.sent())),
            }
        }
    }
}

/// The error of an operation. An action of several says of each which it was.
pub(crate) fn failure(operation: Operation, error: GeneratedError) -> Error {
    let name = CallName::Operation(operation.info());
    match error {
        GeneratedError::Failure(error) => error,
        GeneratedError::Decode { response, error } => undecodable(name, &response, error),
        GeneratedError::InvalidRequest(error) => Error::unbuildable(name, error),
        error => Error::new(ErrorKind::Decode, name, error.to_string()),
    }
}

/// The error of a success that cannot be read.
pub(crate) fn undecodable(name: CallName, response: &Response, error: impl fmt::Display) -> Error {
    let applied = name.retry_class() != nuki_api_gen::RetryClass::Read;
    let why = match packing(response) {
        Some(packing) => format!("the body is packed with {packing}, which this client did not ask for"),
        None => error.to_string(),
    };
    Error::from_body(name, response.status, &response.body, why).with_history(response.attempts, applied)
}

/// How a body is packed. reqwest unpacks what it asked for, and leaves no trace of it.
fn packing(response: &Response) -> Option<&str> {
    let told = response.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    ["gzip", "br", "deflate", "zstd", "compress"]
        .into_iter()
        .find(|packing| told.is_some_and(|told| told.eq_ignore_ascii_case(packing)))
        .or_else(|| response.body.starts_with(&[0x1f, 0x8b]).then_some("gzip"))
}

impl<A: Action> IntoFuture for Call<A> {
    type Output = Result<A::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Shows which operation it calls, and none of its arguments.
impl<A: Action> fmt::Debug for Call<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &A::OPERATION).finish_non_exhaustive()
    }
}
