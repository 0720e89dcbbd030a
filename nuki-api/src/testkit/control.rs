//! What a test does to a sandbox from outside of the API: it sets the time, makes tokens, and plays the people who read
//! mails.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::builder::checked_token;
use super::clock::Clock;
use super::state::{SCOPES, Token};
use super::{Sandbox, SmartlockFixture};

/// Time, and what people would do outside of the API.
impl Sandbox {
    /// The clock as it stands.
    pub fn clock(&self) -> Clock {
        self.state().clock
    }

    /// Sets the clock to this time, where it stands still.
    pub fn set_time(&self, now: DateTime<Utc>) {
        self.state().clock = Clock::still(now);
    }

    /// Moves the clock ahead.
    pub fn advance(&self, by: Duration) {
        self.state().clock.advance(by);
    }

    /// Makes a token, with all scopes: for a sub-account, say, that was created through the API.
    ///
    /// # Panics
    ///
    /// When no header can carry it: it is empty, or has a space or a character beyond ASCII.
    #[track_caller]
    pub fn add_token(&self, token: impl Into<String>, account_id: i32) {
        let scopes = SCOPES.map(str::to_owned).into();
        self.state().tokens.insert(checked_token(token.into()), Token { account_id, scopes });
    }

    /// Does what the owner of a new e-mail address does with the verification mail: the pending change takes effect.
    ///
    /// False when there is nothing to confirm, or another account took the address meanwhile.
    pub fn confirm_email(&self, account_id: i32) -> bool {
        let mut state = self.state();
        let now = state.now();
        let Some(email) = state.accounts.get(&account_id).and_then(|account| account.pending_email.clone()) else {
            return false;
        };
        if state.refuse_taken_email(&email, Some(account_id)).is_err() {
            return false;
        }
        if let Some(account) = state.accounts.get_mut(&account_id) {
            account.pending_email = None;
            account.email = email;
            account.email_verified = true;
            account.updated = now;
        }
        true
    }

    /// Does what the reader of a password reset mail does: chooses a new password. It destroys the account's tokens unless
    /// the reset was asked for with `deleteApiTokens` false.
    ///
    /// False when no reset was asked for.
    pub fn complete_password_reset(&self, account_id: i32, password: impl Into<String>) -> bool {
        let mut state = self.state();
        let now = state.now();
        let Some(account) = state.accounts.get_mut(&account_id) else {
            return false;
        };
        let Some(destroy_tokens) = account.password_reset.take() else {
            return false;
        };
        account.password = password.into();
        account.updated = now;
        if destroy_tokens {
            state.destroy_tokens(account_id);
        }
        true
    }

    /// Changes a device as its surroundings would: batteries run low, the connection is lost, somebody opens the door. One
    /// that is back online does what it was told meanwhile.
    ///
    /// ```
    /// use nuki_api::testkit::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// sandbox.change_smartlock(Sandbox::SMARTLOCK_ID, |lock| lock.online(false).battery(9));
    /// let lock = sandbox.smartlock(Sandbox::SMARTLOCK_ID).unwrap_or_default();
    /// assert_eq!(lock["serverState"], 4);
    /// ```
    ///
    /// The sandbox cannot be asked anything meanwhile.
    ///
    /// # Panics
    ///
    /// When there is no such device.
    #[track_caller]
    pub fn change_smartlock(&self, id: i64, change: impl FnOnce(SmartlockFixture) -> SmartlockFixture) {
        let mut state = self.state();
        let Some(device) = state.devices.get(&id).cloned() else { panic!("there is no device {id}") };
        let (kind, owner) = (device.kind, device.owner);
        // It stays the same device, whatever is made of it.
        let mut device = change(SmartlockFixture(device)).0;
        (device.id, device.kind, device.owner) = (id, kind, owner);
        let is_online = device.online;
        state.devices.insert(id, device);
        state.settle();
        if is_online {
            state.deliver_changes(id);
        }
    }

    /// The code that an authenticator would show now, when a secret was created.
    pub fn otp_code(&self, account_id: i32) -> Option<String> {
        let state = self.state();
        state.accounts.get(&account_id)?.otp.code(state.now())
    }
}
