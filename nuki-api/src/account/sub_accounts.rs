//! `/account/sub`: the accounts below this one.

use nuki_api_gen::types::{Account, AccountSubCreate, AccountSubUpdate, CreateRights, MyAccount, UpdateRights};
use nuki_api_gen::{Operation, ResponseValue, Secret};

use crate::call::{Action, Call, Generated, GeneratedError, failure};
use crate::client::Client;
use crate::input::{AccountId, EmailAddress, InvalidValue, Language, Password, Profile};

/// The calls below `/account/sub`.
#[derive(Clone, Copy, Debug)]
pub struct SubAccountsApi<'c> {
    client: &'c Client,
}

impl<'c> SubAccountsApi<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        Self { client }
    }

    /// Lists the sub-accounts: `GET /account/sub`. The vendor documents a single account as the answer; where one comes, it
    /// is a list of one.
    ///
    /// Retry class read: tried again after any passing failure.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"for sub in nuki.account().sub_accounts().list().email_matching(r"@example\.com$").await? {
    println!("{}: {:?}", sub.email, sub.rights);
}"#
    )]
    pub fn list(&self) -> Call<ListSubAccounts> {
        Call::new(self.client, |_| ListSubAccounts { email: None })
    }

    /// Creates a sub-account: `PUT /account/sub`. It may exist even if the call fails, so a lost one is not tried again.
    ///
    /// Retry class create: tried again only when it was never sent.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the e-mail address, password, rights, language or country cannot be one; nothing was sent.
    /// - [`Rejected`](crate::ErrorKind::Rejected): 400, a member is not acceptable.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Conflict`](crate::ErrorKind::Conflict): another account uses the e-mail address.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::{CreateRights, Language};

let rights = CreateRights::OPERATE_SMARTLOCKS | CreateRights::VIEW_SMARTLOCK_LOGS;
let subs = nuki.account().sub_accounts();
let sub = subs.create("ops@example.com", "correct horse", "Ops", rights, Language::DE).await?;
println!("created {}", sub.account_id);"#
    )]
    pub fn create(
        &self,
        email: impl TryInto<EmailAddress, Error: Into<InvalidValue>>,
        password: impl TryInto<Password, Error: Into<InvalidValue>>,
        name: impl Into<String>,
        rights: CreateRights,
        language: impl TryInto<Language, Error: Into<InvalidValue>>,
    ) -> Call<CreateSubAccount> {
        Call::new(self.client, |problems| {
            if !(0..=31).contains(&rights.bits()) {
                problems
                    .note("rights", InvalidValue::new("has bits beyond those of a new sub-account: it is a number from 0 to 31"));
            }
            let email = problems.parse::<EmailAddress, String>("email", email);
            let password = problems.parse::<Password, _>("password", password);
            let language = problems.parse::<Language, String>("language", language);
            CreateSubAccount { body: AccountSubCreate::new(email, password, name, rights, language) }
        })
    }

    /// Gets a sub-account: `GET /account/sub/{accountId}`.
    ///
    /// Retry class read: tried again after any passing failure.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the id is 0 or below; nothing was sent.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`NotFound`](crate::ErrorKind::NotFound): there is no such sub-account below this account.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::{CreateRights, Language};

let subs = nuki.account().sub_accounts();
let sub = subs.create("ops@example.com", "correct horse", "Ops", CreateRights::OPERATE_SMARTLOCKS, Language::DE).await?;
let sub = subs.get(sub.account_id).await?;
assert_eq!(sub.email, "ops@example.com");"#
    )]
    pub fn get(&self, id: impl TryInto<AccountId, Error: Into<InvalidValue>>) -> Call<GetSubAccount> {
        Call::new(self.client, |problems| GetSubAccount { id: problems.parse::<AccountId, _>("accountId", id) })
    }

    /// Changes a sub-account: `POST /account/sub/{accountId}`.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the id, e-mail address, password, rights, language or country cannot be one; nothing was sent.
    /// - [`Rejected`](crate::ErrorKind::Rejected): 400, a member is not acceptable.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`NotFound`](crate::ErrorKind::NotFound): there is no such sub-account below this account.
    /// - [`Conflict`](crate::ErrorKind::Conflict): another account uses the e-mail address.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::{CreateRights, Language};

let subs = nuki.account().sub_accounts();
let sub = subs.create("ops@example.com", "correct horse", "Ops", CreateRights::OPERATE_SMARTLOCKS, Language::DE).await?;
let sub = subs.update(sub.account_id).name("Operations").then_get().await?;
assert_eq!(sub.name.as_deref(), Some("Operations"));"#
    )]
    pub fn update(&self, id: impl TryInto<AccountId, Error: Into<InvalidValue>>) -> Call<UpdateSubAccount> {
        Call::new(self.client, |problems| UpdateSubAccount {
            id: problems.parse::<AccountId, _>("accountId", id),
            body: AccountSubUpdate::default(),
        })
    }

    /// Deletes a sub-account: `DELETE /account/sub/{accountId}`.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the id is 0 or below; nothing was sent.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`NotFound`](crate::ErrorKind::NotFound): there is no such sub-account below this account.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::{CreateRights, Language};

