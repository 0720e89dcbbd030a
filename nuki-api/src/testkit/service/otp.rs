//! `/account/otp`: PUT makes a secret, POST proves it with a code, DELETE switches it off.

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::super::clock::later;
use super::super::error_body::{no_content, ok, written};
use super::super::state::State;
use super::Answer;
use super::body::missing;
use super::call::Call;

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let mut rng = state.rng.fork();
    let secret = state.account_mut(caller)?.otp.create(&mut rng)?;
    if state.bare_otp_secret {
        return Ok(written(StatusCode::OK, "application/json", Bytes::from(secret)));
    }
    Ok(ok(&Value::String(secret)))
}

pub(super) fn enable(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let body = call.body()?;
    let code = body.text("otp")?.map(str::trim).filter(|code| !code.is_empty()).ok_or_else(|| missing("otp"))?;
    let now = state.now();
    let account = state.account_mut(caller)?;
    account.otp.enable(code, now)?;
    account.updated = now;
    Ok(no_content())
}

pub(super) fn disable(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let now = state.now();
    let at = later(now, state.otp_disable_delay);
    state.account_mut(caller)?.otp.disable(at, now);
    Ok(no_content())
}
