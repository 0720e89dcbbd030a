//! `/account/integration`: applications, devices and API tokens with access to the account.

use nuki_api_gen::types::{AccountIntegration, AccountIntegrationDelete};
use nuki_api_gen::{Operation, ResponseValue};

use crate::call::{Action, Call, Generated, GeneratedError};
use crate::client::Client;
use crate::input::{ApiKeyId, InvalidValue, TokenId};

/// The calls below `/account/integration`.
#[derive(Clone, Copy, Debug)]
pub struct IntegrationsApi<'c> {
    client: &'c Client,
}

impl<'c> IntegrationsApi<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        Self { client }
    }

    /// Lists the integrations: `GET /account/integration`.
    ///
    /// Retry class read: tried again after any passing failure.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"for integration in nuki.account().integrations().list().await? {
    println!("{} was last active {:?}", integration.name.unwrap_or_default(), integration.last_active_at);
}"#
    )]
    pub fn list(&self) -> Call<ListIntegrations> {
        Call::new(self.client, |_| ListIntegrations)
    }

    /// Deletes an integration with all its tokens: `DELETE /account/integration`.
    ///
    /// The id is the `client_id` of a listed integration: it is the only one that the service documents for this, which
    /// nobody has proven yet. It is sent in the query and in the body, whichever of them the service reads.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): an id is empty; nothing was sent.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"for integration in nuki.account().integrations().list().await? {
    if let Some(id) = &integration.client_id {
        nuki.account().integrations().delete(id).await?;
    }
}
assert!(nuki.account().integrations().list().await?.is_empty());"#
    )]
    pub fn delete(&self, api_key_id: impl TryInto<ApiKeyId, Error: Into<InvalidValue>>) -> Call<DeleteIntegration> {
        Call::new(self.client, |problems| DeleteIntegration {
            body: AccountIntegrationDelete::new(problems.parse::<ApiKeyId, String>("apiKeyId", api_key_id).into()),
        })
    }
}

/// Lists the integrations.
#[derive(Debug)]
pub struct ListIntegrations;

impl Action for ListIntegrations {
    const OPERATION: Operation = Operation::IntegrationList;
    type Output = Vec<AccountIntegration>;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<Self::Output>, GeneratedError> {
        nuki.integration_list().await
    }
}

/// Deletes an integration, or one token of it.
#[derive(Debug)]
pub struct DeleteIntegration {
    body: AccountIntegrationDelete,
}

impl Action for DeleteIntegration {
    const OPERATION: Operation = Operation::IntegrationDelete;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.integration_delete(&self.body.api_key_id, self.body.token_id.as_ref(), &self.body).await
    }
}

impl Call<DeleteIntegration> {
    /// Deletes this token only, and leaves the API key with its other tokens.
    pub fn token(self, token_id: impl TryInto<TokenId, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.token_id = Some(problems.parse::<TokenId, String>("tokenId", token_id).into()))
    }
}
