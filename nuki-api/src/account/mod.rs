//! `/account`: the account that the token belongs to.

mod email;
mod integrations;
mod otp;
mod password;
mod settings;
mod sub_accounts;

use nuki_api_gen::types::{AccountUpdate, MyAccount};
use nuki_api_gen::{Operation, ResponseValue};

pub use email::{ChangeEmail, EmailApi, VerifyEmail};
pub use integrations::{DeleteIntegration, IntegrationsApi, ListIntegrations};
pub use otp::{CreateOtp, DisableOtp, EnableOtp, Enrolment, OtpApi, OtpSecret};
pub use password::{PasswordApi, ResetPassword};
pub use settings::{DeleteSettings, GetSettings, PutSettings, SettingsApi, UpdateSettings};
pub use sub_accounts::{CreateSubAccount, DeleteSubAccount, GetSubAccount, ListSubAccounts, SubAccountsApi, UpdateSubAccount};

use crate::call::{Action, Call, Generated, GeneratedError};
use crate::client::Client;
use crate::input::{EmailAddress, InvalidValue, Language, Password, Profile};

/// The calls below `/account`.
#[derive(Clone, Copy, Debug)]
pub struct AccountApi<'c> {
    client: &'c Client,
}

impl<'c> AccountApi<'c> {
    pub(crate) fn new(client: &'c Client) -> Self {
        Self { client }
    }

    /// Gets the account: `GET /account`.
    pub fn get(&self) -> Call<GetAccount> {
        Call::new(self.client, |_| GetAccount)
    }

    /// Changes the account: `POST /account`. The service demands the language with every change.
    ///
    /// Whether members that are not sent stay as they are is not documented; [`modify`](Self::modify) sends all of them.
    ///
    /// ```
    /// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
    /// use nuki_api::Language;
    ///
    /// nuki.account().update(Language::DE).name("Ada").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update(&self, language: impl TryInto<Language, Error: Into<InvalidValue>>) -> Call<UpdateAccount> {
        Call::new(self.client, |problems| UpdateAccount {
            delete_api_tokens: None,
            body: AccountUpdate::new(problems.parse::<Language, String>("language", language)),
        })
    }

    /// Reads the account, lets `change` edit it, and sends all of it: `GET /account`, then `POST /account`.
    ///
    /// ```
    /// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
    /// nuki.account().modify(|account| account.name = Some("Ada".into())).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn modify<F: FnOnce(&mut AccountUpdate) + Send + 'static>(&self, change: F) -> Call<ModifyAccount<F>> {
        Call::new(self.client, |_| ModifyAccount { change })
    }

    /// Deletes the account: `DELETE /account`. It cannot be undone, is refused while there are sub-accounts, and is
    /// never tried again.
    pub fn delete(&self) -> Call<DeleteAccount> {
        Call::new(self.client, |_| DeleteAccount)
    }

    /// The e-mail address.
    pub fn email(&self) -> EmailApi<'c> {
        EmailApi::new(self.client)
    }

    /// The integrations: applications, devices and API tokens with access to the account.
    pub fn integrations(&self) -> IntegrationsApi<'c> {
        IntegrationsApi::new(self.client)
    }

    /// One-time passwords, for two-factor authentication.
    pub fn otp(&self) -> OtpApi<'c> {
        OtpApi::new(self.client)
    }

    /// The password.
    pub fn password(&self) -> PasswordApi<'c> {
        PasswordApi::new(self.client)
    }

    /// The settings of Nuki Web.
    pub fn settings(&self) -> SettingsApi<'c> {
        SettingsApi::new(self.client)
    }

    /// The accounts below this one.
    pub fn sub_accounts(&self) -> SubAccountsApi<'c> {
        SubAccountsApi::new(self.client)
    }
}

/// Gets the account.
#[derive(Debug)]
pub struct GetAccount;

impl Action for GetAccount {
    const OPERATION: Operation = Operation::AccountGet;
    type Output = MyAccount;

    async fn perform(self, nuki: Generated<'_>) -> Result<ResponseValue<MyAccount>, GeneratedError> {
        nuki.account_get().await
    }
}

