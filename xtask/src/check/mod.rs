//! `cargo xtask check`: what our spec says is valid, within our own rules, and true against the lock.

mod deviations;
mod glob;
mod rules;
mod validity;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::contract::Contract;
use crate::contract::diff::diff;
use crate::document::{Document, FOLDER};
use crate::vendor;

/// Runs every check on the workspace at `root`. Exit status: 0 all is well, 1 a problem, 2 (an error) could not tell.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let (problems, not_covered) = problems(root)?;
    for problem in &problems {
        eprintln!("{problem}\n");
    }
    match problems.len() {
        0 => {
            println!("The spec is valid, and {} tells every difference from the vendor's contract.", deviations::PATH);
            if not_covered > 0 {
                println!("Not covered yet: {not_covered} operations of the vendor's.");
            }
        }
        count => eprintln!("{count} problems."),
    }
    Ok(ExitCode::from(u8::from(!problems.is_empty())))
}

/// What is wrong with the spec, the lock and the deviations, each with what to do, and how many of the vendor's operations
/// the spec does not have.
fn problems(root: &Path) -> Result<(Vec<String>, usize)> {
    let document = Document::read(root)?;
    let mut problems = validity::problems(&document)?;
    problems.extend(rules::problems(&document));
    let text = serde_json::to_vec(&document.value)?;
    let ours = Contract::from_document(&text).with_context(|| format!("cannot read the document in {FOLDER}/"))?;
    let lock = vendor::read_lock(root)?.context("there is no lock; `cargo xtask vendor update SOURCE` makes it")?;
    let list = fs::read_to_string(root.join(deviations::PATH)).with_context(|| format!("cannot read {}", deviations::PATH))?;
    problems.extend(untrue(&lock, &ours, &deviations::parse(&list)?));
    let not_covered = lock.operations.keys().filter(|name| !ours.operations.contains_key(name)).count();
    Ok((problems, not_covered))
}

/// What the list of deviations misses, and what it holds that is no longer so.
fn untrue(lock: &Contract, ours: &Contract, list: &[deviations::Deviation]) -> Vec<String> {
    // What the spec does not cover yet is counted, and no deviation.
    deviations::problems(&diff(&lock.shared_with(ours), ours), list)
}
