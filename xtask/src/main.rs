//! Everything that maintainers run: `cargo xtask help` lists it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod generate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The chores of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the generated crate anew from openapi/nuki-account.yaml.
    Generate {
        /// Write nothing; show what is stale as a diff, and fail if anything is.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let result = match Args::parse().command {
        Command::Generate { check } => generate(check),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

/// The root of the workspace, wherever the command was started.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn generate(check: bool) -> Result<ExitCode> {
    let files = generate::generate(&root())?;
    let diff = generate::output::stale(&root(), &files)?;
    if diff.is_empty() {
        println!("{} is up to date: {} files", generate::GENERATED, files.len());
        return Ok(ExitCode::SUCCESS);
    }
    if check {
        print!("{diff}");
        eprintln!("error: {} is stale; `cargo xtask generate` writes it anew", generate::GENERATED);
        return Ok(ExitCode::FAILURE);
    }
    generate::output::write(&root(), &files)?;
    println!("wrote {} files to {}; `git diff` shows what changed", files.len(), generate::GENERATED);
    Ok(ExitCode::SUCCESS)
}
