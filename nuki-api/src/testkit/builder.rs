//! How a sandbox starts: accounts, tokens, integrations and settings that are there from the beginning.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::account::{Account, random_secret, without_nulls};
use super::clock::Clock;
use super::service::check_settings;
use super::state::{SCOPE, State, Token};
use super::{AccountFixture, Sandbox};

/// Makes a [`Sandbox`]; [`Sandbox::builder`] starts it.
///
/// It begins with what [`Sandbox::new`] has; [`empty`](SandboxBuilder::empty) takes that away.
pub struct SandboxBuilder {
    seed: u64,
    clock: Clock,
    accounts: BTreeMap<i32, Account>,
    /// The accounts that were added, and not there from the start.
    added: BTreeSet<i32>,
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
            added: BTreeSet::new(),
            tokens: BTreeMap::new(),
            otp_disable_delay: Duration::ZERO,
            bare_otp_secret: false,
        };
        let mut builder = builder
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
            );
        builder.added.clear();
        builder
    }

    /// Takes every account away, with its tokens, integrations and settings.
    pub fn empty(mut self) -> SandboxBuilder {
        self.accounts.clear();
        self.added.clear();
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

    /// An account. With the id [`Sandbox::ACCOUNT_ID`], it takes the place of the account of [`Sandbox::new`].
    ///
    /// # Panics
    ///
    /// When an account with its id was added before.
    #[track_caller]
    pub fn account(mut self, account: AccountFixture) -> SandboxBuilder {
        let id = account.0.id;
        assert!(self.added.insert(id), "there are two accounts with the id {id}");
        self.accounts.insert(id, account.0);
        self
    }

    /// A token of an account, with the scope `account`.
    ///
    /// # Panics
    ///
    /// When no header can carry it: it is empty, or has a space or a character beyond ASCII.
    #[track_caller]
    pub fn token(self, token: impl Into<String>, account_id: i32) -> SandboxBuilder {
        self.token_with_scopes(token, account_id, [SCOPE])
    }

    /// A token of an account with these scopes only.
    ///
    /// # Panics
    ///
    /// As [`token`](Self::token).
    #[track_caller]
    pub fn token_with_scopes<S: Into<String>>(
        mut self,
        token: impl Into<String>,
        account_id: i32,
        scopes: impl IntoIterator<Item = S>,
    ) -> SandboxBuilder {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.tokens.insert(checked_token(token.into()), Token { account_id, scopes });
        self
    }

    /// An integration of an account that was added before, as the service lists it. Its `clientId` is the API key id
    /// that deletes it. `subAccount`, `warning` and `device` default to false.
    ///
    /// # Panics
    ///
    /// When there is no such account, or one of the strings that every integration has is not there: `version`,
    /// `vendorKey`, `name` and `clientId`.
    #[track_caller]
    pub fn integration(mut self, account_id: i32, integration: Value) -> SandboxBuilder {
        let mut integration = without_nulls(integration);
        for member in ["version", "vendorKey", "name", "clientId"] {
            assert!(integration[member].is_string(), "an integration of the account {account_id} has no {member}");
        }
        for flag in ["subAccount", "warning", "device"] {
            if integration[flag].is_null() {
                integration[flag] = Value::Bool(false);
            }
        }
        self.account_of(account_id).integrations.push(integration);
        self
    }

    /// The settings of an account that was added before.
    ///
    /// # Panics
    ///
    /// When there is no such account, or the service would refuse the settings.
    #[track_caller]
    pub fn settings(mut self, account_id: i32, settings: Value) -> SandboxBuilder {
        let settings = without_nulls(settings);
        if let Err(reason) = check_settings(&settings) {
            panic!("the settings of the account {account_id} cannot be: {reason}");
        }
        self.account_of(account_id).settings = Some(settings);
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
    ///
    /// # Panics
    ///
    /// When two accounts have one e-mail address, in whatever case, or the master of a sub-account is not there or is a
    /// sub-account itself.
    #[track_caller]
    pub fn build(self) -> Sandbox {
        self.refuse_what_cannot_be();
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
    fn refuse_what_cannot_be(&self) {
        for account in self.accounts.values() {
            let Account { id, email, master, .. } = account;
            if let Some(other) = self.accounts.values().find(|other| other.id != *id && other.has_email(email)) {
                panic!("the accounts {id} and {} have one e-mail address, {email}", other.id);
            }
            match master.map(|master| (master, self.accounts.get(&master))) {
                Some((master, None)) => panic!("the master of the account {id}, {master}, is not there"),
                Some((master, Some(Account { master: Some(_), .. }))) => {
                    panic!("the master of the account {id}, {master}, is a sub-account itself")
                }
                _ => {}
            }
        }
    }

    #[track_caller]
    fn account_of(&mut self, id: i32) -> &mut Account {
        match self.accounts.get_mut(&id) {
            Some(account) => account,
            None => panic!("there is no account {id} yet"),
        }
    }
}

/// A token that can be sent.
#[track_caller]
pub(super) fn checked_token(token: String) -> String {
    match token.parse::<crate::Token>() {
        Ok(parsed) => parsed.expose().to_owned(),
        Err(reason) => panic!("a token {reason}"),
    }
}

/// Without tokens.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder").field("seed", &self.seed).field("clock", &self.clock).finish_non_exhaustive()
    }
}
