//! `/smartlock/auth`: who may open what, and when. A change is accepted first and carried out later: until then a new
//! authorization is not listed, and one that is being changed shows an `operationId` and answers 423 to other changes.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::account::{random_secret, without_nulls};
use super::super::clock::date;
use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::{Mail, MailKind, State};
use super::super::store::{Change, Record, Resource, merge};
use super::Answer;
use super::call::Call;
use super::demands::{parse_date, wrong};
use super::{id_text, plain};
use nuki_api_gen::Operation;

const AUTH: Resource = Resource::SmartlockAuth;
const APP: i64 = 0;
const KEYPAD_CODE: i64 = 13;
/// Bytes; characters are counted by the document.
const MAX_NAME: usize = 32;
const MAX_CODES: usize = 200;
/// Of the first two generations.
const MAX_CODES_OLD: usize = 100;
/// An update that does not name them takes them away.
const WINDOW: [&str; 5] = ["allowedFromDate", "allowedUntilDate", "allowedWeekDays", "allowedFromTime", "allowedUntilTime"];
const PAGE: usize = 100;

pub(super) fn list(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, AUTH)?;
    Ok(ok(&state.store.of(AUTH, home, &parent).filter(|auth| fits(call, auth)).map(|auth| auth.json.clone()).collect()))
}

pub(super) fn list_all(state: &State, call: &Call<'_>, home: i32) -> Answer {
    Ok(ok(&all(state, call, home).into()))
}

pub(super) fn list_paged(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let auths = all(state, call, home);
    let size = call.query_as("size").filter(|size| *size > 0).unwrap_or(PAGE);
    let (page, pages) = (call.query_as("page").unwrap_or(0_usize), auths.len().div_ceil(size));
    let pagination = json!({
        "currentPage": page.min(i32::MAX as usize), "pageSize": size.min(i32::MAX as usize), "totalItems": auths.len(),
        "totalPages": pages, "nextPage": (page < pages.saturating_sub(1)).then(|| (page + 1).to_string()),
        "prevPage": (page > 0 && page <= pages).then(|| (page - 1).to_string()),
    });
    let results: Value = auths.into_iter().skip(page.saturating_mul(size)).take(size).collect();
    Ok(ok(&without_nulls(json!({ "results": results, "pagination": pagination }))))
}

fn all(state: &State, call: &Call<'_>, home: i32) -> Vec<Value> {
    let auths = state.store.all(AUTH).iter().filter(|auth| auth.owner == home && auth.is_there() && fits(call, auth));
    auths.map(|auth| auth.json.clone()).collect()
}

/// `types` is a list; a negative `accountUserId` means those of nobody.
fn fits(call: &Call<'_>, auth: &Record) -> bool {
    let types = call.query_list("types");
    let user = auth.json["accountUserId"].as_i64();
    types.is_none_or(|types| types.iter().any(|kind| auth.json["type"] == *kind))
        && call
            .query_as::<i64>("accountUserId")
            .is_none_or(|wanted| if wanted < 0 { user.is_none() } else { user == Some(wanted) })
}

