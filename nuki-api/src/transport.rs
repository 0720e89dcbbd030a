//! What a request goes out through.

/// A connection pool, or a service in this process.
#[derive(Clone)]
pub(crate) enum Transport {
    Http(reqwest::Client),
    #[cfg(feature = "testkit")]
    Sandbox(crate::testkit::Sandbox),
}
