//! Lists the applications, devices and API tokens with access to the account, with their age; with `--revoke` deletes
//! those that are stale.
//!
//! Without a token it runs against a sandbox in this process; with `NUKI_API_TOKEN` set against the real service. Nothing
//! is deleted without `--revoke`. The service says when a token was last renewed, not when it was last used: an API token
//! in daily use may look stale, the one of this program among them. So read the list first, and `--keep` what you need.
//!
//! ```text
//! cargo run --example audit_integrations [-- --days 180 --keep 5001 --revoke]
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod common;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::Parser;
use nuki_api::Client;
use nuki_api::testkit::Sandbox;
use nuki_api::types::AccountIntegration;

/// List what has access to the account, and revoke what is stale.
#[derive(Parser)]
struct Options {
    /// Stale is what was last renewed more than so many days ago.
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// The id of one that is never deleted; can be given several times.
    #[arg(long, value_name = "ID")]
    keep: Vec<String>,
    /// Delete what is stale, instead of only saying so.
    #[arg(long)]
    revoke: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    common::end(async { audit(&common::Ground::new(Sandbox::new())?.nuki, &options, Utc::now()).await }.await)
}

async fn audit(nuki: &Client, options: &Options, now: DateTime<Utc>) -> Result<()> {
    let integrations = nuki.account().integrations();
    let listed = integrations.list().await.context("nothing was listed, and nothing revoked")?;

    let ids = || listed.iter().filter_map(|integration| Some(integration.client_id.as_ref()?.as_str()));
    if let Some(unknown) = options.keep.iter().find(|keep| ids().all(|id| id != keep.as_str())) {
        bail!("nothing was revoked: --keep {unknown} is the id of no integration");
    }

    println!("{:<8} {:<24} {:>10}  VERDICT", "ID", "NAME", "RENEWED");
    let mut stale = Vec::new();
    for integration in &listed {
        let days = renewed(integration).map(|at| (now - at).num_days());
        let verdict = match (days, &integration.client_id) {
            (_, Some(id)) if options.keep.iter().any(|keep| keep == id.as_str()) => "kept",
            (Some(days), Some(id)) if days > options.days.into() => {
                stale.push(id);
                "stale"
            }
            (Some(days), None) if days > options.days.into() => "stale, but has no id to revoke it by",
            (Some(_), _) => "fresh",
            (None, _) => "unknown: look yourself",
        };
        let id = integration.client_id.as_ref().map_or("-", |id| id.as_str());
        let age = days.map_or("never".to_owned(), |days| format!("{days} d"));
        println!("{id:<8} {:<24} {age:>10}  {verdict}", integration.name.as_deref().unwrap_or("-"));
    }
    if !options.revoke {
        println!("\n{} of {} are stale; --revoke would delete them.", stale.len(), listed.len());
        return Ok(());
    }

    // Deleting what is gone already does no harm, so the client tries again by itself where an answer was lost.
    let mut failed = 0;
    for id in &stale {
        match integrations.delete(*id).await {
            Ok(()) => println!("revoked {id}"),
            Err(error) => {
                failed += 1;
                eprintln!("not revoked: {id}: {error}");
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} stale integrations could not be revoked", stale.len());
    }
    println!("\n{} of {} were stale, and are revoked.", stale.len(), listed.len());
    Ok(())
}

/// When it was last renewed; what never was counts from the day when it was made.
fn renewed(integration: &AccountIntegration) -> Option<DateTime<Utc>> {
    integration.last_active_at.or(integration.created_at)
}

#[cfg(test)]
mod tests {
    use nuki_api::testkit::Operation;

    use super::*;

    /// The sandbox has one that was last active on 2025-05-13 and one that was made on 2024-01-31.
    fn june() -> DateTime<Utc> {
        "2025-06-01T00:00:00Z".parse().unwrap()
    }

    #[tokio::test]
    async fn a_dry_run_deletes_nothing() {
        let sandbox = Sandbox::new();
        audit(&sandbox.client().unwrap(), &Options { days: 90, keep: vec![], revoke: false }, june()).await.unwrap();
        sandbox.assert_requests(&["GET /account/integration"]);
    }

    #[tokio::test]
    async fn only_what_is_stale_is_revoked() {
        let sandbox = Sandbox::new();
        audit(&sandbox.client().unwrap(), &Options { days: 90, keep: vec![], revoke: true }, june()).await.unwrap();
        sandbox.assert_requests(&["GET /account/integration", "DELETE /account/integration?apiKeyId=5002"]);
    }

    #[tokio::test]
    async fn what_is_kept_is_not_revoked_however_old() {
        let sandbox = Sandbox::new();
        let options = Options { days: 1, keep: vec!["5001".to_owned()], revoke: true };
        audit(&sandbox.client().unwrap(), &options, june()).await.unwrap();
        sandbox.assert_requests(&["GET /account/integration", "DELETE /account/integration?apiKeyId=5002"]);
    }

    #[tokio::test]
    async fn to_keep_what_is_not_there_is_a_mistake_and_nothing_is_revoked() {
        let sandbox = Sandbox::new();
        let options = Options { days: 1, keep: vec!["50O1".to_owned()], revoke: true };
        let error = audit(&sandbox.client().unwrap(), &options, june()).await.unwrap_err();
        assert_eq!(error.to_string(), "nothing was revoked: --keep 50O1 is the id of no integration");
        sandbox.assert_requests(&["GET /account/integration"]);
    }

    #[tokio::test]
    async fn one_that_cannot_be_revoked_does_not_stop_the_others() {
        let sandbox = Sandbox::new();
        sandbox.on(Operation::IntegrationDelete).once().respond_status(403);
        let error =
            audit(&sandbox.client().unwrap(), &Options { days: 1, keep: vec![], revoke: true }, june()).await.unwrap_err();
        assert_eq!(error.to_string(), "1 of 2 stale integrations could not be revoked");
        assert_eq!(sandbox.requests_of(Operation::IntegrationDelete).len(), 2);
    }
}
