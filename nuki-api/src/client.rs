//! The client: a token, and what all clients of one builder share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use reqwest::Url;

use crate::groups::smartlock::Polls;
use crate::input::InvalidValue;
use crate::request::RequestCall;
use crate::retry::RetryPolicy;
use crate::token::{Token, TokenProvider, TokenSource};
use crate::transport::Transport;
use crate::{ClientBuilder, Error, ErrorKind, error::CallName};

/// A client of the Nuki Web API. It is cheap to clone, and every clone shares the connections.
///
/// ```no_run
/// # async fn example() -> Result<(), nuki_api::Error> {
/// let nuki = nuki_api::Client::builder().token("an API token").build()?;
/// let me = nuki.account().get().await?;
/// println!("{}", me.email);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) token: Arc<TokenSource>,
}

/// What all clients of one builder share.
pub(crate) struct Shared {
    pub(crate) base_url: Arc<Url>,
    pub(crate) transport: Transport,
    pub(crate) limits: Limits,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    pub(crate) read_only: bool,
    pub(crate) polls: Polls,
}

/// Bounds of every call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) attempt: Duration,
    pub(crate) deadline: Duration,
    pub(crate) body: usize,
}

impl Client {
    /// Starts a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Makes a client with the token of the environment variable `NUKI_API_TOKEN`, for the service at `NUKI_BASE_URL` if
    /// that is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`] when `NUKI_API_TOKEN` is not set or is not UTF-8, and all that [`ClientBuilder::build`] reports.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env().build()
    }

    /// Makes a client for another user that shares connections, TLS and settings with this one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`] when the token cannot be one.
    pub fn with_token(&self, token: impl TryInto<Token, Error: Into<InvalidValue>>) -> Result<Self, Error> {
        let token = token.try_into().map_err(|reason| {
            Error::new(ErrorKind::Token, CallName::Client, format!("cannot use the token: it {}", reason.into()))
        })?;
        Ok(Self { shared: self.shared.clone(), token: Arc::new(TokenSource::Fixed(token)) })
    }

    /// As [`with_token`](Self::with_token), with tokens that change.
    #[must_use]
    pub fn with_token_provider(&self, provider: impl TokenProvider) -> Self {
        Self { shared: self.shared.clone(), token: Arc::new(TokenSource::provider(provider)) }
    }

    /// Calls an endpoint that this crate does not cover, with the same token, deadline and errors. The path starts with a
    /// slash and is appended to the base URL. Nothing is tried again unless [`retry`](RequestCall::retry) says so.
    ///
    /// ```no_run
    /// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
    /// use nuki_api::Method;
    ///
    /// let news: serde_json::Value = nuki.request(Method::GET, "/brand/new").fetch().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RequestCall {
        RequestCall::new(self.clone(), method, path.into())
    }
}

/// Shows no token.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url.as_str())
            .field("limits", &self.shared.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::IntoFuture as _;

    use super::*;

    #[test]
    fn a_client_goes_wherever_its_user_goes() {
        fn shared<T: Clone + Send + Sync + 'static>() {}
        fn sent<T: Send + 'static>(_: T) {}
        shared::<Client>();
        let nuki = Client::builder().token("t").build().unwrap();
        sent(nuki.account().get().into_future());
        sent(nuki.account().sub_accounts().list().send());
    }

    #[test]
    fn an_error_is_no_larger_than_a_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn nothing_of_a_token_is_shown() {
        let nuki = Client::builder().token("canary").build().unwrap();
        assert!(!format!("{nuki:?} {:?} {:?}", nuki.account(), nuki.account().get()).contains("canary"));
    }
}
