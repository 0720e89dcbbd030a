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
    ///
    /// Retry class once: tried again only when it was never sent.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the e-mail address cannot be one; nothing was sent.
    /// - [`Rejected`](crate::ErrorKind::Rejected): 400, the e-mail address is not well-formed.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Conflict`](crate::ErrorKind::Conflict): another account uses the e-mail address.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"nuki.account().email().change("ada@example.com").await?;"#
    )]
    pub fn change(&self, email: impl TryInto<EmailAddress, Error: Into<InvalidValue>>) -> Call<ChangeEmail> {
        Call::new(self.client, |problems| ChangeEmail {
            body: AccountEmailChange::new(problems.parse::<EmailAddress, String>("email", email)),
        })
    }

    /// Sends the mail of the pending change again: `POST /account/email/verify`.
    ///
    /// Retry class once: tried again only when it was never sent.
    ///
    /// # Errors
    ///
    /// - [`Rejected`](crate::ErrorKind::Rejected): 400, no change of the e-mail address is pending.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Conflict`](crate::ErrorKind::Conflict): another account took the e-mail address meanwhile.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"nuki.account().email().change("ada@example.com").await?;
nuki.account().email().verify().await?;"#
    )]
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

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.email_change(&self.body).await
    }
}

/// Sends the verification mail again.
#[derive(Debug)]
pub struct VerifyEmail;

impl Action for VerifyEmail {
    const OPERATION: Operation = Operation::EmailVerify;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.email_verify().await
    }
}
