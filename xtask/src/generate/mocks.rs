//! The typed httpmock helpers that progenitor makes, with the docs that it leaves out.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use progenitor_impl::Generator;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, File, ImplItemFn, Item, ItemStruct, Path, Token, TraitItemFn, parse_quote};

use super::client::settings;
use super::groups::{Folder, Groups};
use super::lower::Lowered;
use super::replace::Replace;
use super::rust::{camel_case, docs};
use super::spec::Spec;

/// Runs progenitor's httpmock generator over the lowered document.
pub fn run(lowered: &Lowered, spec: &Spec, groups: &Groups) -> Result<Folder> {
    let mut generator = Generator::new(&settings(lowered));
    let tokens = generator.httpmock(&lowered.mocks, "crate").context("progenitor refuses the document for mocks")?;
    let mut file: File = syn::parse2(tokens).context("progenitor made no valid Rust for mocks")?;
    Replace::new(&lowered.replacements, Some("types"))?.visit_file_mut(&mut file);
    Document.visit_file_mut(&mut file);
    OnTheWire.visit_file_mut(&mut file);
    ensure!(!file_text(&file).contains("to_string"), "progenitor compares parameters differently now");
    split(file, spec, groups)
}

/// The helpers of each group in a file of their own; the trait stays in the index.
fn split(made: File, spec: &Spec, groups: &Groups) -> Result<Folder> {
    let mut of_type = BTreeMap::new();
    for endpoint in spec.endpoints()? {
        let (id, name) = (endpoint.id()?, camel_case(endpoint.id()?));
        of_type.extend(["When", "Then"].map(|suffix| (format!("{name}{suffix}"), groups.of_operation(id))));
    }
    let mut items = BTreeMap::<_, Vec<_>>::new();
    let mut rest = Vec::new();
    for item in made.items {
        let Item::Mod(module) = item else {
            rest.push(item);
            continue;
        };
        ensure!(module.ident == "operations", "progenitor made a new module of mocks, {}", module.ident);
        for item in module.content.map(|(_, items)| items).unwrap_or_default() {
            let name = match &item {
                Item::Use(_) => continue,
                Item::Struct(item) => item.ident.to_string(),
                Item::Impl(item) => {
                    let ty = &item.self_ty;
                    quote::quote!(#ty).to_string()
                }
                other => bail!("progenitor made something new among the mocks: {}", quote::quote!(#other)),
            };
            let group = of_type.get(&name).with_context(|| format!("{name} belongs to no operation"))?;
            items.entry((*group.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?).to_owned()).or_default().push(item);
        }
    }
    let file = |items: Vec<Item>| -> File {
        parse_quote! {
            #[allow(unused_imports, reason = "which of them are used depends on the document")]
            use crate::runtime::{Parameter, encode_path};
            #[allow(unused_imports, reason = "which of them are used depends on the document")]
            use crate::types;
            #(#items)*
        }
    };
    let groups = items.into_iter().map(|(group, items)| (group, file(items))).collect();
    let names = Folder::names(&groups);
    let index = parse_quote! {
        #(mod #names;)*

        /// What requests look like and what is answered, for each operation. Each converts to httpmock's own with
        /// `into_inner()`.
        pub mod operations {
            #(pub use super::#names::*;)*
        }

        #(#rest)*
    };
    Ok(Folder { index, groups })
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

/// Compares parameters with what is sent, and not with what `Display` shows.
struct OnTheWire;

impl VisitMut for OnTheWire {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match quote::quote!(#expr).to_string().as_str() {
            "value . to_string ()" => *expr = parse_quote!(value.text()),
            // `format!("^/door/{}$", value.to_string())`, of which a regular expression is made.
            text if text.starts_with("format !") => {
                if let Expr::Macro(format) = expr
                    && let Ok(mut arguments) = format.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
                    && arguments.len() == 2
                {
                    arguments[1] = parse_quote!(::regex::escape(&encode_path(&value)));
                    format.mac.tokens = quote::quote!(#arguments);
                }
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
}

fn file_text(file: &File) -> String {
    quote::quote!(#file).to_string()
}

/// The status that a method of a `Then` answers with.
fn status(method: &ImplItemFn) -> Option<String> {
    let code = quote::quote!(#method).to_string();
    let rest = code.split(". status (").nth(1)?;
    Some(rest.split("u16").next()?.trim().to_owned())
}
