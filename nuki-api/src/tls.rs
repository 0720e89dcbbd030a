//! The TLS implementations. What takes long, such as loading the system's trust store, is done once for all clients.

/// A TLS implementation. Which of them there are depends on the features of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tls {
    /// rustls with the trust store of the operating system (feature `rustls`).
    #[cfg(feature = "rustls")]
    Rustls,
    /// rustls with the roots that Mozilla trusts, compiled in (feature `webpki-roots`).
    #[cfg(feature = "webpki-roots")]
    WebpkiRoots,
    /// The library of the operating system (feature `native-tls`).
    #[cfg(feature = "native-tls")]
    Native,
}

/// Why TLS cannot be set up.
pub(crate) type TlsError = std::io::Error;

/// The first of [`Tls`] that a feature brings.
const DEFAULT: Option<Tls> = {
    #[cfg(feature = "rustls")]
    {
        Some(Tls::Rustls)
    }
    #[cfg(all(feature = "webpki-roots", not(feature = "rustls")))]
    {
        Some(Tls::WebpkiRoots)
    }
    #[cfg(all(feature = "native-tls", not(any(feature = "rustls", feature = "webpki-roots"))))]
    {
        Some(Tls::Native)
    }
    #[cfg(not(any(feature = "rustls", feature = "webpki-roots", feature = "native-tls")))]
    {
        None
    }
};

/// Whether a feature brings any.
pub(crate) const AVAILABLE: bool = DEFAULT.is_some();

pub(crate) fn configure(http: reqwest::ClientBuilder, tls: Option<Tls>) -> Result<reqwest::ClientBuilder, TlsError> {
    match tls.or(DEFAULT) {
        #[cfg(feature = "rustls")]
        Some(Tls::Rustls) => Ok(http.tls_backend_preconfigured(rustls_config::with_system_roots()?)),
        #[cfg(feature = "webpki-roots")]
        Some(Tls::WebpkiRoots) => Ok(http.tls_backend_preconfigured(rustls_config::with_webpki_roots()?)),
        #[cfg(feature = "native-tls")]
        Some(Tls::Native) => Ok(http.tls_backend_preconfigured(native::connector()?)),
        None => Ok(http),
    }
}

/// Installs cryptography for the process unless there is some. Without it reqwest panics where it sets up rustls itself, as
/// it does with settings of the user's own.
pub(crate) fn prepare_for_own() {
    #[cfg(any(feature = "rustls", feature = "webpki-roots"))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails when another thread was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

#[cfg(feature = "native-tls")]
mod native {
    use std::sync::OnceLock;

    use native_tls::TlsConnector;

    use super::TlsError;

    /// The connector with the trust store of the system, which is loaded the first time only.
    pub(super) fn connector() -> Result<TlsConnector, TlsError> {
        static CONNECTOR: OnceLock<TlsConnector> = OnceLock::new();
        if let Some(connector) = CONNECTOR.get() {
            return Ok(connector.clone());
        }
        let made = TlsConnector::builder().request_alpns(&["h2", "http/1.1"]).build().map_err(TlsError::other)?;
        Ok(CONNECTOR.get_or_init(|| made).clone())
    }
}

#[cfg(any(feature = "rustls", feature = "webpki-roots"))]
mod rustls_config {
    use std::sync::{Arc, OnceLock};

    use rustls::client::WantsClientCert;
    use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};

    use super::TlsError;

    type Roots =
        fn(ConfigBuilder<ClientConfig, WantsVerifier>) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, rustls::Error>;

    /// The configuration with the trust store of the system.
    #[cfg(feature = "rustls")]
    pub(super) fn with_system_roots() -> Result<ClientConfig, TlsError> {
        use rustls_platform_verifier::BuilderVerifierExt as _;

        static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
        shared(&CONFIG, |builder| builder.with_platform_verifier())
    }

    /// The configuration with the roots that are compiled in.
    #[cfg(feature = "webpki-roots")]
    pub(super) fn with_webpki_roots() -> Result<ClientConfig, TlsError> {
        static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
        shared(&CONFIG, |builder| {
            let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            Ok(builder.with_root_certificates(roots))
        })
    }

    /// Makes a configuration the first time only. Its clones share the roots, and the tickets of earlier connections.
    fn shared(config: &'static OnceLock<ClientConfig>, roots: Roots) -> Result<ClientConfig, TlsError> {
        if let Some(config) = config.get() {
            return Ok(config.clone());
        }
        let made = build(roots).map_err(|error| TlsError::other(format!("no TLS with these roots: {error}")))?;
        Ok(config.get_or_init(|| made).clone())
    }

    fn build(roots: Roots) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = roots(builder)?.with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}
