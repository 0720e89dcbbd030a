//! How a sandbox starts: accounts, tokens, integrations and settings that are there from the beginning.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::Sandbox;
use super::account::{Account, random_secret, without_nulls};
use super::clock::Clock;
use super::state::{SCOPE, State, Token};

/// An account that is there from the beginning.
///
/// ```
/// use nuki_api::testkit::{AccountFixture, Sandbox};
/// use serde_json::json;
///
/// let sandbox = Sandbox::builder()
///     .account(AccountFixture::new(2002, "ops@example.com").name("Ops").master(Sandbox::ACCOUNT_ID).rights(2 | 16))
///     .token("sub-token", 2002)
///     .build();
/// assert_eq!(sandbox.sub_accounts(Sandbox::ACCOUNT_ID)[0]["rights"], json!(18));
/// ```
#[derive(Clone)]
pub struct AccountFixture(Account);

impl AccountFixture {
    /// A master account with a verified e-mail address.
    pub fn new(id: i32, email: impl Into<String>) -> AccountFixture {
        let mut account = Account::new(id, email.into(), DateTime::UNIX_EPOCH);
        account.email_verified = true;
        AccountFixture(account)
    }

    /// Its name.
    pub fn name(mut self, name: impl Into<String>) -> AccountFixture {
        self.0.name = name.into();
        self
    }

    /// Its language code.
    pub fn language(mut self, language: impl Into<String>) -> AccountFixture {
        self.0.language = Some(language.into());
        self
    }

    /// Its password.
    pub fn password(mut self, password: impl Into<String>) -> AccountFixture {
        self.0.password = password.into();
        self
    }

    /// Makes it a sub-account of this master.
    pub fn master(mut self, master_id: i32) -> AccountFixture {
        self.0.master = Some(master_id);
        self
    }

    /// Its rights, as a bitmask in the layout in which the service shows them: 1 manage smart locks, 2 operate them, 4
    /// their configuration, 8 their authorizations, 16 their logs, 32 sub-accounts, 64 create smart locks.
    pub fn rights(mut self, rights: u32) -> AccountFixture {
        self.0.rights = rights;
        self
    }

    /// Its type: 0 user, 1 company, 2 caretaker.
    pub fn account_type(mut self, account_type: u8) -> AccountFixture {
        self.0.kind = account_type;
        self
    }

    /// Leaves its e-mail address unverified.
    pub fn unverified(mut self) -> AccountFixture {
        self.0.email_verified = false;
        self
    }

    /// Its postal address: `[("firstName", "Ada"), ("country", "AT")]`.
    pub fn profile<'a>(mut self, members: impl IntoIterator<Item = (&'a str, &'a str)>) -> AccountFixture {
        self.0.profile = members.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
        self
    }

    /// Its PINs: `[("alexaPin", "1234")]`.
    pub fn config<'a>(mut self, members: impl IntoIterator<Item = (&'a str, &'a str)>) -> AccountFixture {
        self.0.config = members.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
        self
    }

    /// A member that no operation changes and that has no method here, such as `shsSubscriptionType`, `descent` or one that is not known yet.
    pub fn member(mut self, name: impl Into<String>, value: Value) -> AccountFixture {
        self.0.more.insert(name.into(), value);
        self
    }
}

/// Without the password.
impl fmt::Debug for AccountFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccountFixture").field(&self.0).finish()
    }
}

/// Makes a [`Sandbox`]; [`Sandbox::builder`] starts it.
///
/// It begins with what [`Sandbox::new`] has; [`empty`](SandboxBuilder::empty) takes that away.
pub struct SandboxBuilder {
    seed: u64,
    clock: Clock,
    accounts: BTreeMap<i32, Account>,
    tokens: BTreeMap<String, Token>,
    otp_disable_delay: Duration,
    bare_otp_secret: bool,
}

