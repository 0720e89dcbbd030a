//! `/account/password`: the password.

use nuki_api_gen::types::AccountPasswordReset;
use nuki_api_gen::{Operation, ResponseValue};

use crate::call::{Action, Call, Generated, GeneratedError};
use crate::client::Client;
use crate::input::{EmailAddress, InvalidValue};

/// The calls below `/account/password`. The password itself is changed with
/// [`account().update(..).password(..)`](super::AccountApi::update).
#[derive(Clone, Copy, Debug)]
pub struct PasswordApi<'c> {
    client: &'c Client,
}

impl<'c> PasswordApi<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        Self { client }
    }

    /// Sends a mail with which the owner of the address sets a new password: `POST /account/password/reset`. It works
    /// without a token. The mail may have gone out even if the call fails, so a lost one is not tried again.
    ///
    /// Retry class once: tried again only when it was never sent.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the e-mail address cannot be one; nothing was sent.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token that was sent is not authorised.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"nuki.account().password().reset("ada@example.com").keep_api_tokens().await?;"#
    )]
    pub fn reset(&self, email: impl TryInto<EmailAddress, Error: Into<InvalidValue>>) -> Call<ResetPassword> {
        Call::new(self.client, |problems| ResetPassword {
            body: AccountPasswordReset::new(problems.parse::<EmailAddress, String>("email", email)),
        })
    }
}

/// Sends the mail that resets the password.
#[derive(Debug)]
pub struct ResetPassword {
    body: AccountPasswordReset,
}

impl Action for ResetPassword {
    const OPERATION: Operation = Operation::PasswordReset;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.password_reset(&self.body).await
    }
}

impl Call<ResetPassword> {
    /// Keeps the API tokens of the account although its password changes.
    pub fn keep_api_tokens(self) -> Self {
        self.set(|action, _| action.body.delete_api_tokens = Some(false))
    }

    /// Destroys the API tokens of the account, and says so to the service, which is not known to do it by itself here.
    pub fn delete_api_tokens(self) -> Self {
        self.set(|action, _| action.body.delete_api_tokens = Some(true))
    }
}
