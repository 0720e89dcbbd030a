//! What is plain: lists, gets, creates, updates and deletes of the store. What an operation does beside that stands in the
//! module of its group.

use serde_json::Value;

use super::super::clock::date;
use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::super::store::{Parent, Record, Resource, merge};
use super::Answer;
use super::call::Call;
use super::demands::wrong;
use nuki_api_gen::Operation;

#[derive(Clone, Copy)]
pub(super) enum Verb {
    List,
    Get,
    Create,
    Update,
    Delete,
}

/// What an operation does to the store, where that is all.
pub(super) fn verb(operation: Operation) -> Option<(Verb, Resource)> {
    use Verb::{Create, Delete, Get, List, Update};
    Some(match operation {
        Operation::AccountUserCreate => (Create, Resource::AccountUser),
        Operation::AccountUserGet => (Get, Resource::AccountUser),
        Operation::AddressDelete => (Delete, Resource::Address),
        Operation::AddressList => (List, Resource::Address),
        Operation::AddressReservationList => (List, Resource::AddressReservation),
        Operation::AddressTokenList => (List, Resource::AddressToken),
        Operation::AddressUnitList => (List, Resource::AddressUnit),
        Operation::ApiKeyAdvancedDelete => (Delete, Resource::AdvancedApiKey),
        Operation::ApiKeyAdvancedGet => (Get, Resource::AdvancedApiKey),
        Operation::ApiKeyAdvancedUpdate => (Update, Resource::AdvancedApiKey),
        Operation::ApiKeyCreate => (Create, Resource::ApiKey),
        Operation::ApiKeyList => (List, Resource::ApiKey),
        Operation::ApiKeyTokenList => (List, Resource::ApiKeyToken),
        Operation::ApiKeyUpdate => (Update, Resource::ApiKey),
        Operation::CompanyList => (List, Resource::Company),
        Operation::NotificationGet => (Get, Resource::Notification),
        Operation::OpenerBrandGet => (Get, Resource::OpenerBrand),
        Operation::OpenerBrandList => (List, Resource::OpenerBrand),
        Operation::OpenerIntercomGet => (Get, Resource::OpenerIntercom),
        Operation::ServiceGet => (Get, Resource::Service),
        Operation::SmartlockAuthGet => (Get, Resource::SmartlockAuth),
        _ => return None,
    })
}

pub(super) fn run(state: &mut State, call: &Call<'_>, home: i32, verb: Verb, kind: Resource) -> Answer {
    let parent = parent(state, call, home, kind)?;
    let id = id(call, kind);
    match verb {
        Verb::List => Ok(list(state, kind, home, &parent)),
        Verb::Get => Ok(ok(&shown(kind, &state.store.find(kind, home, &parent, id)?.json))),
        Verb::Create => Ok(ok(&state.add(kind, Record::new(home, parent, call.checked_body()?)))),
        Verb::Update => {
            let body = call.checked_body()?;
            update(state, kind, home, &parent, id, body)?;
            Ok(no_content())
        }
        Verb::Delete => {
            state.store.remove(kind, home, &parent, id)?;
            Ok(no_content())
        }
    }
}

/// The id in the path of what an operation is about.
pub(super) fn id<'a>(call: &Call<'a>, kind: Resource) -> &'a str {
    kind.kind().id.map_or("", |(name, _)| call.path(name))
}

/// What the path says that all of it belongs to, where that is there; nothing where it is the account.
pub(super) fn parent(state: &State, call: &Call<'_>, home: i32, kind: Resource) -> Result<String, Refusal> {
    let Some((parent, parameter)) = kind.kind().parent else { return Ok(String::new()) };
    let id = call.path(parameter);
    if call.path_number::<i64>(parameter).is_none() && call.documents(400) {
        return Err(wrong(parameter, &id.into()));
    }
    match parent {
        Parent::Smartlock => state.device(call, home).map(|device| device.id.to_string()),
        Parent::Of(parent) => state.store.find(parent, home, "", id).map(|_| id.to_owned()),
    }
}

pub(super) fn list(state: &State, kind: Resource, home: i32, parent: &str) -> http::Response<bytes::Bytes> {
    ok(&state.store.of(kind, home, parent).map(|record| shown(kind, &record.json)).collect())
}

/// Sets what the body has, and gives what is there then.
pub(super) fn update(
    state: &mut State,
    kind: Resource,
    home: i32,
    parent: &str,
    id: &str,
    body: Value,
) -> Result<Value, Refusal> {
    let now = date(state.now());
    let record = state.store.find_mut(kind, home, parent, id)?;
    if record.change.is_some() {
        return Err(Refusal::busy());
    }
    merge(&mut record.json, body);
    if record.json.get("updateDate").is_some() {
        record.json["updateDate"] = now.into();
    }
    Ok(record.json.clone())
}

/// Without the secrets that only the answer to their creation has.
fn shown(kind: Resource, json: &Value) -> Value {
    let hidden = match kind {
        Resource::ApiKeyToken => "accessToken",
        Resource::DecentralWebhook => "secret",
        Resource::AddressToken => "inviteKeys",
        Resource::AdvancedApiKey if !["TESTING", "ACTIVE"].contains(&json["status"].as_str().unwrap_or_default()) => "secret",
        _ => return json.clone(),
    };
    let mut json = json.clone();
    json.as_object_mut().map(|members| members.remove(hidden));
    json
}
