//! Formatting, comparing and writing of generated files.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use progenitor_impl::space_out_items;
use similar::TextDiff;
use syn::File as Syntax;

use super::File;

/// Formats code as `cargo fmt` would.
pub fn format(header: &str, code: Syntax) -> Result<String> {
    let text = header.to_owned() + &space_out_items(prettyplease::unparse(&code))?;
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../rustfmt.toml")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run rustfmt; `rustup component add rustfmt` installs it")?;
    rustfmt.stdin.take().context("rustfmt has no standard input")?.write_all(text.as_bytes())?;
    let output = rustfmt.wait_with_output()?;
    ensure!(output.status.success(), "rustfmt refused the generated code");
    Ok(String::from_utf8(output.stdout)?)
}

/// A unified diff from what is in the folder `named` so to `files`, empty when nothing is stale.
pub fn stale(folder: &Path, named: &str, files: &[File]) -> Result<String> {
    let mut diff = String::new();
    let mut compare = |name: &str, old: &str, new: &str| {
        if old != new {
            let path = format!("{named}/{name}");
            let _ = write!(
                diff,
                "{}",
                TextDiff::from_lines(old, new).unified_diff().header(&path, &format!("{path} (generated anew)"))
            );
        }
    };
    for file in files {
        let old = std::fs::read_to_string(folder.join(&file.name)).unwrap_or_default();
        compare(&file.name, &old, &file.text);
    }
    for name in strangers(folder, files)? {
        let old = std::fs::read_to_string(folder.join(&name))?;
        compare(&name, &old, "");
    }
    Ok(diff)
}

/// Writes `files` into the folder, and removes what is not among them.
pub fn write(folder: &Path, files: &[File]) -> Result<()> {
    for file in files {
        let path = folder.join(&file.name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(&path, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for name in strangers(folder, files)? {
        let path = folder.join(name);
        std::fs::remove_file(&path)?;
        // A folder that still has something in it stays.
        let _ = path.parent().map(std::fs::remove_dir);
    }
    Ok(())
}

/// Files in the generated folder, and in those below it, that nothing generates.
fn strangers(folder: &Path, files: &[File]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if !next.exists() {
            continue;
        }
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            if !files.iter().any(|file| file.name == name) {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}
