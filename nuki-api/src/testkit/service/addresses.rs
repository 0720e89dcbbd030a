//! `/address`: groups of devices, with the units, tokens and reservations of each.

use serde_json::{Value, json};

use super::super::account::random_secret;
use super::super::clock::date;
use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::{Mail, MailKind, State};
use super::super::store::{Change, Record, Resource, merge};
use super::Answer;
use super::call::Call;
use super::demands::{parse_date, wrong};
use super::plain;

const ADDRESS: Resource = Resource::Address;
const RESERVATION: Resource = Resource::AddressReservation;
const TOKEN: Resource = Resource::AddressToken;
const UNIT: Resource = Resource::AddressUnit;

pub(super) fn create(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    refuse_foreign_devices(state, home, &body)?;
    Ok(ok(&state.add(ADDRESS, Record::new(home, "", body))))
}

pub(super) fn update(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    refuse_foreign_devices(state, home, &body)?;
    plain::update(state, ADDRESS, home, "", call.path("addressId"), body)?;
    Ok(no_content())
}

/// An address groups devices of its own account.
fn refuse_foreign_devices(state: &State, home: i32, body: &Value) -> Result<(), Refusal> {
    let ids = body["smartlockIds"].as_array().into_iter().flatten();
    let is_own = |id: &Value| state.devices.get(&id.as_i64().unwrap_or(0)).is_some_and(|device| device.owner == home);
    match ids.into_iter().find(|id| !is_own(id)) {
        Some(id) => Err(wrong("smartlockIds", id)),
        None => Ok(()),
    }
}

/// A unit comes with the token that invites into it.
pub(super) fn create_unit(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, UNIT)?;
    let mut body = call.checked_body()?;
    let token = state.add(TOKEN, Record::new(home, &parent, json!({})));
    body["addressTokenId"] = token["id"].clone();
    Ok(ok(&state.add(UNIT, Record::new(home, parent, body))))
}

pub(super) fn delete_unit(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, UNIT)?;
    delete_units(state, home, &parent, &[call.path("id").to_owned()])
}

pub(super) fn delete_many_units(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, UNIT)?;
    let ids = call.checked_body()?;
    let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    delete_units(state, home, &parent, &ids)
}

/// All of them or none: a unit that is not there, or is being deleted already, leaves the others.
fn delete_units(state: &mut State, home: i32, parent: &str, ids: &[String]) -> Answer {
    for id in ids {
        if state.store.find(UNIT, home, parent, id)?.change.is_some() {
            return Err(Refusal::busy());
        }
    }
    let (at, request) = (state.done_at(), state.new_operation());
    for id in ids {
        let unit = state.store.find_mut(UNIT, home, parent, id)?;
        // Named twice in one request, it is being deleted all the same.
        let _ = unit.begin(Change { at, to: None }, &request);
        let token = unit.json["addressTokenId"].as_str().unwrap_or_default().to_owned();
        let _ = state.store.remove(TOKEN, home, parent, &token);
    }
    Ok(ok(&json!({ "requestId": request })))
}

/// What a token offers. Whoever knows the token may ask.
pub(super) fn token_info(state: &State, call: &Call<'_>) -> Answer {
    let token = any_token(state, call)?;
    let address = state.store.find(ADDRESS, token.owner, "", &token.parent)?;
    let ids = address.json["smartlockIds"].as_array().into_iter().flatten().filter_map(Value::as_i64);
    let names = ids.filter_map(|id| Some(state.devices.get(&id)?.json["name"].clone())).collect::<Vec<_>>();
    Ok(ok(&json!({"id": token.json["id"], "addressName": address.json["name"], "smartlockNames": names})))
}

fn any_token<'s>(state: &'s State, call: &Call<'_>) -> Result<&'s Record, Refusal> {
    let found = state.store.all(TOKEN).iter().find(|token| token.json["id"] == call.path("id"));
    found.ok_or_else(|| Refusal::not_found("Address token does not exist"))
}

