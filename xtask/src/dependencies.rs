//! What holds for every crate that ours bring along. Licences, bans and sources are cargo-deny's (`deny.toml`).

use std::collections::{BTreeSet, HashMap};
use std::process::Command;

use serde_json::Value;

/// What is published.
const OURS: [&str; 2] = ["nuki-api", "nuki-api-gen"];

/// All crates of the workspace and below it, with all features and on all platforms.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--all-features", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// Ours, and whatever a user of ours compiles: normal and build dependencies, all the way down.
fn what_users_compile(metadata: &Value) -> Vec<&Value> {
    let nodes: HashMap<_, _> = list(&metadata["resolve"], "nodes").iter().map(|node| (text(node, "id"), node)).collect();
    let packages = list(metadata, "packages");
    let is_ours = |package: &&Value| OURS.contains(&text(package, "name")) && package["source"].is_null();
    let mut open = packages.iter().filter(is_ours).map(|package| text(package, "id")).collect::<Vec<_>>();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let dependencies = list(nodes[id], "deps").iter();
            let is_compiled = |dependency: &&Value| list(dependency, "dep_kinds").iter().any(|kind| kind["kind"] != "dev");
            open.extend(dependencies.filter(is_compiled).map(|dependency| text(dependency, "pkg")));
        }
    }
    packages.iter().filter(|package| seen.contains(text(package, "id"))).collect()
}

/// 1.88 of `1.88` and of `1.88.0`.
fn minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[test]
fn no_dependency_asks_for_a_newer_rust_than_we_do() {
    let ours = minor(env!("CARGO_PKG_RUST_VERSION")).unwrap();
    let metadata = metadata();
    let compiled = what_users_compile(&metadata);
    assert!(compiled.len() > 100, "only {} crates were found", compiled.len());
    let newer = compiled.iter().filter(|package| minor(text(package, "rust_version")).is_some_and(|theirs| theirs > ours));
    let newer = newer.map(|package| format!("{} {}", text(package, "name"), text(package, "rust_version"))).collect::<Vec<_>>();
    assert!(newer.is_empty(), "these ask for more than {}: {newer:?}", env!("CARGO_PKG_RUST_VERSION"));
}

#[test]
fn every_dependency_of_ours_has_a_line_in_the_readme() {
    let readme = include_str!("../../README.md");
    let start = readme.find("## Dependencies and why").unwrap();
    let section = &readme[start + 2..];
    let section = &section[..section.find("\n## ").unwrap_or(section.len())];
    let metadata = metadata();
    let ours = list(&metadata, "packages").iter().filter(|package| OURS.contains(&text(package, "name")));
    let normal = ours.flat_map(|package| list(package, "dependencies")).filter(|dependency| dependency["kind"].is_null());
    let names = normal.map(|dependency| text(dependency, "name")).filter(|name| !OURS.contains(name));
    let missing = names.filter(|name| !section.contains(&format!("`{name}`"))).collect::<BTreeSet<_>>();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_facade_takes_exactly_the_generated_crate_that_it_was_built_with() {
    let metadata = metadata();
    let facade = list(&metadata, "packages").iter().find(|package| text(package, "name") == "nuki-api").unwrap();
    let generated = list(facade, "dependencies").iter().find(|dependency| text(dependency, "name") == "nuki-api-gen").unwrap();
    assert_eq!(text(generated, "req"), concat!("=", env!("CARGO_PKG_VERSION")));
}
