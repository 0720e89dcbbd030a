//! `/account/sub`: the accounts below a master account.

use regex::RegexBuilder;
use serde_json::Value;

use super::super::account::{Account, random_secret};
use super::super::error_body::{Refusal, no_content, ok};
use super::super::state::State;
use super::Answer;
use super::body::missing;
use super::call::Call;
use super::changes::Changes;

/// Bytes of a compiled pattern: a hostile one must not hold up the other clients.
const MAX_PATTERN: usize = 256 * 1024;

/// The bit "manage sub-accounts", in the layout of reading.
const MANAGES_SUB_ACCOUNTS: u32 = 32;

pub(super) fn list(state: &State, call: &Call<'_>) -> Answer {
    let master = master(state, call)?;
    let pattern = call.query("email").map(|pattern| RegexBuilder::new(&pattern).size_limit(MAX_PATTERN).build());
    let fits = |account: &&Account| match &pattern {
        None => true,
        Some(Ok(pattern)) => pattern.is_match(&account.email),
        Some(Err(_)) => false,
    };
    Ok(ok(&Value::Array(state.sub_accounts(master).filter(fits).map(Account::to_json).collect())))
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Answer {
    let master = master(state, call)?;
    let body = call.body()?;
    let changes = Changes::parse(&body)?;
    let rights = body.bits("rights", 31)?.ok_or_else(|| missing("rights"))?;
    let email = changes.email.clone().ok_or_else(|| missing("email"))?;
    for (name, value) in [("password", &changes.password), ("name", &changes.name), ("language", &changes.language)] {
        if value.is_none() {
            return Err(missing(name));
        }
    }
    state.refuse_taken_email(&email, None)?;
    let now = state.now();
    let mut account = Account::new(state.new_account_id(), email, now);
    account.master = Some(master);
    account.rights = rights_of_create(rights);
    account.secret = vec![random_secret(&mut state.rng)];
    changes.apply(&mut account, now);
    let response = ok(&account.to_my_json());
    state.accounts.insert(account.id, account);
    Ok(response)
}

pub(super) fn get(state: &State, call: &Call<'_>) -> Answer {
    let id = sub_account(state, call)?;
    Ok(ok(&state.account(id)?.to_json()))
}

/// Unlike its master's, a sub-account's language need not be sent: the vendor's document demands it, the service does not.
pub(super) fn update(state: &mut State, call: &Call<'_>) -> Answer {
    let id = sub_account(state, call)?;
    let body = call.body()?;
    let changes = Changes::parse(&body)?;
    let rights = body.bits("rights", 127)?;
    if let Some(email) = &changes.email {
        state.refuse_taken_email(email, Some(id))?;
    }
    if changes.password.is_some() {
        state.destroy_tokens(id);
    }
    let now = state.now();
    let account = state.account_mut(id)?;
    if let Some(rights) = rights {
        account.rights = rights_of_update(rights);
    }
    changes.apply(account, now);
    Ok(no_content())
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Answer {
    let id = sub_account(state, call)?;
    state.remove_account(id);
    Ok(no_content())
}

/// Whose sub-accounts the caller manages: a master its own, a sub-account with the right for it those of its master.
fn master(state: &State, call: &Call<'_>) -> Result<i32, Refusal> {
    let caller = state.account(call.authorize(state)?)?;
    match caller.master {
        None => Ok(caller.id),
        Some(master) if caller.rights & MANAGES_SUB_ACCOUNTS != 0 => Ok(master),
        Some(_) => Err(Refusal::unauthorized()),
    }
}

/// The sub-account that the path names. That of another master is as unknown as one that never was.
fn sub_account(state: &State, call: &Call<'_>) -> Result<i32, Refusal> {
    let master = master(state, call)?;
    let id = call.path_number("accountId");
    let found = state.sub_accounts(master).find(|account| Some(account.id) == id);
    found.map(|account| account.id).ok_or_else(|| Refusal::not_found("The sub account does not exist"))
}

/// 1 operate, 2 configure, 4 authorizations, 8 logs, 16 sub-accounts: one bit lower than in the layout of reading.
fn rights_of_create(bits: u32) -> u32 {
    bits << 1
}

/// As on create, and 32 sub-accounts (again), 64 create smart locks, which stand where they stand when read.
fn rights_of_update(bits: u32) -> u32 {
    ((bits & 31) << 1) | (bits & 96)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_in_another_layout_than_they_are_written() {
        assert_eq!([1, 2, 4, 8, 16, 31].map(rights_of_create), [2, 4, 8, 16, 32, 62]);
        assert_eq!([1, 2, 4, 8, 16, 32, 48, 64, 127].map(rights_of_update), [2, 4, 8, 16, 32, 32, 32, 64, 126]);
    }
}