/// On one device, or on several: on all of them or on none.
pub(super) fn create(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let ids = match call.path("smartlockId") {
        "" => None,
        _ => Some(vec![state.device(call, home)?.id]),
    };
    let mut body = call.checked_body()?;
    let named = body["smartlockIds"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    let mut ids: Vec<i64> = ids.unwrap_or(named);
    ids.sort_unstable();
    ids.dedup();
    if matches!(call.operation, Operation::SmartlockAuthCreateAdvanced | Operation::SmartlockAuthCreateWithSharedKey) {
        body["type"] = APP.into();
    } else if body["type"].is_null() {
        body["type"] = if body["code"].is_null() { APP } else { KEYPAD_CODE }.into();
    }
    for id in &ids {
        refuse(state, call, home, *id, &body)?;
    }
    if let Some(members) = body.as_object_mut() {
        members.remove("smartlockIds");
        members.remove("smartActionsEnabled");
    }
    let created = ids.iter().map(|id| add(state, home, *id, body.clone())).collect::<Vec<_>>();
    if body["type"] == APP
        && let Some(user) =
            id_text(&body["accountUserId"]).and_then(|id| state.store.find(Resource::AccountUser, home, "", &id).ok())
    {
        let to = user.json["email"].as_str().unwrap_or_default().to_owned();
        state.mails.push(Mail { to, kind: MailKind::Invitation });
    }
    match call.operation {
        Operation::SmartlockAuthCreateAdvanced => Ok(ok(&json!({ "requestId": state.new_operation() }))),
        Operation::SmartlockAuthCreateWithSharedKey => {
            let key = random_secret(&mut state.rng);
            let with_key = |mut auth: Value| {
                auth["sharedKey"] = key.as_str().into();
                auth
            };
            Ok(ok(&created.into_iter().map(with_key).collect()))
        }
        _ => Ok(no_content()),
    }
}

/// What a device does not take.
fn refuse(state: &State, call: &Call<'_>, home: i32, id: i64, body: &Value) -> Result<(), Refusal> {
    let one_each = call.operation == Operation::SmartlockAuthCreateAdvanced;
    let has_shared_key = call.operation == Operation::SmartlockAuthCreateWithSharedKey;
    let device = state.devices.get(&id).filter(|device| device.owner == home);
    let device = device.ok_or_else(|| wrong("smartlockIds", &id.into()))?;
    if device.unpaid {
        return Err(Refusal::new(402, "The account is not paid for"));
    }
    if device.refuses_auths {
        return Err(Refusal::new(422, "Unprocessable Entity"));
    }
    if !device.knows_pin {
        return Err(Refusal::bad_request("The admin PIN of the device is not valid"));
    }
    refuse_values(body)?;
    let parent = id.to_string();
    refuse_unknown_user(state, home, body)?;
    if body["type"] == KEYPAD_CODE {
        let most = if device.kind < 3 { MAX_CODES_OLD } else { MAX_CODES };
        if body["code"].is_null() {
            return Err(wrong("code", &Value::Null));
        }
        if !device.has_keypad() {
            return Err(wrong("type", &body["type"]));
        }
        if codes(state, &parent).count() >= most {
            return Err(Refusal::bad_request("The device has no space for another code"));
        }
        refuse_code_that_exists(state, &parent, &body["code"], "")?;
    } else if body["type"] == APP && !(has_shared_key && body["accountUserId"].is_null()) {
        if body["accountUserId"].is_null() {
            return Err(wrong("accountUserId", &Value::Null));
        }
        let mut auths = state.store.all(AUTH).iter().filter(|auth| auth.parent == parent);
        if one_each && auths.any(|auth| auth.latest()["accountUserId"] == body["accountUserId"]) {
            return Err(Refusal::conflict("The user has an authorization on this device already"));
        }
    }
    Ok(())
}

/// A user who is not there, or is on the way out.
fn refuse_unknown_user(state: &State, home: i32, body: &Value) -> Result<(), Refusal> {
    let Some(user) = id_text(&body["accountUserId"]) else { return Ok(()) };
    match state.store.find(Resource::AccountUser, home, "", &user) {
        Ok(user) if user.change.is_none() => Ok(()),
        _ => Err(wrong("accountUserId", &body["accountUserId"])),
    }
}

/// What no device takes.
fn refuse_values(body: &Value) -> Result<(), Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    if name.trim().is_empty() || name.len() > MAX_NAME {
        return Err(wrong("name", &body["name"]));
    }
    if let Some(code) = body["code"].as_i64() {
        let digits = code.to_string();
        if digits.len() != 6 || digits.contains('0') || digits.starts_with("12") || code < 0 {
            return Err(wrong("code", &body["code"]));
        }
    }
    let at = |name: &str| body[name].as_str().and_then(parse_date);
    if let (Some(from), Some(until)) = (at("allowedFromDate"), at("allowedUntilDate"))
        && until < from
    {
        return Err(wrong("allowedUntilDate", &body["allowedUntilDate"]));
    }
    for name in ["allowedFromTime", "allowedUntilTime"] {
        if body[name].as_i64().is_some_and(|minutes| !(0..=1440).contains(&minutes)) {
            return Err(wrong(name, &body[name]));
        }
    }
    Ok(())
}

/// The authorizations with codes of a device.
fn codes<'s>(state: &'s State, parent: &'s str) -> impl Iterator<Item = &'s Record> {
    state.store.all(AUTH).iter().filter(move |auth| auth.parent == parent && auth.latest()["type"] == KEYPAD_CODE)
}

fn refuse_code_that_exists(state: &State, parent: &str, code: &Value, except: &str) -> Result<(), Refusal> {
    // Both the one that is on its way and the one that the device still has.
    let has_it = |auth: &Record| auth.latest()["code"] == *code || auth.json["code"] == *code;
    match codes(state, parent).any(|auth| auth.latest()["id"] != except && has_it(auth)) {
        true => Err(Refusal::conflict("This code exists already")),
        false => Ok(()),
    }
}

