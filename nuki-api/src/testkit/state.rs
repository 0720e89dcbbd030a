//! What the service remembers: accounts, tokens and the mails it would have sent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::account::Account;
use super::clock::{Clock, date, later};
use super::device::{Device, Entry, WEB};
use super::error_body::Refusal;
use super::store::{Record, Resource, Store, hex};

/// All scopes that an operation asks for.
pub(super) const SCOPES: [&str; 8] = [
    "account",
    "smartlock",
    "smartlock.action",
    "smartlock.auth",
    "smartlock.config",
    "smartlock.log",
    "smartlock.readOnly",
    "webhook.decentral",
];

/// A mail that the service would have sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The address that it goes to.
    pub to: String,
    /// What it is for.
    pub kind: MailKind,
}

/// What a [`Mail`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MailKind {
    /// Asks the owner of a new address to confirm it.
    EmailVerification,
    /// Lets the owner of an account choose a new password.
    PasswordReset,
    /// Invites a user to an authorization in the Nuki app, or the guests of a reservation.
    Invitation,
}

#[derive(Clone)]
pub(super) struct Token {
    pub(super) account_id: i32,
    pub(super) scopes: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) rng: fastrand::Rng,
    pub(super) accounts: BTreeMap<i32, Account>,
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) devices: BTreeMap<i64, Device>,
    pub(super) store: Store,
    /// How long it takes until a change has reached a device that is online.
    pub(super) change_time: TimeDelta,
    pub(super) mails: Vec<Mail>,
    pub(super) otp_disable_delay: TimeDelta,
    pub(super) bare_otp_secret: bool,
}

impl State {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets everything happen whose time has come.
    pub(super) fn settle(&mut self) {
        let now = self.now();
        for account in self.accounts.values_mut() {
            account.otp.settle(now);
        }
        self.store.settle(now);
        self.remove_users();
        let entries = self.devices.values_mut().flat_map(|device| {
            let id = device.id;
            device.settle(now).into_iter().map(move |(at, entry)| (id, at, entry))
        });
        for (device, at, entry) in entries.collect::<Vec<_>>() {
            self.log(device, at, entry);
        }
    }

    /// A user who is being deleted is gone when the last authorization is.
    fn remove_users(&mut self) {
        let auths = self.store.all(Resource::SmartlockAuth).iter();
        let has_auths = auths.map(|auth| (auth.owner, auth.json["accountUserId"].clone())).collect::<Vec<_>>();
        let users = self.store.all_mut(Resource::AccountUser);
        users.retain(|user| user.change.is_none() || has_auths.contains(&(user.owner, user.json["accountUserId"].clone())));
    }

    /// Adds something to the store.
    pub(super) fn add(&mut self, kind: Resource, record: Record) -> Value {
        let now = self.now();
        self.store.add(kind, record, &mut self.rng, now)
    }

    /// Writes what a device did into its log.
    fn log(&mut self, device: i64, at: DateTime<Utc>, entry: Entry) {
        let Some(device) = self.devices.get(&device) else { return };
        let name = if entry.trigger == WEB { "Nuki Web (Sandbox)" } else { "" };
        let json = json!({
            "date": date(at), "name": name, "action": entry.action, "trigger": entry.trigger, "state": entry.state,
            "deviceType": device.log_type(), "source": 0, "openerLog": device.opener_log(),
        });
        let record = Record::new(device.owner, device.id, json);
        self.store.add(Resource::SmartlockLog, record, &mut self.rng, at);
    }

    /// When a change that is accepted now will have been carried out.
    pub(super) fn done_at(&self) -> DateTime<Utc> {
        later(self.now(), self.change_time)
    }

    /// The same, of a change that has to reach a device: one that is offline gets it when it is back.
    pub(super) fn done_at_device(&self, device: i64) -> DateTime<Utc> {
        match self.devices.get(&device) {
            Some(device) if !device.online => DateTime::<Utc>::MAX_UTC,
            _ => self.done_at(),
        }
    }

    /// What waited for a device to be back online is now on its way.
    pub(super) fn deliver_changes(&mut self, device: i64) {
        let at = self.done_at();
        let auths = self.store.all_mut(Resource::SmartlockAuth).iter_mut().filter(|auth| auth.parent == device.to_string());
        let changes = auths.filter_map(|auth| auth.change.as_mut());
        changes.filter(|change| change.at == DateTime::<Utc>::MAX_UTC).for_each(|change| change.at = at);
    }

    /// A new id of an operation or of a request.
    pub(super) fn new_operation(&mut self) -> String {
        hex(&mut self.rng, 24)
    }

    /// The account of a caller. A token whose account is gone is as good as no token.
    pub(super) fn account(&self, id: i32) -> Result<&Account, Refusal> {
        self.accounts.get(&id).ok_or_else(Refusal::unauthorized)
    }

    pub(super) fn account_mut(&mut self, id: i32) -> Result<&mut Account, Refusal> {
        self.accounts.get_mut(&id).ok_or_else(Refusal::unauthorized)
    }

    /// Refuses an address that an account other than `except` uses.
    pub(super) fn refuse_taken_email(&self, email: &str, except: Option<i32>) -> Result<(), Refusal> {
        let taken = |account: &Account| Some(account.id) != except && account.has_email(email);
        match self.accounts.values().any(taken) {
            true => Err(Refusal::conflict("Email address is already in use")),
            false => Ok(()),
        }
    }

    pub(super) fn sub_accounts(&self, master: i32) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter(move |account| account.master == Some(master))
    }

    /// An id that no account has, drawn from the seed.
    pub(super) fn new_account_id(&mut self) -> i32 {
        loop {
            let id = self.rng.i32(100_000..=i32::MAX);
            if !self.accounts.contains_key(&id) {
                return id;
            }
        }
    }

    pub(super) fn destroy_tokens(&mut self, account_id: i32) {
        self.tokens.retain(|_, token| token.account_id != account_id);
    }

    pub(super) fn remove_account(&mut self, account_id: i32) {
        self.accounts.remove(&account_id);
        self.devices.retain(|_, device| device.owner != account_id);
        self.store.forget(account_id);
        self.destroy_tokens(account_id);
    }
}
