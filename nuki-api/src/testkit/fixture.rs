//! An account that a sandbox starts with.

use std::fmt;

use chrono::DateTime;
use serde_json::Value;

use super::account::Account;
use crate::{AccountId, EmailAddress, InvalidValue, Password};

/// All rights of an account, as it is read.
const ALL_RIGHTS: u32 = 127;

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
pub struct AccountFixture(pub(super) Account);

impl AccountFixture {
    /// A master account with a verified e-mail address.
    ///
    /// # Panics
    ///
    /// When the id is not above 0, or the address cannot be one: it is empty, lacks an `@` or a part before or after it,
    /// or has a space or a control character.
    #[track_caller]
    pub fn new(id: i32, email: impl Into<String>) -> AccountFixture {
        let email = email.into();
        expect(&format!("id {id}"), AccountId::try_from(id));
        expect(&format!("e-mail address {email:?}"), email.parse::<EmailAddress>());
        let mut account = Account::new(id, email, DateTime::UNIX_EPOCH);
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
    ///
    /// # Panics
    ///
    /// When it has less than 7 characters.
    #[track_caller]
    pub fn password(mut self, password: impl Into<String>) -> AccountFixture {
        self.0.password = password.into();
        expect("password", self.0.password.parse::<Password>());
        self
    }

    /// Makes it a sub-account of this master, which has to be there [in the end](super::SandboxBuilder::build).
    pub fn master(mut self, master_id: i32) -> AccountFixture {
        self.0.master = Some(master_id);
        self
    }

    /// Its rights, as a bitmask in the layout in which the service shows them: 1 manage smart locks, 2 operate them, 4
    /// their configuration, 8 their authorizations, 16 their logs, 32 sub-accounts, 64 create smart locks.
    ///
    /// # Panics
    ///
    /// When they are above 127, which is all of them.
    #[track_caller]
    pub fn rights(mut self, rights: u32) -> AccountFixture {
        assert!(rights <= ALL_RIGHTS, "the rights {rights} are out of range: they go from 0 to {ALL_RIGHTS}");
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

    /// Answers 426 where the service may ask for an upgrade of the account: for authorizations, and for actions with a webhook.
    pub fn needs_upgrade(mut self) -> AccountFixture {
        self.0.needs_upgrade = true;
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

    /// A member that no operation changes and that has no method here, such as `shsSubscriptionType`, `descent` or one
    /// that is not known yet.
    ///
    /// # Panics
    ///
    /// When the sandbox keeps this member itself, as it does the id, the rights or the dates.
    #[track_caller]
    pub fn member(mut self, name: impl Into<String>, value: Value) -> AccountFixture {
        let name = name.into();
        assert!(!Account::KEPT.contains(&&*name), "the sandbox keeps the member {name} of an account itself");
        self.0.more.insert(name, value);
        self
    }
}

/// Without the password.
impl fmt::Debug for AccountFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccountFixture").field(&self.0).finish()
    }
}

/// Refuses what no service could have.
#[track_caller]
fn expect<T>(what: &str, parsed: Result<T, InvalidValue>) {
    if let Err(reason) = parsed {
        panic!("the {what} of an account {reason}");
    }
}
