//! What the service remembers: accounts, tokens and the mails it would have sent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::account::Account;
use super::clock::Clock;
use super::error_body::Refusal;

/// The scope that every one of the 19 operations asks for.
pub(super) const SCOPE: &str = "account";

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
        self.destroy_tokens(account_id);
    }
}
