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
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use nuki_api::testkit::{Operation, Sandbox};
//!
//! let sandbox = Sandbox::new();
//! let server = sandbox.serve(0).await?;
//! sandbox.on(Operation::AccountGet).nth(2).retry_after("1").respond_status(429);
//!
//! // Let your service call `server.base_url()` with the token `Sandbox::TOKEN`, then look at what it sent:
//! # assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! sandbox.assert_requests(&[]);
//! assert!(sandbox.sub_accounts(Sandbox::ACCOUNT_ID).is_empty());
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
//! * A sub-account manages its master's sub-accounts when it has the right to, and gets 401 otherwise.
//! * Patterns for e-mail addresses are those of the crate `regex`, not Java's; one that it cannot read matches nothing.
//! * A body of more than 1 MiB is refused with 413, as a proxy does.

mod account;
mod clock;
mod delivery;
mod door;
mod error_body;
mod fault;
mod fixture;
mod operation;
mod otp;
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
