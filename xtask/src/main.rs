//! Everything that maintainers run: `cargo xtask help` lists it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod bench;
mod check;
mod ci;
mod contract;
mod coverage;
#[cfg(test)]
mod dependencies;
mod generate;
mod vendor;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

/// The chores of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Write the generated crate anew from openapi/nuki-account.yaml.
    Generate {
        /// Write nothing; show what is stale as a diff, and fail if anything is.
        #[arg(long)]
        check: bool,
    },
    /// Measure calls and clients beside reqwest and hyper, and write nuki-api/benches/RESULTS.md.
    Bench(bench::Options),
    /// Check that the spec is valid, the lock and the deviations are true, and the generated code is current.
    Check,
    /// Run what CI runs, `.ci/run`.
    Ci {
        /// Also what a release needs: public API, oldest dependencies, benches, schemathesis, mutants. It takes hours.
        #[arg(long)]
        full: bool,
    },
    /// Show for every operation what the facade calls it, and which of its statuses the contract tests try.
    Coverage,
    /// Compare the vendor's document with the lock.
    #[command(subcommand)]
    Vendor(vendor::Command),
}

fn main() -> ExitCode {
    run(&Task::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

fn run(task: &Task) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no workspace around it")?;
    match task {
        Task::Generate { check } => generate::run(root, *check),
        Task::Bench(options) => bench::run(root, options),
        Task::Check => {
            let spec = check::run(root)?;
            let code = generate::run(root, true)?;
            Ok(if spec == ExitCode::SUCCESS { code } else { spec })
        }
        Task::Ci { full } => ci::run(root, *full),
        Task::Coverage => coverage::run(root),
        Task::Vendor(command) => vendor::run(root, command),
    }
}