let subs = nuki.account().sub_accounts();
let sub = subs.create("ops@example.com", "correct horse", "Ops", CreateRights::OPERATE_SMARTLOCKS, Language::DE).await?;
subs.delete(sub.account_id).await?;
assert!(subs.list().await?.is_empty());"#
    )]
    pub fn delete(&self, id: impl TryInto<AccountId, Error: Into<InvalidValue>>) -> Call<DeleteSubAccount> {
        Call::new(self.client, |problems| DeleteSubAccount { id: problems.parse::<AccountId, _>("accountId", id) })
    }
}

/// Lists the sub-accounts.
#[derive(Debug)]
pub struct ListSubAccounts {
    email: Option<String>,
}

impl Action for ListSubAccounts {
    const OPERATION: Operation = Operation::SubAccountList;
    type Output = Vec<Account>;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<Vec<Account>>, GeneratedError> {
        nuki.sub_account_list(self.email.as_deref()).await
    }
}

impl Call<ListSubAccounts> {
    /// Only those whose e-mail address matches this regular expression, in the service's own dialect.
    pub fn email_matching(self, pattern: impl Into<String>) -> Self {
        self.set(|action, _| action.email = Some(pattern.into()))
    }
}

/// Creates a sub-account.
#[derive(Debug)]
pub struct CreateSubAccount {
    body: AccountSubCreate,
}

impl Action for CreateSubAccount {
    const OPERATION: Operation = Operation::SubAccountCreate;
    type Output = MyAccount;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<MyAccount>, GeneratedError> {
        nuki.sub_account_create(&self.body).await
    }
}

impl Call<CreateSubAccount> {
    /// Sets the postal address.
    pub fn profile(self, profile: impl TryInto<Profile, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.profile = Some(problems.parse::<Profile, _>("profile.country", profile)))
    }
}

/// Gets a sub-account.
#[derive(Debug)]
pub struct GetSubAccount {
    id: i32,
}

impl Action for GetSubAccount {
    const OPERATION: Operation = Operation::SubAccountGet;
    type Output = Account;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<Account>, GeneratedError> {
        nuki.sub_account_get(&self.id).await
    }
}

/// Changes a sub-account.
#[derive(Debug)]
pub struct UpdateSubAccount {
    id: i32,
    body: AccountSubUpdate,
}

impl Action for UpdateSubAccount {
    const OPERATION: Operation = Operation::SubAccountUpdate;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.sub_account_update(&self.id, &self.body).await
    }
}

impl Call<UpdateSubAccount> {
    /// Sets the name.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set(|action, _| action.body.name = Some(name.into()))
    }

    /// Sets the e-mail address.
    pub fn email(self, email: impl TryInto<EmailAddress, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.email = Some(problems.parse::<EmailAddress, _>("email", email)))
    }

    /// Sets the password, at least 7 characters.
    pub fn password(self, password: impl TryInto<Password, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.password = Some(problems.parse::<Password, _>("password", password)))
    }

    /// Sets the rights, in the layout of updates.
    pub fn rights(self, rights: UpdateRights) -> Self {
        self.set(|action, problems| {
            if !(0..=127).contains(&rights.bits()) {
                problems
                    .note("rights", InvalidValue::new("has bits beyond those of a sub-account: it is a number from 0 to 127"));
            }
            action.body.rights = Some(rights);
        })
    }

    /// Sets the language.
    pub fn language(self, language: impl TryInto<Language, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.language = Some(problems.parse::<Language, _>("language", language)))
    }

    /// Sets the postal address.
    pub fn profile(self, profile: impl TryInto<Profile, Error: Into<InvalidValue>>) -> Self {
        self.set(|action, problems| action.body.profile = Some(problems.parse::<Profile, _>("profile.country", profile)))
    }

    /// Sets the PIN that Alexa asks for before it unlocks a door.
    pub fn alexa_pin(self, pin: impl Into<Secret>) -> Self {
        self.set(|action, _| action.body.config.get_or_insert_default().alexa_pin = Some(pin.into()))
    }

    /// Sets the PIN that Google Home asks for before it unlocks a door.
    pub fn google_home_pin(self, pin: impl Into<Secret>) -> Self {
        self.set(|action, _| action.body.config.get_or_insert_default().gactions_home_pin = Some(pin.into()))
    }

    /// Gets the sub-account after the change, since the service itself answers nothing.
    pub fn then_get(self) -> Call<UpdateThenGetSubAccount> {
        self.map(UpdateThenGetSubAccount)
    }
}

/// Changes a sub-account, and gets it.
#[derive(Debug)]
pub struct UpdateThenGetSubAccount(UpdateSubAccount);

impl Action for UpdateThenGetSubAccount {
    const OPERATION: Operation = Operation::SubAccountUpdate;
    type Output = Account;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<Account>, GeneratedError> {
        nuki.sub_account_update(&self.0.id, &self.0.body).await?;
        let account = nuki.sub_account_get(&self.0.id).await;
        account.map_err(|error| GeneratedError::Failure(failure(Operation::SubAccountGet, error).after_the_change()))
    }
}

/// Deletes a sub-account.
#[derive(Debug)]
pub struct DeleteSubAccount {
    id: i32,
}

impl Action for DeleteSubAccount {
    const OPERATION: Operation = Operation::SubAccountDelete;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.sub_account_delete(&self.id).await
    }
}
