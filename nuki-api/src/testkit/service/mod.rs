//! The service as a plain function from a request to a response over its state. No operation knows of sockets, faults
//! or recording.

mod account;
mod body;
mod call;
mod changes;
mod email;
mod integrations;
mod otp;
mod password;
mod route;
mod settings;
mod sub_accounts;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::error_body::{Refusal, empty, framework, html};
use super::state::State;
use call::Call;
use nuki_api_gen::Operation;
use route::{Route, route};
pub(super) use route::{is_served, operation_of};
pub(super) use settings::check as check_settings;

/// What nginx lets through unless told otherwise.
pub(super) const MAX_BODY: usize = 1024 * 1024;

/// What an operation answers.
type Answer = Result<Response<Bytes>, Refusal>;

pub(super) fn answer(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    if request.body().len() > MAX_BODY {
        return html(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let response = match route(request.method(), request.uri().path()) {
        Route::Operation(operation, id) if is_served(operation) => {
            run(operation, state, &Call::new(operation, id, request)).unwrap_or_else(Refusal::into_response)
        }
        Route::OtherMethod(allowed) => other_method(request.method(), &allowed),
        Route::Operation(..) | Route::Unknown => {
            let description = "The server has not found anything matching the request URI";
            framework(StatusCode::NOT_FOUND, description)
        }
    };
    if request.method() == Method::HEAD { without_body(response) } else { response }
}

fn run(operation: Operation, state: &mut State, call: &Call<'_>) -> Answer {
    match operation {
        Operation::AccountGet => account::get(state, call),
        Operation::AccountUpdate => account::update(state, call),
        Operation::AccountDelete => account::delete(state, call),
        Operation::EmailChange => email::change(state, call),
        Operation::EmailVerify => email::verify(state, call),
        Operation::IntegrationList => integrations::list(state, call),
        Operation::IntegrationDelete => integrations::delete(state, call),
        Operation::OtpCreate => otp::create(state, call),
        Operation::OtpEnable => otp::enable(state, call),
        Operation::OtpDisable => otp::disable(state, call),
        Operation::PasswordReset => password::reset(state, call),
        Operation::SettingGet => settings::get(state, call),
        Operation::SettingPut => settings::put(state, call),
        Operation::SettingDelete => settings::delete(state, call),
        Operation::SubAccountList => sub_accounts::list(state, call),
        Operation::SubAccountCreate => sub_accounts::create(state, call),
        Operation::SubAccountGet => sub_accounts::get(state, call),
        Operation::SubAccountUpdate => sub_accounts::update(state, call),
        Operation::SubAccountDelete => sub_accounts::delete(state, call),
        // `is_served` lets no other through.
        other => unreachable!("the sandbox has no {}", other.info().id),
    }
}

/// A path of ours, but not with this method.
fn other_method(method: &Method, allowed: &str) -> Response<Bytes> {
    let mut response = match *method {
        Method::OPTIONS => empty(StatusCode::NO_CONTENT),
        _ => {
            let description = "The method specified in the request is not allowed for the resource";
            framework(StatusCode::METHOD_NOT_ALLOWED, description)
        }
    };
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

/// HEAD tells the length of what GET would have sent.
fn without_body(mut response: Response<Bytes>) -> Response<Bytes> {
    let length = std::mem::take(response.body_mut()).len();
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response
}
