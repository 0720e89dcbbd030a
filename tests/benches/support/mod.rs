//! What every measuring program of this folder shares: the cases, who is measured, and the server of canned answers.
#![allow(dead_code, reason = "no program uses all of it")]

pub mod case;
pub mod contender;
pub mod handwritten;
pub mod server;
pub mod setup;

/// A runtime of one thread, so that a count does not depend on the scheduler.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Gives reqwest, which here has no provider of cryptography of its own, the one that nuki-api uses.
pub fn use_ring() {
    // A second time it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
