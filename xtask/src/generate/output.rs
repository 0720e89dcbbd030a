//! Formatting, comparing and writing of generated files.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use progenitor_impl::space_out_items;
use similar::TextDiff;
use syn::File as Syntax;

use super::{File, GENERATED};

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

/// A unified diff from what is on disk to `files`, empty when nothing is stale.
pub fn stale(root: &Path, files: &[File]) -> Result<String> {
    let mut diff = String::new();
    let mut compare = |name: &str, old: &str, new: &str| {
        if old != new {
            let path = format!("{GENERATED}/{name}");
            let _ = write!(
                diff,
                "{}",
                TextDiff::from_lines(old, new).unified_diff().header(&path, &format!("{path} (generated anew)"))
            );
        }
    };
    for file in files {
        let old = std::fs::read_to_string(root.join(GENERATED).join(file.name)).unwrap_or_default();
        compare(file.name, &old, &file.text);
    }
    for name in strangers(root, files)? {
        let old = std::fs::read_to_string(root.join(GENERATED).join(&name))?;
        compare(&name, &old, "");
    }
    Ok(diff)
}

/// Writes `files`, and removes what is not among them.
pub fn write(root: &Path, files: &[File]) -> Result<()> {
    let folder = root.join(GENERATED);
    std::fs::create_dir_all(&folder)?;
    for file in files {
        let path = folder.join(file.name);
        std::fs::write(&path, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for name in strangers(root, files)? {
        std::fs::remove_file(folder.join(name))?;
    }
    Ok(())
}

/// Files in the generated folder that nothing generates.
fn strangers(root: &Path, files: &[File]) -> Result<Vec<String>> {
    let folder = root.join(GENERATED);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !files.iter().any(|file| file.name == name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
