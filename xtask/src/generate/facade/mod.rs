//! `nuki-api/src/generated/`: the mechanical part of the facade, made of the document and of the client generated from it.
//!
//! [`handles`] and [`model`] read what the document says about handles and calls, [`arguments`] how a value is given, [`docs`] what is
//! said about it, [`check`] which rules hold for what is sent, and [`mod@write`] makes Rust of all that. [`rows`] writes the
//! contract cases.

mod arguments;
mod check;
mod docs;
mod handles;
mod model;
mod rows;
mod write;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use syn::{File, Item, UseTree, Visibility};

use super::output;
use super::spec::Spec;

/// Where the input types of the facade are, from the root of the workspace.
const INPUTS: &str = "nuki-api/src/input/mod.rs";
/// Where the hand-written parts of its groups are.
const GROUPS: &str = "nuki-api/src/groups";

/// What the facade has by hand.
#[derive(Default)]
pub struct ByHand {
    /// The groups with a module of their own.
    groups: BTreeSet<String>,
    /// The input types.
    inputs: BTreeSet<String>,
}

impl ByHand {
    pub fn read(root: &Path) -> Result<Self> {
        let groups = output::names(&root.join(GROUPS))?;
        let groups = groups.iter().map(|name| name.strip_suffix(".rs").unwrap_or(name).to_owned()).collect();
        let text = std::fs::read_to_string(root.join(INPUTS)).with_context(|| format!("cannot read {INPUTS}"))?;
        let mut inputs = BTreeSet::new();
        for item in syn::parse_file(&text).with_context(|| format!("cannot read {INPUTS}"))?.items {
            if let syn::Item::Use(item) = item
                && matches!(item.vis, Visibility::Public(_))
            {
                names(&item.tree, &mut inputs);
            }
        }
        Ok(Self { groups, inputs })
    }
}

/// The names that a `use` brings.
fn names(tree: &UseTree, into: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, into),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, into)),
        UseTree::Name(name) => {
            into.insert(name.ident.to_string());
        }
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

/// A generated module: its name, what it is about, and its code.
pub struct Module {
    pub name: String,
    pub about: String,
    pub code: File,
}

/// Makes the modules of the facade, and those with its contract cases.
pub fn run(spec: &Spec, client: &[File], types: &[Item], by_hand: &ByHand) -> Result<(Vec<Module>, Vec<Module>)> {
    for (name, schema) in spec.schemas()? {
        let input = schema.schema_data.extensions.get("x-input-type").and_then(|input| input.as_str());
        if let Some(input) = input.filter(|input| !by_hand.inputs.contains(*input)) {
            let known = by_hand.inputs.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(spec.error(
                &format!("/components/schemas/{name}/x-input-type"),
                format!("{INPUTS} has no `{input}`: write it there, or name one of {known}"),
            ));
        }
    }
    let generated = arguments::Generated::new(client, types)?;
    let face = model::Face::read(spec, &generated)?;
    let checks = check::Checks::of(spec, &generated)?;
    let (mut modules, mut cases) = (Vec::new(), Vec::new());
    for group in &face.groups {
        let code = write::group(spec, &face, group, &checks, by_hand.groups.contains(&group.name))?;
        let about = format!("{}\n\n{}", group.description.trim(), operations(&face, group)?);
        modules.push(Module { name: group.name.clone(), about, code });
        let about = format!("Contract cases of the group `{}`.", group.name);
        cases.push(Module { name: group.name.clone(), about, code: rows::group(spec, &face, group)? });
    }
    modules.push(Module { name: "check".to_owned(), about: check::ABOUT.to_owned(), code: checks.file() });
    Ok((modules, cases))
}

/// The operations of a group, a line each.
fn operations(face: &model::Face, group: &model::Group) -> Result<String> {
    let mut table = String::from("| HTTP call | from a `nuki` |\n|---|---|\n");
    for call in face.calls.iter().filter(|call| call.group == group.name) {
        let handle = face.handle(&call.chain).context("it hangs on nothing")?;
        // What a handle binds, and what a call takes, the docs of each tell.
        let chain = call.chain.split('.').map(|part| match part.split_once('(') {
            Some((name, ")")) => format!("{name}()"),
            Some((name, _)) => format!("{name}(..)"),
            None => part.to_owned(),
        });
        let (chain, method, name) = (chain.collect::<Vec<_>>().join("."), &call.method, &handle.name);
        table += &format!("| `{}` | [`.{chain}.{method}(..)`](crate::{}::{name}::{method}) |\n", call.line, handle.group);
    }
    Ok(table)
}

#[cfg(test)]
mod tests;
