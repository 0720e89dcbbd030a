//! Typed helpers for [httpmock](https://docs.rs/httpmock), one for each operation: matchers that know its parameters, and answers that
//! know its statuses and types.
//!
//! An answer made of a type of this crate cannot show what this crate does with JSON that is a little different. For that,
//! `into_inner()` gives httpmock's own:
//!
//! ```
//! use nuki_api::httpmock::{MockServer, MockServerExt as _};
//! use nuki_api::types::MyAccount;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), nuki_api::Error> {
//! let server = MockServer::start_async().await;
//! let nuki = nuki_api::Client::builder().base_url(server.base_url()).token("token").build()?;
//!
//! let mut typed = server.account_get(|_, then| drop(then.ok(&MyAccount::new(1, "ada@example.com"))));
//! assert_eq!(nuki.account().get().await?.email, "ada@example.com");
//! typed.delete_async().await;
//!
//! server.account_get(|_, then| drop(then.into_inner().status(200).body(r#"{"accountId": 1, "email": "a@b", "new": [7]}"#)));
//! assert_eq!(nuki.account().get().await?.email, "a@b");
//! # Ok(())
//! # }
//! ```

/// The server of the version of httpmock that the helpers are for, so that tests need not depend on it themselves.
pub use nuki_api_gen::MockServer;
pub use nuki_api_gen::httpmock::*;
