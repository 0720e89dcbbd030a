//! `/smartlock`: the devices, what they are told to do, and their configuration.

use serde_json::{Value, json};

use super::super::account::without_nulls;
use super::super::clock::date;
use super::super::device::{BOX, Device, OPENER, SMART_DOOR};
use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::super::store::{Resource, merge};
use super::Answer;
use super::call::Call;
use super::demands::wrong;
use nuki_api_gen::Operation;

impl State {
    /// The device that the path names. An account has no access to the devices of another.
    pub(super) fn device(&self, call: &Call<'_>, home: i32) -> Result<&Device, Refusal> {
        let id: Option<i64> = call.path_number("smartlockId");
        match id.and_then(|id| self.devices.get(&id)) {
            None if id.is_none() && call.documents(400) => Err(wrong("smartlockId", &call.path("smartlockId").into())),
            Some(device) if device.owner == home => Ok(device),
            Some(_) if call.documents(403) => Err(Refusal::new(403, "")),
            _ => Err(Refusal::not_found("Smartlock does not exist")),
        }
    }

    fn device_mut(&mut self, call: &Call<'_>, home: i32) -> Result<&mut Device, Refusal> {
        let id = self.device(call, home)?.id;
        let now = date(self.now());
        let device = self.devices.get_mut(&id).ok_or_else(|| Refusal::not_found("Smartlock does not exist"))?;
        device.json["updateDate"] = now.into();
        Ok(device)
    }
}

pub(super) fn list(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let (auth, kind) = (call.query_as::<i64>("authId"), call.query_as::<u8>("type"));
    let fits = |device: &&Device| {
        device.owner == home
            && kind.is_none_or(|kind| device.kind == kind)
            && auth.is_none_or(|auth| device.json["authId"] == auth)
    };
    Ok(ok(&state.devices.values().filter(fits).map(|device| device.to_json(state.now())).collect()))
}

pub(super) fn get(state: &State, call: &Call<'_>, home: i32) -> Answer {
    Ok(ok(&state.device(call, home)?.to_json(state.now())))
}

pub(super) fn update(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    merge(&mut state.device_mut(call, home)?.json, body);
    Ok(no_content())
}

/// The device is gone from the account, with its authorizations and its log.
pub(super) fn delete(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let id = state.device(call, home)?.id;
    state.remove_device(id);
    Ok(no_content())
}

/// An action by its number.
pub(super) fn act(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    state.device(call, home)?;
    let action = call.checked_body()?["action"].as_u64().unwrap_or_default();
    command(state, call, home, u8::try_from(action).unwrap_or(u8::MAX))
}

/// `/action/lock` and `/action/unlock`: what a press of the button would do.
pub(super) fn press(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let lock = matches!(call.operation, Operation::SmartlockLock | Operation::SmartlockLockAdvanced);
    let action = state.device(call, home)?.simple_action(lock);
    command(state, call, home, action.ok_or_else(|| Refusal::new(405, "The device cannot do this"))?)
}

fn command(state: &mut State, call: &Call<'_>, home: i32, action: u8) -> Answer {
    let now = state.now();
    state.device_mut(call, home)?.command(action, now)?;
    state.settle();
    if call.operation.info().success == 204 {
        return Ok(no_content());
    }
    Ok(ok(&json!({ "requestId": state.new_operation() })))
}

/// Reads the device anew. There is nothing in the sandbox that it would not know.
pub(super) fn sync(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    state.device_mut(call, home)?;
    Ok(no_content())
}

/// The PIN that the service uses from now on. A wrong one shows in `adminPinState`.
pub(super) fn admin_pin(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let pin = call.checked_body()?["adminPin"].as_i64();
    let device = state.device_mut(call, home)?;
    device.knows_pin = device.pin.is_none() || device.pin == pin;
    Ok(no_content())
}

/// Sets the members of a configuration, on the devices that have it.
pub(super) fn configure(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let kind = state.device(call, home)?.kind;
    let (name, fits) = match call.operation {
        Operation::SmartlockAdvancedConfigUpdate => ("advancedConfig", ![BOX, OPENER, SMART_DOOR].contains(&kind)),
        Operation::SmartlockOpenerConfigUpdate => ("openerAdvancedConfig", kind == OPENER),
        Operation::SmartlockSmartDoorConfigUpdate => ("smartdoorAdvancedConfig", kind == SMART_DOOR),
        Operation::SmartlockWebConfigUpdate => ("webConfig", true),
        _ => ("config", true),
    };
    let body = call.checked_body()?;
    if !fits {
        return Err(Refusal::bad_request(format!("A device of type {kind} has no {name}")));
    }
    let device = state.device_mut(call, home)?;
    if name != "webConfig" && !device.knows_pin {
        return Err(Refusal::bad_request("The admin PIN of the device is not valid"));
    }
    merge(&mut device.json[name], body);
    Ok(no_content())
}

/// All of them or none.
pub(super) fn configure_web(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    let requests = body["webConfigRequests"].as_array().map(Vec::as_slice).unwrap_or_default();
    let id = |request: &Value| request["smartlockId"].as_i64().unwrap_or_default();
    if let Some(request) = requests.iter().find(|it| state.devices.get(&id(it)).is_none_or(|device| device.owner != home)) {
        return Err(wrong("smartlockId", &request["smartlockId"]));
    }
    for request in requests {
        // Unlike elsewhere, a null leaves a member as it is.
        let config = without_nulls(request["webConfig"].clone());
        if let Some(device) = state.devices.get_mut(&id(request)) {
            merge(&mut device.json["webConfig"], config);
        }
    }
    Ok(no_content())
}

impl State {
    pub(super) fn remove_device(&mut self, id: i64) {
        self.devices.remove(&id);
        for kind in [Resource::SmartlockAuth, Resource::SmartlockLog] {
            self.store.all_mut(kind).retain(|record| record.parent != id.to_string());
        }
        for address in self.store.all_mut(Resource::Address) {
            if let Some(ids) = address.json["smartlockIds"].as_array_mut() {
                ids.retain(|other| *other != id);
            }
        }
        for notification in self.store.all_mut(Resource::Notification) {
            if let Some(settings) = notification.json["settings"].as_array_mut() {
                settings.retain(|setting| setting["smartlockId"] != id);
            }
        }
    }
}
