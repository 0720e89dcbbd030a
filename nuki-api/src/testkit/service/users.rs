//! `/account/user`: the people to whom authorizations are given.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::super::store::{Change, Record, Resource};
use super::call::Call;
use super::{Answer, id_text, plain};

const AUTH: Resource = Resource::SmartlockAuth;
const USER: Resource = Resource::AccountUser;
/// The largest page; what the service's is, is not known.
const MAX_LIMIT: usize = 1000;

pub(super) fn list(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let email = call.query("email").map(|email| email.to_lowercase());
    let fits = |json: &Value| match (&email, json["email"].as_str()) {
        (Some(email), Some(own)) => own.to_lowercase() == *email,
        (wanted, _) => wanted.is_none(),
    };
    let (offset, limit) = (call.query_as("offset").unwrap_or(0), call.query_as("limit").unwrap_or(MAX_LIMIT).min(MAX_LIMIT));
    let users = state.store.of(USER, home, "").map(|user| &user.json).filter(|json| fits(json));
    Ok(ok(&users.skip(offset).take(limit).cloned().collect()))
}

pub(super) fn update(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let (id, body) = (call.path("accountUserId"), call.checked_body()?);
    state.store.find(USER, home, "", id)?;
    let email = |user: &Value| user["email"].as_str().map(str::to_lowercase);
    let is_other = |user: &Value| id_text(&user["accountUserId"]).as_deref() != Some(id) && email(user) == email(&body);
    if email(&body).is_some() && state.store.of(USER, home, "").any(|user| is_other(&user.json)) {
        return Err(Refusal::conflict("Another user has this email address"));
    }
    Ok(ok(&plain::update(state, USER, home, "", id, body)?))
}

/// Takes the user's authorizations away as well, which takes its time; meanwhile the user is still listed.
pub(super) fn delete(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let id = call.path("accountUserId");
    let operation = state.new_operation();
    let is_of_user = |auth: &Record| auth.owner == home && id_text(&auth.latest()["accountUserId"]).as_deref() == Some(id);
    let auths = state.store.all(AUTH).iter().filter(|auth| is_of_user(auth));
    if auths.clone().any(|auth| auth.change.as_ref().is_some_and(|change| change.to.is_none())) {
        state.store.find(USER, home, "", id)?;
        return Err(Refusal::busy());
    }
    let devices = auths.filter_map(|auth| auth.parent.parse().ok()).collect::<Vec<i64>>();
    let times = devices.iter().map(|device| (device.to_string(), state.done_at_device(*device)));
    let times = times.collect::<BTreeMap<_, _>>();
    // The user goes with the last of them.
    state.store.find_mut(USER, home, "", id)?.begin(Change { at: DateTime::<Utc>::MAX_UTC, to: None }, &operation)?;
    // What is still on its way to a device never comes there.
    state.store.all_mut(AUTH).retain(|auth| auth.is_there() || !is_of_user(auth));
    for auth in state.store.all_mut(AUTH).iter_mut().filter(|auth| is_of_user(auth)) {
        auth.json["operationId"] = operation.as_str().into();
        auth.change = times.get(&auth.parent).map(|at| Change { at: *at, to: None });
    }
    state.settle();
    Ok(no_content())
}
