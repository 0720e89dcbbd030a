//! Which TLS is used. What costs time, such as the trust store of the system, is loaded once for all clients.

/// A TLS implementation. Which of them there are depends on the features of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tls {
    /// rustls with the trust store of the operating system (feature `rustls`).
    #[cfg(feature = "rustls")]
    Rustls,
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
    #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
    {
        Some(Tls::Native)
    }
    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    {
        None
    }
};

pub(crate) fn configure(http: reqwest::ClientBuilder, tls: Option<Tls>) -> Result<reqwest::ClientBuilder, TlsError> {
    match tls.or(DEFAULT) {
        #[cfg(feature = "rustls")]
        Some(Tls::Rustls) => Ok(http.tls_backend_preconfigured(rustls_config::with_system_roots()?)),
        #[cfg(feature = "native-tls")]
        Some(Tls::Native) => Ok(http.tls_backend_native()),
        None => Ok(http),
    }
}

/// Sees to it that settings of the user's own can be built: reqwest panics where it is to set up rustls by itself and the
/// process has no cryptography installed. One that is installed already stays.
pub(crate) fn prepare_for_own() {
    #[cfg(feature = "rustls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails when another thread was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

#[cfg(feature = "rustls")]
mod rustls_config {
    use std::sync::{Arc, OnceLock};

    use rustls::ClientConfig;
    use rustls_platform_verifier::BuilderVerifierExt as _;

    use super::TlsError;

    /// The configuration with the trust store of the system, which is loaded the first time only.
    pub(super) fn with_system_roots() -> Result<ClientConfig, TlsError> {
        static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
        if let Some(config) = CONFIG.get() {
            return Ok(config.clone());
        }
        let config = build().map_err(|error| TlsError::other(format!("no TLS with the system's trust store: {error}")))?;
        Ok(CONFIG.get_or_init(|| config).clone())
    }

    fn build() -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = builder.with_platform_verifier()?.with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}
