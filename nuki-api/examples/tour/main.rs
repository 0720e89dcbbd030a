//! All 104 operations of the API, group by group.
//!
//! ```text
//! cargo run --example tour [-- --group NAME]
//! ```
//!
//! Without a token they run against a sandbox in this process; nothing leaves the machine.
//!
//! With `NUKI_API_TOKEN` set the tour only reads, from the real service, or from the one at `NUKI_BASE_URL`: the lists, and
//! the first item of each. What the account lacks is shown, and the tour goes on.
//!
//! With `NUKI_BASE_URL` on this machine and `--yes` all operations are performed there, with the token of the sandbox and never
//! with yours: to try another mock, or to look at the requests with a proxy.
//!
//! There is a file for each group; `tour.rs` has what they share.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod account;
mod account_user;
mod address;
mod address_reservation;
mod address_token;
mod advanced_api;
mod api_key;
mod company;
mod notification;
mod opener;
mod service;
mod smartlock;
mod smartlock_auth;
mod smartlock_log;
mod tour;

use std::net::IpAddr;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use nuki_api::reqwest::Url;
use nuki_api::testkit::Sandbox;
use nuki_api::{Client, Error};

use tour::Tour;

/// Perform all operations on a sandbox; with NUKI_API_TOKEN set, those that only read, on the real service.
#[derive(Parser)]
struct Options {
    /// Perform this group only
    #[arg(long, value_name = "NAME")]
    group: Option<Group>,
    /// Perform all operations at NUKI_BASE_URL, which has to be on this machine
    #[arg(long)]
    yes: bool,
}

/// The groups, in the order of the tour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Group {
    Account,
    AccountUser,
    Address,
    AddressReservation,
    AddressToken,
    ApiKey,
    AdvancedApi,
    Company,
    Notification,
    Opener,
    Service,
    Smartlock,
    SmartlockAuth,
    SmartlockLog,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let real = ["NUKI_API_TOKEN", "NUKI_BASE_URL"].into_iter().any(|name| std::env::var_os(name).is_some());
    let base_url = std::env::var("NUKI_BASE_URL").unwrap_or_default();
    if real && options.yes && !is_on_this_machine(&base_url) {
        eprintln!("error: --yes deletes the account in the end, so NUKI_BASE_URL has to be localhost, 127.0.0.1 or [::1]");
        return ExitCode::from(2);
    }
    let groups = options.group.as_ref().map_or(Group::value_variants(), std::slice::from_ref);
    let result = match (real, options.yes) {
        (false, _) => everything(on_a_sandbox(), groups).await,
        (true, true) => everything(on_another_mock(base_url), groups).await,
        (true, false) => reads(Client::builder().env().read_only().build(), groups).await,
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: the tour ends here, and no real account was changed: {error}");
        ExitCode::FAILURE
    })
}

fn on_a_sandbox() -> Result<Tour, Error> {
    println!("No NUKI_API_TOKEN is set: this runs against a sandbox in this process.");
    Tour::on(Sandbox::new())
}

/// Never with the token of a real account.
fn on_another_mock(base_url: String) -> Result<Tour, Error> {
    println!("This runs at NUKI_BASE_URL, with the token of the sandbox.");
    Ok(Tour::new(Client::builder().base_url(base_url).token(Sandbox::TOKEN).build()?))
}

/// The host as the client will read it. A name other than `localhost` may lead anywhere.
fn is_on_this_machine(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url.trim()) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// All operations of these groups. The account goes last of all, since nothing works without it.
async fn everything(tour: Result<Tour, Error>, groups: &[Group]) -> Result<ExitCode, Error> {
    let mut tour = tour?;
    for group in groups {
        visit(&mut tour, *group).await?;
    }
    if groups.contains(&Group::Account) {
        account::leave(&mut tour).await?;
    }
    Ok(tour.end())
}

/// Those of their operations that change nothing.
async fn reads(nuki: Result<Client, Error>, groups: &[Group]) -> Result<ExitCode, Error> {
    let mut tour = Tour::new(nuki?).only_reading();
    println!("Reading, and nothing else.");
    for group in groups {
        visit(&mut tour, *group).await?;
    }
    Ok(tour.end())
}

async fn visit(tour: &mut Tour, group: Group) -> Result<(), Error> {
    if let Some(name) = group.to_possible_value() {
        tour.enter(name.get_name());
    }
    match group {
        Group::Account => account::visit(tour).await,
        Group::AccountUser => account_user::visit(tour).await,
        Group::Address => address::visit(tour).await,
        Group::AddressReservation => address_reservation::visit(tour).await,
        Group::AddressToken => address_token::visit(tour).await,
        Group::ApiKey => api_key::visit(tour).await,
        Group::AdvancedApi => advanced_api::visit(tour).await,
        Group::Company => company::visit(tour).await,
        Group::Notification => notification::visit(tour).await,
        Group::Opener => opener::visit(tour).await,
        Group::Service => service::visit(tour).await,
        Group::Smartlock => smartlock::visit(tour).await,
        Group::SmartlockAuth => smartlock_auth::visit(tour).await,
        Group::SmartlockLog => smartlock_log::visit(tour).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_service_on_this_machine_is_changed() {
        for url in ["http://127.0.0.1:4010", "http://127.9.9.9", " http://localhost/x ", "https://[::1]:1/", "http://LOCALHOST"] {
            assert!(is_on_this_machine(url), "{url}");
        }
        for url in [
            "",
            "127.0.0.1",
            "https://api.nuki.io",
            "http://0.0.0.0",
            "http://128.0.0.1",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "http://example.com/localhost",
            "http://[2001:db8::1]",
        ] {
            assert!(!is_on_this_machine(url), "{url}");
        }
    }
}
