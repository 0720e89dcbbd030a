//! What a request goes out through.

use std::error::Error as StdError;
use std::iter::successors;
use std::net::SocketAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

/// A connection pool, or a service in this process.
#[derive(Clone)]
pub(crate) enum Transport {
    Http(reqwest::Client, Proxies),
    #[cfg(feature = "testkit")]
    Sandbox(crate::testkit::Sandbox),
}

/// Where the proxies of a connection pool come from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Proxies {
    /// No proxy.
    None,
    /// The variables of the environment, such as `HTTPS_PROXY`, or the settings of the system.
    Environment,
    /// [`ClientBuilder::proxy`](crate::ClientBuilder::proxy).
    Given,
    /// Perhaps [`ClientBuilder::http`](crate::ClientBuilder::http), whose settings cannot be read.
    Unknown,
}

impl Transport {
    /// What a person has to know of the way to the service when no connection came about: the proxy, if there is one.
    pub(crate) fn detour(&self, url: &Url, error: Option<&reqwest::Error>) -> Option<String> {
        let proxies = match self {
            Self::Http(_, proxies) => proxies,
            #[cfg(feature = "testkit")]
            Self::Sandbox(_) => return None,
        };
        // reqwest does not show the address of a proxy that it was given. The address that was tried is the next best.
        let tried = error.and_then(tried).filter(|tried| Some(tried.to_string()) != authority(url));
        match (proxies, tried) {
            (Proxies::None, _) | (Proxies::Unknown, None) => None,
            (Proxies::Environment, _) => {
                let proxy = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
                Some(format!("through the proxy {} of the environment", proxy.uri().authority()?))
            }
            (Proxies::Given, Some(tried)) => Some(format!("through the proxy {tried}")),
            (Proxies::Given, None) => Some("through the proxy that the client was given".to_owned()),
            (Proxies::Unknown, Some(tried)) => Some(format!("by way of {tried}")),
        }
    }
}

/// Host and port of a URL.
pub(crate) fn authority(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

/// The address that a connection was tried to. hyper-util tells it by `Debug` alone: `ConnectError("..", 127.0.0.1:9, ..)`.
fn tried(error: &reqwest::Error) -> Option<SocketAddr> {
    successors(error.source(), |&cause| cause.source()).find_map(|cause| {
        let text = format!("{cause:?}");
        text.strip_prefix("ConnectError(")?.split(", ").nth(1)?.parse().ok()
    })
}
