// The README's programs are compiled and run as tests of the member `tests`, where the features that they need are on.
#![cfg_attr(not(doctest), doc = include_str!("../README.md"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod example;

mod builder;
mod call;
mod client;
mod error;
mod exec;
#[allow(unused_imports, clippy::all, reason = "the style of the generator, which nobody edits")]
mod generated;
mod groups;
#[cfg(feature = "httpmock")]
pub mod httpmock;
mod input;
#[cfg(doc)]
#[doc = include_str!("../docs/performance.md")]
pub mod _performance {}
mod redact;
mod reported;
mod request;
mod retry;
mod retry_after;
#[cfg(feature = "testkit")]
pub mod testkit;
mod tls;
mod token;
mod transport;

pub use builder::ClientBuilder;
pub use call::{Action, Call, Then};
pub use client::Client;
pub use error::{Error, ErrorKind};
pub use generated::*;
pub use http::{HeaderMap, Method, StatusCode};
pub use input::{
    AccountId, AccountUserId, AddressId, AddressReservationId, AddressTokenId, AddressUnitId, AdminPin, ApiKeyId, ApiKeyNumber,
    CountryCode, DecentralWebhookId, DeviceAction, EmailAddress, HttpsUrl, IntercomBrandId, IntercomId, InvalidValue, KeypadCode,
    Language, MinuteOfDay, NotificationId, OtpCode, Parsed, Password, Problem, Profile, SmartlockAuthId, SmartlockAuthName,
    SmartlockAuthTypes, SmartlockId, SmartlockLogId, TokenId, WebhookLogId,
};
pub use nuki_api_gen::types::{AccountRights, CreateRights, UpdateRights};
pub use nuki_api_gen::{
    Extra, LockState, OpaqueId, OpenerState, Operation, OperationInfo, ResponseValue, RetryClass, Secret, SecretNumber, Status,
};
pub use reported::Reported;
pub use request::RequestCall;
/// The version whose types [`ClientBuilder::http`] and [`ClientBuilder::proxy`] take.
pub use reqwest;
pub use retry::{FailedAttempt, FailedBecause, Retry, RetryPolicy};
pub use tls::Tls;
pub use token::{Token, TokenError, TokenFuture, TokenProvider};
