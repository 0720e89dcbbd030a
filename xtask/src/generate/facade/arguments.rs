//! How a value is given to a call, and how it goes on to the generated client.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, File, FnArg, GenericArgument, Ident, ImplItem, Item, Pat, Path, PathArguments, ReturnType, Signature,
    Type as Rust, parse_quote,
};

use super::super::spec::Spec;

/// The generated client: its methods by name, and its types.
pub struct Generated {
    methods: BTreeMap<String, Method>,
    structs: BTreeMap<String, BTreeMap<String, (Ident, Rust)>>,
}

/// A method of the generated client.
pub struct Method {
    /// Names and types of its arguments, as they stand there.
    pub arguments: Vec<(Ident, Rust)>,
    /// What it returns within `ResponseValue`.
    pub output: Rust,
}

impl Generated {
    pub fn new(client: &[File], types: &[Item]) -> Result<Self> {
        let mut methods = BTreeMap::new();
        for item in client.iter().flat_map(|file| &file.items) {
            let Item::Impl(item) = item else { continue };
            for method in &item.items {
                let ImplItem::Fn(method) = method else { continue };
                methods.insert(method.sig.ident.to_string(), Method::read(&method.sig)?);
            }
        }
        let structs = types.iter().filter_map(|item| match item {
            Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| {
                    let ident = field.ident.clone()?;
                    let name = renamed(&field.attrs).unwrap_or_else(|| ident.to_string());
                    Some((name, (ident, outside(&field.ty))))
                });
                Some((item.ident.to_string(), fields.collect()))
            }
            _ => None,
        });
        Ok(Self { methods, structs: structs.collect() })
    }

    pub fn method(&self, operation: &str) -> Result<&Method> {
        self.methods.get(operation).with_context(|| format!("the generated client has no method `{operation}`"))
    }

    /// The field of a member, and its type.
    pub fn field(&self, schema: &str, member: &str) -> Result<&(Ident, Rust)> {
        let field = self.structs.get(schema).and_then(|fields| fields.get(member));
        field.with_context(|| format!("the generated type `{schema}` has no field for `{member}`"))
    }
}

impl Method {
    fn read(signature: &Signature) -> Result<Self> {
        let arguments = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(match &*argument.pat {
                Pat::Ident(name) => Ok((name.ident.clone(), (*argument.ty).clone())),
                other => Err(anyhow::anyhow!("an argument is no name: {}", other.to_token_stream())),
            }),
            FnArg::Receiver(_) => None,
        });
        let ReturnType::Type(_, output) = &signature.output else { bail!("{} returns nothing", signature.ident) };
        let output = inner(output, "Result").and_then(|result| inner(&result, "ResponseValue"));
        let output = output.with_context(|| format!("{} returns something unknown", signature.ident))?;
        Ok(Self { arguments: arguments.collect::<Result<_>>()?, output: outside(&output) })
    }
}

/// The name in `#[serde(rename = "..")]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let text = attribute.to_token_stream().to_string();
        Some(text.split("rename = \"").nth(1)?.split('"').next()?.to_owned())
    })
}

