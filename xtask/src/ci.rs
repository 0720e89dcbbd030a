//! `cargo xtask ci`: what CI runs; with `--full` also what takes long or tools of its own, for a release.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

/// A command line, and what it needs.
struct Step {
    line: String,
    /// A tool: what shows whether it is there, and what installs it.
    needs: Option<(String, String)>,
}

impl Step {
    fn new(line: impl Into<String>) -> Self {
        Self { line: line.into(), needs: None }
    }

    fn needs(self, probe: impl Into<String>, install: impl Into<String>) -> Self {
        Self { needs: Some((probe.into(), install.into())), ..self }
    }

    /// What went wrong, if anything did.
    fn run(&self, root: &Path) -> Result<Option<String>> {
        if let Some((probe, install)) = &self.needs
            && !shell(root, probe).output()?.status.success()
        {
            return Ok(Some(format!("not run, it needs `{install}`")));
        }
        let status = shell(root, &self.line).status().context("cannot run bash")?;
        Ok((!status.success()).then(|| status.to_string()))
    }
}

fn shell(root: &Path, line: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["-c", line]).current_dir(root);
    command
}

/// The command.
pub fn run(root: &Path, full: bool) -> Result<ExitCode> {
    let mut steps = vec![Step::new(".ci/run")];
    if full {
        steps.extend(more(last_release(root)?.as_deref()));
    }
    run_all(root, &steps)
}

/// Runs every step, whatever becomes of those before, and says at the end which failed. Exit status: 0 none, 1 some.
fn run_all(root: &Path, steps: &[Step]) -> Result<ExitCode> {
    let mut passed = true;
    let mut report = String::new();
    for step in steps {
        println!("\n==> {}", step.line);
        let failure = step.run(root)?;
        passed &= failure.is_none();
        report += &format!("{}: {}\n", step.line, failure.as_deref().unwrap_or("passed"));
    }
    print!("\n{report}");
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What `.ci/run` leaves out.
fn more(last_release: Option<&str>) -> Vec<Step> {
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    let mutants = |line| Step::new(line).needs("cargo mutants --version", "cargo install --locked cargo-mutants");
    let mut steps = vec![
        Step::new(format!("cargo +{oldest} check --locked -p nuki-api --all-features"))
            .needs(format!("cargo +{oldest} --version"), format!("rustup toolchain install {oldest}")),
        Step::new(".ci/minimal-versions"),
        Step::new("cargo xtask bench").needs("valgrind --version", "the package valgrind"),
        Step::new(".ci/schemathesis").needs("schemathesis --version", "pip install schemathesis"),
        mutants("cargo mutants -p xtask -- --bins"),
        mutants(
            "cargo mutants -p nuki-api --test-package nuki-api,contract-tests --baseline skip --timeout 60 -- --lib --test contract",
        ),
    ];
    match last_release {
        Some(tag) => steps.push(
            Step::new(format!("cargo semver-checks -p nuki-api-gen -p nuki-api --all-features --baseline-rev {tag}"))
                .needs("cargo semver-checks --version", "cargo install --locked cargo-semver-checks"),
        ),
        None => println!("There is no tag of a release yet that the public API could be compared with."),
    }
    steps
}

/// The tag of the last release that this commit descends from.
fn last_release(root: &Path) -> Result<Option<String>> {
    let output = shell(root, "git describe --tags --abbrev=0 --match 'v[0-9]*'").output().context("cannot run bash")?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(step: &Step) -> Option<String> {
        step.run(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn a_step_passes_fails_or_says_what_it_needs() {
        assert_eq!(outcome(&Step::new("cargo --version")), None);
        assert_eq!(outcome(&Step::new("cargo no-such-command")).as_deref(), Some("exit status: 101"));
        let needs = |probe| outcome(&Step::new("cargo --version").needs(probe, "install no-such-tool"));
        assert_eq!(needs("cargo --version"), None);
        assert_eq!(needs("no-such-tool --version").as_deref(), Some("not run, it needs `install no-such-tool`"));
    }

    #[test]
    fn one_step_that_fails_makes_all_fail() {
        let run = |lines: &[&str]| {
            let steps = lines.iter().map(|&line| Step::new(line)).collect::<Vec<_>>();
            run_all(Path::new(env!("CARGO_MANIFEST_DIR")), &steps).unwrap()
        };
        let (passes, fails) = ("cargo --version", "cargo no-such-command");
        assert_eq!(run(&[passes, passes]), ExitCode::SUCCESS);
        assert_eq!(run(&[fails, passes]), ExitCode::FAILURE);
        assert_eq!(run(&[passes, fails]), ExitCode::FAILURE);
    }

    #[test]
    fn the_public_api_is_compared_once_there_is_a_release() {
        let compared = |release| more(release).iter().any(|step| step.line.contains("semver-checks"));
        assert!(compared(Some("v0.1.0")));
        assert!(!compared(None));
    }
}
