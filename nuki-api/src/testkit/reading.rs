//! Reading the state of a sandbox back.

use serde_json::Value;

use super::Sandbox;
use super::account::Account;
use super::state::Mail;
use super::store::{Parent, Resource};

/// Reading the state back.
impl Sandbox {
    /// An account as the service shows it, without its secret.
    pub fn account(&self, id: i32) -> Option<Value> {
        self.state().accounts.get(&id).map(Account::to_json)
    }

    /// The ids of all accounts, in order.
    pub fn account_ids(&self) -> Vec<i32> {
        self.state().accounts.keys().copied().collect()
    }

    /// The sub-accounts of a master as the service lists them.
    pub fn sub_accounts(&self, master_id: i32) -> Vec<Value> {
        self.state().sub_accounts(master_id).map(Account::to_json).collect()
    }

    /// The settings of an account, unless it has none.
    pub fn settings(&self, account_id: i32) -> Option<Value> {
        self.state().accounts.get(&account_id)?.settings.clone()
    }

    /// The integrations of an account as the service lists them.
    pub fn integrations(&self, account_id: i32) -> Vec<Value> {
        self.state().accounts.get(&account_id).map(|account| account.integrations.clone()).unwrap_or_default()
    }

    /// A device as the service shows it.
    pub fn smartlock(&self, id: i64) -> Option<Value> {
        let state = self.state();
        state.devices.get(&id).map(|device| device.to_json(state.now()))
    }

    /// What there is of a kind, as the service keeps it: secrets are there, and so is nothing yet that is still on its way to
    /// a device. `of` is the id of what it belongs to, as in [`SandboxBuilder::resource`](super::SandboxBuilder::resource).
    pub fn resources(&self, resource: Resource, of: impl Into<i64>) -> Vec<Value> {
        let (of, state) = (of.into(), self.state());
        let parent = of.to_string();
        let fits = |record: &&super::store::Record| match resource.kind().parent {
            Some((Parent::Smartlock | Parent::Of(_), _)) => record.parent == parent,
            None => record.owner == 0 || i64::from(record.owner) == of,
        };
        state
            .store
            .all(resource)
            .iter()
            .filter(|record| record.is_there())
            .filter(fits)
            .map(|record| record.json.clone())
            .collect()
    }

    /// The tokens of an account, in order.
    pub fn tokens(&self, account_id: i32) -> Vec<String> {
        let state = self.state();
        let tokens = state.tokens.iter().filter(|(_, token)| token.account_id == account_id);
        tokens.map(|(text, _)| text.clone()).collect()
    }

    /// Whether this is the password of an account.
    pub fn has_password(&self, account_id: i32, password: &str) -> bool {
        self.state().accounts.get(&account_id).is_some_and(|account| account.password == password)
    }

    /// The e-mail address that waits to be confirmed.
    pub fn pending_email(&self, account_id: i32) -> Option<String> {
        self.state().accounts.get(&account_id)?.pending_email.clone()
    }

    /// The Base32 secret of the one-time password, enabled or not yet.
    pub fn otp_secret(&self, account_id: i32) -> Option<String> {
        self.state().accounts.get(&account_id)?.otp.secret().map(str::to_owned)
    }

    /// Whether the one-time password is enabled.
    pub fn otp_enabled(&self, account_id: i32) -> bool {
        self.state().accounts.get(&account_id).is_some_and(|account| account.otp.enabled().is_some())
    }

    /// The mails that the service would have sent.
    pub fn mails(&self) -> Vec<Mail> {
        self.state().mails.clone()
    }
}
