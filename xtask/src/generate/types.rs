//! `types.rs`: progenitor's structs, made fit for a library that has to grow, and our open enums and bitmasks.
//!
//! A struct may gain members without a breaking release, and users still make values for their own tests: so it is
//! `#[non_exhaustive]`, its members stay public, and it has a `new` with what is required (or `Default`).

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use openapiv3::{Schema, SchemaKind, Type};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{Fields, File, Ident, Item, ItemStruct, parse_quote};

use super::rust::{camel_case, doc, docs, strip_docs};
use super::spec::Spec;

/// Completes progenitor's types with those that it left to us.
pub fn run(items: Vec<Item>, spec: &Spec) -> Result<File> {
    let mut code = Vec::new();
    let secretive = secretive(&items);
    for item in items {
        match item {
            Item::Struct(mut item) => {
                let required = required(spec, &item.ident)?;
                let is_secretive = secretive.contains(&item.ident);
                let new = adapt(&mut item, &required, is_secretive).with_context(|| format!("in struct {}", item.ident))?;
                code.extend([quote!(#item), new]);
            }
            Item::Impl(item) => code.push(quote!(#item)),
            // Errors of conversions of constrained types: there are none, all of them are ours.
            Item::Mod(module) if module.ident == "error" => {}
            other => bail!("progenitor made a type that is no struct: {}", quote!(#other)),
        }
    }
    for (name, schema) in spec.schemas()? {
        let extensions = &schema.schema_data.extensions;
        if let Some(values) = extensions.get("x-extensible-enum") {
            code.push(open_enum(name, schema, values).with_context(|| format!("in enum {name}"))?);
        }
        if let Some(bits) = extensions.get("x-bitmask") {
            code.push(bitmask(name, schema, bits).with_context(|| format!("in bitmask {name}"))?);
        }
    }
    Ok(parse_quote!(#(#code)*))
}

/// The structs that hold a secret, or a struct that does.
fn secretive(items: &[Item]) -> BTreeSet<Ident> {
    let structs = items.iter().filter_map(|item| if let Item::Struct(item) = item { Some(item) } else { None });
    let structs = structs.collect::<Vec<_>>();
    let mut secretive = BTreeSet::from(["Secret", "Base32Secret"].map(|name| format_ident!("{name}")));
    loop {
        let known = secretive.len();
        let holds = |item: &&&ItemStruct| {
            let mut identifiers = item.fields.iter().flat_map(|field| identifiers(field.ty.to_token_stream()));
            identifiers.any(|identifier| secretive.contains(&identifier))
        };
        let found = structs.iter().filter(holds).map(|item| item.ident.clone()).collect::<Vec<_>>();
        secretive.extend(found);
        if secretive.len() == known {
            return secretive;
        }
    }
}

fn identifiers(tokens: TokenStream) -> Vec<Ident> {
    tokens.into_iter().filter_map(|token| if let TokenTree::Ident(ident) = token { Some(ident) } else { None }).collect()
}

/// The required members of a schema as fields, in the order in which the document demands them.
fn required(spec: &Spec, name: &Ident) -> Result<Vec<String>> {
    let schemas = spec.schemas()?;
    let (_, schema) = schemas.iter().find(|(schema, _)| name == schema).with_context(|| format!("{name} is no schema"))?;
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Ok(object.required.clone()),
        _ => bail!("{name} is no object"),
    }
}

/// Makes the struct able to grow, and returns its `new`.
fn adapt(item: &mut ItemStruct, required: &[String], is_secretive: bool) -> Result<TokenStream> {
    strip_docs(&mut item.attrs);
    if is_secretive {
        let at = item.attrs.iter().filter(|attribute| doc(attribute).is_some()).count();
        let warning = docs("Serializing it writes its secrets as they are: do not log the result.");
        item.attrs.splice(at..at, std::iter::once(parse_quote!(#[doc = ""])).chain(warning));
    }
    item.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    let Fields::Named(fields) = &mut item.fields else { bail!("it has no named fields") };
    for field in &mut fields.named {
        strip_docs(&mut field.attrs);
        let ty = &field.ty;
        let ty = quote!(#ty).to_string().replace(' ', "");
        if ty.contains("DateTime") {
            ensure!(
                ty.starts_with("::std::option::Option<::chrono::DateTime"),
                "a date that is required: the fast reader takes optional ones"
            );
            field.attrs.push(parse_quote!(#[serde(default, deserialize_with = "crate::date::optional")]));
        }
        if ty.contains("Vec<crate::Secret>") {
            field.attrs.push(parse_quote!(#[serde(default, deserialize_with = "crate::secret::optional_list")]));
        }
        if field.attrs.iter().any(|attribute| quote!(#attribute).to_string().contains("flatten")) {
            ensure!(field.attrs.iter().all(|attribute| doc(attribute).is_none()), "progenitor documents flattened members now");
            field.attrs.splice(0..0, docs("Members that this version does not know, as they came."));
            field.ty = parse_quote!(crate::Extra);
        }
    }
    if required.is_empty() {
        // progenitor leaves it out where unknown members are kept.
        if !item.attrs.iter().any(|attribute| quote!(#attribute).to_string().contains("Default")) {
            item.attrs.push(parse_quote!(#[derive(Default)]));
        }
        return Ok(TokenStream::new());
    }
    let rust_name = |name: &String| {
        let snake = name.chars().flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] });
        format_ident!("{}", snake.collect::<String>())
    };
    let required = required.iter().map(rust_name).collect::<Vec<_>>();
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    for name in &required {
        let field =
            fields.named.iter().find(|field| field.ident.as_ref() == Some(name)).with_context(|| format!("no field {name}"))?;
        let ty = &field.ty;
        if quote!(#ty).to_string().replace(' ', "") == "::std::string::String" {
            parameters.push(quote!(#name: impl Into<String>));
            arguments.push(quote!(#name: #name.into()));
        } else {
            parameters.push(quote!(#name: #ty));
            arguments.push(quote!(#name));
        }
    }
    let rest = fields.named.iter().filter_map(|field| field.ident.as_ref()).filter(|name| !required.contains(name));
    let name = &item.ident;
    Ok(quote! {
        impl #name {
            /// With what is required, and nothing else.
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#arguments,)* #(#rest: Default::default(),)* }
            }
        }
    })
}

fn open_enum(name: &str, schema: &Schema, values: &Value) -> Result<TokenStream> {
    let values = values.as_array().context("x-extensible-enum is no list")?;
    let variants = match schema.schema_data.extensions.get("x-enum-varnames") {
        Some(names) => names.as_array().context("x-enum-varnames is no list")?.clone(),
        None => values.clone(),
    };
    ensure!(variants.len() == values.len(), "x-enum-varnames and x-extensible-enum differ in length");
    let variants = variants
        .iter()
        .map(|name| Ok(camel_case(name.as_str().context("a number needs a name in x-enum-varnames")?)))
        .collect::<Result<Vec<_>>>()?;
    let name = format_ident!("{name}");
    let docs = docs(schema.schema_data.description.as_deref().unwrap_or_default());
    let (derive, inner, implement) = match &schema.schema_kind {
        SchemaKind::Type(Type::String(_)) => (quote!(Clone, Debug), quote!(String), quote!(open_string_enum)),
        SchemaKind::Type(Type::Integer(_)) => (quote!(Clone, Copy, Debug), quote!(i64), quote!(open_integer_enum)),
        _ => bail!("an open enum is a string or an integer"),
    };
    let literals = values
        .iter()
        .map(|value| match value {
            Value::String(text) => Ok(proc_macro2::Literal::string(text)),
            Value::Number(number) if number.is_i64() => {
                Ok(proc_macro2::Literal::i64_unsuffixed(number.as_i64().unwrap_or_default()))
            }
            _ => bail!("{value} is neither a string nor an integer"),
        })
        .collect::<Result<Vec<_>>>()?;
    let variant_docs = values.iter().map(|value| super::rust::docs(&format!("`{}`", value.to_string().trim_matches('"'))));
    Ok(quote! {
        #(#docs)*
        #[derive(#derive)]
        #[non_exhaustive]
        pub enum #name {
            #(#(#variant_docs)* #variants,)*
            /// A value that this version does not know, as it came.
            Unknown(#inner),
        }

        crate::open_enum::#implement!(#name { #(#variants = #literals),* });
    })
}

fn bitmask(name: &str, schema: &Schema, bits: &Value) -> Result<TokenStream> {
    let bits = bits.as_object().context("x-bitmask is no map")?;
    let mut bits = bits
        .iter()
        .map(|(name, bit)| {
            let value = bit.get("bit").and_then(Value::as_i64).with_context(|| format!("{name} has no bit"))?;
            ensure!(value.count_ones() == 1, "{name} is {value}, which is no single bit");
            let text = bit.get("description").and_then(Value::as_str).with_context(|| format!("{name} has no description"))?;
            Ok((value, format_ident!("{name}"), text))
        })
        .collect::<Result<Vec<_>>>()?;
    bits.sort_by_key(|(value, ..)| *value);
    let mut text = format!(
        "{}\n\n| bit | constant | meaning |\n|---|---|---|\n",
        schema.schema_data.description.as_deref().unwrap_or_default()
    );
    for (value, name, meaning) in &bits {
        text += &format!("| {value} | `{name}` | {meaning} |\n");
    }
    let name = format_ident!("{name}");
    let docs = docs(&text);
    let constants = bits.iter().map(|(value, name, meaning)| {
        let value = proc_macro2::Literal::i64_unsuffixed(*value);
        let docs = super::rust::docs(meaning);
        quote!(#(#docs)* #name = #value,)
    });
    Ok(quote!(crate::bitmask::bitmask! { #(#docs)* #name { #(#constants)* } }))
}