/// `T` of `Name<T>`, whatever path leads to it.
pub fn inner(ty: &Rust, name: &str) -> Option<Rust> {
    let Rust::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

/// A type of `nuki-api-gen` as another crate writes it.
fn outside(ty: &Rust) -> Rust {
    struct Outside;

    impl VisitMut for Outside {
        fn visit_path_mut(&mut self, path: &mut Path) {
            let first = path.segments.first().map(|first| first.ident.to_string()).unwrap_or_default();
            let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            match first.as_str() {
                // `::std::option::Option` and the like are in scope.
                _ if path.leading_colon.is_some() && ["Option", "String", "Vec"].contains(&last.as_str()) => {
                    path.segments = path.segments.iter().last().cloned().into_iter().collect();
                    path.leading_colon = None;
                }
                _ if path.leading_colon.is_some() => {}
                "crate" if path.segments.len() == 2 => path.segments[0].ident = format_ident!("nuki_api_gen"),
                "crate" => path.segments = path.segments.iter().skip(1).cloned().collect(),
                // A struct beside the field.
                _ if path.segments.len() == 1 && !is_primitive(&first) && path.segments[0].arguments.is_none() => {
                    let name = &path.segments[0].ident;
                    *path = parse_quote!(types::#name);
                }
                _ => {}
            }
            visit_mut::visit_path_mut(self, path);
        }
    }

    let mut ty = ty.clone();
    Outside.visit_type_mut(&mut ty);
    ty
}

fn is_primitive(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_lowercase)
}

/// What an action keeps of an argument of the generated client, and how it passes that on.
pub fn kept(ty: &Rust, place: &TokenStream) -> (Rust, TokenStream) {
    if let Some(optional) = inner(ty, "Option") {
        return match &optional {
            Rust::Reference(reference) => {
                let owned = owned(&reference.elem);
                let pass = if is_text(&owned) { quote!(#place.as_deref()) } else { quote!(#place.as_ref()) };
                (parse_quote!(Option<#owned>), pass)
            }
            _ => (outside(ty), place.clone()),
        };
    }
    match ty {
        Rust::Reference(reference) => (owned(&reference.elem), quote!(&#place)),
        _ => (outside(ty), place.clone()),
    }
}

fn owned(ty: &Rust) -> Rust {
    match ty {
        Rust::Path(path) if path.path.is_ident("str") => parse_quote!(String),
        Rust::Slice(slice) => {
            let item = outside(&slice.elem);
            parse_quote!(Vec<#item>)
        }
        _ => outside(ty),
    }
}

fn is_text(ty: &Rust) -> bool {
    ty.to_token_stream().to_string() == "String"
}

/// How callers give a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Whatever parses into a hand-written input type.
    Parsed(Ident),
    /// The hand-written input type itself: a secret among other texts, which could be swapped with one of them.
    Own(Ident),
    /// Whatever becomes the type.
    Into,
    /// The type itself.
    Plain,
    List(Box<Self>),
}

impl Form {
    /// The form of a schema where a member, parameter or item refers to it.
    pub fn of(spec: &Spec, schema: &ReferenceOr<Schema>) -> Result<Self> {
        let (_, schema) = spec.resolve(schema)?;
        if let Some(input) = schema.schema_data.extensions.get("x-input-type").and_then(|input| input.as_str()) {
            return Ok(Self::Parsed(format_ident!("{input}")));
        }
        let extensions = &schema.schema_data.extensions;
        if extensions.contains_key("x-extensible-enum") || extensions.contains_key("x-bitmask") {
            return Ok(Self::Plain);
        }
        Ok(match &schema.schema_kind {
            SchemaKind::Type(Type::String(_)) => Self::Into,
            SchemaKind::Type(Type::Array(array)) => match &array.items {
                Some(ReferenceOr::Reference { reference }) => {
                    Self::List(Box::new(Self::of(spec, &ReferenceOr::Reference { reference: reference.clone() })?))
                }
                Some(ReferenceOr::Item(item)) => Self::List(Box::new(Self::of(spec, &ReferenceOr::Item((**item).clone()))?)),
                None => bail!("a list says nothing of its items"),
            },
            _ => Self::Plain,
        })
    }

    /// Whether it takes text, so that two of them could be swapped.
    pub fn takes_text(spec: &Spec, schema: &ReferenceOr<Schema>) -> Result<bool> {
        let (_, schema) = spec.resolve(schema)?;
        let extensions = &schema.schema_data.extensions;
        Ok(matches!(&schema.schema_kind, SchemaKind::Type(Type::String(_))) && !extensions.contains_key("x-extensible-enum"))
    }

    /// The type of the argument, where the value becomes a `T`.
    pub fn parameter(&self, ty: &Rust) -> TokenStream {
        match self {
            Self::Parsed(input) => quote!(impl TryInto<input::#input, Error: Into<InvalidValue>>),
            Self::Own(input) => quote!(impl input::Parsed<input::#input>),
            Self::Into => quote!(impl Into<#ty>),
            Self::Plain => quote!(#ty),
            Self::List(item) => match (&**item, inner(ty, "Vec")) {
                (Self::Parsed(input), _) => quote!(impl IntoIterator<Item: TryInto<input::#input, Error: Into<InvalidValue>>>),
                (Self::Into, Some(item)) => quote!(impl IntoIterator<Item: Into<#item>>),
                (_, Some(item)) => quote!(impl IntoIterator<Item = #item>),
                (_, None) => quote!(#ty),
            },
        }
    }

    /// The value of the argument `name`, whose problems stand at `path`.
    pub fn value(&self, ty: &Rust, name: &Ident, path: &str) -> TokenStream {
        match self {
            Self::Parsed(input) => quote!(problems.parse::<input::#input, #ty>(#path, #name)),
            Self::Own(_) => quote!(problems.parsed::<_, #ty>(#path, #name.parsed())),
            Self::Into => quote!(#name.into()),
            Self::Plain => quote!(#name),
            Self::List(item) => match (&**item, inner(ty, "Vec")) {
                (Self::Parsed(input), Some(item)) => quote!(problems.parse_all::<input::#input, #item>(#path, #name)),
                (Self::Into, Some(_)) => quote!(#name.into_iter().map(Into::into).collect()),
                (_, Some(_)) => quote!(#name.into_iter().collect()),
                (_, None) => quote!(#name),
            },
        }
    }
}

/// A member's schema, as everything else takes it.
pub fn unboxed(schema: &ReferenceOr<Box<Schema>>) -> ReferenceOr<Schema> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference: reference.clone() },
        ReferenceOr::Item(schema) => ReferenceOr::Item((**schema).clone()),
    }
}

/// The name of the schema of a list's items; empty where they have none.
pub fn item_name(spec: &Spec, list: &Schema) -> Result<String> {
    let SchemaKind::Type(Type::Array(array)) = &list.schema_kind else { return Ok(String::new()) };
    let Some(items) = &array.items else { return Ok(String::new()) };
    let items = unboxed(items);
    Ok(spec.resolve(&items)?.0.unwrap_or_default().to_owned())
}
