//! SDK for the account endpoints of the Nuki Web API.

#[cfg(feature = "testkit")]
pub mod testkit;