/// A token is redeemed once, by whoever knows it.
pub(super) fn redeem(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let token = any_token(state, call)?;
    let (owner, parent) = (token.owner, token.parent.clone());
    if token.json.get("redeemDate").is_some() {
        return Err(Refusal::bad_request("The address token is redeemed already"));
    }
    let redeemed = json!({"redeemDate": date(state.now()), "redeemResult": "ok"});
    let keys = json!([random_secret(&mut state.rng)]);
    let is_invited = |unit: &Record| unit.owner == owner && unit.json["addressTokenId"] == call.path("id");
    for unit in state.store.all_mut(UNIT).iter_mut().filter(|unit| is_invited(unit)) {
        merge(&mut unit.json, redeemed.clone());
    }
    let token = &mut state.store.find_mut(TOKEN, owner, &parent, call.path("id"))?.json;
    merge(token, redeemed);
    (token["redeemAccountId"], token["inviteKeys"]) = (home.into(), keys);
    Ok(no_content())
}

pub(super) fn redemption(state: &State, call: &Call<'_>, home: i32) -> Answer {
    match any_token(state, call)? {
        token if token.json["redeemAccountId"] == home => Ok(ok(&token.json)),
        _ => Err(Refusal::not_found("Address token was not redeemed")),
    }
}

/// The guests get their access by mail, and it takes its time.
pub(super) fn issue(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let stay = reservation(state, call, home)?.json.clone();
    if stay["keypadIssued"] == true || stay["state"] == "canceled" {
        return Err(Refusal::bad_request("The reservation is canceled, or has its access already"));
    }
    change_access(state, call, home, "isCurrentlyIssuingAuth", json!({"keypadIssued": true, "guestsIssued": stay["guests"]}))?;
    let to = stay["email"].as_str().unwrap_or_default().to_owned();
    state.mails.push(Mail { to, kind: MailKind::Invitation });
    Ok(no_content())
}

pub(super) fn revoke(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    if reservation(state, call, home)?.json["keypadIssued"] != true {
        return Err(Refusal::bad_request("The reservation has no access that could be revoked"));
    }
    change_access(state, call, home, "isCurrentlyRevokingAuth", json!({"keypadIssued": false, "guestsIssued": 0}))?;
    Ok(no_content())
}

fn reservation<'s>(state: &'s State, call: &Call<'_>, home: i32) -> Result<&'s Record, Refusal> {
    let parent = plain::parent(state, call, home, RESERVATION)?;
    let stay = state.store.find(RESERVATION, home, &parent, call.path("id"))?;
    match stay.change {
        Some(_) => Err(Refusal::bad_request("The access of the reservation is being changed")),
        None => Ok(stay),
    }
}

fn change_access(state: &mut State, call: &Call<'_>, home: i32, flag: &str, then: Value) -> Result<(), Refusal> {
    let at = state.done_at();
    let stay = state.store.find_mut(RESERVATION, home, call.path("addressId"), call.path("id"))?;
    let mut to = stay.json.clone();
    merge(&mut to, then);
    stay.json[flag] = true.into();
    stay.change = Some(Change { at, to: Some(to) });
    Ok(())
}

/// Minutes of the day, which the sandbox counts in UTC.
pub(super) fn access_times(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let body = call.checked_body()?;
    let mut stay = reservation(state, call, home)?.json.clone();
    for (minute, of) in [("checkInTime", "startDate"), ("checkOutTime", "endDate")] {
        let Some(minutes) = body[minute].as_i64() else { continue };
        let at = stay[of].as_str().and_then(parse_date);
        let seconds = u32::try_from(minutes).ok().and_then(|minutes| minutes.checked_mul(60));
        let time = seconds.and_then(|seconds| chrono::NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0));
        let moved = at.zip(time).and_then(|(at, time)| at.with_time(time).single());
        stay[of] = date(moved.ok_or_else(|| wrong(minute, &body[minute]))?).into();
    }
    stay["hasCustomAccessTimes"] = true.into();
    let (parent, id) = (call.path("addressId"), call.path("id"));
    plain::update(state, RESERVATION, home, parent, id, stay)?;
    Ok(no_content())
}
