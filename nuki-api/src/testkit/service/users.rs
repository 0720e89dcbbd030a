//! `/account/user`: the people to whom authorizations are given.

use serde_json::Value;

use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::super::store::{Change, Resource};
use super::Answer;
use super::call::Call;
use super::plain;

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
    let is_other = |user: &Value| user["accountUserId"].to_string() != id && email(user) == email(&body);
    if email(&body).is_some() && state.store.of(USER, home, "").any(|user| is_other(&user.json)) {
        return Err(Refusal::conflict("Another user has this email address"));
    }
    Ok(ok(&plain::update(state, USER, home, "", id, body)?))
}

/// Takes the user's authorizations away as well, which takes its time; meanwhile the user is still listed.
pub(super) fn delete(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let id = call.path("accountUserId");
    let (at, operation) = (state.done_at(), state.new_operation());
    let user = state.store.find_mut(USER, home, "", id)?;
    user.begin(Change { at, to: None }, &operation)?;
    let mut is_given = false;
    for auth in state.store.all_mut(Resource::SmartlockAuth) {
        if auth.owner == home && auth.json["accountUserId"].to_string() == id {
            is_given = true;
            auth.json["operationId"] = operation.as_str().into();
            auth.change = Some(Change { at, to: None });
        }
    }
    if !is_given {
        state.store.remove(USER, home, "", id)?;
    }
    Ok(no_content())
}
