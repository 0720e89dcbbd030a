//! `cargo xtask check`: what our spec says is valid, within our own rules, and true against the lock.

mod deviations;
mod glob;
mod rules;
mod validity;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::contract::diff::diff;
use crate::contract::{Contract, files, parse_document};
use crate::document::Document;
use crate::vendor;

/// Runs every check on the workspace at `root`. Exit status: 0 all is well, 1 a problem, 2 (an error) could not tell.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let problems = problems(root)?;
    for problem in &problems {
        eprintln!("{problem}\n");
    }
    match problems.len() {
        0 => println!("The spec is valid, and {} tells every difference from the vendor's contract.", deviations::PATH),
        count => eprintln!("{count} problems."),
    }
    Ok(ExitCode::from(u8::from(!problems.is_empty())))
}

/// What is wrong with the spec, the lock and the deviations, each with what to do.
pub(crate) fn problems(root: &Path) -> Result<Vec<String>> {
    let text = serde_json::to_vec(&Document::read(root)?.value)?;
    let spec = parse_document(&text).with_context(|| format!("cannot read {}", files::SPEC))?;
    let mut problems = validity::problems(&spec)?;
    problems.extend(rules::problems(&spec));
    for problem in &mut problems {
        problem.insert_str(0, &format!("{}: ", files::SPEC));
    }
    let ours = Contract::from_document(&text).with_context(|| format!("cannot read {}", files::SPEC))?;
    let lock = vendor::read_lock(root)?.context("there is no lock; `cargo xtask vendor update SOURCE` makes it")?;
    let list = fs::read_to_string(root.join(deviations::PATH)).with_context(|| format!("cannot read {}", deviations::PATH))?;
    problems.extend(untrue(&lock, ours, &deviations::parse(&list)?));
    Ok(problems)
}

/// What the list of deviations misses, and what it holds that is no longer so.
fn untrue(lock: &Contract, mut ours: Contract, list: &[deviations::Deviation]) -> Vec<String> {
    // Our spec is about the account's operations and names no others.
    ours.other_operations.clone_from(&lock.other_operations);
    deviations::problems(&diff(lock, &ours), list)
}
