//! `cargo xtask bench`: what calls and clients cost, beside reqwest and hyper used by hand.
//!
//! [`programs`] builds and runs the measuring programs of `tests/benches/`; [`figures`] is what they found,
//! [`targets`] what it should be, [`report`] and [`plot`] show it. [`gate`] holds later changes against a baseline, and
//! [`build`] measures what it costs to build.

mod build;
mod figures;
mod gate;
mod plot;
mod programs;
mod report;
mod targets;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use figures::Figures;
use programs::Programs;

/// Where the measuring programs and what they found are, from the root of the workspace.
const BENCHES: &str = "tests/benches";

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    /// Only compare instructions and allocations with tests/benches/baseline.json; fail where they grew.
    #[arg(long, conflicts_with = "build")]
    check: bool,
    /// With --check: write the baseline anew.
    #[arg(long, requires = "check")]
    bless: bool,
    /// Only measure a clean build of a minimal program, beside the same with reqwest alone.
    #[arg(long)]
    build: bool,
}

/// The command.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    if options.build {
        return build::run(root);
    }
    if options.check {
        return gate::run(root, options.bless);
    }
    anyhow::ensure!(programs::valgrind_is_here(), "there is no valgrind, which counts the instructions: install it");
    let figures = Figures::measure(&Programs::build(root)?)?;
    let text = report::text(&figures);
    print!("{text}");
    let folder = root.join(BENCHES);
    std::fs::write(folder.join("RESULTS.md"), text).context("cannot write RESULTS.md")?;
    plot::write(&folder.join("RESULTS.svg"), &figures)?;
    println!("\nwrote {BENCHES}/RESULTS.md and RESULTS.svg");
    Ok(ExitCode::SUCCESS)
}
