//! SDK for the account endpoints of the Nuki Web API.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod account;
mod builder;
mod call;
mod client;
mod error;
mod exec;
mod input;
#[cfg(doc)]
#[doc = include_str!("../docs/performance.md")]
pub mod _performance {}
mod request;
mod retry;
mod retry_after;
#[cfg(feature = "testkit")]
pub mod testkit;
mod tls;
mod token;
mod transport;

pub use builder::ClientBuilder;
pub use call::{Action, Call};
pub use client::Client;
pub use error::{Error, ErrorKind};
pub use http::{HeaderMap, Method, StatusCode};
pub use input::{
    AccountId, ApiKeyId, CountryCode, EmailAddress, InvalidValue, Language, OtpCode, Password, Problem, Profile, TokenId,
};
#[cfg(feature = "httpmock")]
pub use nuki_api_gen::httpmock;
pub use nuki_api_gen::types::{AccountRights, AccountSubCreateRights as CreateRights, AccountSubUpdateRights as UpdateRights};
pub use nuki_api_gen::{OpaqueId, Operation, OperationInfo, ResponseValue, RetryClass, Secret, Status, types};
pub use request::RequestCall;
pub use retry::{FailedAttempt, FailedBecause, Retry, RetryPolicy};
pub use tls::Tls;
pub use token::{Token, TokenError, TokenFuture, TokenProvider};
