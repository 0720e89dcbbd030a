//! `/account/password/reset`: sends a mail; the password and the tokens stay until its reader chooses a new one.

use super::super::error_body::{Refusal, no_content};
use super::super::state::{Mail, MailKind, State};
use super::Answer;
use super::body::missing;
use super::call::Call;
use super::changes;

/// Needs no token, but refuses a wrong one. An address without an account is answered like any other: whoever asks must
/// not learn who has an account.
pub(super) fn reset(state: &mut State, call: &Call<'_>) -> Answer {
    call.token(state)?;
    let (email, destroy_tokens) = parse(call).map_err(|refusal| refusal.with_status(401))?;
    if let Some(account) = state.accounts.values_mut().find(|account| account.has_email(&email)) {
        account.password_reset = Some(destroy_tokens);
        state.mails.push(Mail { to: account.email.clone(), kind: MailKind::PasswordReset });
    }
    Ok(no_content())
}

/// The only refusal that is documented here is 401, so that is what a malformed body gets.
fn parse(call: &Call<'_>) -> Result<(String, bool), Refusal> {
    let body = call.body()?;
    let email = changes::email(&body)?.ok_or_else(|| missing("email"))?;
    Ok((email, body.boolean("deleteApiTokens")?.unwrap_or(true)))
}