/// Changes the account.
#[derive(Debug)]
pub struct UpdateAccount {
    delete_api_tokens: Option<bool>,
    body: AccountUpdate,
}

impl Action for UpdateAccount {
    const OPERATION: Operation = Operation::AccountUpdate;
    type Output = ();

    #[allow(clippy::manual_async_fn, reason = "an `async fn` would keep its arguments twice, and layers around it copy them")]
    fn perform(self, nuki: Generated<'_>) -> impl Future<Output = Result<ResponseValue<()>, GeneratedError>> + Send {
        async move { nuki.account_update(self.delete_api_tokens, &self.body).await }
    }
}

impl Call<UpdateAccount> {
    /// Sets the name.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set(|action, _| action.body.name = Some(name.into()))
    }

    /// Sets the e-mail address.
    pub fn email(self, email: impl TryInto<EmailAddress, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.email = Some(problems.parse::<EmailAddress, _>("email", email)))
    }

    /// Sets the password, at least 7 characters. The service then destroys all API tokens of the account, the one of
    /// this client among them, unless [`keep_api_tokens`](Self::keep_api_tokens) is called as well.
    pub fn password(self, password: impl TryInto<Password, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.password = Some(problems.parse::<Password, _>("password", password)))
    }

    /// Keeps the API tokens although the password changes.
    pub fn keep_api_tokens(self) -> Self {
        self.set(|action, _| action.delete_api_tokens = Some(false))
    }

    /// Sets the PIN that Alexa asks for before it unlocks a door.
    pub fn alexa_pin(self, pin: impl Into<nuki_api_gen::Secret>) -> Self {
        self.set(|action, _| action.body.config.get_or_insert_default().alexa_pin = Some(pin.into()))
    }

    /// Sets the PIN that Google Home asks for before it unlocks a door.
    pub fn google_home_pin(self, pin: impl Into<nuki_api_gen::Secret>) -> Self {
        self.set(|action, _| action.body.config.get_or_insert_default().gactions_home_pin = Some(pin.into()))
    }

    /// Sets the postal address.
    pub fn profile(self, profile: impl Into<Profile>) -> Self {
        self.set(|action, _| action.body.profile = Some(profile.into().into()))
    }

    /// Gets the account after the change, since the service itself answers nothing: `GET /account`.
    pub fn then_get(self) -> Call<UpdateThenGetAccount> {
        self.map(UpdateThenGetAccount)
    }
}

/// Changes the account, and gets it.
#[derive(Debug)]
pub struct UpdateThenGetAccount(UpdateAccount);

impl Action for UpdateThenGetAccount {
    const OPERATION: Operation = Operation::AccountUpdate;
    type Output = MyAccount;

    async fn perform(self, nuki: Generated<'_>) -> Result<ResponseValue<MyAccount>, GeneratedError> {
        nuki.account_update(self.0.delete_api_tokens, &self.0.body).await?;
        nuki.account_get().await
    }
}

/// Reads the account, edits it, and sends all of it.
pub struct ModifyAccount<F> {
    change: F,
}

impl<F: FnOnce(&mut AccountUpdate) + Send + 'static> Action for ModifyAccount<F> {
    const OPERATION: Operation = Operation::AccountUpdate;
    type Output = ();

    async fn perform(self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        let account = nuki.account_get().await?.into_inner();
        let mut update = AccountUpdate::new(account.language.unwrap_or_else(|| Language::EN.into()));
        update.email = Some(account.email);
        update.name = account.name;
        update.profile = account.profile;
        update.config = account.config.map(|mut config| {
            // When one-time passwords were enabled is the service's to say.
            config.otp_enabled_date = None;
            config
        });
        (self.change)(&mut update);
        nuki.account_update(None, &update).await
    }
}

/// Deletes the account.
#[derive(Debug)]
pub struct DeleteAccount;

impl Action for DeleteAccount {
    const OPERATION: Operation = Operation::AccountDelete;
    type Output = ();

    async fn perform(self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.account_delete().await
    }
}
