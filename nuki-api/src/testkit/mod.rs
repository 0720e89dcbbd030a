//! The test kit: a Nuki account service in this process.
//!
//! A [`Sandbox`] keeps accounts, tokens, integrations, settings and one-time passwords, and answers the 19 operations as
//! the service does: what is created is listed, an e-mail address that is taken is refused, a wrong code is refused, what
//! is deleted is gone. It needs no network, no account and no lock.
//!
//! It has three doors:
//!
//! * [`Sandbox::handle`], a plain function from a request to a response;
//! * [`Sandbox::deliver`], the same with faults and recording, without a socket, so that a test can pause tokio's clock;
//! * [`Sandbox::serve`], on a port of 127.0.0.1, for clients in any language.
//!
//! # Testing your service
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use nuki_api::testkit::{Delivery, Operation, Sandbox};
//! use serde_json::json;
//!
//! /// The service under test: renames the account, and tries once more when it is told to wait.
//! async fn rename(door: &Sandbox, name: &str) -> Result<u16, http::Error> {
//!     let body = json!({"language": "en", "name": name}).to_string();
//!     for attempt in 1.. {
//!         let request = Request::post("/account").header("authorization", "Bearer sandbox-token");
//!         match door.deliver(request.body(Bytes::from(body.clone()))?).await {
//!             Delivery::Response(response) if response.status() == 429 && attempt == 1 => continue,
//!             Delivery::Response(response) => return Ok(response.status().as_u16()),
//!             _ => break,
//!         }
//!     }
//!     Ok(0)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), http::Error> {
//! let sandbox = Sandbox::new();
//! sandbox.on(Operation::AccountUpdate).retry_after("1").respond_status(429);
//!
//! assert_eq!(rename(&sandbox, "Ada").await?, 204);
//!
//! // What was sent, and what came of it.
//! sandbox.assert_requests(&["POST /account", "POST /account"]);
//! sandbox.requests()[1].assert_json(&json!({"name": "Ada", "language": "en"}));
//! assert_eq!(sandbox.account(Sandbox::ACCOUNT_ID).map(|account| account["name"].clone()), Some(json!("Ada")));
//! # Ok(())
//! # }
//! ```
//!
//! A client that is not written in Rust, or that you do not want to touch, calls a [`Server`] instead:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let sandbox = nuki_api::testkit::Sandbox::new();
//! let server = sandbox.serve(0).await?;
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! # Ok(())
//! # }
//! ```
//!
//! # Where the service is not known
//!
//! Nobody knows every answer of the service. Where its documentation is silent, the sandbox does this:
//!
//! * Five wrong one-time passwords lock the enrolment; a new secret, or disabling, unlocks it.
//! * A password reset sends a mail ([`Sandbox::mails`]) and changes nothing else;
//!   [`Sandbox::complete_password_reset`] plays its reader. It answers an unknown address like a known one, and a
//!   malformed body with 401, the only refusal that is documented there.
//! * `POST /account` changes an e-mail address at once; `POST /account/email/change` waits for
//!   [`Sandbox::confirm_email`] and reserves nothing until then.
//! * Deleting settings that were never set, or an integration that is not there, answers 204. Without any id,
//!   `DELETE /account/integration` removes nothing.
//! * A removed integration takes no token of the sandbox with it: the two are not tied to each other.
//! * A sub-account manages its master's sub-accounts when it has the right to, and gets 401 otherwise.
//! * Patterns for e-mail addresses are those of the crate `regex`, not Java's; one that it cannot read matches nothing.
//! * A body of more than 1 MiB is refused with 413, as a proxy does.

mod account;
mod clock;
mod control;
mod delivery;
mod door;
mod error_body;
mod fault;
mod fixture;
mod operation;
mod otp;
mod reading;
mod record;
mod sandbox;
mod server;
mod service;
mod state;
#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use delivery::Delivery;
pub(crate) use door::exchange;
pub use fault::FaultBuilder;
pub use fixture::{AccountFixture, SandboxBuilder};
pub use operation::Operation;
pub use record::RecordedRequest;
pub use sandbox::Sandbox;
pub use server::Server;
pub use state::{Mail, MailKind};
