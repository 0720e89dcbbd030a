//! Generated client for the Nuki Web API.
//!
//! This crate is what the facade `nuki-api` is built on; depend on that one. It holds the methods, types and tables
//! that `cargo xtask generate` makes from the OpenAPI document ([`types`], [`Operation`], the methods of [`Client`]),
//! and the few hand-written things that they need: the [`runtime`] and the scalars ([`Secret`], [`SecretNumber`], [`OpaqueId`]).
//!
//! ```no_run
//! # async fn example() -> Result<(), nuki_api_gen::Error<nuki_api_gen::TransportError>> {
//! use nuki_api_gen::{Client, Direct, Secret};
//!
//! let direct = Direct::new(reqwest::Client::new()).token(Secret::from("token"));
//! let account = Client::new("https://api.nuki.io", direct).account_get().await?.into_inner();
//! println!("{}", account.email);
//! # Ok(())
//! # }
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod base32;
mod bitmask;
mod date;
mod device;
mod extra;
#[allow(clippy::all, clippy::unwrap_used, reason = "the style of the generator, which nobody edits")]
mod generated;
mod one_or_many;
mod opaque_id;
mod open_enum;
mod operation;
mod rights;
pub mod runtime;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod secret_number;
mod timezone;
mod week_days;

#[cfg(feature = "httpmock")]
pub use ::httpmock::MockServer;
pub use base32::Base32Secret;
pub use device::{LockState, OpenerState};
pub use extra::Extra;
#[cfg(feature = "httpmock")]
pub use generated::httpmock;
pub use generated::operations::{Operation, SECRET_MEMBERS};
pub use generated::types;
pub use opaque_id::OpaqueId;
pub use operation::{OperationInfo, RetryClass, Status};
pub use runtime::{
    Client, DecodeError, Direct, Error, Execute, Request, Response, ResponseValue, TransportError, TransportErrorKind,
};
pub use secret::Secret;
pub use secret_number::SecretNumber;
