//! `/account`: the account that the token belongs to.

mod email;
mod integrations;
mod otp;
mod password;
mod settings;
mod sub_accounts;

use nuki_api_gen::types::{AccountUpdate, MyAccount};
use nuki_api_gen::{Operation, ResponseValue, Secret};

pub use email::{ChangeEmail, EmailApi, VerifyEmail};
pub use integrations::{DeleteIntegration, IntegrationsApi, ListIntegrations};
pub use otp::{CreateOtp, DisableOtp, EnableOtp, Enrolment, OtpApi, OtpSecret};
pub use password::{PasswordApi, ResetPassword};
pub use settings::{DeleteSettings, GetSettings, PutSettings, SettingsApi, UpdateSettings};
pub use sub_accounts::{CreateSubAccount, DeleteSubAccount, GetSubAccount, ListSubAccounts, SubAccountsApi, UpdateSubAccount};

use crate::Error;
use crate::call::{Action, Call, Generated, GeneratedError, failure};
use crate::client::Client;
use crate::error::CallName;
use crate::input::{CountryCode, EmailAddress, InvalidValue, Language, Password, Problems, Profile};

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
    ///
    /// Retry class read: tried again after any passing failure.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"let me = nuki.account().get().await?;
println!("{} has the account {}", me.email, me.account_id);"#
    )]
    pub fn get(&self) -> Call<GetAccount> {
        Call::new(self.client, |_| GetAccount)
    }

    /// Changes the account: `POST /account`. The service demands the language with every change.
    ///
    /// Whether members that are not sent stay as they are is not documented; [`modify`](Self::modify) sends all of them.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the language, e-mail address, password or country cannot be one; nothing was sent.
    /// - [`Rejected`](crate::ErrorKind::Rejected): 400, the e-mail address, name or password is not acceptable.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Conflict`](crate::ErrorKind::Conflict): another account uses the e-mail address.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::Language;

let me = nuki.account().update(Language::DE).name("Ada").then_get().await?;
assert_eq!(me.name.as_deref(), Some("Ada"));"#
    )]
    pub fn update(&self, language: impl TryInto<Language, Error: Into<InvalidValue>>) -> Call<UpdateAccount> {
        Call::new(self.client, |problems| UpdateAccount {
            delete_api_tokens: None,
            body: AccountUpdate::new(problems.parse::<Language, String>("language", language)),
        })
    }

    /// Reads the account, lets `change` edit it, and sends all of it: `GET /account`, then `POST /account`. Where the
    /// account has no language, which the service demands, it becomes English unless `change` sets another. Members of the
    /// profile and the config that this version does not know are sent back as they came; `change` finds them in `extra`.
    ///
    /// What somebody else changes between the two calls is overwritten: the service has no way to notice. Where several
    /// programs change the same account, let one at a time do it.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
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
        Call::new(self.client, |_| ModifyAccount { change: Some(change), delete_api_tokens: None })
    }

    /// Deletes the account: `DELETE /account`. It cannot be undone, is refused while there are sub-accounts, and is
    /// never tried again.
    ///
    /// Retry class guarded: never tried again.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Conflict`](crate::ErrorKind::Conflict): the account still has sub-accounts; delete them first.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"nuki.account().delete().await?;
assert!(nuki.account().get().await.is_err());"#
    )]
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

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<MyAccount>, GeneratedError> {
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

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.account_update(self.delete_api_tokens, &self.body).await
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
    pub fn alexa_pin(self, pin: impl Into<Secret>) -> Self {
        self.set(|action, _| action.body.config.get_or_insert_default().alexa_pin = Some(pin.into()))
    }

    /// Sets the PIN that Google Home asks for before it unlocks a door.
    pub fn google_home_pin(self, pin: impl Into<Secret>) -> Self {
        self.set(|action, _| action.body.config.get_or_insert_default().gactions_home_pin = Some(pin.into()))
    }

    /// Sets the postal address.
    pub fn profile(self, profile: impl TryInto<Profile, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.profile = Some(problems.parse::<Profile, _>("profile.country", profile)))
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

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<MyAccount>, GeneratedError> {
        nuki.account_update(self.0.delete_api_tokens, &self.0.body).await?;
        let account = nuki.account_get().await;
        account.map_err(|error| GeneratedError::Failure(failure(Operation::AccountGet, error).after_the_change()))
    }
}

/// Reads the account, edits it, and sends all of it.
pub struct ModifyAccount<F> {
    change: Option<F>,
    delete_api_tokens: Option<bool>,
}

