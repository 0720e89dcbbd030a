//! All 19 operations of the account, one after the other.
//!
//! Without a token they run against a sandbox in this process; nothing leaves the machine. With `NUKI_API_TOKEN` set,
//! the five that only read run against the real service, or the one at `NUKI_BASE_URL`.
//!
//! ```text
//! cargo run --example tour
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

use std::process::ExitCode;

use clap::Parser;
use nuki_api::account::SubAccountsApi;
use nuki_api::testkit::Sandbox;
use nuki_api::types::{AccountSetting, DeviceViewType};
use nuki_api::{Action, Call, Client, CreateRights, Error, ErrorKind, Language, Password, ResponseValue, UpdateRights};

/// Call all 19 operations of the account on a sandbox; with NUKI_API_TOKEN set, those that only read, on the real service.
#[derive(Parser)]
struct Options {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    Options::parse();
    let real = ["NUKI_API_TOKEN", "NUKI_BASE_URL"].into_iter().any(|name| std::env::var_os(name).is_some());
    let result = if real { reads().await } else { everything().await };
    match result {
        Ok(operations) => {
            println!("\n{operations} operations succeeded.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: the tour ends here, and no real account was changed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes a call, and prints its method, path, status and what it did.
async fn step<A: Action>(call: Call<A>, says: impl FnOnce(&A::Output) -> String) -> Result<A::Output, Error> {
    let operation = A::OPERATION.info();
    let response = call.send_raw().await?;
    let (method, path, status) = (operation.method, operation.path, response.status().as_u16());
    println!("{method:<6} {path:<24} {status}  {}", says(&response));
    Ok(ResponseValue::into_inner(response))
}

/// The five operations that change nothing. A real account may well have no settings and no sub-account.
async fn reads() -> Result<u32, Error> {
    let nuki = Client::from_env()?;
    let account = nuki.account();
    println!("Reading, and nothing else.\n");

    let mut done = 3;
    step(account.get(), |me| format!("account {}", me.account_id)).await?;
    step(account.integrations().list(), |list| format!("{} integrations", list.len())).await?;
    let subs = step(account.sub_accounts().list(), |list| format!("{} sub-accounts", list.len())).await?;
    match subs.first() {
        Some(sub) => {
            step(account.sub_accounts().get(sub.account_id), |sub| format!("sub-account {}", sub.account_id)).await?;
            done += 1;
        }
        None => println!("GET    /account/sub/{{accountId}}      there is no sub-account to get"),
    }
    match step(account.settings().get(), |_| "the settings".to_owned()).await {
        Ok(_) => done += 1,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("GET    /account/setting         404  settings were never stored")
        }
        Err(error) => return Err(error),
    }
    Ok(done)
}

/// All operations, in an order that leaves nothing behind.
async fn everything() -> Result<u32, Error> {
    let sandbox = Sandbox::new();
    let nuki = sandbox.client()?;
    let account = nuki.account();
    println!("No NUKI_API_TOKEN is set: this runs against a sandbox in this process.\n");

    step(account.get(), |me| format!("you are {} <{}>", me.name.as_deref().unwrap_or("nobody"), me.email)).await?;
    step(account.update(Language::DE).name("Ada Lovelace"), |()| "renamed, in German from now on".to_owned()).await?;

    step(account.email().change("ada@example.com"), |()| "a mail is on its way to the new address".to_owned()).await?;
    step(account.email().verify(), |()| "and once more".to_owned()).await?;
    step(account.password().reset("ada@example.com").keep_api_tokens(), |()| "a mail to set a new password".to_owned()).await?;

    let integrations = step(account.integrations().list(), |list| format!("{} integrations", list.len())).await?;
    if let Some(id) = integrations.iter().find_map(|integration| integration.client_id.as_ref()) {
        step(account.integrations().delete(id), |()| "one integration less".to_owned()).await?;
    }

    let enrolment = step(account.otp().create(), |_| "a secret for the authenticator app (not shown)".to_owned()).await?;
    // The sandbox gives a secret that is one; were it none, the empty code would be refused below.
    let code = enrolment.code_at(sandbox.clock().now().into()).map(|code| code.expose().to_owned()).unwrap_or_default();
    step(account.otp().enable(&code), |()| "two-factor authentication is on".to_owned()).await?;
    step(account.otp().disable(), |()| "and off again".to_owned()).await?;

    let settings = account.settings();
    let mut tiles = AccountSetting::default();
    tiles.web.get_or_insert_default().device_view_type = Some(DeviceViewType::Tile);
    step(settings.put(&tiles), |_| "devices as tiles".to_owned()).await?;
    let stored_view =
        |stored: &AccountSetting| format!("stored: {:?}", stored.web.as_ref().and_then(|web| web.device_view_type.as_ref()));
    step(settings.get(), stored_view).await?;
    step(settings.delete(), |()| "settings deleted".to_owned()).await?;

    sub_accounts(account.sub_accounts()).await?;
    step(account.delete(), |()| "the account is gone".to_owned()).await?;

    Ok(sandbox.requests().len().try_into().unwrap_or(u32::MAX))
}

async fn sub_accounts(subs: SubAccountsApi) -> Result<(), Error> {
    let rights = CreateRights::OPERATE_SMARTLOCKS | CreateRights::VIEW_SMARTLOCK_LOGS;
    let create = subs.create("ops@example.com", Password::new("correct horse battery"), "Ops", rights, Language::EN);
    let sub = step(create, |sub| format!("sub-account {} may {:?}", sub.account_id, sub.rights.unwrap_or_default())).await?;
    step(subs.list().email_matching("@example\\.com$"), |list| format!("{} of them at example.com", list.len())).await?;
    let rights = UpdateRights::OPERATE_SMARTLOCKS;
    step(subs.update(sub.account_id).name("Operations").rights(rights), |()| "renamed, with fewer rights".to_owned()).await?;
    step(subs.get(sub.account_id), |sub| format!("{} may {:?}", sub.email, sub.rights.unwrap_or_default())).await?;
    step(subs.delete(sub.account_id), |()| "sub-account deleted".to_owned()).await?;
    Ok(())
}