impl SandboxBuilder {
    pub(super) fn new() -> SandboxBuilder {
        let id = Sandbox::ACCOUNT_ID;
        let builder = SandboxBuilder {
            seed: 0,
            clock: Clock::system(),
            accounts: BTreeMap::new(),
            tokens: BTreeMap::new(),
            otp_disable_delay: Duration::ZERO,
            bare_otp_secret: false,
        };
        builder
            .account(
                AccountFixture::new(id, "master@example.com").name("Sandbox Master").language("en").password("sandbox-password"),
            )
            .token(Sandbox::TOKEN, id)
            .integration(
                id,
                json!({
                    "version": "HYDRA", "vendorKey": "API_TOKEN", "name": "Sandbox token",
                    "description": "The token of the sandbox", "createdAt": "2025-05-12T14:45:40.629Z",
                    "lastActiveAt": "2025-05-13T08:00:00.000Z", "scopes": ["account"], "tokenId": "9001",
                    "clientId": "5001", "sortOrder": 1
                }),
            )
            .integration(
                id,
                json!({
                    "version": "LEGACY", "vendorKey": "ALEXA", "name": "Alexa", "clientId": "5002", "warning": true,
                    "createdAt": "2024-01-31T10:20:30.400Z", "scopes": ["account", "smartlock"]
                }),
            )
    }

    /// Takes every account away, with its tokens, integrations and settings.
    pub fn empty(mut self) -> SandboxBuilder {
        self.accounts.clear();
        self.tokens.clear();
        self
    }

    /// Takes every token away, and leaves the accounts.
    pub fn without_tokens(mut self) -> SandboxBuilder {
        self.tokens.clear();
        self
    }

    /// The seed of all ids and secrets: two sandboxes of one seed that are asked the same answer the same.
    pub fn seed(self, seed: u64) -> SandboxBuilder {
        SandboxBuilder { seed, ..self }
    }

    /// The clock; that of the system unless set.
    pub fn clock(self, clock: Clock) -> SandboxBuilder {
        SandboxBuilder { clock, ..self }
    }

    /// A clock that stands still at this time.
    pub fn now(self, now: DateTime<Utc>) -> SandboxBuilder {
        self.clock(Clock::still(now))
    }

    /// An account; it replaces the one with its id.
    pub fn account(mut self, account: AccountFixture) -> SandboxBuilder {
        self.accounts.insert(account.0.id, account.0);
        self
    }

    /// A token of an account, with the scope `account`.
    pub fn token(self, token: impl Into<String>, account_id: i32) -> SandboxBuilder {
        self.token_with_scopes(token, account_id, [SCOPE])
    }

    /// A token of an account with these scopes only.
    pub fn token_with_scopes<S: Into<String>>(
        mut self,
        token: impl Into<String>,
        account_id: i32,
        scopes: impl IntoIterator<Item = S>,
    ) -> SandboxBuilder {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.tokens.insert(token.into(), Token { account_id, scopes });
        self
    }

    /// An integration of an account that was added before, as the service lists it. Its `clientId` is the API key id
    /// that deletes it.
    ///
    /// # Panics
    ///
    /// When there is no such account.
    pub fn integration(mut self, account_id: i32, integration: Value) -> SandboxBuilder {
        self.account_of(account_id).integrations.push(without_nulls(integration));
        self
    }

    /// The settings of an account that was added before.
    ///
    /// # Panics
    ///
    /// When there is no such account.
    pub fn settings(mut self, account_id: i32, settings: Value) -> SandboxBuilder {
        self.account_of(account_id).settings = Some(without_nulls(settings));
        self
    }

    /// How long it takes until a disabled one-time password is off, on the sandbox's clock. No time unless set; the
    /// service takes some.
    pub fn otp_disable_delay(self, delay: Duration) -> SandboxBuilder {
        SandboxBuilder { otp_disable_delay: delay, ..self }
    }

    /// Answers a new one-time password secret without the quotes of a JSON string.
    pub fn bare_otp_secret(self) -> SandboxBuilder {
        SandboxBuilder { bare_otp_secret: true, ..self }
    }

    /// The sandbox.
    pub fn build(self) -> Sandbox {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        let mut accounts = self.accounts;
        let now = self.clock.now();
        for account in accounts.values_mut() {
            (account.created, account.updated) = (now, now);
            account.secret = vec![random_secret(&mut rng)];
        }
        Sandbox::start(State {
            clock: self.clock,
            rng,
            accounts,
            tokens: self.tokens,
            mails: Vec::new(),
            otp_disable_delay: TimeDelta::from_std(self.otp_disable_delay).unwrap_or(TimeDelta::MAX),
            bare_otp_secret: self.bare_otp_secret,
        })
    }

    #[track_caller]
    fn account_of(&mut self, id: i32) -> &mut Account {
        match self.accounts.get_mut(&id) {
            Some(account) => account,
            None => panic!("there is no account {id} yet"),
        }
    }
}

/// Without tokens.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder").field("seed", &self.seed).field("clock", &self.clock).finish_non_exhaustive()
    }
}
