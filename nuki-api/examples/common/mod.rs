//! What the examples share: where the client comes from, and how they end.
#![allow(dead_code, reason = "no example needs all of it")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to people")]

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use nuki_api::Client;
use nuki_api::testkit::Sandbox;

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
            return Ok(Self { nuki: Client::from_env().context("nothing was done")?, sandbox: None });
        }
        println!("NUKI_API_TOKEN is not set: this runs against a sandbox in this process.");
        Ok(Self { nuki: sandbox.client()?, sandbox: Some(sandbox) })
    }

    /// Asks for `--yes` before something is done to a real account.
    pub fn confirm(&self, yes: bool, what: &str) -> Result<()> {
        if self.sandbox.is_none() && !yes {
            bail!("nothing was done: to {what} for real, add the flag --yes");
        }
        Ok(())
    }
}

/// Ends an example: an error is one line on stderr, and a status that scripts can see.
pub fn end(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What happened, and why. The text of an error of the SDK is whole, so what lies below it is left out.
            let upper = error.chain().position(|cause| cause.is::<nuki_api::Error>()).unwrap_or(usize::MAX);
            let texts = error.chain().take(upper.saturating_add(1)).map(ToString::to_string).collect::<Vec<_>>();
            eprintln!("error: {}", texts.join(": "));
            ExitCode::FAILURE
        }
    }
}