impl<F: FnOnce(&mut AccountUpdate) + Send + 'static> Action for ModifyAccount<F> {
    const OPERATION: Operation = Operation::AccountUpdate;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        let account = nuki.account_get().await;
        let account = account.map_err(|error| GeneratedError::Failure(failure(Operation::AccountGet, error)))?.into_inner();
        let country = account.profile.as_ref().and_then(|profile| profile.country.clone());
        let mut update = to_update(account);
        if let Some(change) = self.change.take() {
            change(&mut update);
        }
        check(&update, country.as_deref()).map_err(GeneratedError::Failure)?;
        nuki.account_update(self.delete_api_tokens, &update).await
    }
}

impl<F> Call<ModifyAccount<F>> {
    /// Keeps the API tokens although the password changes.
    pub fn keep_api_tokens(self) -> Self {
        self.set(|action, _| action.delete_api_tokens = Some(false))
    }
}

/// All of an account that can be sent back. An unknown member of the account itself is not: most of them are the service's to
/// set. Those of the profile and the config are.
fn to_update(account: MyAccount) -> AccountUpdate {
    let mut update = AccountUpdate::new(account.language.unwrap_or_else(|| Language::EN.into()));
    update.email = Some(account.email);
    update.name = account.name;
    update.profile = account.profile;
    update.config = account.config.map(|mut config| {
        // When one-time passwords were enabled is the service's to say.
        config.otp_enabled_date = None;
        config
    });
    update
}

/// What the caller has edited freely is held to the same rules as arguments are; a country that the service gave, it takes.
fn check(update: &AccountUpdate, country: Option<&str>) -> Result<(), Error> {
    let mut problems = Problems::default();
    let _: String = problems.parse::<Language, _>("language", &update.language);
    if let Some(email) = &update.email {
        let _: String = problems.parse::<EmailAddress, _>("email", email);
    }
    if let Some(password) = &update.password {
        let _: Secret = problems.parse::<Password, _>("password", password.expose());
    }
    if let Some(edited) = update.profile.as_ref().and_then(|profile| profile.country.as_deref())
        && Some(edited) != country
    {
        let _: String = problems.parse::<CountryCode, _>("profile.country", edited);
    }
    if problems.is_empty() {
        return Ok(());
    }
    let name = CallName::Operation(Operation::AccountUpdate.info());
    Err(Error::invalid(name, problems.into_vec()))
}

/// Deletes the account.
#[derive(Debug)]
pub struct DeleteAccount;

impl Action for DeleteAccount {
    const OPERATION: Operation = Operation::AccountDelete;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.account_delete().await
    }
}

/// Every operation has its call: a new one does not compile until it stands here, beside the type that calls it.
const _: () = {
    const fn is_called_by<A: Action>(operation: Operation) -> bool {
        A::OPERATION as usize == operation as usize
    }

    const fn has_its_call(operation: Operation) -> bool {
        match operation {
            Operation::AccountGet => is_called_by::<GetAccount>(operation),
            Operation::AccountUpdate => is_called_by::<UpdateAccount>(operation),
            Operation::AccountDelete => is_called_by::<DeleteAccount>(operation),
            Operation::EmailChange => is_called_by::<ChangeEmail>(operation),
            Operation::EmailVerify => is_called_by::<VerifyEmail>(operation),
            Operation::IntegrationList => is_called_by::<ListIntegrations>(operation),
            Operation::IntegrationDelete => is_called_by::<DeleteIntegration>(operation),
            Operation::OtpCreate => is_called_by::<CreateOtp>(operation),
            Operation::OtpEnable => is_called_by::<EnableOtp>(operation),
            Operation::OtpDisable => is_called_by::<DisableOtp>(operation),
            Operation::PasswordReset => is_called_by::<ResetPassword>(operation),
            Operation::SettingGet => is_called_by::<GetSettings>(operation),
            Operation::SettingPut => is_called_by::<PutSettings>(operation),
            Operation::SettingDelete => is_called_by::<DeleteSettings>(operation),
            Operation::SubAccountList => is_called_by::<ListSubAccounts>(operation),
            Operation::SubAccountCreate => is_called_by::<CreateSubAccount>(operation),
            Operation::SubAccountGet => is_called_by::<GetSubAccount>(operation),
            Operation::SubAccountUpdate => is_called_by::<UpdateSubAccount>(operation),
            Operation::SubAccountDelete => is_called_by::<DeleteSubAccount>(operation),
        }
    }

    let mut at = 0;
    while at < Operation::ALL.len() {
        assert!(has_its_call(Operation::ALL[at]), "an operation stands beside a type that calls another");
        at += 1;
    }
};
