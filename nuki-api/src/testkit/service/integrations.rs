//! `/account/integration`: what has access to the account.

use serde_json::Value;

use super::super::error_body::{no_content, ok};
use super::super::state::State;
use super::Answer;
use super::body::id_text;
use super::call::Call;

pub(super) fn list(state: &State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    Ok(ok(&Value::Array(state.account(caller)?.integrations.clone())))
}

/// Takes the ids from the query, as the vendor's document has them, or from a JSON body, as the Python wrapper sends
/// them. A listed integration names its API key in `clientId`. With neither id nothing is removed: what the service
/// does then is unknown, and a sandbox must not make it look safe to rely on.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let body = call.body().ok();
    let id = |name| call.query(name).or_else(|| body.as_ref()?.id(name));
    let (key, token) = (id("apiKeyId"), id("tokenId"));
    if key.is_some() || token.is_some() {
        let fits = |integration: &Value, member: &str, wanted: &Option<String>| match wanted {
            Some(wanted) => id_text(&integration[member]).as_ref() == Some(wanted),
            None => true,
        };
        let account = state.account_mut(caller)?;
        account.integrations.retain(|it| !(fits(it, "clientId", &key) && fits(it, "tokenId", &token)));
    }
    Ok(no_content())
}
