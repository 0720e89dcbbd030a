//! `/account/email`: the e-mail address.

use nuki_api_gen::types::AccountEmailChange;
use nuki_api_gen::{Operation, ResponseValue};

use crate::call::{Action, Call, Generated, GeneratedError};
use crate::client::Client;
use crate::input::{EmailAddress, InvalidValue};

/// The calls below `/account/email`.
#[derive(Clone, Copy, Debug)]
pub struct EmailApi<'c> {
    client: &'c Client,
}

impl<'c> EmailApi<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        Self { client }
    }

    /// Sends a mail to a new address, which becomes the account's when its owner confirms it:
    /// `POST /account/email/change`. The mail may have gone out even if the call fails, so a lost one is not tried again.
    pub fn change(&self, email: impl TryInto<EmailAddress, Error: Into<InvalidValue>>) -> Call<ChangeEmail> {
        Call::new(self.client, |problems| ChangeEmail {
            body: AccountEmailChange::new(problems.parse::<EmailAddress, String>("email", email)),
        })
    }

    /// Sends the mail of the pending change again: `POST /account/email/verify`.
    pub fn verify(&self) -> Call<VerifyEmail> {
        Call::new(self.client, |_| VerifyEmail)
    }
}

/// Starts a change of the e-mail address.
#[derive(Debug)]
pub struct ChangeEmail {
    body: AccountEmailChange,
}

impl Action for ChangeEmail {
    const OPERATION: Operation = Operation::EmailChange;
    type Output = ();

    async fn perform(self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.email_change(&self.body).await
    }
}

/// Sends the verification mail again.
#[derive(Debug)]
pub struct VerifyEmail;

impl Action for VerifyEmail {
    const OPERATION: Operation = Operation::EmailVerify;
    type Output = ();

    async fn perform(self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.email_verify().await
    }
}
