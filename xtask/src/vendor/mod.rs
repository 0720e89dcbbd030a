//! `cargo xtask vendor`: the vendor's document against the lock that is made from it.

mod lock;
mod source;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::contract::Contract;
use crate::contract::diff::diff;
use crate::contract::report::{Format, render};
pub(crate) use lock::read as read_lock;
use source::Limits;

/// What to do with the vendor's document.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Tell what changed since the lock was made. Exit status: 0 nothing, 1 something, 2 could not tell.
    Diff(Args),
    /// Tell the same and rewrite `openapi/vendor.lock.json`. Exit status: 0 done, 2 could not, and the lock is as it was.
    Update(Args),
}

/// Where the document is and how to print.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The vendor's document, Swagger 2.0 or OpenAPI 3.0 in JSON or YAML: a file or an http(s) URL.
    source: String,
    /// How to print the changes.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs a command on the workspace at `root`. An error means that nothing could be told: exit status 2.
pub(crate) fn run(root: &Path, command: &Command) -> Result<ExitCode> {
    let limits = Limits::default();
    let (text, status) = match command {
        Command::Diff(args) => compare(root, &args.source, args.format, &limits)?,
        Command::Update(args) => (update(root, &args.source, args.format, &limits)?, 0),
    };
    print!("{text}");
    Ok(ExitCode::from(status))
}

fn compare(root: &Path, source: &str, format: Format, limits: &Limits) -> Result<(String, u8)> {
    let lock =
        read_lock(root)?.with_context(|| format!("there is no {}; `cargo xtask vendor update {source}` makes it", lock::PATH))?;
    let vendor = contract(source, limits)?;
    let changes = diff(&lock, &vendor);
    Ok((render(format, &lock, &vendor, &changes), u8::from(!changes.is_empty())))
}

fn update(root: &Path, source: &str, format: Format, limits: &Limits) -> Result<String> {
    let lock = read_lock(root)?;
    let vendor = contract(source, limits)?;
    lock::write(root, &vendor)?;
    Ok(match lock {
        Some(lock) => render(format, &lock, &vendor, &diff(&lock, &vendor)),
        None => format!("Made {}: version {}, {} operations.\n", lock::PATH, vendor.version, vendor.operations.len()),
    })
}

fn contract(source: &str, limits: &Limits) -> Result<Contract> {
    let text = source::read(source, limits)?;
    Contract::from_document(&text).with_context(|| format!("cannot read {source}"))
}
