//! What must hold for any bytes at all: a function for each target, which a property test calls here, and cargo-fuzz in
//! `tests/fuzz/` for as long as a maintainer likes.

use std::fmt::Debug;
use std::sync::OnceLock;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use nuki_api::account::OtpSecret;
use nuki_api::types::{Account, AccountIntegration, AccountSetting, MyAccount, SubscriptionType, VendorKey};
use nuki_api::{
    AccountId, AccountRights, ApiKeyId, Client, CountryCode, CreateRights, EmailAddress, ErrorKind, Language, OpaqueId, OtpCode,
    Password, Retry, RetryClass, Secret, Token, TokenId, UpdateRights,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::case::Case;

/// Answers every operation with a status, a `Retry-After` and a body of these bytes: an error of the right kind or a
/// value, after one request, in one line that repeats nothing of a secret.
pub fn response(data: &[u8]) {
    let [high, low, length, rest @ ..] = data else { return };
    // Half of them successes, where there is more to read.
    let status = if high % 2 == 0 { 200 } else { 200 + (u16::from(*high) << 2 | u16::from(low & 3)) % 400 };
    let (header, body) = rest.split_at(usize::from(*length).min(rest.len()));
    let mut answer = Response::new(Bytes::copy_from_slice(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Ok(header) = HeaderValue::from_bytes(header) {
        answer.headers_mut().insert("retry-after", header);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for case in Case::all() {
        let sandbox = nuki_api::testkit::Sandbox::new();
        sandbox.on_any().always().respond(answer.clone());
        let nuki = sandbox.client_builder().token("canary-token").retry(Retry::never()).build().unwrap();
        let result = runtime.block_on(case.call(&nuki));
        assert_eq!(sandbox.requests().len(), 1);
        match result {
            Ok(outcome) => assert!((200..300).contains(&outcome.status), "{:?}", case.operation),
            Err(error) => {
                let decode = error.kind() == ErrorKind::Decode;
                assert_eq!(decode, (200..300).contains(&status), "{:?}: {error}", case.operation);
                assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (status, 1));
                let doubtful = matches!(status, 200..=399 | 408 | 500..);
                let changes = case.operation.info().retry_class != RetryClass::Read;
                assert_eq!(error.may_have_been_applied(), doubtful && changes, "{:?} {status}", case.operation);
                assert_eq!(error.body(), &body[..body.len().min(64 << 10)]);
                let text = error.to_string();
                assert!(!text.chars().any(char::is_control), "{text:?}");
                assert!(text.len() < 4000 && !text.contains("canary-"), "{text:?}");
            }
        }
    }
}

/// Gives every parser this text: what it takes, it takes again from what it wrote; what it refuses, it does not repeat.
pub fn parser(text: &str) {
    fn parse<T: for<'a> TryFrom<&'a str, Error = nuki_api::InvalidValue> + PartialEq + Debug>(
        text: &str,
        write: impl Fn(&T) -> String,
    ) {
        match T::try_from(text) {
            Ok(value) => assert_eq!(T::try_from(&*write(&value)).as_ref(), Ok(&value), "{text:?}"),
            Err(error) => {
                let error = format!("{error} {error:?}");
                assert!(text.len() < 24 || !error.contains(text), "{error} repeats {text:?}");
            }
        }
    }
    parse::<AccountId>(text, AccountId::to_string);
    parse::<ApiKeyId>(text, ApiKeyId::to_string);
    parse::<TokenId>(text, TokenId::to_string);
    parse::<CountryCode>(text, CountryCode::to_string);
    parse::<EmailAddress>(text, EmailAddress::to_string);
    parse::<Language>(text, Language::to_string);
    parse::<OtpCode>(text, |code| code.expose().to_owned());
    parse::<Password>(text, |password| password.expose().to_owned());
    parse::<Token>(text, |token| token.expose().to_owned());
    if let Ok(secret) = text.parse::<OtpSecret>() {
        assert_eq!(secret.expose().parse::<OtpSecret>().unwrap(), secret);
    }
    // A base URL is a client's, or an error of one; a path of the way out never leaves the host.
    let _ = Client::builder().token("token").base_url(text).build().map(|client| format!("{client:?}"));
}

/// Reads every type from these bytes: what is read is written as something that is read as the same.
pub fn json(data: &[u8]) {
    fn read<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) {
        if let Ok(value) = serde_json::from_slice::<T>(data) {
            let written = serde_json::to_vec(&value).unwrap();
            assert_eq!(serde_json::from_slice::<T>(&written).unwrap(), value);
        }
    }
    read::<MyAccount>(data);
    read::<Account>(data);
    read::<Vec<AccountIntegration>>(data);
    read::<AccountSetting>(data);
    read::<OpaqueId>(data);
    read::<Secret>(data);
    read::<SubscriptionType>(data);
    read::<VendorKey>(data);
    read::<AccountRights>(data);
    read::<CreateRights>(data);
    read::<UpdateRights>(data);
    read::<EmailAddress>(data);
    read::<Language>(data);
    read::<Password>(data);
    read::<AccountId>(data);
}

/// Asks for a path of these bytes through the way out: it is refused, or stays below the base URL.
pub fn path(text: &str) {
    static SANDBOX: OnceLock<nuki_api::testkit::Sandbox> = OnceLock::new();
    let sandbox = SANDBOX.get_or_init(nuki_api::testkit::Sandbox::new).clone();
    let nuki = sandbox.client_builder().base_url("https://sandbox.invalid/base").token("token").build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    sandbox.clear_requests();
    let result = runtime.block_on(nuki.request(http::Method::GET, text).query("q", text).header("x-any", text).send_raw());
    for request in sandbox.requests() {
        assert!(request.path().starts_with("/base/"), "{text:?} became {}", request.path());
        assert!(request.had_token());
    }
    assert!(result.is_err(), "the sandbox has nothing below /base");
}

/// A moment as an HTTP date, so that the header is read as one now and then.
pub fn http_date(seconds: u32) -> String {
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(u64::from(seconds)))
}
