//! Bearer tokens, and where they come from.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::Poll;

use http::HeaderValue;
use tokio::sync::Mutex;
use tracing::Instrument as _;

use crate::InvalidValue;

/// A bearer token: an API token, or an access token of OAuth. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(HeaderValue);

impl Token {
    /// The value of the header `Authorization`, marked as sensitive.
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0
    }

    /// The text itself. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.0.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default()
    }
}

impl FromStr for Token {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidValue::new("is empty: give an API token"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidValue::new("has a character that no token has: copy it again, as one line"));
        }
        let mut header = HeaderValue::try_from(format!("Bearer {text}"))
            .map_err(|_| InvalidValue::new("cannot stand in a header: copy it again, as one line"))?;
        header.set_sensitive(true);
        Ok(Self(header))
    }
}

impl TryFrom<&str> for Token {
    type Error = InvalidValue;

    fn try_from(text: &str) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl TryFrom<String> for Token {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl TryFrom<&String> for Token {
    type Error = InvalidValue;

    fn try_from(text: &String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<&Token> for Token {
    fn from(token: &Token) -> Self {
        token.clone()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// Why a provider has no token. The call's error shows its text: put no secret into it.
pub type TokenError = Box<dyn std::error::Error + Send + Sync>;

/// What [`TokenProvider::token`] returns.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + 'a>>;

/// Gives the token for each attempt, and another one when the service refuses it.
///
/// Once the provider has begun, it is always finished, so that a new refresh token is not lost because the call that asked
/// for it was dropped or ran out of time. What does not answer at once therefore goes on as a task of the tokio runtime of
/// that call, and ends early only if the runtime shuts down. Nothing else ends it: give requests of your own a time limit,
/// because a renewal that never ends keeps all later ones waiting.
///
/// ```
/// use nuki_api::{Token, TokenError, TokenFuture, TokenProvider};
/// use tokio::sync::Mutex;
///
/// struct Vault {
///     current: Mutex<Token>,
/// }
///
/// impl Vault {
///     async fn renew(&self) -> Result<Token, TokenError> {
///         Ok("from-the-vault".parse::<Token>()?) // or wherever tokens come from
///     }
/// }
///
/// impl TokenProvider for Vault {
///     fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
///         Box::pin(async move {
///             let mut current = self.current.lock().await;
///             if rejected == Some(&*current) {
///                 *current = self.renew().await?;
///             }
///             Ok(current.clone())
///         })
///     }
/// }
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// Returns the token to use now.
    ///
    /// With `rejected`, the service has just answered 401 to that token. Return another one, and the call is made once
    /// more with it, whatever its [class](crate::RetryClass): a 401 has done nothing. Return the same one if there is no
    /// other, and the 401 is the call's error. Calls that are refused at the same time share one renewal, until the new
    /// token is refused as well. From then on return the new one without `rejected` too: otherwise every call is refused
    /// once before it succeeds.
    ///
    /// The one 401 that is not reported here is that of enabling one-time passwords
    /// ([`enable`](crate::account::OtpApi::enable)): it may mean that the code is wrong, and sent again it would count as a
    /// second wrong code.
    fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a>;
}

/// Lets you keep a provider that you give to a client.
impl<T: TokenProvider + ?Sized> TokenProvider for Arc<T> {
    fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
        T::token(self, rejected)
    }
}

/// Where a client takes its tokens from.
#[derive(Clone)]
pub(crate) enum TokenSource {
    None,
    Fixed(Token),
    Provider(Renewals),
}

/// A provider with the last renewal, so that all who were refused the same token share it.
#[derive(Clone)]
pub(crate) struct Renewals {
    provider: Arc<dyn TokenProvider>,
    last: Arc<Mutex<Option<Renewal>>>,
}

struct Renewal {
    rejected: Token,
    renewed: Token,
}

impl TokenSource {
    pub(crate) fn provider(provider: impl TokenProvider) -> Self {
        Self::Provider(Renewals { provider: Arc::new(provider), last: Arc::default() })
    }

    pub(crate) async fn token(&self) -> Result<Option<Token>, TokenError> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(token) => Ok(Some(token.clone())),
            Self::Provider(Renewals { provider, .. }) => {
                let provider = provider.clone();
                finish(async move { provider.token(None).await.map(Some) }).await
            }
        }
    }

    /// Another token in place of the one that was refused, if there is one.
    pub(crate) async fn renew(&self, rejected: &Token) -> Result<Option<Token>, TokenError> {
        let Self::Provider(Renewals { provider, last }) = self else { return Ok(None) };
        let mut last = last.clone().lock_owned().await;
        if let Some(renewal) = &*last
            && renewal.rejected == *rejected
        {
            return Ok(Some(renewal.renewed.clone()));
        }
        let (provider, rejected) = (provider.clone(), rejected.clone());
        finish(async move {
            let renewed = provider.token(Some(&rejected)).await?;
            if renewed == rejected {
                return Ok(None);
            }
            *last = Some(Renewal { rejected, renewed: renewed.clone() });
            Ok(Some(renewed))
        })
        .await
    }

    /// A renewed token was refused as well: nobody else is to be given it.
    pub(crate) fn forget(&self, refused: &Token) {
        // Where the lock is held, the next call that is refused forgets it.
        if let Self::Provider(Renewals { last, .. }) = self
            && let Ok(mut last) = last.try_lock()
        {
            last.take_if(|renewal| renewal.renewed == *refused);
        }
    }
}

/// Waits for work that has to be finished even if this future is dropped: what is not ready at once becomes a task.
async fn finish<T: Send + 'static>(work: impl Future<Output = Result<T, TokenError>> + Send + 'static) -> Result<T, TokenError> {
    let mut work = Box::pin(work);
    if let Poll::Ready(done) = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
        return done;
    }
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err("the runtime is shutting down".into()),
    }
}
