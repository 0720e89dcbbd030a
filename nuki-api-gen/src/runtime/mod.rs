//! What the generated methods run on. The generator points them here, in place of a client library of its own.
//!
//! A method builds a [`Request`] and hands it to the [`Execute`] of its [`Client`], which answers with the whole
//! [`Response`], its body read; what happens in between (tokens, retries, deadlines) is the executor's. [`Direct`] is
//! the plain one: one attempt over a `reqwest::Client`.

mod body;
mod client;
mod direct;
mod error;
mod parameter;
mod request;
mod response;
mod transport;

pub use client::{Client, Execute};
pub use direct::Direct;
pub use error::{DecodeError, DecodeErrorKind, Error, InvalidRequest};
pub use parameter::Parameter;
pub use request::{QueryParam, QueryValue, Request, RequestBuilder, append_path, encode_path};
pub use response::{Response, ResponseValue, decode, is_empty_or_json};
pub use transport::{ERROR_BODY_TIMEOUT, MAX_ERROR_BODY, TransportError, TransportErrorKind, exchange, receive};
