//! What `cargo xtask generate` makes of `openapi.yaml` beside this crate, with the runtime and the scalars of
//! `nuki-api-gen`: it is that crate with another document.
// The unit tests of the shared modules are about the types of nuki-api-gen, and run there.
#![cfg(not(test))]
#![allow(dead_code, unused_macros, unused_imports, reason = "not all that nuki-api-gen has is used here")]

#[path = "../../../nuki-api-gen/src/base32.rs"]
mod base32;
#[path = "../../../nuki-api-gen/src/bitmask.rs"]
mod bitmask;
#[path = "../../../nuki-api-gen/src/date.rs"]
mod date;
#[path = "../../../nuki-api-gen/src/extra.rs"]
mod extra;
#[allow(clippy::all, clippy::unwrap_used, reason = "the style of the generator, which nobody edits")]
mod generated;
#[path = "../../../nuki-api-gen/src/one_or_many.rs"]
mod one_or_many;
#[path = "../../../nuki-api-gen/src/opaque_id.rs"]
mod opaque_id;
#[path = "../../../nuki-api-gen/src/open_enum.rs"]
mod open_enum;
#[path = "../../../nuki-api-gen/src/operation.rs"]
mod operation;
#[path = "../../../nuki-api-gen/src/runtime/mod.rs"]
pub mod runtime;
#[path = "../../../nuki-api-gen/src/schema.rs"]
mod schema;
#[path = "../../../nuki-api-gen/src/secret.rs"]
mod secret;
#[path = "../../../nuki-api-gen/src/secret_number.rs"]
mod secret_number;

pub use generated::httpmock;
pub use generated::operations::{Operation, OperationVisitor, SECRET_MEMBERS};
pub use generated::types;
pub use opaque_id::OpaqueId;
pub use operation::{OperationInfo, RetryClass, Status};
pub use runtime::{Client, Direct, Error, Execute, Request, Response, ResponseValue, TransportError, TransportErrorKind};
pub use secret::Secret;
pub use secret_number::SecretNumber;
