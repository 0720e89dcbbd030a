//! `/account`: the caller's own account.

use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::Answer;
use super::body::missing;
use super::call::Call;
use super::changes::Changes;

pub(super) fn get(state: &State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    Ok(ok(&state.account(caller)?.to_my_json()))
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let destroy_tokens = flag(call.query("deleteApiTokens").as_deref())?;
    let changes = Changes::parse(&call.body()?)?;
    if changes.language.is_none() {
        return Err(missing("language"));
    }
    if let Some(email) = &changes.email {
        state.refuse_taken_email(email, Some(caller))?;
    }
    let destroy_tokens = destroy_tokens && changes.password.is_some();
    let now = state.now();
    changes.apply(state.account_mut(caller)?, now);
    if destroy_tokens {
        state.destroy_tokens(caller);
    }
    Ok(no_content())
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    if state.sub_accounts(caller).next().is_some() {
        return Err(Refusal::conflict("The account has sub accounts"));
    }
    state.remove_account(caller);
    Ok(no_content())
}

/// True unless it is set to false. Python clients write `True` and `False`.
fn flag(value: Option<&str>) -> Result<bool, Refusal> {
    match value.map(str::to_ascii_lowercase).as_deref() {
        None | Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(Refusal::bad_request("deleteApiTokens must be a boolean")),
    }
}
