//! How a sandbox starts: accounts, tokens, integrations and settings that are there from the beginning.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::account::{Account, random_secret, without_nulls};
use super::clock::Clock;
use super::device::Device;
use super::house;
use super::service::check_settings;
use super::state::{SCOPES, State, Token};
use super::store::{Parent, Record, Resource, Store};
use super::{AccountFixture, Sandbox, SmartlockFixture};

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
    devices: BTreeMap<i64, Device>,
    /// In the order in which they were added.
    resources: Vec<(Resource, Record)>,
    change_time: Duration,
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
            devices: BTreeMap::new(),
            resources: Vec::new(),
            change_time: Duration::from_secs(3),
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
        house::furnish(builder)
    }

    /// Takes every account away, with all that it has.
    pub fn empty(mut self) -> SandboxBuilder {
        self.accounts.clear();
        self.added.clear();
        self.tokens.clear();
        self.unfurnished()
    }

    /// Takes every device away and all that lists show beside them, from users to the Opener's catalog, and leaves the
    /// accounts.
    pub fn unfurnished(mut self) -> SandboxBuilder {
        self.devices.clear();
        self.resources.clear();
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

    /// A token of an account, with all scopes.
    ///
    /// # Panics
    ///
    /// When no header can carry it: it is empty, or has a space or a character beyond ASCII.
    #[track_caller]
    pub fn token(self, token: impl Into<String>, account_id: i32) -> SandboxBuilder {
        self.token_with_scopes(token, account_id, SCOPES)
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

    /// A device of an account that was added before.
    ///
    /// # Panics
    ///
    /// When there is no such account or it is a sub-account, or a device with its id is there already.
    #[track_caller]
    pub fn smartlock(mut self, account_id: i32, smartlock: SmartlockFixture) -> SandboxBuilder {
        let mut device = smartlock.0;
        device.owner = self.master(account_id);
        let id = device.id;
        assert!(self.devices.insert(id, device).is_none(), "there are two devices with the id {id}");
        self
    }

    /// Something that lists show, as the service shows it. `of` is the id of what it belongs to: of the device for an
    /// authorization or a log entry; of the address for a unit, a token or a reservation; of the API key for its tokens, its
    /// Advanced API key and the log of its webhooks; of the account for all else, which the Opener's catalog and companies
    /// do not mind. Members that the service gives, such as ids and dates, may be left out.
    ///
    /// ```
    /// use nuki_api::testkit::{Resource, Sandbox};
    /// use serde_json::json;
    ///
    /// let sandbox = Sandbox::builder()
    ///     .resource(Resource::SmartlockAuth, Sandbox::SMARTLOCK_ID, json!({"type": 13, "name": "Cleaner", "code": 654321}))
    ///     .build();
    /// let auths = sandbox.resources(Resource::SmartlockAuth, Sandbox::SMARTLOCK_ID);
    /// assert_eq!(auths.last().map(|auth| auth["name"].clone()), Some("Cleaner".into()));
    /// ```
    ///
    /// # Panics
    ///
    /// When what it belongs to was not added before, or it is no JSON object.
    #[track_caller]
    pub fn resource(mut self, resource: Resource, of: impl Into<i64>, json: Value) -> SandboxBuilder {
        let of = of.into();
        assert!(json.is_object(), "{resource:?} has to be a JSON object");
        let of_parent = |kind: Resource, member: &str| {
            let mut all = self.resources.iter().filter(|(other, record)| *other == kind && record.json[member] == of);
            let found = all.next();
            found.map(|(_, record)| record.owner).unwrap_or_else(|| panic!("there is no {kind:?} {of} yet"))
        };
        let record = match (resource, resource.kind().parent) {
            (Resource::OpenerBrand | Resource::OpenerIntercom | Resource::Company, _) => Record::new(0, "", json),
            (_, Some((Parent::Smartlock, _))) => match self.devices.get(&of) {
                Some(device) => Record::new(device.owner, of, json),
                None => panic!("there is no device {of} yet"),
            },
            (_, Some((Parent::Of(kind), member))) => Record::new(of_parent(kind, member), of, json),
            (_, None) => Record::new(self.master(i32::try_from(of).unwrap_or_default()), "", json),
        };
        let id = resource.kind().id.map_or(Value::Null, |(name, _)| record.json[name].clone());
        let has_it = |(kind, other): &&(Resource, Record)| {
            *kind == resource && resource.kind().id.is_some_and(|(name, _)| other.json[name] == id)
        };
        let is_taken = !id.is_null() && resource != Resource::Service && self.resources.iter().any(|other| has_it(&other));
        assert!(!is_taken, "there are two of {resource:?} with the id {id}");
        self.resources.push((resource, record));
        self
    }

    /// How long it takes until an authorization, or another change that is carried out later, has reached a device that is
    /// online: on the sandbox's clock, and 3 seconds unless set.
    pub fn change_time(self, time: Duration) -> SandboxBuilder {
        SandboxBuilder { change_time: time, ..self }
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
    pub fn build(mut self) -> Sandbox {
        self.refuse_what_cannot_be();
        let mut rng = fastrand::Rng::with_seed(self.seed);
        let mut accounts = self.accounts;
        let now = self.clock.now();
        for account in accounts.values_mut() {
            (account.created, account.updated) = (now, now);
            account.secret = vec![random_secret(&mut rng)];
        }
        for device in self.devices.values_mut() {
            for name in ["creationDate", "updateDate"] {
                device.json[name] = super::clock::date(now).into();
            }
        }
        let mut state = State {
            clock: self.clock,
            rng,
            accounts,
            tokens: self.tokens,
            devices: self.devices,
            store: Store::default(),
            change_time: TimeDelta::from_std(self.change_time).unwrap_or(TimeDelta::MAX),
            mails: Vec::new(),
            otp_disable_delay: TimeDelta::from_std(self.otp_disable_delay).unwrap_or(TimeDelta::MAX),
            bare_otp_secret: self.bare_otp_secret,
        };
        // What is there from the beginning changes nothing in the ids that follow.
        let mut rng = fastrand::Rng::with_seed(!self.seed);
        for (kind, record) in self.resources {
            state.store.add(kind, record, &mut rng, now);
        }
        Sandbox::start(state)
    }

    /// A master account that was added before.
    #[track_caller]
    fn master(&mut self, id: i32) -> i32 {
        assert!(self.account_of(id).master.is_none(), "the account {id} is a sub-account, and what it manages is its master's");
        id
    }

    #[track_caller]
    fn refuse_what_cannot_be(&self) {
        let owners = self.devices.values().map(|device| device.owner).chain(self.resources.iter().map(|(_, it)| it.owner));
        for owner in owners.filter(|owner| *owner != 0) {
            let is_master = self.accounts.get(&owner).is_some_and(|account| account.master.is_none());
            assert!(is_master, "the account {owner} has devices or guests, and is no master account");
        }
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
