//! Turns two-factor authentication on: makes a secret, shows it as a QR code, asks for a code of the authenticator app,
//! and enables it.
//!
//! Without a token it runs against a sandbox in this process, and computes the code itself; with `NUKI_API_TOKEN` set, and
//! the flag `--yes`, against the real service.
//!
//! ```text
//! cargo run --example enrol_otp [-- --yes]
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod common;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use nuki_api::account::Enrolment;
use nuki_api::testkit::Sandbox;
use nuki_api::{Client, ErrorKind};

/// How many codes are asked for: the service locks the account after a few wrong ones.
const TRIES: u32 = 3;

/// Turn two-factor authentication on.
#[derive(Parser)]
struct Options {
    /// Do so for a real account.
    #[arg(long)]
    yes: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    common::end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<()> {
    let ground = common::Ground::new(Sandbox::new())?;
    ground.confirm(options.yes, "turn on two-factor authentication")?;
    match &ground.sandbox {
        // The sandbox may live in another time than this machine: its clock is the one that counts.
        Some(sandbox) => {
            let code = |enrolment: &Enrolment| Ok(enrolment.code_at(sandbox.clock().now().into())?.expose().to_owned());
            enrol(&ground.nuki, code).await
        }
        None => enrol(&ground.nuki, |_| ask_for_code()).await,
    }
}

async fn enrol(nuki: &Client, mut code: impl FnMut(&Enrolment) -> Result<String>) -> Result<()> {
    let account = nuki.account();
    let me = account.get().await.context("nothing was changed")?;
    let enrolment = match account.otp().create().await {
        Ok(enrolment) => enrolment,
        Err(error) if error.status().is_some_and(|status| status == 405) => {
            bail!("nothing was changed: two-factor authentication of {} is on already", me.email)
        }
        // Even if a secret was made: it means nothing until it is enabled.
        Err(error) => return Err(error).context("two-factor authentication is not on"),
    };
    println!("{}", enrolment.qr_text(&me.email)?.expose());
    println!("Scan this with an authenticator app, or type {} into it.", enrolment.secret().expose());

    for left in (0..TRIES).rev() {
        let code = code(&enrolment).context("two-factor authentication is not on, and the secret is worth nothing")?;
        match account.otp().enable(code).await {
            Ok(()) => {
                println!("Two-factor authentication of {} is on.", me.email);
                return Ok(());
            }
            // The token was good a moment ago, so it is the code that is wrong.
            Err(error) if error.kind() == ErrorKind::Unauthorized && left > 0 => {
                eprintln!("That code is wrong; {left} more to try.");
            }
            // The call is empty, so the code was: nothing was sent.
            Err(error) if error.kind() == ErrorKind::InvalidRequest && left > 0 => eprintln!("That is no code: {error}"),
            Err(error) if error.kind() == ErrorKind::RateLimited => {
                let wait = error.retry_after().map_or("a while".to_owned(), |wait| format!("{} s", wait.as_secs()));
                bail!("two-factor authentication is not on: too many wrong codes; wait {wait}, then start again")
            }
            Err(error) if error.may_have_been_applied() => {
                return Err(error).context("two-factor authentication may be on: keep the secret, and look before you log out");
            }
            Err(error) => return Err(error).context("two-factor authentication is not on"),
        }
    }
    unreachable!("the last try returns")
}

fn ask_for_code() -> Result<String> {
    print!("Code: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line)? == 0 {
        bail!("no code was given");
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use nuki_api::testkit::Operation;

    use super::*;

    fn right(sandbox: &Sandbox) -> impl FnMut(&Enrolment) -> Result<String> {
        let clock = sandbox.clock();
        move |enrolment| Ok(enrolment.code_at(clock.now().into())?.expose().to_owned())
    }

    fn wrong(_: &Enrolment) -> Result<String> {
        Ok("nonsense".to_owned())
    }

    #[tokio::test]
    async fn the_right_code_turns_it_on_and_then_it_is_on_already() {
        let sandbox = Sandbox::new();
        let nuki = sandbox.client().unwrap();
        enrol(&nuki, right(&sandbox)).await.unwrap();
        let again = enrol(&nuki, right(&sandbox)).await.unwrap_err();
        assert!(again.to_string().contains("is on already"), "{again:#}");
    }

    #[tokio::test]
    async fn a_wrong_code_may_be_corrected_but_not_for_ever() {
        let sandbox = Sandbox::new();
        let mut codes = 0;
        let second = |enrolment: &Enrolment| {
            codes += 1;
            if codes == 1 { wrong(enrolment) } else { right(&sandbox)(enrolment) }
        };
        enrol(&sandbox.client().unwrap(), second).await.unwrap();

        let sandbox = Sandbox::new();
        let error = enrol(&sandbox.client().unwrap(), wrong).await.unwrap_err();
        assert!(error.to_string().contains("is not on"), "{error:#}");
        assert_eq!(sandbox.requests_of(Operation::OtpEnable).len(), 3);
    }

    #[tokio::test]
    async fn too_many_wrong_codes_end_it() {
        let sandbox = Sandbox::new();
        sandbox.on(Operation::OtpEnable).always().retry_after("120").respond_status(429);
        let error = enrol(&sandbox.client().unwrap(), right(&sandbox)).await.unwrap_err();
        assert!(error.to_string().contains("wait 120 s"), "{error:#}");
    }
}
