//! The test kit: the Nuki service in this process.
//!
//! A [`Sandbox`] answers all 104 operations as the service does, over a state of its own: what is created is listed, a
//! keypad code that exists is refused, a token without the scope is refused, what is deleted is gone with all that belongs
//! to it. Its doors take their time: a lock that is told to lock is first locking, and then locked, and writes that into
//! its log. It needs no network, no account and no lock.
//!
//! It has four doors:
//!
//! * [`Sandbox::client`], a [`Client`](crate::Client) of this crate without a socket, so that a test can pause tokio's clock;
//! * [`Sandbox::serve`], on a port of 127.0.0.1, for clients in any language;
//! * [`Sandbox::deliver`], from a request to what becomes of it, with faults and recording: what the two stand on;
//! * [`Sandbox::handle`], a plain function from a request to a response.
//!
//! # Testing your service
//!
//! ```
//! use nuki_api::testkit::{Operation, Sandbox};
//! use nuki_api::{Client, CreateRights, Error, Language, Password};
//! use serde_json::json;
//!
//! /// The service under test: gives each of these people a sub-account, and says whom it could not serve.
//! async fn provision(nuki: &Client, people: &[(&str, &str)]) -> Vec<(String, Error)> {
//!     let mut failed = Vec::new();
//!     for (name, email) in people {
//!         let rights = CreateRights::OPERATE_SMARTLOCKS;
//!         let password = Password::new("correct horse");
//!         let create = nuki.account().sub_accounts().create(*email, password, *name, rights, Language::EN);
//!         if let Err(error) = create.await {
//!             failed.push((name.to_string(), error));
//!         }
//!     }
//!     failed
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Error> {
//! let sandbox = Sandbox::new();
//! // The second request is carried out, but its answer is lost.
//! sandbox.on(Operation::SubAccountCreate).nth(2).reset_after();
//!
//! let failed = provision(&sandbox.client()?, &[("Ada", "ada@example.com"), ("Bob", "bob@example.com")]).await;
//!
//! // Nobody may create Bob a second time without looking: he is there.
//! assert_eq!(failed.len(), 1);
//! assert!(failed[0].1.may_have_been_applied());
//! assert_eq!(sandbox.sub_accounts(Sandbox::ACCOUNT_ID).len(), 2);
//!
//! // What was sent, to the letter.
//! sandbox.assert_requests(&["PUT /account/sub", "PUT /account/sub"]);
//! sandbox.requests()[0].assert_json(&json!({
//!     "email": "ada@example.com", "password": "correct horse", "name": "Ada", "rights": 1, "language": "en",
//! }));
//! # Ok(())
//! # }
//! ```
//!
//! A client that is not written in Rust calls a [`Server`] instead:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let sandbox = nuki_api::testkit::Sandbox::new();
//! let server = sandbox.serve(0).await?;
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The house
//!
//! [`Sandbox::new`] has an account with one device of each type, a user, a keypad code, an API key and an address, under the
//! ids that the examples of the operations use. [`SandboxBuilder::smartlock`] adds devices of your own, and
//! [`SandboxBuilder::resource`] whatever else lists show. What happens without the API, [`Sandbox::change_smartlock`] does:
//!
//! ```
//! use std::time::Duration;
//!
//! use nuki_api::testkit::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), nuki_api::Error> {
//! let sandbox = Sandbox::new();
//! let nuki = sandbox.client()?;
//! let state = || sandbox.smartlock(Sandbox::SMARTLOCK_ID).map(|lock| lock["state"]["state"].clone());
//!
//! sandbox.change_smartlock(Sandbox::SMARTLOCK_ID, |lock| lock.blocked(true));
//! nuki.smartlock(Sandbox::SMARTLOCK_ID).lock().await?; // accepted
//! assert_eq!(state(), Some(4.into())); // locking
//! sandbox.advance(Duration::from_secs(2));
//! assert_eq!(state(), Some(254.into())); // the motor is blocked
//! # Ok(())
//! # }
//! ```
//!
//! Time passes as tokio counts it, so that a test that pauses tokio's clock waits for nothing; [`Sandbox::advance`] moves it
//! on.
//!
//! # Faults
//!
//! [`Sandbox::on`] says which calls go wrong, and how: a status, a delay, a connection that is refused or lost, a body that
//! is cut short or slow. Faults can follow one another, and a test can make sure that all of them struck:
//!
//! ```
//! use nuki_api::testkit::{Operation, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), nuki_api::Error> {
//! let sandbox = Sandbox::new();
//! let get = sandbox.on(Operation::AccountGet);
//! get.refuse_connection().then().retry_after("2").respond_html(429);
//!
//! sandbox.client()?.account().get().await?; // the third attempt
//! sandbox.assert_all_faults_struck();
//! # Ok(())
//! # }
//! ```
//!
//! # What the bodies look like
//!
//! The answers hold every member that the vendor's document demands. Zeros and false are written, as real bodies show them,
//! and null is left out. Of a profile and a config only those members are there that were set. A fixture that no service
//! could have, such as an account with the id 0, is refused with a panic.
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
//! * A sub-account manages what its master has, as far as its rights go, and gets 403 otherwise, or 401 where the operation
//!   has no 403.
//! * A movement takes 2 seconds, and another change of a device or a guest 3. A device that is busy answers 423. One that is
//!   offline takes an action and an authorization, and carries them out when it is back.
//! * An update of an authorization replaces its window, as the service was seen to do: a window that is not sent is gone.
//! * An authorization that was accepted is listed once the device has it.
//! * A number in a body is a number: what the service may read from a text is refused. Members that nobody knows are ignored.
//!   A query parameter that cannot be read counts as none.
//! * 402, 422 and 426 come of fixtures alone: [`SmartlockFixture::unpaid`], [`SmartlockFixture::refuses_authorizations`] and
//!   [`AccountFixture::needs_upgrade`].
//! * A listing service is linked as soon as its page was asked for. Nobody looks at applications for an Advanced API key,
//!   and no webhook is sent. Access times of a reservation count in UTC.
//! * Patterns for e-mail addresses are those of the crate `regex`, not Java's; one that it cannot read matches nothing.
//! * A body of more than 1 MiB is refused with 413, as a proxy does.

mod account;
mod builder;
mod clock;
mod control;
mod delivery;
mod device;
mod door;
mod error_body;
mod fault;
mod faults;
mod fixture;
mod house;
mod otp;
mod port;
mod reading;
mod record;
mod sandbox;
mod server;
mod service;
mod smartlock_fixture;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod wire;

pub use builder::SandboxBuilder;
pub use clock::Clock;
pub use delivery::Delivery;
pub(crate) use door::exchange;
pub use fault::{FaultBuilder, FaultSequence};
pub use fixture::AccountFixture;
pub use nuki_api_gen::Operation;
pub use record::RecordedRequest;
pub use sandbox::Sandbox;
pub use server::Server;
pub use smartlock_fixture::SmartlockFixture;
pub use state::{Mail, MailKind};
pub use store::Resource;
