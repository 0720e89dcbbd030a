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
use nuki_api_gen::OperationVisitor;
pub(super) use route::operation_of;
use route::{Route, route};
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
        Route::Operation(operation, id) => {
            operation.visit(Run(state, &Call::new(operation, id, request))).unwrap_or_else(Refusal::into_response)
        }
        Route::OtherMethod(allowed) => other_method(request.method(), &allowed),
        Route::Unknown => {
            let description = "The server has not found anything matching the request URI";
            framework(StatusCode::NOT_FOUND, description)
        }
    };
    if request.method() == Method::HEAD { without_body(response) } else { response }
}

/// The operations as functions: one without its own does not compile.
struct Run<'a, 'b>(&'a mut State, &'a Call<'b>);

macro_rules! run {
    ($($operation:ident => $function:path,)*) => {
        impl OperationVisitor for Run<'_, '_> {
            type Row = Answer;

            $(fn $operation(self) -> Answer {
                $function(self.0, self.1)
            })*
        }
    };
}

run! {
    account_get => account::get,
    account_update => account::update,
    account_delete => account::delete,
    email_change => email::change,
    email_verify => email::verify,
    integration_list => integrations::list,
    integration_delete => integrations::delete,
    otp_create => otp::create,
    otp_enable => otp::enable,
    otp_disable => otp::disable,
    password_reset => password::reset,
    setting_get => settings::get,
    setting_put => settings::put,
    setting_delete => settings::delete,
    sub_account_list => sub_accounts::list,
    sub_account_create => sub_accounts::create,
    sub_account_get => sub_accounts::get,
    sub_account_update => sub_accounts::update,
    sub_account_delete => sub_accounts::delete,
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
