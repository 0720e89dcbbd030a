//! Everything that maintainers run: `cargo xtask help` lists it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod bench;
mod check;
mod ci;
mod contract;
mod coverage;
mod dependencies;
mod document;
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
    /// Write the document, joined from its parts in openapi/, as JSON for other tools.
    Bundle {
        /// Where to; the standard output unless it is given.
        file: Option<std::path::PathBuf>,
    },
    /// Write the generated code of nuki-api-gen and nuki-api anew from the document in openapi/.
    Generate {
        /// Write nothing; show what is stale as a diff, and fail if anything is.
        #[arg(long)]
        check: bool,
    },
    /// Measure calls and clients beside reqwest and hyper, and write tests/benches/RESULTS.md.
    Bench(bench::Options),
    /// Check that the spec is valid, the lock and the deviations are true, the generated code is current, and no dependency
    /// asks for a newer Rust than we do.
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
    let task = Task::parse();
    workspace().and_then(|root| run(root, &task)).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

fn workspace() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no workspace around it")
}

/// Runs a task on the workspace at `root`.
fn run(root: &Path, task: &Task) -> Result<ExitCode> {
    match task {
        Task::Bundle { file } => document::bundle(root, file.as_deref()).map(|()| ExitCode::SUCCESS),
        Task::Generate { check } => generate::run(root, *check),
        Task::Bench(options) => bench::run(root, options),
        Task::Check => Ok(first_failure([check::run(root)?, generate::run(root, true)?, dependencies::run(root)?])),
        Task::Ci { full } => ci::run(root, *full),
        Task::Coverage => coverage::run(root),
        Task::Vendor(command) => vendor::run(root, command),
    }
}

fn first_failure<const N: usize>(outcomes: [ExitCode; N]) -> ExitCode {
    outcomes.into_iter().find(|&outcome| outcome != ExitCode::SUCCESS).unwrap_or(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn copy(from: &Path, to: &Path) {
        if from.is_file() {
            fs::copy(from, to).unwrap();
            return;
        }
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    }

    #[test]
    fn stale_code_and_untrue_deviations_fail_until_they_are_put_right() {
        let root = std::env::temp_dir().join(format!("nuki-api-xtask-{}-stale", std::process::id()));
        for folder in ["openapi", "nuki-api-gen/src/generated", "nuki-api/src", "tests/contract/rows"] {
            copy(&workspace().unwrap().join(folder), &root.join(folder));
        }
        let generate = |check| run(&root, &Task::Generate { check }).unwrap();
        assert_eq!(check::run(&root).unwrap(), ExitCode::SUCCESS, "the workspace as it is checked in");
        assert_eq!(generate(true), ExitCode::SUCCESS, "the workspace as it is checked in");
        let [file, stranger] =
            ["operations/account", "stranger/account"].map(|name| root.join(format!("nuki-api-gen/src/generated/{name}.rs")));
        let add_a_stranger = || {
            fs::create_dir_all(stranger.parent().unwrap()).unwrap();
            fs::write(&stranger, "struct Stranger;\n").unwrap();
        };
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, "edited").unwrap();
        assert_eq!(generate(true), ExitCode::FAILURE);
        assert_eq!(fs::read_to_string(&file).unwrap(), "edited", "a check writes nothing");
        add_a_stranger();
        assert_eq!(generate(false), ExitCode::SUCCESS);
        assert_eq!((fs::read_to_string(&file).unwrap(), stranger.parent().unwrap().exists()), (text, false));
        add_a_stranger();
        assert_eq!(generate(true), ExitCode::FAILURE, "a file that nothing generates");
        fs::write(root.join("openapi/deviations.yaml"), "[]").unwrap();
        assert_eq!(check::run(&root).unwrap(), ExitCode::FAILURE);
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn one_check_that_fails_makes_all_fail() {
        let (passes, fails) = (ExitCode::SUCCESS, ExitCode::FAILURE);
        assert_eq!(first_failure([passes, passes, passes]), passes);
        for outcomes in [[fails, passes, passes], [passes, fails, passes], [passes, passes, fails]] {
            assert_eq!(first_failure(outcomes), fails);
        }
    }
}
