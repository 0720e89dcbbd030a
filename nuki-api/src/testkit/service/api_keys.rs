//! `/api`: API keys with their tokens, the Advanced API key, and webhooks.

use serde_json::Value;

use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::{SCOPES, State, Token};
use super::super::store::{Record, Resource, hex};
use super::Answer;
use super::call::Call;
use super::plain;

const ADVANCED: Resource = Resource::AdvancedApiKey;
const WEBHOOK: Resource = Resource::DecentralWebhook;
/// Pages of the log of webhooks; a limit that is out of range counts as none.
const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 100;

/// The new token opens the sandbox, with its own scopes; without any, with all that there are.
pub(super) fn create_token(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, Resource::ApiKeyToken)?;
    let mut body = call.checked_body()?;
    if body["scopes"].as_array().is_none_or(Vec::is_empty) {
        body["scopes"] = SCOPES.into();
    }
    let scopes = body["scopes"].as_array().into_iter().flatten().filter_map(|scope| Some(scope.as_str()?.to_owned()));
    let token = Token { account_id: home, scopes: scopes.collect() };
    let text = hex(&mut state.rng, 80);
    body["accessToken"] = text.as_str().into();
    state.tokens.insert(text, token);
    Ok(ok(&state.add(Resource::ApiKeyToken, Record::new(home, parent, body))))
}

/// Its scopes are those of the token from then on.
pub(super) fn update_token(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, Resource::ApiKeyToken)?;
    let body = call.checked_body()?;
    let json = plain::update(state, Resource::ApiKeyToken, home, &parent, call.path("id"), body)?;
    if let Some(token) = state.tokens.get_mut(json["accessToken"].as_str().unwrap_or_default()) {
        let scopes = json["scopes"].as_array().into_iter().flatten();
        token.scopes = scopes.filter_map(|scope| Some(scope.as_str()?.to_owned())).collect();
    }
    Ok(no_content())
}

pub(super) fn delete_token(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, Resource::ApiKeyToken)?;
    let token = state.store.remove(Resource::ApiKeyToken, home, &parent, call.path("id"))?;
    state.tokens.remove(token["accessToken"].as_str().unwrap_or_default());
    Ok(no_content())
}

/// Its tokens open nothing any more.
pub(super) fn delete(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let id = call.path("apiKeyId");
    let tokens = state.store.of(Resource::ApiKeyToken, home, id).map(|token| token.json["accessToken"].clone());
    let tokens = tokens.collect::<Vec<_>>();
    state.store.remove(Resource::ApiKey, home, "", id)?;
    tokens.iter().filter_map(Value::as_str).for_each(|token| drop(state.tokens.remove(token)));
    Ok(no_content())
}

/// Nobody at Nuki reads an application here: it stays `APPLIED`.
pub(super) fn apply(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, ADVANCED)?;
    let mut body = call.checked_body()?;
    if state.store.find(ADVANCED, home, &parent, "").is_ok() {
        return Err(Refusal::bad_request("The API key has an Advanced API key already"));
    }
    body["secret"] = hex(&mut state.rng, 40).into();
    body["webhookStatus"] = "ACTIVE".into();
    state.add(ADVANCED, Record::new(home, parent, body));
    Ok(no_content())
}

pub(super) fn reactivate(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, ADVANCED)?;
    let key = &mut state.store.find_mut(ADVANCED, home, &parent, "")?.json;
    if key["webhookStatus"] != "DEACTIVATED" {
        return Err(Refusal::bad_request("The webhook is not deactivated"));
    }
    key["webhookStatus"] = "ACTIVE".into();
    Ok(no_content())
}

/// Newest first; `id` asks for what is older than an entry.
pub(super) fn webhook_logs(state: &State, call: &Call<'_>, home: i32) -> Answer {
    let parent = plain::parent(state, call, home, Resource::WebhookLog)?;
    let limit = call.query_as("limit").filter(|limit| (1..=MAX_LIMIT).contains(limit)).unwrap_or(DEFAULT_LIMIT);
    let mut entries = state.store.of(Resource::WebhookLog, home, &parent).rev().map(|entry| &entry.json);
    if let Some(id) = call.query("id") {
        entries.by_ref().take_while(|entry| entry["id"] != id.as_str()).for_each(drop);
    }
    Ok(ok(&entries.take(limit).cloned().collect()))
}

/// Decentral webhooks are for those whose Advanced API key Nuki has approved.
fn approved(state: &State, home: i32) -> Result<(), Refusal> {
    let mut keys = state.store.all(ADVANCED).iter().filter(|key| key.owner == home);
    match keys.any(|key| key.json["status"] == "ACTIVE") {
        true => Ok(()),
        false => Err(Refusal::new(403, "")),
    }
}

pub(super) fn list_webhooks(state: &State, home: i32) -> Answer {
    approved(state, home)?;
    Ok(plain::list(state, WEBHOOK, home, ""))
}

/// Two with one URL are two.
pub(super) fn create_webhook(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    approved(state, home)?;
    let mut body = call.checked_body()?;
    if !body["webhookUrl"].as_str().is_some_and(|url| url.starts_with("https://")) {
        return Err(super::demands::wrong("webhookUrl", &body["webhookUrl"]));
    }
    body["secret"] = hex(&mut state.rng, 40).into();
    Ok(ok(&state.add(WEBHOOK, Record::new(home, "", body))))
}

pub(super) fn delete_webhook(state: &mut State, call: &Call<'_>, home: i32) -> Answer {
    approved(state, home)?;
    state.store.remove(WEBHOOK, home, "", call.path("id"))?;
    Ok(no_content())
}
