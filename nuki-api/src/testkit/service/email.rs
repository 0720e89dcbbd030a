//! `/account/email`: a change of address waits until its owner confirms it.

use super::super::error_body::{Refusal, no_content};
use super::super::state::{Mail, MailKind, State};
use super::Answer;
use super::body::missing;
use super::call::Call;
use super::changes;

pub(super) fn change(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let email = changes::email(&call.body()?)?.ok_or_else(|| missing("email"))?;
    state.refuse_taken_email(&email, Some(caller))?;
    state.account_mut(caller)?.pending_email = Some(email.clone());
    state.mails.push(Mail { to: email, kind: MailKind::EmailVerification });
    Ok(no_content())
}

/// Sends the mail again. A pending change reserves nothing, so another account may have taken the address meanwhile.
pub(super) fn verify(state: &mut State, call: &Call<'_>) -> Answer {
    let caller = call.authorize(state)?;
    let pending = state.account(caller)?.pending_email.clone();
    let email = pending.ok_or_else(|| Refusal::bad_request("No change of the email address is pending"))?;
    state.refuse_taken_email(&email, Some(caller))?;
    state.mails.push(Mail { to: email, kind: MailKind::EmailVerification });
    Ok(no_content())
}
