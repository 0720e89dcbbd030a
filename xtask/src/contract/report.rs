//! A list of changes as text for people, Markdown for a pull request, or JSON for machines.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::json;

use super::Contract;
use super::diff::{Change, Group};

/// How to print.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Markdown,
    Json,
}

const GROUPS: [Group; 4] = [Group::BreaksCallers, Group::BreaksReaders, Group::Additive, Group::Other];

/// Prints the changes from one contract to another.
pub(crate) fn render(format: Format, old: &Contract, new: &Contract, changes: &[Change]) -> String {
    match format {
        Format::Text => text(&headline(old, new, changes), &new.notes(), changes),
        Format::Markdown => markdown(&headline(old, new, changes), &new.notes(), changes),
        Format::Json => json(old, new, changes),
    }
}

fn headline(old: &Contract, new: &Contract, changes: &[Change]) -> String {
    let (from, to, count) = (&old.version, &new.version, changes.len());
    match count {
        0 => format!("The vendor's contract is as the lock says: version {to}, {} operations.", new.operations.len()),
        1 => format!("1 change of the vendor's contract, version {from} -> {to}."),
        _ => format!("{count} changes of the vendor's contract, version {from} -> {to}."),
    }
}

fn groups(changes: &[Change]) -> impl Iterator<Item = (Group, Vec<&Change>)> {
    let of = |group| changes.iter().filter(move |change| change.group == group).collect::<Vec<_>>();
    GROUPS.into_iter().map(move |group| (group, of(group))).filter(|(_, changes)| !changes.is_empty())
}

fn files(changes: &[Change]) -> BTreeSet<String> {
    changes.iter().flat_map(Change::files).collect()
}

// Writing to a `String` cannot fail, so the results of `writeln!` are dropped.
fn text(headline: &str, notes: &[String], changes: &[Change]) -> String {
    let mut out = format!("{headline}\n");
    for (group, changes) in groups(changes) {
        let _ = writeln!(out, "\n{}", group.title());
        for change in changes {
            let _ = writeln!(out, "  {}", change.line());
        }
    }
    if !changes.is_empty() {
        out += "\nLook at\n";
        for file in files(changes) {
            let _ = writeln!(out, "  {file}");
        }
    }
    if !notes.is_empty() {
        out += "\nNote\n";
        for note in notes {
            let _ = writeln!(out, "  {note}");
        }
    }
    out
}

fn markdown(headline: &str, notes: &[String], changes: &[Change]) -> String {
    let mut out = format!("{headline}\n");
    for (group, changes) in groups(changes) {
        let _ = writeln!(out, "\n### {}\n", group.title());
        for change in changes {
            let _ = writeln!(out, "- {}", code(&change.line()));
        }
    }
    if !changes.is_empty() {
        out += "\n### Look at\n\n";
        for file in files(changes) {
            let _ = writeln!(out, "- `{file}`");
        }
    }
    if !notes.is_empty() {
        out += "\n### Note\n\n";
        for note in notes {
            let _ = writeln!(out, "- {}", code(note));
        }
    }
    out
}

/// A code span, whatever the text holds: it comes from a document that others write.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {} ``", text.replace("``", "` `")) } else { format!("`{text}`") }
}

fn json(old: &Contract, new: &Contract, changes: &[Change]) -> String {
    let changes: Vec<_> = changes
        .iter()
        .map(|change| {
            json!({
                "group": change.group, "at": change.at(), "line": change.line(), "operations": change.operations,
                "before": change.before, "after": change.after, "files": change.files(),
            })
        })
        .collect();
    format!("{:#}\n", json!({"from": old.version, "to": new.version, "changes": changes, "notes": new.notes()}))
}
