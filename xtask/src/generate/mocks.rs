//! The typed httpmock helpers that progenitor makes, with the docs that it leaves out.

use anyhow::{Context, Result};
use progenitor_impl::Generator;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ImplItemFn, ItemMod, ItemStruct, ItemTrait, Path, TraitItemFn, parse_quote};

use super::client::settings;
use super::lower::Lowered;
use super::rust::docs;

/// Runs progenitor's httpmock generator over the lowered document.
pub fn run(lowered: &Lowered) -> Result<File> {
    let mut generator = Generator::new(&settings(lowered));
    let tokens = generator.httpmock(&lowered.mocks, "crate").context("progenitor refuses the document for mocks")?;
    let mut file: File = syn::parse2(tokens).context("progenitor made no valid Rust for mocks")?;
    Document.visit_file_mut(&mut file);
    Ok(file)
}

struct Document;

impl Document {
    fn describe(attributes: &mut Vec<Attribute>, text: &str) {
        if !attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
            attributes.splice(0..0, docs(text));
        }
    }
}

impl VisitMut for Document {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        if let Some((_, items)) = &mut module.content {
            for item in items {
                if let syn::Item::Use(import) = item {
                    // progenitor imports all of the crate, and needs its types only.
                    *import = parse_quote!(
                        use crate::types;
                    );
                }
            }
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        let name = item.ident.to_string();
        let text = match name.strip_suffix("When") {
            Some(operation) => format!("What a request of `Operation::{operation}` looks like."),
            None => format!("What the service answers to `Operation::{}`.", name.trim_end_matches("Then")),
        };
        Self::describe(&mut item.attrs, &text);
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        let name = method.sig.ident.to_string();
        let text = match name.as_str() {
            "new" => "Starts from one of httpmock's.".to_owned(),
            "into_inner" => "Back to httpmock's, for all that has no typed helper.".to_owned(),
            _ if status(method).is_some() => format!("Answers with the status {}.", status(method).unwrap_or_default()),
            _ => format!("Demands this `{name}`."),
        };
        Self::describe(&mut method.attrs, &text);
        visit_mut::visit_impl_item_fn_mut(self, method);
    }

    fn visit_item_trait_mut(&mut self, item: &mut ItemTrait) {
        visit_mut::visit_item_trait_mut(self, item);
    }

    fn visit_trait_item_fn_mut(&mut self, method: &mut TraitItemFn) {
        let text = format!("Mocks the operation `{}`.", method.sig.ident);
        Self::describe(&mut method.attrs, &text);
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.segments.first().is_some_and(|first| first.ident == "regex") && path.leading_colon.is_none() {
            path.leading_colon = Some(parse_quote!(::));
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// The status that a method of a `Then` answers with.
fn status(method: &ImplItemFn) -> Option<String> {
    let code = quote::quote!(#method).to_string();
    let rest = code.split(". status (").nth(1)?;
    Some(rest.split("u16").next()?.trim().to_owned())
}
