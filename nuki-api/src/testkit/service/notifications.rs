//! `/notification`: who is told of what happens at the devices.

use serde_json::{Value, json};

use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::super::store::{Record, Resource, hex};
use super::Answer;
use super::call::Call;
use super::plain;

pub(super) fn list(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let reference = call.query("referenceId");
    let fits = |json: &Value| reference.as_ref().is_none_or(|wanted| json["referenceId"] == wanted.as_str());
    let all = state.store.of(Resource::Notification, home, "").map(|record| &record.json);
    Ok(ok(&all.filter(|json| fits(json)).cloned().collect()))
}

/// A notification about a device of somebody else is refused.
pub(super) fn put(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let mut body = call.checked_body()?;
    for setting in body["settings"].as_array().into_iter().flatten() {
        if let Some(id) = setting["smartlockId"].as_i64()
            && state.devices.get(&id).is_none_or(|device| device.owner != home)
        {
            return Err(Refusal::new(403, ""));
        }
    }
    // It signs what is posted to a URL.
    body["secret"] = json!((body["os"] == 2).then(|| hex(&mut state.rng, 40)));
    let id = call.path("notificationId");
    if id.is_empty() {
        return Ok(ok(&state.add(Resource::Notification, Record::new(home, "", body))));
    }
    Ok(ok(&plain::update(state, Resource::Notification, home, "", id, body)?))
}

/// What an app has registered for itself cannot be deleted.
pub(super) fn delete(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let id = call.path("notificationId");
    if state.store.find(Resource::Notification, home, "", id)?.json["os"] != 2 {
        return Err(Refusal::new(405, "This notification cannot be deleted"));
    }
    state.store.remove(Resource::Notification, home, "", id)?;
    Ok(no_content())
}
