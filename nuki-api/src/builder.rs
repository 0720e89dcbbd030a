//! Builds a client, and refuses what would be unsafe.

use std::env::VarError;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use reqwest::{Proxy, Url};

use crate::client::{Client, Limits, Shared};
use crate::error::{CallName, bottom};
use crate::groups::smartlock::Polls;
use crate::input::{InvalidValue, Problems};
use crate::retry::{Retry, RetryPolicy};
use crate::tls::Tls;
use crate::token::{Token, TokenProvider, TokenSource};
use crate::transport::{Proxies, Transport};
use crate::{Error, ErrorKind};

/// The base URL of the service.
const BASE_URL: &str = "https://api.nuki.io";

/// Collects the settings of a [`Client`].
#[must_use]
pub struct ClientBuilder {
    base_url: Result<String, Error>,
    plain_http_hosts: Vec<String>,
    token: Result<TokenSource, Error>,
    user_agent: Option<String>,
    connect_timeout: Duration,
    limits: Limits,
    retry: Arc<dyn RetryPolicy>,
    read_only: bool,
    http: Option<reqwest::ClientBuilder>,
    proxy: Option<Proxy>,
    tls: Option<Tls>,
    transport: Option<Transport>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: Ok(BASE_URL.to_owned()),
            plain_http_hosts: Vec::new(),
            token: Ok(TokenSource::None),
            user_agent: None,
            connect_timeout: Duration::from_secs(10),
            limits: Limits { attempt: Duration::from_secs(30), deadline: Duration::from_secs(90), body: 32 << 20 },
            retry: Arc::new(Retry::default()),
            read_only: false,
            http: None,
            proxy: None,
            tls: None,
            transport: None,
        }
    }
}

impl ClientBuilder {
    /// Sets the bearer token of every call. Without a token a client can only
    /// [reset a password](crate::account::PasswordApi::reset).
    pub fn token(mut self, token: impl TryInto<Token, Error: Into<InvalidValue>>) -> Self {
        self.token = token.try_into().map(TokenSource::Fixed).map_err(|reason| {
            Error::new(ErrorKind::Token, CallName::Client, format!("cannot use the token: it {}", reason.into()))
        });
        self
    }

