//! The service as a plain function from a request to a response over its state. No operation knows of sockets, faults
//! or recording.

mod account;
mod addresses;
mod api_keys;
mod auths;
mod body;
mod call;
mod catalogs;
mod changes;
mod demands;
mod email;
mod integrations;
mod logs;
mod notifications;
mod otp;
mod password;
mod plain;
mod route;
mod settings;
mod smartlocks;
mod sub_accounts;
mod users;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::error_body::{Refusal, empty, framework, html};
use super::state::State;
pub(super) use body::id_text;
use call::Call;
use nuki_api_gen::Operation;
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
        Route::Operation(operation, parameters) => {
            run(state, &Call::new(operation, parameters, request)).unwrap_or_else(Refusal::into_response)
        }
        Route::OtherMethod(allowed) => other_method(request.method(), &allowed),
        Route::Unknown => {
            let description = "The server has not found anything matching the request URI";
            framework(StatusCode::NOT_FOUND, description)
        }
    };
    if request.method() == Method::HEAD { without_body(response) } else { response }
}

fn run(state: &mut State, call: &Call<'_>) -> Answer {
    match call.operation.info().group {
        "account" => of_account(state, call),
        _ => of_home(state, call).map_err(|refusal| call.documented(refusal)),
    }
}

/// The operations of the caller's own account.
fn of_account(state: &mut State, call: &Call<'_>) -> Answer {
    match call.operation {
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
        _ => Err(Refusal::not_implemented()),
    }
}

/// The operations of what belongs to a master account: its devices, guests and all else.
fn of_home(state: &mut State, call: &Call<'_>) -> Answer {
    let home = match call.operation.info().token_required {
        true => {
            let home = call.home(state)?;
            if home.needs_upgrade && call.documents(426) {
                return Err(Refusal::new(426, "The account needs an upgrade"));
            }
            home.id
        }
        // A wrong token is refused all the same.
        false => call.token(state).map(|_| 0)?,
    };
    if let Some((verb, kind)) = plain::verb(call.operation) {
        return plain::run(state, call, home, verb, kind);
    }
    match call.operation {
        Operation::AccountUserDelete => users::delete(state, call, home),
        Operation::AccountUserList => users::list(state, call, home),
        Operation::AccountUserUpdate => users::update(state, call, home),
        Operation::AddressCreate => addresses::create(state, call, home),
        Operation::AddressReservationAccessTimesUpdate => addresses::access_times(state, call, home),
        Operation::AddressReservationIssue => addresses::issue(state, call, home),
        Operation::AddressReservationRevoke => addresses::revoke(state, call, home),
        Operation::AddressTokenGet => addresses::token_info(state, call),
        Operation::AddressTokenRedeem => addresses::redeem(state, call, home),
        Operation::AddressTokenRedemptionGet => addresses::redemption(state, call, home),
        Operation::AddressUnitCreate => addresses::create_unit(state, call, home),
        Operation::AddressUnitDelete => addresses::delete_unit(state, call, home),
        Operation::AddressUnitDeleteMany => addresses::delete_many_units(state, call, home),
        Operation::AddressUpdate => addresses::update(state, call, home),
        Operation::ApiKeyAdvancedCreate => api_keys::apply(state, call, home),
        Operation::ApiKeyAdvancedReactivate => api_keys::reactivate(state, call, home),
        Operation::ApiKeyDelete => api_keys::delete(state, call, home),
        Operation::ApiKeyTokenCreate => api_keys::create_token(state, call, home),
        Operation::ApiKeyTokenUpdate => api_keys::update_token(state, call, home),
        Operation::ApiKeyTokenDelete => api_keys::delete_token(state, call, home),
        Operation::DecentralWebhookCreate => api_keys::create_webhook(state, call, home),
        Operation::DecentralWebhookDelete => api_keys::delete_webhook(state, call, home),
        Operation::DecentralWebhookList => api_keys::list_webhooks(state, home),
        Operation::NotificationCreate | Operation::NotificationUpdate => notifications::put(state, call, home),
        Operation::NotificationDelete => notifications::delete(state, call, home),
        Operation::NotificationList => notifications::list(state, call, home),
        Operation::OpenerIntercomList => catalogs::intercoms(state, call),
        Operation::ServiceLink => catalogs::link(state, call, home),
        Operation::ServiceList => catalogs::services(state, call, home),
        Operation::ServiceSync => catalogs::sync(state, call, home),
        Operation::ServiceUnlink => catalogs::unlink(state, call, home),
        Operation::SmartlockAction | Operation::SmartlockActionAdvanced => smartlocks::act(state, call, home),
        Operation::SmartlockAdminPinUpdate => smartlocks::admin_pin(state, call, home),
        Operation::SmartlockAdvancedConfigUpdate
        | Operation::SmartlockConfigUpdate
        | Operation::SmartlockOpenerConfigUpdate
        | Operation::SmartlockSmartDoorConfigUpdate
        | Operation::SmartlockWebConfigUpdate => smartlocks::configure(state, call, home),
        Operation::SmartlockAuthCreate
        | Operation::SmartlockAuthCreateAdvanced
        | Operation::SmartlockAuthCreateMany
        | Operation::SmartlockAuthCreateWithSharedKey => auths::create(state, call, home),
        Operation::SmartlockAuthDelete => auths::delete(state, call, home),
        Operation::SmartlockAuthDeleteMany => auths::delete_many(state, call, home),
        Operation::SmartlockAuthList => auths::list(state, call, home),
        Operation::SmartlockAuthListAll => auths::list_all(state, call, home),
        Operation::SmartlockAuthListPaged => auths::list_paged(state, call, home),
        Operation::SmartlockAuthUpdate => auths::update(state, call, home),
        Operation::SmartlockAuthUpdateMany => auths::update_many(state, call, home),
        Operation::SmartlockDelete => smartlocks::delete(state, call, home),
        Operation::SmartlockGet => smartlocks::get(state, call, home),
        Operation::SmartlockList => smartlocks::list(state, call, home),
        Operation::SmartlockLock
        | Operation::SmartlockLockAdvanced
        | Operation::SmartlockUnlock
        | Operation::SmartlockUnlockAdvanced => smartlocks::press(state, call, home),
        Operation::SmartlockLogList => logs::of_device(state, call, home),
        Operation::SmartlockLogListAll => logs::of_all(state, call, home),
        Operation::SmartlockSync => smartlocks::sync(state, call, home),
        Operation::SmartlockUpdate => smartlocks::update(state, call, home),
        Operation::SmartlockWebConfigsUpdate => smartlocks::configure_web(state, call, home),
        Operation::WebhookLogList => api_keys::webhook_logs(state, call, home),
        // A test goes over all operations.
        _ => Err(Refusal::not_implemented()),
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
