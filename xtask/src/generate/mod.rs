//! `cargo xtask generate`: from the document in `openapi/` to the generated code of `nuki-api-gen` and `nuki-api`.
//!
//! spec -> [`lower`] and [`schema`] (what progenitor can take) -> [`client`] (progenitor, pointed at our runtime),
//! [`types`], [`operations`] and [`mocks`], each split into [`groups`]; [`facade`] (the calls, on top of that client) ->
//! [`output`] (formatting, comparing, writing). [`requests`] is what the sandbox holds requests against.

mod client;
mod facade;
mod groups;
mod lower;
mod mocks;
mod operations;
mod output;
mod replace;
mod requests;
mod rust;
mod schema;
mod spec;
mod types;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use syn::File as Syntax;

use crate::document::{Document, FOLDER};
use groups::Groups;
use spec::Spec;

/// Where the generated client goes, from the root of the workspace.
const CLIENT: &str = "nuki-api-gen/src/generated";
/// Where the generated part of the facade goes.
const FACADE: &str = "nuki-api/src/generated";
/// Where the generated contract cases go.
const CASES: &str = "tests/contract/rows";
const PROGENITOR: &str = "progenitor 0.15.1";

/// One generated file: its path from the root of the workspace, and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// The command: writes what is stale, or with `check` shows it and fails.
pub fn run(root: &Path, check: bool) -> Result<ExitCode> {
    let files = generate(root)?;
    let diff = output::stale(root, &files)?;
    if diff.is_empty() {
        println!("the generated code is up to date: {} files", files.len());
    } else if check {
        print!("{diff}");
        eprintln!("error: the generated code is stale; `cargo xtask generate` writes it anew");
        return Ok(ExitCode::FAILURE);
    } else {
        output::write(root, &files)?;
        println!("wrote {} files to {CLIENT}, {FACADE} and {CASES}; `git diff` shows what changed", files.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes every generated file of the document at `root`, without writing any.
fn generate(root: &Path) -> Result<Vec<File>> {
    generate_from(Document::read(root)?, &facade::ByHand::read(root)?).with_context(|| format!("cannot generate from {FOLDER}/"))
}

fn generate_from(document: Document, by_hand: &facade::ByHand) -> Result<Vec<File>> {
    let requests = File { path: format!("{FACADE}/requests.json"), text: requests::run(&document.value)? };
    let spec = Spec::new(document)?;
    let client = Client::of(&spec)?;
    let (modules, cases) = facade::run(&spec, &client.methods, &client.types, by_hand)?;
    let types = types::names(&client.modules);
    let of_types = client.modules.iter().filter_map(|(name, ..)| name.strip_prefix("types/")).filter(|name| *name != "mod");
    let of_types = of_types.map(|name| quote::format_ident!("{name}")).collect::<Vec<_>>();
    let mut files = client.files(CLIENT)?;
    files.push(requests);
    let [names, groups] = [&modules, &cases].map(|modules| modules.iter().map(|module| module.name.clone()).collect::<Vec<_>>());
    for (folder, modules) in [(FACADE, modules), (CASES, cases)] {
        for module in modules {
            files.push(file(format!("{folder}/{}.rs", module.name), &module.about, module.code)?);
        }
    }
    let about = "The groups of calls, and what is valid in their bodies.";
    files.push(file(format!("{FACADE}/mod.rs"), about, rust::facade_modules(&names, &of_types))?);
    let about = "Contract cases made from the document.";
    files.push(file(format!("{CASES}/mod.rs"), about, rust::case_modules(&groups, &types))?);
    Ok(files)
}

/// The generated client, before it is text.
struct Client {
    /// Its methods and its types, for the facade to build on.
    methods: Vec<Syntax>,
    types: Vec<syn::Item>,
    /// Name within the folder, what it is about, and the code.
    modules: Vec<(String, String, Syntax)>,
}

impl Client {
    fn of(spec: &Spec) -> Result<Self> {
        let groups = Groups::new(spec)?;
        let lowered = lower::lower(spec)?;
        let progenitor = client::run(&lowered, &groups)?;
        let (methods, types) = (progenitor.client.groups.values().cloned().collect(), progenitor.types.clone());
        let mut modules = vec![("mod".to_owned(), "All that is made from the document.".to_owned(), rust::modules())];
        for (folder, about, code) in [
            ("client", "The operations as methods of the client", progenitor.client),
            ("httpmock", "Typed matchers and answers for httpmock", mocks::run(&lowered, spec, &groups)?),
            ("operations", "The table of operations", operations::run(spec, &groups)?),
            ("types", "The schemas of the document", types::run(progenitor.types, spec, &groups)?),
        ] {
            modules.push((format!("{folder}/mod"), format!("{about}."), code.index));
            modules.extend(
                code.groups.into_iter().map(|(group, code)| (format!("{folder}/{group}"), format!("{about}: `{group}`."), code)),
            );
        }
        Ok(Self { methods, types, modules })
    }

    fn files(self, folder: &str) -> Result<Vec<File>> {
        self.modules.into_iter().map(|(name, about, code)| file(format!("{folder}/{name}.rs"), &about, code)).collect()
    }
}

fn file(path: String, about: &str, code: Syntax) -> Result<File> {
    let made_with = if path.starts_with(CLIENT) { format!(" with {PROGENITOR}") } else { String::new() };
    let about = about.trim().lines().fold(String::new(), |text, line| text + format!("//! {line}").trim_end() + "\n");
    let header = format!("{about}//\n// @generated by `cargo xtask generate`{made_with}; edits are lost.\n\n");
    Ok(File { text: output::format(&header, code).with_context(|| format!("cannot format {path}"))?, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }

    #[test]
    fn every_run_gives_the_same_bytes() {
        assert_eq!(generate(root()).unwrap(), generate(root()).unwrap());
    }

    #[test]
    fn no_trace_of_the_crates_that_our_runtime_stands_in_for() {
        for file in generate(root()).unwrap() {
            for word in ["progenitor_client", "api-version", "reqwest", "header_map"] {
                assert!(!file.text.contains(word), "{} mentions {word}", file.path);
            }
        }
    }

    #[test]
    fn a_document_that_is_no_openapi_is_refused() {
        for text in ["", "a: [", "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}", "[]"] {
            let made =
                Document::join([("a.yaml", text)]).and_then(|document| generate_from(document, &facade::ByHand::default()));
            assert!(made.is_err(), "{text:?} was accepted");
        }
    }
}