    /// Asks a provider for the token of each attempt.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.token = Ok(TokenSource::provider(provider));
        self
    }

    /// Takes the token from the environment variable `NUKI_API_TOKEN`, and the base URL from `NUKI_BASE_URL` if that is
    /// set and not empty. A variable that is not UTF-8 is an error of [`build`](Self::build).
    pub fn env(self) -> Self {
        let not_unicode = |name| matches!(std::env::var(name), Err(VarError::NotUnicode(_)));
        let mut builder = self.env_from(|name| std::env::var(name).ok());
        if not_unicode("NUKI_BASE_URL") {
            let reason = "is taken from the environment variable NUKI_BASE_URL, which is not UTF-8";
            builder.base_url = Err(refused("base_url", InvalidValue::new(reason)));
        }
        if not_unicode("NUKI_API_TOKEN") {
            let message = "cannot use the token: the environment variable NUKI_API_TOKEN is not UTF-8";
            builder.token = Err(Error::new(ErrorKind::Token, CallName::Client, message));
        }
        builder
    }

    /// As [`env`](Self::env), with variables of another source.
    pub fn env_from(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(base_url) = variable("NUKI_BASE_URL").filter(|url| !url.trim().is_empty()) {
            self.base_url = Ok(base_url);
        }
        match variable("NUKI_API_TOKEN") {
            Some(token) => self.token(token),
            None => {
                let message = "has no token: set the environment variable NUKI_API_TOKEN to an API token";
                self.token = Err(Error::new(ErrorKind::Token, CallName::Client, message));
                self
            }
        }
    }

    /// Sets the URL of the service. It may have a path, but no query and no credentials. Plain http is refused unless the
    /// host is this machine or [allowed](Self::allow_plain_http). Defaults to `https://api.nuki.io`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Ok(base_url.into());
        self
    }

    /// Allows plain http to a host: a name, an address (an IPv6 address with or without brackets), or either with a port,
    /// such as `nuki.test:8080`. Without a port it holds for all ports. Everybody on the way can then read tokens,
    /// passwords and PINs.
    pub fn allow_plain_http(mut self, host: impl Into<String>) -> Self {
        self.plain_http_hosts.push(host.into());
        self
    }

    /// Sets the header `User-Agent`. Defaults to `nuki-api/` and the version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Limits the time to connect, TLS included. Defaults to 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Limits the time of one attempt, from connecting to the end of the body. Defaults to 30 seconds.
    ///
    /// The body of a failure has a limit of its own, 5 seconds after its head: a body that stalls costs neither the status
    /// nor `Retry-After`.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// Limits the time of a call, with all its attempts, waits and bodies. Defaults to 90 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.deadline = timeout;
        self
    }

    /// Limits the body of an answer, in bytes. Defaults to 32 MiB.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }

    /// Refuses whatever is no GET before it is sent, with an [`ErrorKind::InvalidRequest`]: for reports, dashboards, and
    /// first steps with somebody's real door. In this API every change is a PUT, a POST or a DELETE. A call of several steps,
    /// such as [`modify`](crate::account::AccountApi::modify), may still read before it is refused.
    ///
    /// ```
    /// # async fn example() -> Result<(), nuki_api::Error> {
    /// let nuki = nuki_api::Client::builder().token("an API token").read_only().build()?;
    /// assert!(nuki.smartlock(17_618_910_285).lock().await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Sets which failed attempts are made again. Defaults to [`Retry::default`].
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Arc::new(policy);
        self
    }

    /// Sends everything through a proxy, except what a proxy of [`http`](Self::http) takes. Defaults to the proxy of the
    /// environment or the system, which is never used for a service on this machine.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Chooses a TLS implementation. Defaults to the first of `rustls`, `webpki-roots` and `native-tls` among the features
    /// that are on.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Starts from reqwest settings of your own, proxies included. They also choose TLS, unless [`tls`](Self::tls) does.
    /// The User-Agent, the connect timeout and redirects (none are followed) are set by this builder all the same.
    pub fn http(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = Some(http);
        self
    }

    #[cfg(feature = "testkit")]
    pub(crate) fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`] when the token cannot be one, or the environment has none; [`ErrorKind::InvalidRequest`]
    /// when the base URL is not one, has a query, a fragment or credentials, or would send the token in the clear, when a
    /// timeout is zero, and when TLS or the User-Agent cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let token = Arc::new(self.token?);
        let tls = crate::tls::AVAILABLE || self.http.is_some() || self.transport.is_some();
        let plain = |host: &String| PlainHost::parse(host).map_err(|reason| refused("allow_plain_http", reason));
        let plain = self.plain_http_hosts.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
        let url = base_url(&self.base_url?, &plain, tls).map_err(|reason| refused("base_url", reason))?;
        let times = [
            ("connect_timeout", self.connect_timeout),
            ("attempt_timeout", self.limits.attempt),
            ("timeout", self.limits.deadline),
        ];
        if let Some((field, _)) = times.iter().find(|(_, time)| time.is_zero()) {
            return Err(refused(field, InvalidValue::new("is zero, which leaves no time for anything")));
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let user_agent = match self.user_agent.map(HeaderValue::try_from) {
                    None => HeaderValue::from_static(concat!("nuki-api/", env!("CARGO_PKG_VERSION"))),
                    Some(Ok(user_agent)) => user_agent,
                    Some(Err(_)) => {
                        return Err(refused("user_agent", InvalidValue::new("has a character that no header can have")));
                    }
                };
                let proxies = match (&self.proxy, &self.http) {
                    (Some(_), _) => Proxies::Given,
                    (None, Some(_)) => Proxies::Unknown,
                    (None, None) if is_loopback(&url) => Proxies::None,
                    (None, None) => Proxies::Environment,
                };
                let own = self.http.is_some();
                let mut http = self.http.unwrap_or_default().user_agent(user_agent).connect_timeout(self.connect_timeout);
                if is_loopback(&url) {
                    http = past_the_environment(http, &url).map_err(cannot_be_built)?;
                }
                if let Some(proxy) = self.proxy {
                    http = http.proxy(proxy);
                }
                if !own || self.tls.is_some() {
                    http = crate::tls::configure(http, self.tls).map_err(cannot_be_built)?;
                } else {
                    crate::tls::prepare_for_own();
                }
                let http = http.redirect(reqwest::redirect::Policy::none());
                Transport::Http(http.build().map_err(|error| cannot_be_built(error.without_url()))?, proxies)
            }
        };
        let base_url = Arc::new(url);
        let (limits, retry, read_only) = (self.limits, self.retry, self.read_only);
        let shared = Shared { base_url, transport, limits, retry, read_only, polls: Polls::default() };
        Ok(Client { shared: Arc::new(shared), token })
    }
}

/// Shows no token.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("limits", &self.limits).field("retry", &self.retry).finish_non_exhaustive()
    }
}

fn refused(field: &'static str, reason: InvalidValue) -> Error {
    let mut problems = Problems::default();
    problems.note(field, reason);
    Error::invalid(CallName::Client, problems.into_vec())
}

fn cannot_be_built(error: impl std::error::Error + 'static) -> Error {
    Error::new(ErrorKind::InvalidRequest, CallName::Client, format!("cannot be built: {}", bottom(&error)))
}

fn base_url(text: &str, plain: &[PlainHost], tls: bool) -> Result<Url, InvalidValue> {
    let wrong = |message| Err(InvalidValue::new(message));
    let Ok(url) = Url::parse(text.trim()) else { return wrong("is no URL: give one such as `https://api.nuki.io`") };
    if url.host_str().is_none() {
        return wrong("has no host: give one such as `https://api.nuki.io`");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has a query or a fragment, which a base URL cannot have");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("has credentials in it: give the token to the builder");
    }
    match url.scheme() {
        "https" if tls => Ok(url),
        "https" => wrong("is https, and this crate was built without TLS: turn on its feature `rustls`"),
        "http" if is_loopback(&url) || plain.iter().any(|host| host.is_that_of(&url)) => Ok(url),
        "http" => wrong("is plain http, which shows the token to everybody on the way: use https, or `allow_plain_http`"),
        _ => wrong("is neither https nor http"),
    }
}

