//! The one-time password of an account: created, enabled with a right code, disabled (perhaps with a delay).

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

use super::error_body::Refusal;

/// How many wrong codes are one too many. The vendor names no number; this one is the sandbox's.
const MAX_WRONG_CODES: u8 = 5;

#[derive(Clone, Default)]
pub(super) struct Otp {
    /// Base32.
    secret: Option<String>,
    wrong_codes: u8,
    enabled: Option<DateTime<Utc>>,
    disable_at: Option<DateTime<Utc>>,
}

impl Otp {
    pub(super) fn enabled(&self) -> Option<DateTime<Utc>> {
        self.enabled
    }

    pub(super) fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }

    /// Makes a new secret, which forgets the wrong codes of the one before.
    pub(super) fn create(&mut self, rng: &mut fastrand::Rng) -> Result<String, Refusal> {
        if self.enabled.is_some() {
            return Err(Refusal::new(405, "OTP is already enabled"));
        }
        let mut bytes = [0; 20];
        rng.fill(&mut bytes);
        let secret = Secret::new_stack(bytes).to_base32();
        *self = Otp { secret: Some(secret.clone()), ..Otp::default() };
        Ok(secret)
    }

    pub(super) fn enable(&mut self, code: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        if self.wrong_codes >= MAX_WRONG_CODES {
            return Err(Refusal::new(429, "Too many failed attempts"));
        }
        if !self.is_right(code, now) {
            self.wrong_codes += 1;
            return Err(Refusal::new(401, "The one time password is wrong"));
        }
        self.wrong_codes = 0;
        self.enabled.get_or_insert(now);
        Ok(())
    }

    /// A second call does not put off the first.
    pub(super) fn disable(&mut self, at: DateTime<Utc>, now: DateTime<Utc>) {
        self.disable_at.get_or_insert(at);
        if self.enabled.is_none() {
            self.disable_at = Some(now);
        }
        self.settle(now);
    }

    pub(super) fn settle(&mut self, now: DateTime<Utc>) {
        if self.disable_at.is_some_and(|at| at <= now) {
            *self = Otp::default();
        }
    }

    fn is_right(&self, code: &str, now: DateTime<Utc>) -> bool {
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        self.totp().is_some_and(|totp| totp.check(code, seconds).is_some())
    }

    /// SHA-1, 6 digits, 30 seconds, one step of tolerance: the defaults of every authenticator.
    fn totp(&self) -> Option<Totp> {
        let secret = Secret::try_from_base32(self.secret.as_ref()?).ok()?;
        Builder::new().with_secret(secret).build().ok()
    }

    /// The right code at a time.
    pub(super) fn code(&self, now: DateTime<Utc>) -> Option<String> {
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        self.totp().map(|totp| totp.generate(seconds).to_string())
    }
}