fn add(state: &mut State, home: i32, device: i64, mut auth: Value) -> Value {
    auth["authId"] = state.rng.i32(1..=i32::MAX).into();
    let at = state.done_at_device(device);
    let auth = state.add(AUTH, Record::new(home, device, auth));
    if let Some(record) = state.store.all_mut(AUTH).last_mut() {
        let to = std::mem::take(&mut record.json);
        record.change = Some(Change { at, to: Some(to) });
    }
    auth
}

pub(super) fn update(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, AUTH)?;
    state.store.find(AUTH, home, &parent, call.path("id"))?;
    let body = call.checked_body()?;
    change(state, home, &[(call.path("id").to_owned(), body)])
}

pub(super) fn update_many(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    let bodies = body.as_array().into_iter().flatten().cloned();
    let bodies = bodies.filter_map(|mut body| Some((id_text(&body.as_object_mut()?.remove("id")?)?, body)));
    change(state, home, &bodies.collect::<Vec<_>>())
}

/// All of them or none. What belongs to nobody here is out of the token's reach.
fn change(state: &mut State, home: i32, bodies: &[(String, Value)]) -> Answer {
    let mut codes = Vec::new();
    for (id, body) in bodies {
        refuse_values(body)?;
        refuse_unknown_user(state, home, body)?;
        let auth = own(state, home, id)?;
        if auth.change.is_some() {
            return Err(Refusal::busy());
        }
        if body["code"].is_number() {
            refuse_code_that_exists(state, &auth.parent, &body["code"], id)?;
            codes.push((&auth.parent, &body["code"], id));
        }
    }
    // Nor may two of them get the same.
    let clashes = |(device, code, id): &(&String, &Value, &String)| {
        codes.iter().any(|(other_device, other, other_id)| other_device == device && other == code && other_id != id)
    };
    if codes.iter().any(clashes) {
        return Err(Refusal::conflict("This code exists already"));
    }
    for (id, body) in bodies {
        let (at, operation) = (done_at(state, home, id)?, state.new_operation());
        let now = date(state.now());
        let Some(auth) = own_mut(state, home, id) else { continue };
        let mut to = auth.json.clone();
        if let Some(members) = to.as_object_mut() {
            WINDOW.iter().for_each(|name| drop(members.remove(*name)));
        }
        merge(&mut to, body.clone());
        to["updateDate"] = now.into();
        // The same one twice in a request: the first one counts.
        let _ = auth.begin(Change { at, to: Some(to) }, &operation);
    }
    Ok(no_content())
}

pub(super) fn delete(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, AUTH)?;
    state.store.find(AUTH, home, &parent, call.path("id"))?;
    remove(state, home, &[call.path("id").to_owned()])
}

/// Those that are gone already are no reason to leave the others.
pub(super) fn delete_many(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    let ids = body.as_array().into_iter().flatten().filter_map(id_text).collect::<Vec<_>>();
    let is_foreign = |id: &String| state.store.all(AUTH).iter().any(|auth| auth.owner != home && auth.json["id"] == id.as_str());
    match ids.iter().any(is_foreign) {
        true => Err(Refusal::new(403, "")),
        false => remove(state, home, &ids),
    }
}

fn remove(state: &mut State, home: i32, ids: &[String]) -> Answer {
    if ids.iter().any(|id| own(state, home, id).is_ok_and(|auth| auth.change.is_some())) {
        return Err(Refusal::busy());
    }
    for id in ids {
        let Ok(at) = done_at(state, home, id) else { continue };
        let operation = state.new_operation();
        if let Some(auth) = own_mut(state, home, id) {
            let _ = auth.begin(Change { at, to: None }, &operation);
        }
    }
    Ok(no_content())
}

fn own<'s>(state: &'s State, home: i32, id: &str) -> Result<&'s Record, Refusal> {
    let found = state.store.all(AUTH).iter().find(|auth| auth.owner == home && auth.json["id"] == id);
    found.ok_or_else(|| Refusal::new(403, ""))
}

fn own_mut<'s>(state: &'s mut State, home: i32, id: &str) -> Option<&'s mut Record> {
    state.store.all_mut(AUTH).iter_mut().find(|auth| auth.owner == home && auth.json["id"] == id)
}

fn done_at(state: &State, home: i32, id: &str) -> Result<DateTime<Utc>, Refusal> {
    let device = own(state, home, id)?.parent.parse().unwrap_or_default();
    Ok(state.done_at_device(device))
}
