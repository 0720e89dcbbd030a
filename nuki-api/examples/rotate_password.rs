//! Changes the account's password without losing its API tokens, and proves that the token still works.
//!
//! Without a token it runs against a sandbox in this process; with `NUKI_API_TOKEN` set, and the flag `--yes`, against the
//! real service. The new password is asked for, or taken from `NUKI_NEW_PASSWORD`; it is never shown.
//!
//! ```text
//! cargo run --example rotate_password [-- --yes]
//! ```
#![allow(clippy::print_stdout, reason = "it is a command, and talks to people")]

mod common;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use nuki_api::testkit::Sandbox;
use nuki_api::{Client, Password};

/// Change the password, and keep the API tokens.
#[derive(Parser)]
struct Options {
    /// Change the password of a real account.
    #[arg(long)]
    yes: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    common::end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<()> {
    let ground = common::Ground::new(Sandbox::new())?;
    ground.confirm(options.yes, "change the password")?;
    let password = new_password().context("the password was not changed")?;
    rotate(&ground.nuki, password).await
}

async fn rotate(nuki: &Client, password: Password) -> Result<()> {
    // Without `keep_api_tokens` the service destroys every API token of the account, the one in use among them.
    let change = nuki.account().modify(|account| account.password = Some(password.into())).keep_api_tokens();
    if let Err(error) = change.await {
        let open = error.may_have_been_applied();
        let outcome = if open { "it is open whether the password was changed" } else { "the password was not changed" };
        return Err(error).context(outcome);
    }
    println!("The password was changed.");

    let me = nuki.account().get().await.context("the password was changed, but whether the token still works is open")?;
    println!("The token still works: it belongs to {}.", me.email);
    Ok(())
}

fn new_password() -> Result<Password> {
    let text = match std::env::var("NUKI_NEW_PASSWORD") {
        Ok(text) => text,
        Err(_) => {
            let ask = |prompt| rpassword::prompt_password(prompt).context("no terminal to ask in, and no NUKI_NEW_PASSWORD");
            let text = ask("New password: ")?;
            if ask("Once more: ")? != text {
                bail!("the two are not the same");
            }
            text
        }
    };
    Password::try_from(text).context("the new password cannot be one")
}

#[cfg(test)]
mod tests {
    use nuki_api::testkit::Operation;

    use super::*;

    fn password() -> Password {
        Password::try_from("a new password").unwrap()
    }

    #[tokio::test]
    async fn the_password_changes_and_the_token_stays() {
        let sandbox = Sandbox::new();
        rotate(&sandbox.client().unwrap(), password()).await.unwrap();
        sandbox.assert_requests(&["GET /account", "POST /account?deleteApiTokens=false", "GET /account"]);
        assert_eq!(sandbox.requests()[1].json()["password"], "a new password");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_leaves_it_open() {
        let sandbox = Sandbox::new();
        sandbox.on(Operation::AccountUpdate).always().reset_after();
        let error = rotate(&sandbox.client().unwrap(), password()).await.unwrap_err();
        assert!(error.to_string().starts_with("it is open"), "{error:#}");
    }

    #[tokio::test]
    async fn with_a_wrong_token_nothing_changes() {
        let nuki = Sandbox::new().client_builder().token("wrong").build().unwrap();
        let error = rotate(&nuki, password()).await.unwrap_err();
        assert!(error.to_string().contains("was not changed"), "{error:#}");
        assert!(!format!("{error:#}").contains("a new password"));
    }
}
