//! `/account`: what the generated calls of the account lack.

mod otp;
mod settings;

use nuki_api_gen::types::{AccountConfigUpdate, AccountUpdate, MyAccount};
use nuki_api_gen::{Operation, ResponseValue};

pub use otp::{CreateOtp, Enrolment, OtpSecret};
pub use settings::UpdateSettings;

use crate::account::AccountApi;
use crate::call::{Action, Call, Generated, GeneratedError, failure};
use crate::input::{Language, problems_of_edit};

impl AccountApi {
    /// Reads the account, lets `change` edit it, and sends all of it: `GET /account`, then `POST /account`. Where the
    /// account has no language, which the service demands, it becomes English unless `change` sets another. Members of the
    /// profile and the config that this version does not know are sent back as they came; `change` finds them in `extra`.
    ///
    /// What somebody else changes between the two calls is overwritten: the service has no way to notice. Where several
    /// programs change the same account, let one at a time do it.
    ///
    /// It is tried again unless its request may have arrived.
    ///
    /// # Errors
    ///
    /// - As for [`get`](Self::get) and [`update`](Self::update).
    ///
    #[doc = example!(
        r#"nuki.account().modify(|account| account.name = Some("Ada".into())).await?;
assert_eq!(nuki.account().get().await?.name.as_deref(), Some("Ada"));"#
    )]
    pub fn modify<F: FnOnce(&mut AccountUpdate) + Send + 'static>(&self, change: F) -> Call<ModifyAccount<F>> {
        Call::new(&self.client, |_| ModifyAccount { change: Some(change), delete_api_tokens: None })
    }
}

/// See [`modify`](AccountApi::modify).
pub struct ModifyAccount<F> {
    change: Option<F>,
    delete_api_tokens: Option<bool>,
}

impl<F: FnOnce(&mut AccountUpdate) + Send + 'static> Action for ModifyAccount<F> {
    const OPERATION: Operation = Operation::AccountUpdate;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        let account = nuki.account_get().await.map_err(|error| failure(Operation::AccountGet, error));
        let before = as_update(account.map_err(GeneratedError::Failure)?.into_inner());
        let mut update = before.clone();
        if let Some(change) = self.change.take() {
            change(&mut update);
        }
        problems_of_edit(&before, &update).refuse(Operation::AccountUpdate).map_err(GeneratedError::Failure)?;
        nuki.account_update(self.delete_api_tokens, &update).await
    }
}

/// All of an account that can be sent back. An unknown member of the account itself is not: most of them are the service's to
/// set. Those of the profile and the config are.
fn as_update(account: MyAccount) -> AccountUpdate {
    let mut update = AccountUpdate::new(account.language.unwrap_or_else(|| Language::EN.into()));
    update.email = Some(account.email);
    update.name = account.name;
    update.profile = account.profile;
    update.config = account.config.map(|config| {
        let mut pins = AccountConfigUpdate::default();
        (pins.alexa_pin, pins.gactions_home_pin, pins.extra) = (config.alexa_pin, config.gactions_home_pin, config.extra);
        pins
    });
    update
}

impl<F> Call<ModifyAccount<F>> {
    /// Keeps the API tokens although the password changes.
    pub fn keep_api_tokens(self) -> Self {
        self.set(|action, _| action.delete_api_tokens = Some(false))
    }
}