/// A host that may be called in the clear, as URLs write it, on one port or on all.
struct PlainHost {
    host: String,
    port: Option<u16>,
}

impl PlainHost {
    fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let text = text.parse::<Ipv6Addr>().map_or_else(|_| text.to_owned(), |address| format!("[{address}]"));
        // A URL forgets the port that is the default of its scheme, so that it takes two to see any.
        let parse = |scheme| Url::parse(&format!("{scheme}://{text}")).ok();
        let is_bare = |url: &Url| {
            url.path() == "/" && url.query().or(url.fragment()).or(url.password()).is_none() && url.username().is_empty()
        };
        match (parse("http").filter(is_bare), parse("https")) {
            (Some(http), Some(https)) => {
                Ok(Self { host: http.host_str().unwrap_or_default().to_owned(), port: http.port().or(https.port()) })
            }
            _ => Err(InvalidValue::new("is no host: give one such as `nuki.test`, `nuki.test:8080` or `fd00::1`")),
        }
    }

    fn is_that_of(&self, url: &Url) -> bool {
        url.host_str() == Some(&self.host) && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

/// Whether the host is this machine.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Ignores the proxy of the environment, which would carry the token off this machine, in the clear. `no_proxy()` would
/// drop the proxies of the user's own settings as well; a proxy for the scheme that is not used keeps them.
fn past_the_environment(http: reqwest::ClientBuilder, url: &Url) -> reqwest::Result<reqwest::ClientBuilder> {
    const UNUSED: &str = "http://unused.invalid";
    Ok(http.proxy(if url.scheme() == "http" { Proxy::https(UNUSED)? } else { Proxy::http(UNUSED)? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_refused_with_a_reason() {
        for (text, reason) in [
            ("nonsense", "no URL"),
            ("", "no URL"),
            ("https://h/?a=1", "query"),
            ("https://h/#a", "fragment"),
            ("https://user:pass@h/", "credentials"),
            ("https://user@h/", "credentials"),
            ("https://:pass@h/", "credentials"),
            ("ftp://h/", "neither"),
            ("http://api.nuki.io", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
            ("http://localhost.example.com", "plain http"),
            ("http://10.0.0.1", "plain http"),
            ("data:text/plain,x", "no host"),
        ] {
            let error = Client::builder().token("t").base_url(text).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{text}");
            let text = error.to_string();
            assert!(text.contains(reason) && text.contains("base_url"), "{text}");
            assert!(!text.contains("pass"), "{text}");
        }
    }

    #[test]
    fn a_timeout_of_nothing_is_refused() {
        let builder = || Client::builder().token("t").base_url("http://localhost");
        for (field, builder) in [
            ("connect_timeout", builder().connect_timeout(Duration::ZERO)),
            ("attempt_timeout", builder().attempt_timeout(Duration::ZERO)),
            ("timeout", builder().timeout(Duration::ZERO)),
        ] {
            let error = builder.build().unwrap_err();
            assert_eq!((error.kind(), error.problems()[0].field.as_str()), (ErrorKind::InvalidRequest, field));
        }
    }

    #[test]
    fn a_user_agent_that_cannot_be_one_is_refused_by_name() {
        let error = Client::builder().token("t").base_url("http://localhost").user_agent("two\nlines").build().unwrap_err();
        assert_eq!(error.to_string(), "the client cannot be built: `user_agent` has a character that no header can have");
    }

    #[test]
    fn this_machine_and_hosts_by_name_may_be_plain_http() {
        for text in ["http://localhost:1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1/path/", "http://a.localhost"]
        {
            assert!(base_url(text, &[], false).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_host_may_be_plain_http_however_it_is_written() {
        for (allowed, url, may) in [
            ("NUKI.test", "http://nuki.test:8080", true),
            (" nuki.test\n", "http://nuki.test", true),
            ("nuki.test:8080", "http://nuki.test:8080", true),
            ("nuki.test:8080", "http://nuki.test", false),
            ("nuki.test:80", "http://nuki.test", true),
            ("nuki.test:80", "http://nuki.test:8080", false),
            ("nuki.test:443", "http://nuki.test:443", true),
            ("nuki.test:443", "http://nuki.test", false),
            ("nuki.test", "http://my.nuki.test", false),
            ("fd00::1", "http://[fd00::1]:8080", true),
            ("FD00:0::1", "http://[fd00::1]", true),
            ("[fd00::1]", "http://[fd00::1]", true),
            ("[fd00::1]:80", "http://[fd00::1]:81", false),
            ("10.0.0.1", "http://10.0.0.1:8080", true),
            ("türschloss.test", "http://xn--trschloss-q9a.test", true),
            ("xn--trschloss-q9a.test:80", "http://Türschloss.test", true),
        ] {
            let plain = PlainHost::parse(allowed).unwrap();
            assert_eq!(base_url(url, &[plain], false).is_ok(), may, "{allowed}: {url}");
        }
    }

    #[test]
    fn a_host_that_is_none_is_refused_by_name() {
        for text in ["", "http://nuki.test", "nuki.test/path", "user@nuki.test", "nuki.test?", "a b", "nuki.test:99999"] {
            let error = Client::builder().token("t").base_url("http://nuki.test").allow_plain_http(text).build().unwrap_err();
            assert_eq!(
                (error.kind(), error.problems()[0].field.as_str()),
                (ErrorKind::InvalidRequest, "allow_plain_http"),
                "{text}"
            );
        }
    }

    #[test]
    fn https_needs_tls() {
        assert!(base_url("https://api.nuki.io", &[], true).is_ok());
        assert!(base_url("https://api.nuki.io", &[], false).unwrap_err().to_string().contains("built without TLS"));
    }

    #[test]
    fn the_environment_gives_token_and_base_url() {
        let variables = |name: &str| match name {
            "NUKI_API_TOKEN" => Some("from-env".to_owned()),
            "NUKI_BASE_URL" => Some("http://127.0.0.1:1/nuki/".to_owned()),
            _ => None,
        };
        let client = Client::builder().env_from(variables).build().unwrap();
        assert_eq!(client.shared.base_url.as_str(), "http://127.0.0.1:1/nuki/");
        assert!(matches!(&*client.token, TokenSource::Fixed(token) if token.expose() == "from-env"));
    }

    #[test]
    fn an_environment_without_a_token_says_how_to_give_one() {
        let error = Client::builder().env_from(|_| None).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Token);
        assert!(error.to_string().contains("NUKI_API_TOKEN"), "{error}");
    }

    #[test]
    fn a_token_that_cannot_be_one_is_not_repeated() {
        for token in ["", "  ", "can ary", "canary\nsecond", "canarÿ"] {
            let error = Client::builder().token(token).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Token);
            assert!(!format!("{error} {error:?}").contains("canar"), "{error:?}");
        }
    }
}
