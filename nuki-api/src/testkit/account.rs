//! One account, and how the service writes it: zeros and false are there, nulls are left out.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::clock::date;
use super::otp::Otp;

#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: i32,
    /// 0 user, 1 company, 2 caretaker.
    pub(super) kind: u8,
    pub(super) email: String,
    pub(super) email_verified: bool,
    pub(super) pending_email: Option<String>,
    pub(super) name: String,
    pub(super) password: String,
    pub(super) master: Option<i32>,
    /// In the layout of reading: 1 manage, 2 operate, 4 configure, 8 authorizations, 16 logs, 32 sub-accounts, 64 create.
    pub(super) rights: u32,
    pub(super) language: Option<String>,
    pub(super) config: Map<String, Value>,
    pub(super) profile: Map<String, Value>,
    /// Base64.
    pub(super) secret: Vec<String>,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
    pub(super) settings: Option<Value>,
    pub(super) integrations: Vec<Value>,
    pub(super) otp: Otp,
    /// A password reset that was asked for: whether completing it destroys the tokens.
    pub(super) password_reset: Option<bool>,
    /// Whether authorizations and actions answer 426.
    pub(super) needs_upgrade: bool,
    /// Members that no operation changes, such as `descent` or `shsSubscriptionType`.
    pub(super) more: Map<String, Value>,
}

impl Account {
    /// The members that are written from the state.
    pub(super) const KEPT: [&str; 13] = [
        "accountId",
        "type",
        "email",
        "emailVerified",
        "name",
        "masterAccountId",
        "rights",
        "language",
        "profile",
        "config",
        "creationDate",
        "updateDate",
        "secret",
    ];

    pub(super) fn new(id: i32, email: String, now: DateTime<Utc>) -> Account {
        Account {
            id,
            kind: 0,
            email,
            email_verified: false,
            pending_email: None,
            name: String::new(),
            password: String::new(),
            master: None,
            rights: 0,
            language: None,
            config: Map::new(),
            profile: Map::new(),
            secret: Vec::new(),
            created: now,
            updated: now,
            settings: None,
            integrations: Vec::new(),
            otp: Otp::default(),
            password_reset: None,
            needs_upgrade: false,
            more: Map::new(),
        }
    }

    /// Whether this is its address. Addresses differ by more than upper and lower case.
    pub(super) fn has_email(&self, email: &str) -> bool {
        self.email.to_lowercase() == email.to_lowercase()
    }

    /// `Account`, as sub-accounts are read.
    pub(super) fn to_json(&self) -> Value {
        let mut json = self.more.clone();
        let mut put = |member: &str, value: Value| {
            json.insert(member.to_owned(), value);
        };
        put("accountId", self.id.into());
        put("type", self.kind.into());
        put("email", self.email.as_str().into());
        put("emailVerified", self.email_verified.into());
        put("name", self.name.as_str().into());
        put("masterAccountId", self.master.into());
        // Only a sub-account has rights; 0 is written as well.
        put("rights", (self.master.is_some() || self.rights != 0).then_some(self.rights).into());
        put("language", self.language.as_deref().into());
        put("profile", object_or_null(&self.profile));
        let mut config = self.config.clone();
        if let Some(enabled) = self.otp.enabled() {
            config.insert("otpEnabledDate".to_owned(), date(enabled).into());
        }
        put("config", object_or_null(&config));
        put("creationDate", date(self.created).into());
        put("updateDate", date(self.updated).into());
        json.entry("b2bActive").or_insert(Value::Bool(false));
        without_nulls(Value::Object(json))
    }

    /// `MyAccount`: the account with its secret.
    pub(super) fn to_my_json(&self) -> Value {
        let mut json = self.to_json();
        json["secret"] = self.secret.clone().into();
        json
    }
}

fn object_or_null(members: &Map<String, Value>) -> Value {
    if members.is_empty() { Value::Null } else { Value::Object(members.clone()) }
}

/// The service never writes a null.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Without the password, the PINs and the secrets.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("id", &self.id).field("master", &self.master).finish_non_exhaustive()
    }
}

/// Base64 of 24 random bytes: any 32 letters of its alphabet are.
pub(super) fn random_secret(rng: &mut fastrand::Rng) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (0..32).map(|_| char::from(ALPHABET[rng.usize(..ALPHABET.len())])).collect()
}
