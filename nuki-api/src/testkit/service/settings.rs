//! `/account/setting`: one object, put and deleted as a whole. Members that the sandbox does not know survive.

use serde_json::Value;

use super::super::account::without_nulls;
use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::Answer;
use super::call::Call;

pub(super) fn get(state: &State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    match &state.account(caller)?.settings {
        Some(settings) => Ok(ok(settings)),
        None => Err(Refusal::not_found("The account has no settings")),
    }
}

pub(super) fn put(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let settings = without_nulls(call.body()?.into_value());
    check(&settings)?;
    let response = ok(&settings);
    state.account_mut(caller)?.settings = Some(settings);
    Ok(response)
}

/// Answers 204 as well when there is nothing to delete: 404 is not documented here.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    state.account_mut(caller)?.settings = None;
    Ok(no_content())
}

/// The members that are known must have their type.
pub(in super::super) fn check(settings: &Value) -> Result<(), Refusal> {
    expect("settings", settings, Value::is_object)?;
    let Some(web) = settings.get("web") else {
        return Ok(());
    };
    expect("web", web, Value::is_object)?;
    for (name, is_right) in [
        ("deviceViewType", Value::is_string as fn(&Value) -> bool),
        ("deviceSortType", Value::is_string),
        ("annotations", Value::is_object),
        ("nukiClubDismissed", Value::is_boolean),
        ("removedStaledDevices", are_devices),
        ("markedStaledDevices", are_devices),
    ] {
        web.get(name).map_or(Ok(()), |value| expect(name, value, is_right))?;
    }
    Ok(())
}

fn are_devices(value: &Value) -> bool {
    let has = |device: &Value, name: &str, is_right: fn(&Value) -> bool| device.get(name).is_none_or(is_right);
    value.as_array().is_some_and(|devices| {
        devices.iter().all(|device| {
            device.is_object()
                && has(device, "smartlockId", Value::is_i64)
                && has(device, "name", Value::is_string)
                && has(device, "read", Value::is_boolean)
        })
    })
}

fn expect(name: &str, value: &Value, is_right: fn(&Value) -> bool) -> Result<(), Refusal> {
    if is_right(value) { Ok(()) } else { Err(Refusal::bad_request(format!("{name} has the wrong type"))) }
}
