//! `/smartlock/log`: what happened at the devices, newest first.

use serde_json::Value;

use super::super::error_body::ok;
use super::super::state::State;
use super::super::store::{Record, Resource};
use super::Answer;
use super::call::Call;
use super::demands::parse_date;
use super::plain;

const LOG: Resource = Resource::SmartlockLog;
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 50;

pub(super) fn of_device(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, LOG)?;
    Ok(page(call, state.store.of(LOG, home, &parent)))
}

pub(super) fn of_all(state: &State, call: &Call<'_>, home: i32) -> Answer {
    Ok(page(call, state.store.all(LOG).iter().filter(|entry| entry.owner == home)))
}

/// A page; `id` asks for what is older than an entry. A limit that is too large is cut.
fn page<'s>(call: &Call<'_>, entries: impl DoubleEndedIterator<Item = &'s Record>) -> http::Response<bytes::Bytes> {
    let limit = call.query_as("limit").filter(|limit| *limit > 0).unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let time = |name| call.query(name).as_deref().and_then(parse_date);
    let (from, to) = (time("fromDate"), time("toDate"));
    let (action, user) = (call.query_as::<i64>("action"), call.query_as::<i64>("accountUserId"));
    let auth = call.query("authId");
    let fits = |json: &Value| {
        let date = json["date"].as_str().and_then(parse_date);
        from.is_none_or(|from| date >= Some(from))
            && to.is_none_or(|to| date <= Some(to))
            && action.is_none_or(|action| json["action"] == action)
            && user.is_none_or(|user| json["accountUserId"] == user)
            && auth.as_ref().is_none_or(|auth| json["authId"] == auth.as_str())
    };
    let mut entries = entries.rev().map(|entry| &entry.json);
    if let Some(id) = call.query("id") {
        entries.by_ref().take_while(|entry| entry["id"] != id.as_str()).for_each(drop);
    }
    ok(&entries.filter(|entry| fits(entry)).take(limit).cloned().collect())
}
