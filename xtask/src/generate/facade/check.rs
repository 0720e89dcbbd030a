//! The check of each body: which rules hold for its members, nested ones too.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, Type as Rust, parse_quote};

use super::super::rust::snake_ident;
use super::super::spec::Spec;
use super::arguments::{Form, Generated, inner, item_name, unboxed};

pub const ABOUT: &str = "What is valid in the bodies that are sent, by the rules of the document.";

/// The checks of all schemas that are sent.
pub struct Checks {
    /// By schema: its statements, and the members that may be refused.
    rules: BTreeMap<String, (Vec<TokenStream>, Vec<String>)>,
}

impl Checks {
    pub fn of(spec: &Spec, generated: &Generated) -> Result<Self> {
        let mut checks = Self { rules: BTreeMap::new() };
        let mut on_the_way = BTreeSet::new();
        for endpoint in spec.endpoints()? {
            let body = endpoint.operation.request_body.as_ref().and_then(ReferenceOr::as_item);
            let schema = body.and_then(|body| body.content.get("application/json")?.schema.as_ref());
            let Some(schema) = schema else { continue };
            let (name, resolved) = spec.resolve(schema)?;
            match name {
                Some(name) => checks.visit(spec, generated, name, &mut on_the_way)?,
                None => checks.visit(spec, generated, &item_name(spec, resolved)?, &mut on_the_way)?,
            }
        }
        Ok(checks)
    }

    /// The members of a schema that may be refused, by their paths.
    pub fn members(&self, schema: &str) -> &[String] {
        self.rules.get(schema).map_or(&[], |(_, members)| members)
    }

    pub fn file(&self) -> File {
        let implementations = self.rules.iter().filter(|(_, (rules, _))| !rules.is_empty()).map(|(name, (rules, _))| {
            let name = format_ident!("{name}");
            quote! {
                impl Check for types::#name {
                    fn check(&self, problems: &mut Problems) {
                        #(#rules)*
                    }
                }
            }
        });
        parse_quote! {
            use nuki_api_gen::types;

            use crate::input::{self, Check, Problems};

            #(#implementations)*
        }
    }

    fn visit(&mut self, spec: &Spec, generated: &Generated, name: &str, on_the_way: &mut BTreeSet<String>) -> Result<()> {
        if self.rules.contains_key(name) || !on_the_way.insert(name.to_owned()) {
            return Ok(());
        }
        let schemas = spec.schemas()?;
        let Some((_, schema)) = schemas.iter().find(|(schema, _)| *schema == name) else { return Ok(()) };
        let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else { return Ok(()) };
        let (mut rules, mut members) = (Vec::new(), Vec::new());
        for (member, schema) in &object.properties {
            let schema = unboxed(schema);
            let (target, resolved) = spec.resolve(&schema)?;
            let nested = match &resolved.schema_kind {
                SchemaKind::Type(Type::Object(_)) => target.unwrap_or_default().to_owned(),
                SchemaKind::Type(Type::Array(_)) => item_name(spec, resolved)?,
                _ => String::new(),
            };
            self.visit(spec, generated, &nested, on_the_way)?;
            let (field, ty) = generated.field(name, member).with_context(|| format!("in {name}"))?;
            let optional = inner(ty, "Option");
            let ty = optional.as_ref().unwrap_or(ty);
            let value = if optional.is_some() { quote!(value) } else { quote!(&self.#field) };
            let Some(rule) = self.rule(spec, &schema, member, ty, &value).with_context(|| format!("in {name}.{member}"))? else {
                continue;
            };
            let deeper = self.members(&nested);
            let paths = if deeper.is_empty() {
                vec![member.clone()]
            } else {
                deeper.iter().map(|path| format!("{member}.{path}")).collect()
            };
            members.extend(paths);
            rules.push(if optional.is_some() { quote!(if let Some(value) = &self.#field { #rule }) } else { rule });
        }
        self.rules.insert(name.to_owned(), (rules, members));
        Ok(())
    }

    /// The statement that holds a value to the rules of its schema.
    fn rule(
        &self,
        spec: &Spec,
        schema: &ReferenceOr<Schema>,
        path: &str,
        ty: &Rust,
        value: &TokenStream,
    ) -> Result<Option<TokenStream>> {
        let (target, resolved) = spec.resolve(schema)?;
        if let SchemaKind::Type(Type::Object(_)) = &resolved.schema_kind {
            let has_rules = !self.members(target.unwrap_or_default()).is_empty();
            return Ok(has_rules.then(|| quote!(problems.within(#path, |problems| input::Check::check(#value, problems));)));
        }
        if let SchemaKind::Type(Type::Array(array)) = &resolved.schema_kind {
            let mut rules = Vec::new();
            if let Some(least) = array.min_items {
                ensure!(least == 1, "only minItems: 1 is known");
                rules.push(quote!(problems.not_empty(#path, #value);));
            }
            let items = array.items.as_ref().context("a list says nothing of its items")?;
            let item = inner(ty, "Vec").context("a list is no Vec")?;
            if let Some(rule) = self.rule(spec, &unboxed(items), "", &item, &quote!(item))? {
                rules.push(quote!(problems.each(#path, #value, |problems, item| { #rule });));
            }
            return Ok((!rules.is_empty()).then(|| quote!(#(#rules)*)));
        }
        scalar(spec, schema, path, value)
    }
}

/// The statement that holds a scalar to its rules.
pub fn scalar(spec: &Spec, schema: &ReferenceOr<Schema>, path: &str, value: &TokenStream) -> Result<Option<TokenStream>> {
    if let Form::Parsed(input) = Form::of(spec, schema)? {
        return Ok(Some(quote!(problems.check::<input::#input, _>(#path, #value);)));
    }
    let (_, resolved) = spec.resolve(schema)?;
    Ok(match &resolved.schema_kind {
        SchemaKind::Type(Type::Integer(integer)) if integer.minimum.is_some() || integer.maximum.is_some() => {
            let (least, most) = (integer.minimum.unwrap_or(i64::MIN), integer.maximum.unwrap_or(i64::MAX));
            let (least, most) = (proc_macro2::Literal::i64_unsuffixed(least), proc_macro2::Literal::i64_unsuffixed(most));
            let number = if resolved.schema_data.extensions.contains_key("x-bitmask") {
                quote!((#value).bits().into())
            } else if resolved.schema_data.extensions.contains_key("x-extensible-enum") {
                quote!((#value).as_i64())
            } else {
                quote!((*#value).into())
            };
            Some(quote!(problems.range(#path, #number, #least..=#most);))
        }
        SchemaKind::Type(Type::String(string)) if string.min_length.is_some() || string.max_length.is_some() => {
            bail!("`{path}` is a text with a length: give its schema a name and an x-input-type, the type that checks it");
        }
        _ => None,
    })
}

/// A name of Rust for a parameter, which a check of an action reads.
pub fn of_parameter(spec: &Spec, parameter: &str, schema: &ReferenceOr<Schema>, ty: &Rust) -> Result<Option<TokenStream>> {
    if matches!(Form::of(spec, schema)?, Form::Parsed(_)) {
        // Parsed where it was given, and nobody can change it since.
        return Ok(None);
    }
    let field = snake_ident(parameter).context("a parameter has no name in Rust")?;
    let optional = inner(ty, "Option").is_some();
    let value = if optional { quote!(value) } else { quote!(&self.#field) };
    let rule = scalar(spec, schema, parameter, &value)?;
    Ok(rule.map(|rule| if optional { quote!(if let Some(value) = &self.#field { #rule }) } else { rule }))
}
