//! What holds for the crates that ours bring along. Licences, bans and sources are cargo-deny's (`deny.toml`).

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// What is published.
const OURS: [&str; 2] = ["nuki-api", "nuki-api-gen"];

/// Checks that no crate asks for a newer Rust than ours do, among all that a user of ours compiles: with all features and on
/// all platforms. Cargo downloads those that are not here. Exit status: 0 none does, 1 some do.
pub fn run(root: &Path) -> Result<ExitCode> {
    let newer = newer(&metadata(root, &["--all-features"])?)?;
    for package in &newer {
        eprintln!("{package}: take an older version (`cargo update --precise`), or raise ours as CONTRIBUTING.md says");
    }
    if newer.is_empty() {
        println!("No dependency asks for a newer Rust than we do.");
    }
    Ok(ExitCode::from(u8::from(!newer.is_empty())))
}

fn metadata(root: &Path, arguments: &[&str]) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version=1", "--locked", "--quiet"]).args(arguments).current_dir(root);
    let output = command.output().context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo metadata fails: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn newer(metadata: &Value) -> Result<Vec<String>> {
    let compiled = what_users_compile(metadata);
    let ours =
        compiled.iter().filter(|package| is_ours(package)).filter_map(|package| minor(text(package, "rust_version"))).min();
    let ours = ours.context("our crates do not say which Rust they need")?;
    let newer = compiled.iter().filter(|package| minor(text(package, "rust_version")).is_some_and(|theirs| theirs > ours));
    Ok(newer.map(|package| format!("{} asks for Rust {}", text(package, "name"), text(package, "rust_version"))).collect())
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn is_ours(package: &Value) -> bool {
    OURS.contains(&text(package, "name")) && package["source"].is_null()
}

/// Ours, and whatever a user of ours compiles: normal and build dependencies, all the way down.
fn what_users_compile(metadata: &Value) -> Vec<&Value> {
    let nodes: HashMap<_, _> = list(&metadata["resolve"], "nodes").iter().map(|node| (text(node, "id"), node)).collect();
    let packages = list(metadata, "packages");
    let mut open = packages.iter().filter(|package| is_ours(package)).map(|package| text(package, "id")).collect::<Vec<_>>();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let dependencies = nodes.get(id).map(|node| list(node, "deps")).unwrap_or_default().iter();
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Our own manifests: without dependencies, since a test needs no crate that was not downloaded to build it.
    fn manifests() -> Value {
        metadata(Path::new(env!("CARGO_MANIFEST_DIR")), &["--no-deps"]).unwrap()
    }

    #[test]
    fn a_dependency_that_asks_for_a_newer_rust_is_named() {
        let newer = |rust_versions: [&str; 4]| {
            let [ours, near, far, dev] = rust_versions;
            let package = |name: &str, version| json!({"id": name, "name": name, "source": "registry", "rust_version": version});
            let depends = |on: &str, kind| json!({"pkg": on, "dep_kinds": [{"kind": kind}]});
            let mut metadata = json!({
                "packages": [package("nuki-api", ours), package("near", near), package("far", far), package("dev", dev)],
                "resolve": {"nodes": [
                    {"id": "nuki-api", "deps": [depends("near", Value::Null), depends("dev", "dev".into())]},
                    {"id": "near", "deps": [depends("far", "build".into())]},
                    {"id": "far", "deps": []},
                    {"id": "dev", "deps": []},
                ]},
            });
            metadata["packages"][0]["source"] = Value::Null;
            super::newer(&metadata).unwrap()
        };
        assert_eq!(newer(["1.88", "1.88.0", "1.63", "1.90"]), [""; 0], "nobody compiles what our tests need");
        assert_eq!(newer(["1.88", "1.89", "2.0.1", "1.0"]), ["near asks for Rust 1.89", "far asks for Rust 2.0.1"]);
        assert!(super::newer(&json!({"packages": []})).is_err());
    }

    #[test]
    fn every_dependency_of_ours_has_a_line_in_the_readme() {
        let readme = include_str!("../../README.md");
        let start = readme.find("## Dependencies and why").unwrap();
        let section = &readme[start + 2..];
        let section = &section[..section.find("\n## ").unwrap_or(section.len())];
        let metadata = manifests();
        let ours = list(&metadata, "packages").iter().filter(|package| is_ours(package));
        let normal = ours.flat_map(|package| list(package, "dependencies")).filter(|dependency| dependency["kind"].is_null());
        let names =
            normal.map(|dependency| text(dependency, "name")).filter(|name| !OURS.contains(name)).collect::<BTreeSet<_>>();
        assert!(names.contains("reqwest"), "{names:?}");
        let missing = names.into_iter().filter(|name| !section.contains(&format!("`{name}`"))).collect::<BTreeSet<_>>();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_facade_takes_exactly_the_generated_crate_that_it_was_built_with() {
        let metadata = manifests();
        let facade = list(&metadata, "packages").iter().find(|package| text(package, "name") == "nuki-api").unwrap();
        let generated =
            list(facade, "dependencies").iter().find(|dependency| text(dependency, "name") == "nuki-api-gen").unwrap();
        assert_eq!(text(generated, "req"), concat!("=", env!("CARGO_PKG_VERSION")));
    }
}
