//! What the examples share: where the client comes from, and how they end.
#![allow(dead_code, reason = "no example needs all of it")]
#![allow(clippy::print_stderr, reason = "it talks to people")]

use std::process::ExitCode;

use anyhow::{Result, bail};
use nuki_api::testkit::Sandbox;
use nuki_api::{Client, Error};

/// Where an example runs: the code is the same in both, only the client differs.
pub struct Ground {
    pub nuki: Client,
    /// The service in this process; `None` where it is the real one.
    pub sandbox: Option<Sandbox>,
}

impl Ground {
    /// The real service if `NUKI_API_TOKEN` (or `NUKI_BASE_URL`, which is an error without a token) is set, and this
    /// sandbox otherwise.
    pub fn new(sandbox: Sandbox) -> Result<Self> {
        if ["NUKI_API_TOKEN", "NUKI_BASE_URL"].into_iter().any(|name| std::env::var_os(name).is_some()) {
            return Ok(Self { nuki: Client::from_env()?, sandbox: None });
        }
        eprintln!("NUKI_API_TOKEN is not set: this runs against a sandbox in this process.");
        Ok(Self { nuki: sandbox.client()?, sandbox: Some(sandbox) })
    }

    /// Asks for `--yes` before something is done to a real account.
    pub fn confirm(&self, yes: bool, what: &str) -> Result<()> {
        if self.sandbox.is_none() && !yes {
            bail!("nothing was done: this would {what} of a real account, so it wants the flag --yes");
        }
        Ok(())
    }
}

/// What a change that failed has left behind.
pub fn left_behind(error: &Error) -> &'static str {
    if error.may_have_been_applied() { "it is open whether anything was changed" } else { "nothing was changed" }
}

/// Ends an example: an error is one line on stderr, and a status that scripts can see.
pub fn end(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
