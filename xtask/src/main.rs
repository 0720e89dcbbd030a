//! Everything that maintainers run.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod contract;
mod vendor;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

/// Everything that maintainers of nuki-api run.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Check that the spec is valid, and that the lock and the deviations are true.
    Check,
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask has no workspace around it")?;
    match task {
        Task::Check => check::run(root),
        Task::Vendor(command) => vendor::run(root, command),
    }
}
