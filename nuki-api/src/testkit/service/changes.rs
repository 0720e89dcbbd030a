//! What an update may change, and the rules for the values. Only the members that are sent change: an update merges.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::super::account::Account;
use super::super::error_body::Refusal;
use super::body::Body;

/// Bytes are not letters: the limit counts letters.
const MIN_PASSWORD: usize = 7;
const PROFILE: [&str; 6] = ["firstName", "lastName", "address", "zip", "city", "country"];
/// `otpEnabledDate` is not among them: only the operations of the one-time password change it.
const CONFIG: [&str; 2] = ["alexaPin", "gactionsHomePin"];

pub(super) struct Changes {
    pub(super) email: Option<String>,
    pub(super) password: Option<String>,
    pub(super) name: Option<String>,
    pub(super) language: Option<String>,
    config: Map<String, Value>,
    profile: Map<String, Value>,
}

impl Changes {
    pub(super) fn parse(body: &Body) -> Result<Changes, Refusal> {
        Ok(Changes {
            email: email(body)?,
            password: rule(body, "password", "must have at least 7 characters", |password| {
                password.chars().count() >= MIN_PASSWORD
            })?,
            name: rule(body, "name", "must not be empty", is_filled)?,
            language: rule(body, "language", "must not be empty", is_filled)?,
            config: body.texts("config", &CONFIG)?,
            profile: body.texts("profile", &PROFILE)?,
        })
    }

    pub(super) fn apply(self, account: &mut Account, now: DateTime<Utc>) {
        if let Some(email) = self.email {
            account.email = email;
        }
        if let Some(password) = self.password {
            account.password = password;
        }
        if let Some(name) = self.name {
            account.name = name;
        }
        account.language = self.language.or(account.language.take());
        account.config.extend(self.config);
        account.profile.extend(self.profile);
        account.updated = now;
    }
}

/// Only what cannot be an address is refused: empty, no `@`, spaces, control characters.
pub(super) fn email(body: &Body) -> Result<Option<String>, Refusal> {
    rule(body, "email", "is not an email address", |email| {
        email.contains('@') && !email.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    })
}

fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

fn rule(body: &Body, name: &str, otherwise: &str, is_right: fn(&str) -> bool) -> Result<Option<String>, Refusal> {
    match body.text(name)? {
        Some(text) if !is_right(text) => Err(Refusal::bad_request(format!("{name} {otherwise}"))),
        text => Ok(text.map(str::to_owned)),
    }
}
