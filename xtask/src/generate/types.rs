//! `types.rs`: progenitor's structs, made fit for a library that has to grow, and our open enums and bitmasks.
//!
//! A struct may gain members without a breaking release, and users still make values for their own tests: so it is
//! `#[non_exhaustive]`, its members stay public, and it has a `new` with what is required (or `Default`).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{Field, Fields, File, Ident, Item, ItemStruct, parse_quote};

use super::groups::{Folder, Groups};
use super::replace::Named;
use super::rust::{camel_case, doc, docs, strip_docs};
use super::spec::Spec;

/// Completes progenitor's types with those that it left to us, each in the file of its group.
pub fn run(items: Vec<Item>, spec: &Spec, groups: &Groups) -> Result<Folder> {
    let mut code = BTreeMap::<String, Vec<(String, File)>>::new();
    let mut put = |name: String, tokens: TokenStream| -> Result<()> {
        let items = syn::parse2(tokens).with_context(|| format!("{name} is no valid Rust"))?;
        code.entry(groups.of_schema(&name)?.to_owned()).or_default().push((name, items));
        Ok(())
    };
    let secretive = secretive(&items);
    for item in items {
        match item {
            Item::Struct(mut item) => {
                let (name, item_name) = (item.ident.to_string(), item.ident.clone());
                let required = required(spec, &item.ident)?;
                read_as_extra(&mut item, spec)?;
                let new =
                    adapt(&mut item, &required, secretive.contains(&item_name)).with_context(|| format!("in struct {name}"))?;
                put(name, quote!(#item #new))?;
            }
            Item::Impl(item) => {
                let ty = &item.self_ty;
                put(quote!(#ty).to_string(), quote!(#item))?;
            }
            // Errors of conversions of constrained types: there are none, all of them are ours.
            Item::Mod(module) if module.ident == "error" => {}
            other => bail!("progenitor made a type that is no struct: {}", quote!(#other)),
        }
    }
    for (name, schema) in spec.schemas()? {
        let extensions = &schema.schema_data.extensions;
        if let Some(values) = extensions.get("x-extensible-enum") {
            put(name.to_owned(), open_enum(name, schema, values).with_context(|| format!("in enum {name}"))?)?;
        }
        if let Some(bits) = extensions.get("x-bitmask") {
            put(name.to_owned(), bitmask(name, schema, bits).with_context(|| format!("in bitmask {name}"))?)?;
        }
    }
    let all = code.values().flatten().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    let groups = code.into_iter().map(|(group, items)| (group, file(items, &all))).collect();
    let names = Folder::names(&groups);
    Ok(Folder { index: parse_quote!(#(pub mod #names;)* #(pub use #names::*;)*), groups })
}

/// A file of types, with the import of those of other groups.
fn file(items: Vec<(String, File)>, all: &BTreeSet<String>) -> File {
    let own = items.iter().map(|(name, _)| name.clone()).collect();
    let items = items.into_iter().flat_map(|(_, file)| file.items).collect::<Vec<_>>();
    let mut file: File = parse_quote!(#(#items)*);
    let mut named = Named::new(all.clone());
    named.visit_file_mut(&mut file);
    let import = named.import(&own);
    parse_quote!(#import #(#items)*)
}

/// The names of all types of the generated modules, sorted.
pub fn names(modules: &[(String, String, File)]) -> Vec<Ident> {
    let types = modules.iter().filter(|(name, ..)| name.starts_with("types/"));
    let names = types.flat_map(|(.., code)| &code.items).filter_map(|item| match item {
        Item::Struct(item) => Some(item.ident.clone()),
        Item::Enum(item) => Some(item.ident.clone()),
        // `bitmask! { #[doc = ".."] Name { .. } }`
        Item::Macro(item) if item.mac.path.segments.last().is_some_and(|last| last.ident == "bitmask") => {
            item.mac.tokens.clone().into_iter().find_map(|token| match token {
                proc_macro2::TokenTree::Ident(name) => Some(name),
                _ => None,
            })
        }
        _ => None,
    });
    let mut names = names.collect::<Vec<_>>();
    names.sort();
    names
}

/// The structs that hold a secret, or a struct that does.
fn secretive(items: &[Item]) -> BTreeSet<Ident> {
    let structs = items.iter().filter_map(|item| if let Item::Struct(item) = item { Some(item) } else { None });
    let structs = structs.collect::<Vec<_>>();
    let mut secretive = BTreeSet::from(["Secret", "SecretNumber", "Base32Secret"].map(|name| format_ident!("{name}")));
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

/// Gives free JSON that may hold secrets (`x-read-as: Extra`) the type whose `Debug` shows names only.
fn read_as_extra(item: &mut ItemStruct, spec: &Spec) -> Result<()> {
    let schemas = spec.schemas()?;
    let schema = schemas.iter().find(|(schema, _)| item.ident == schema).map(|(_, schema)| &schema.schema_kind);
    let Some(SchemaKind::Type(Type::Object(object))) = schema else { return Ok(()) };
    for field in &mut item.fields {
        let member = object.properties.get(&wire_name(field)).and_then(ReferenceOr::as_item);
        if member.is_some_and(|member| member.schema_data.extensions.get("x-read-as").is_some_and(|it| it == "Extra")) {
            ensure!(!object.required.contains(&wire_name(field)), "only optional members can be read as Extra");
            field.ty = parse_quote!(::std::option::Option<crate::Extra>);
        }
    }
    Ok(())
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
        // A list of dates is chrono's to read.
        if ty.starts_with("::std::option::Option<::chrono::DateTime") {
            field.attrs.push(parse_quote!(#[serde(default, deserialize_with = "crate::date::optional")]));
        } else if ty.starts_with("::chrono::DateTime") {
            field.attrs.push(parse_quote!(#[serde(deserialize_with = "crate::date::required")]));
        }
        if ty == "::std::option::Option<::std::vec::Vec<crate::Secret>>" {
            field.attrs.push(parse_quote!(#[serde(default, deserialize_with = "crate::secret::optional_list")]));
        } else if ty.contains("crate::Secret") {
            // What stands in place of any other would be repeated in the error.
            let plain = ["crate::Secret", "crate::SecretNumber"]
                .map(|secret| [secret.to_owned(), format!("::std::option::Option<{secret}>")]);
            ensure!(
                plain.as_flattened().contains(&ty),
                "secrets are in {ty}: only optional lists of texts can be read in confidence"
            );
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
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    let mut set = Vec::new();
    for member in required {
        let field =
            fields.named.iter().find(|field| wire_name(field) == *member).with_context(|| format!("no field {member}"))?;
        let (name, ty) = (&field.ident, &field.ty);
        if quote!(#ty).to_string().replace(' ', "") == "::std::string::String" {
            parameters.push(quote!(#name: impl Into<String>));
            arguments.push(quote!(#name: #name.into()));
        } else {
            parameters.push(quote!(#name: #ty));
            arguments.push(quote!(#name));
        }
        set.push(name);
    }
    let rest = fields.named.iter().map(|field| &field.ident).filter(|name| !set.contains(name));
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

/// The name of a member in JSON.
fn wire_name(field: &Field) -> String {
    let mut name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What else stands there has no name in it, and ends the search.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if let Ok(value) = meta.value() {
                value.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

fn open_enum(name: &str, schema: &Schema, values: &Value) -> Result<TokenStream> {
    let values = values.as_array().context("x-extensible-enum is no list")?;
    let variants = match schema.schema_data.extensions.get("x-enum-varnames") {
        Some(names) => names.as_array().context("x-enum-varnames is no list")?.clone(),
        None => values.clone(),
    };
    ensure!(variants.len() == values.len(), "x-enum-varnames and x-extensible-enum differ in length");
    let variants = variants.iter().map(variant).collect::<Result<Vec<_>>>()?;
    ensure_distinct(values).context("in x-extensible-enum")?;
    ensure_distinct(&variants.iter().map(|name| name.to_string().into()).collect::<Vec<_>>())
        .context("of the names of the values")?;
    let meanings = match schema.schema_data.extensions.get("x-enum-descriptions") {
        Some(texts) => texts.as_array().context("x-enum-descriptions is no list")?.as_slice(),
        None => &[],
    };
    ensure!(meanings.is_empty() || meanings.len() == values.len(), "x-enum-descriptions and x-extensible-enum differ in length");
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
    let mut variant_docs = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let value = value.to_string();
        let value = value.trim_matches('"');
        variant_docs.push(super::rust::docs(&match meanings.get(at) {
            Some(text) => format!("`{value}`: {}", text.as_str().context("a text in x-enum-descriptions is none")?),
            None => format!("`{value}`"),
        }));
    }
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

/// The variant of a value's name.
fn variant(name: &Value) -> Result<Ident> {
    let name = name.as_str().context("a number needs a name in x-enum-varnames")?;
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c));
    ensure!(is_plain, "{name:?} cannot be the name of a variant; give it one in x-enum-varnames");
    let variant = camel_case(name);
    ensure!(
        variant != "Unknown" && variant != "Self",
        "the variant {variant} is taken; give the value {name:?} another name in x-enum-varnames, such as NotKnown"
    );
    Ok(variant)
}

fn ensure_distinct(values: &[Value]) -> Result<()> {
    match values.iter().enumerate().find(|(at, value)| values[..*at].contains(value)) {
        Some((_, twice)) => bail!("{twice} is there twice"),
        None => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(schema: Value) -> Result<String> {
        let values = schema["x-extensible-enum"].clone();
        let file: File = syn::parse2(open_enum("Kind", &serde_json::from_value(schema)?, &values)?)?;
        Ok(prettyplease::unparse(&file))
    }

    #[test]
    fn the_values_of_an_enum_are_documented() {
        let code = kind(json!({
            "type": "integer", "x-extensible-enum": [1, 254], "x-enum-varnames": ["On", "Blocked"],
            "x-enum-descriptions": ["It is on.", "The motor is blocked."],
        }));
        let code = code.unwrap();
        assert!(code.contains("/// `1`: It is on.\n    On,\n    /// `254`: The motor is blocked.\n    Blocked,"), "{code}");
    }

    #[test]
    fn a_value_called_unknown_has_another_name() {
        let code = kind(json!({"type": "string", "x-extensible-enum": ["on", "unknown"], "x-enum-varnames": ["On", "NotKnown"]}));
        assert!(code.unwrap().contains("NotKnown = \"unknown\""));
    }

    #[test]
    fn an_enum_that_would_not_compile_is_refused() {
        let values = json!(["a", "b"]);
        for (schema, message) in [
            (json!({"type": "string", "x-extensible-enum": ["on", "unknown"]}), "the variant Unknown is taken"),
            (json!({"type": "string", "x-extensible-enum": ["self"]}), "the variant Self is taken"),
            (json!({"type": "string", "x-extensible-enum": ["2fa"]}), "cannot be the name of a variant"),
            (json!({"type": "string", "x-extensible-enum": ["a+b"]}), "cannot be the name of a variant"),
            (json!({"type": "string", "x-extensible-enum": [""]}), "cannot be the name of a variant"),
            (json!({"type": "string", "x-extensible-enum": ["a", "a"]}), "\"a\" is there twice"),
            (json!({"type": "string", "x-extensible-enum": ["a-b", "a_b"]}), "\"AB\" is there twice"),
            (json!({"type": "integer", "x-extensible-enum": [1]}), "needs a name in x-enum-varnames"),
            (json!({"type": "string", "x-extensible-enum": values, "x-enum-varnames": ["A"]}), "differ in length"),
            (json!({"type": "string", "x-extensible-enum": values, "x-enum-descriptions": ["A."]}), "differ in length"),
        ] {
            let error = format!("{:#}", kind(schema.clone()).err().unwrap_or_else(|| panic!("{schema}")));
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn a_field_is_found_by_its_name_in_json() {
        let item: ItemStruct = parse_quote!(
            struct Thing {
                #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
                type_: i32,
                #[serde(default, rename = "b2bActive")]
                b2b_active: bool,
                plain: bool,
            }
        );
        assert_eq!(item.fields.iter().map(wire_name).collect::<Vec<_>>(), ["type", "b2bActive", "plain"]);
    }

    #[test]
    fn secrets_stand_only_where_an_error_does_not_repeat_them() {
        for ty in ["::std::vec::Vec<crate::Secret>", "::std::option::Option<::std::vec::Vec<crate::SecretNumber>>"] {
            let ty: syn::Type = syn::parse_str(ty).unwrap();
            let error = adapt(&mut parse_quote!(struct Thing { pins: #ty }), &[], false).unwrap_err().to_string();
            assert!(error.contains("only optional lists of texts"), "{error}");
        }
    }
}
