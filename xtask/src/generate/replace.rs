//! The Rust types that stand for named schemas in place of those that progenitor would make.
//!
//! progenitor is given a path of its own for each schema, [`marker`], and [`Replace`] puts the Rust type there: so it is
//! known of each whether it took effect.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Path, parse_quote};

/// What progenitor writes for the schema of this name.
pub fn marker(name: &str) -> String {
    format!("crate::replaced::{name}")
}

/// Puts the Rust types in place of the markers.
pub struct Replace {
    types: BTreeMap<String, Path>,
    seen: BTreeSet<String>,
}

impl Replace {
    /// For the `replacements` of a lowered document, in code that finds the types of the document behind `module`.
    pub fn new(replacements: &BTreeMap<String, String>, module: Option<&str>) -> Result<Self> {
        let types = replacements.iter().map(|(name, rust)| {
            let path = match (rust.strip_prefix("crate::types::"), module) {
                (Some(own), Some(module)) => syn::parse_str(&format!("{module}::{own}")),
                (Some(own), None) => syn::parse_str(own),
                (None, _) => syn::parse_str(rust),
            };
            Ok((name.clone(), path.with_context(|| format!("{rust} is no path"))?))
        });
        Ok(Self { types: types.collect::<Result<_>>()?, seen: BTreeSet::new() })
    }

    /// Fails where one of them has replaced nothing.
    pub fn ensure_all_took_effect<'a>(all: impl IntoIterator<Item = &'a Self>) -> Result<()> {
        let all = all.into_iter().collect::<Vec<_>>();
        let missing = |name: &&String| !all.iter().any(|replace| replace.seen.contains(*name));
        let names =
            all.iter().flat_map(|replace| replace.types.keys()).filter(missing).map(String::as_str).collect::<BTreeSet<_>>();
        let names = names.into_iter().collect::<Vec<_>>();
        ensure!(names.is_empty(), "progenitor did not use the Rust types of the schemas {}", names.join(", "));
        Ok(())
    }
}

impl VisitMut for Replace {
    fn visit_path_mut(&mut self, path: &mut Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>();
        if let [root, module, name] = &names[..]
            && root == "crate"
            && module == "replaced"
            && let Some(rust) = self.types.get(name)
        {
            self.seen.insert(name.clone());
            *path = rust.clone();
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// The schemas whose types are named in some code, alone and without a module.
#[derive(Default)]
pub struct Named {
    all: BTreeSet<String>,
    pub found: BTreeSet<String>,
}

impl Named {
    pub fn new(all: BTreeSet<String>) -> Self {
        Self { all, found: BTreeSet::new() }
    }

    /// The import of what was found, without what `own` has itself.
    pub fn import(&self, own: &BTreeSet<String>) -> Option<syn::ItemUse> {
        let names = self.found.difference(own).map(|name| format_ident!("{name}")).collect::<Vec<_>>();
        (!names.is_empty()).then(|| parse_quote!(use super::{#(#names),*};))
    }
}

impl VisitMut for Named {
    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        if let Some(name) = path.path.get_ident().map(ToString::to_string)
            && self.all.contains(&name)
        {
            self.found.insert(name);
        }
        visit_mut::visit_type_path_mut(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(module: Option<&str>) -> Replace {
        let replacements = [("Id", "i32"), ("Kind", "crate::types::Kind")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        Replace::new(&replacements.into(), module).unwrap()
    }

    #[test]
    fn the_types_of_the_document_are_named_from_where_the_code_stands() {
        for (module, kind) in [(Some("types"), "types :: Kind"), (None, "Kind")] {
            let mut replace = replace(module);
            let mut code: syn::ItemFn = parse_quote!(
                fn f(a: Option<crate::replaced::Id>, b: &crate::replaced::Kind) {}
            );
            replace.visit_item_fn_mut(&mut code);
            Replace::ensure_all_took_effect([&replace]).unwrap();
            assert_eq!(quote::quote!(#code).to_string(), format!("fn f (a : Option < i32 > , b : & {kind}) {{ }}"));
        }
    }

    #[test]
    fn a_replacement_without_effect_is_an_error() {
        let (mut one, other) = (replace(None), replace(None));
        one.visit_path_mut(&mut parse_quote!(crate::replaced::Id));
        let error = Replace::ensure_all_took_effect([&one, &other]).unwrap_err().to_string();
        assert_eq!(error, "progenitor did not use the Rust types of the schemas Kind");
    }
}
