//! Formatting, comparing and writing of generated files.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use progenitor_impl::space_out_items;
use similar::TextDiff;
use syn::File as Syntax;

use super::{CASES, CLIENT, FACADE, File};

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
    // Neither of the two puts an empty line between an item of one line and the next.
    let text = String::from_utf8(output.stdout)?;
    Ok(["impl", "pub", "#[", "///", "macro"]
        .into_iter()
        .fold(text, |text, next| text.replace(&format!(";\n{next}"), &format!(";\n\n{next}"))))
}

/// A unified diff from what is on disk to `files`, empty when nothing is stale.
pub fn stale(root: &Path, files: &[File]) -> Result<String> {
    let mut diff = String::new();
    let mut compare = |path: &str, new: &str| {
        let old = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        if old != new {
            let diff_of_file = TextDiff::from_lines(old.as_str(), new)
                .unified_diff()
                .header(path, &format!("{path} (generated anew)"))
                .to_string();
            let _ = write!(diff, "{diff_of_file}");
        }
    };
    for file in files {
        compare(&file.path, &file.text);
    }
    for path in strangers(root, files)? {
        compare(&path, "");
    }
    Ok(diff)
}

/// Writes `files`, and removes what is not among them.
pub fn write(root: &Path, files: &[File]) -> Result<()> {
    for file in files {
        let path = root.join(&file.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for path in strangers(root, files)? {
        let path = root.join(path);
        std::fs::remove_file(&path)?;
        // A folder that still has something in it stays.
        let _ = path.parent().map(std::fs::remove_dir);
    }
    Ok(())
}

/// Files in the generated folders, and in those below them, that nothing generates.
fn strangers(root: &Path, files: &[File]) -> Result<Vec<String>> {
    let mut strangers = Vec::new();
    let mut folders = [CLIENT, FACADE, CASES].map(str::to_owned).to_vec();
    while let Some(folder) = folders.pop() {
        for name in names(&root.join(&folder))? {
            let path = format!("{folder}/{name}");
            if root.join(&path).is_dir() {
                folders.push(path);
            } else if !files.iter().any(|file| file.path == path) {
                strangers.push(path);
            }
        }
    }
    strangers.sort();
    Ok(strangers)
}

/// The names in a folder, sorted; none where there is no folder.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
