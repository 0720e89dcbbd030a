//! `cargo xtask ci`: what CI runs; with `--full` also what takes long or tools of its own, for a release.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

/// A command, with what to do where a part of it is not there.
struct Step {
    command: Vec<String>,
    /// The tool that it needs: a command that shows whether it is there, and one that installs it.
    needs: Option<(&'static str, &'static str)>,
}

impl Step {
    fn new(command: &str, needs: Option<(&'static str, &'static str)>) -> Self {
        Self { command: words(command), needs }
    }

    /// What went wrong, if anything did.
    fn run(&self, root: &Path) -> Result<Option<String>> {
        if let Some((probe, install)) = self.needs
            && !command(root, &words(probe))?.output().is_ok_and(|output| output.status.success())
        {
            return Ok(Some(format!("not run, it needs `{install}`")));
        }
        let status = command(root, &self.command)?.status().with_context(|| format!("cannot run {}", self.command[0]))?;
        Ok((!status.success()).then(|| status.to_string()))
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn command(root: &Path, words: &[String]) -> Result<Command> {
    let (program, arguments) = words.split_first().context("a step without a command")?;
    // A path is from the root, wherever the command was called; a name is looked up.
    let program = if program.contains('/') { root.join(program) } else { program.into() };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root);
    Ok(command)
}

/// The command.
pub fn run(root: &Path, full: bool) -> Result<ExitCode> {
    let mut steps = vec![Step::new(".ci/run", None)];
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
        let name = step.command.join(" ");
        println!("\n==> {name}");
        let failure = step.run(root)?;
        passed &= failure.is_none();
        report += &format!("{name}: {}\n", failure.as_deref().unwrap_or("passed"));
    }
    print!("\n{report}");
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What `.ci/run` leaves out.
fn more(last_release: Option<&str>) -> Vec<Step> {
    let mutants = Some(("cargo mutants --version", "cargo install --locked cargo-mutants"));
    let mut steps = vec![
        Step::new(".ci/minimal-versions", None),
        Step::new("cargo xtask bench", Some(("valgrind --version", "the package valgrind"))),
        Step::new(".ci/schemathesis", Some(("schemathesis --version", "pip install schemathesis"))),
        Step::new("cargo mutants -p xtask -- --bins", mutants),
        Step::new(
            "cargo mutants -p nuki-api --test-package nuki-api,contract-tests --baseline skip --timeout 60 -- --lib --test contract",
            mutants,
        ),
    ];
    match last_release {
        Some(tag) => steps.push(Step::new(
            &format!("cargo semver-checks -p nuki-api-gen -p nuki-api --all-features --baseline-rev {tag}"),
            Some(("cargo semver-checks --version", "cargo install --locked cargo-semver-checks")),
        )),
        None => println!("There is no tag of a release yet that the public API could be compared with."),
    }
    steps
}

/// The tag of the last release that this commit descends from.
fn last_release(root: &Path) -> Result<Option<String>> {
    let describe = words("git describe --tags --abbrev=0 --match v[0-9]*");
    let output = command(root, &describe)?.output().context("cannot run git")?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(command: &str, needs: Option<(&'static str, &'static str)>) -> Option<String> {
        Step::new(command, needs).run(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn a_step_passes_fails_or_says_what_it_needs() {
        assert_eq!(outcome("cargo --version", None), None);
        assert_eq!(outcome("cargo no-such-command", None).as_deref(), Some("exit status: 101"));
        let needs = Some(("no-such-tool --version", "install no-such-tool"));
        assert_eq!(outcome("cargo --version", needs).as_deref(), Some("not run, it needs `install no-such-tool`"));
    }

    #[test]
    fn one_step_that_fails_makes_all_fail() {
        let run = |commands: &[&str]| {
            let steps = commands.iter().map(|command| Step::new(command, None)).collect::<Vec<_>>();
            run_all(Path::new(env!("CARGO_MANIFEST_DIR")), &steps).unwrap()
        };
        let (passes, fails) = ("cargo --version", "cargo no-such-command");
        assert_eq!(run(&[passes, passes]), ExitCode::SUCCESS);
        assert_eq!(run(&[fails, passes]), ExitCode::FAILURE);
        assert_eq!(run(&[passes, fails]), ExitCode::FAILURE);
    }

    #[test]
    fn the_public_api_is_compared_once_there_is_a_release() {
        let compared = |release| more(release).iter().any(|step| step.command.contains(&"semver-checks".to_owned()));
        assert!(compared(Some("v0.1.0")));
        assert!(!compared(None));
    }
}
