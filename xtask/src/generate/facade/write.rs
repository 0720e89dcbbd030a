//! The module of a group: its handles, and its calls with their actions and setters.

use anyhow::{Context, Result, ensure};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, File, parse_quote};

use super::super::rust::docs;
use super::super::spec::Spec;
use super::check::{self, Checks};
use super::docs::{OTHER_ERRORS, listed};
use super::handles::{Bound, Handle};
use super::model::{Body, Call, Face, Group};

/// Makes the module of a group.
pub fn group(spec: &Spec, face: &Face, group: &Group, checks: &Checks, by_hand: bool) -> Result<File> {
    let calls = face.calls.iter().filter(|call| call.group == group.name);
    let actions = calls.map(|call| action(spec, face, call, checks).with_context(|| format!("in {}", call.id)));
    let actions = actions.collect::<Result<Vec<_>>>()?;
    let mut handles = Vec::new();
    // The handles, and before them those of other groups (or the client) that this group adds to.
    let own = face.handles.iter().filter(|handle| handle.group == group.name);
    let mut chains = own.clone().map(|handle| handle.parent.as_str()).collect::<Vec<_>>();
    chains.extend(own.map(|handle| handle.chain.as_str()));
    chains.extend(face.calls.iter().filter(|call| call.group == group.name).map(|call| call.chain.as_str()));
    for (at, chain) in chains.iter().enumerate() {
        if !chains[..at].contains(chain) {
            handles.push(handle(spec, face, group, chain, checks)?);
        }
    }
    let by_hand = by_hand.then(|| {
        let module = syn::Ident::new(&group.name, proc_macro2::Span::call_site());
        quote!(
            #[doc(inline)]
            pub use crate::groups::#module::*;
        )
    });
    Ok(parse_quote! {
        use nuki_api_gen::{Operation, ResponseValue, types};

        use crate::call::{Action, Call, Generated, GeneratedError, Then};
        use crate::client::Client;
        use crate::input::{self, Check, InvalidValue, Parsed as _, Problems};

        #by_hand
        #(#handles)*
        #(#actions)*
    })
}

/// A handle, where it is this group's, and what this group hangs on it: other handles, and calls.
fn handle(spec: &Spec, face: &Face, group: &Group, chain: &str, checks: &Checks) -> Result<TokenStream> {
    let handle = face.handle(chain);
    let mut methods = Vec::new();
    for door in face.handles.iter().filter(|door| door.group == group.name && door.parent == chain) {
        methods.push(self::door(face, door));
    }
    for call in face.calls.iter().filter(|call| call.group == group.name && call.chain == chain && !call.by_hand) {
        methods.push(method(spec, call, checks).with_context(|| format!("in {}", call.id))?);
    }
    let path = match handle {
        None => quote!(Client),
        Some(Handle { name, group: home, .. }) if *home == group.name => quote!(#name),
        Some(Handle { name, group: home, .. }) => {
            let home = syn::Ident::new(home, proc_macro2::Span::call_site());
            quote!(super::#home::#name)
        }
    };
    let own = handle.filter(|handle| handle.group == group.name).map(|Handle { name, description, .. }| {
        let docs = docs(description);
        let fields = face
            .bound(chain)
            .into_iter()
            .map(|Bound { field, input, .. }| quote!(pub(crate) #field: Result<input::#input, InvalidValue>,));
        quote! {
            #(#docs)*
            #[derive(Clone, Debug)]
            pub struct #name {
                pub(crate) client: Client,
                #(#fields)*
            }
        }
    });
    let methods = (!methods.is_empty()).then(|| quote!(impl #path { #(#methods)* }));
    Ok(quote!(#own #methods))
}

/// The method that leads to a handle.
fn door(face: &Face, handle: &Handle) -> TokenStream {
    let Handle { name, method, description, parent, .. } = handle;
    let docs = docs(description);
    let arguments = handle
        .binds
        .iter()
        .map(|Bound { field, input, .. }| quote!(#field: impl TryInto<input::#input, Error: Into<InvalidValue>>));
    let own = handle.binds.iter().map(|Bound { field, .. }| quote!(#field: #field.try_into().map_err(Into::into),));
    let inherited = face.bound(parent).into_iter().map(|Bound { field, .. }| quote!(#field: self.#field.clone(),));
    let client = if parent.is_empty() { quote!(self.clone()) } else { quote!(self.client.clone()) };
    quote! {
        #(#docs)*
        pub fn #method(&self, #(#arguments),*) -> #name {
            #name { client: #client, #(#inherited)* #(#own)* }
        }
    }
}

/// The action of a call, with its setters.
fn action(spec: &Spec, face: &Face, call: &Call, checks: &Checks) -> Result<TokenStream> {
    let Call { action, operation, id, output, passed, .. } = call;
    if call.by_hand {
        let module = syn::Ident::new(&call.group, proc_macro2::Span::call_site());
        let message = format!("`{action}` in `groups/{module}.rs` calls another operation than `{id}`");
        return Ok(quote! {
            const _: () = assert!(
                crate::groups::#module::#action::OPERATION as usize == Operation::#operation as usize,
                #message
            );
        });
    }
    let fields = call.fields.iter().map(|field| {
        let (name, ty) = (&field.name, &field.ty);
        quote!(pub(crate) #name: #ty,)
    });
    let body = call.body.iter().map(|Body { ty, .. }| quote!(pub(crate) body: #ty,));
    let (rules, _) = rules(spec, call, checks)?;
    let check = (!rules.is_empty()).then(|| quote!(fn check(&self, problems: &mut Problems) { #(#rules)* }));
    let handle = face.handle(&call.chain).context("it hangs on nothing")?;
    let action_docs = docs(&format!("See [`{}::{}`].", handle.name, call.method));
    let unit = call.fields.is_empty() && call.body.is_none();
    let definition = if unit { quote!(;) } else { quote!({ #(#fields)* #(#body)* }) };
    let setters = setters(face, call)?;
    Ok(quote! {
        #(#action_docs)*
        #[derive(Debug)]
        pub struct #action #definition

        impl Action for #action {
            const OPERATION: Operation = Operation::#operation;
            type Output = #output;

            #check

            async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<#output>, GeneratedError> {
                nuki.#id(#(#passed),*).await
            }
        }

        #setters
    })
}

/// What is checked before a call is sent, and the fields that may be refused.
fn rules(spec: &Spec, call: &Call, checks: &Checks) -> Result<(Vec<TokenStream>, Vec<String>)> {
    let mut rules = Vec::new();
    let mut refused = Vec::new();
    for field in &call.fields {
        if let Some(rule) = check::of_parameter(spec, &field.parameter, &field.schema, &field.ty)? {
            rules.push(rule);
            refused.push(field.parameter.clone());
        } else if field.value.to_string().contains("problems") {
            refused.push(field.parameter.clone());
        }
    }
    if let Some(body) = &call.body {
        if let Some(argument) = &body.not_empty {
            rules.push(quote!(problems.not_empty(#argument, &self.body);));
            refused.push(argument.clone());
        }
        let members = checks.members(&body.schema);
        if !members.is_empty() {
            rules.push(if body.is_list {
                quote!(problems.each("", &self.body, |problems, item| item.check(problems));)
            } else {
                quote!(self.body.check(problems);)
            });
            refused.extend(members.iter().cloned());
        }
    }
    Ok((rules, refused))
}

/// The method that makes a call.
fn method(spec: &Spec, call: &Call, checks: &Checks) -> Result<TokenStream> {
    let Call { method, action, .. } = call;
    let arguments = call.arguments.iter().map(|argument| {
        let (name, ty) = (&argument.name, &argument.ty);
        quote!(#name: #ty)
    });
    let fields = call.fields.iter().map(|field| {
        let (name, value) = (&field.name, &field.value);
        if *name == value.to_string() { quote!(#name,) } else { quote!(#name: #value,) }
    });
    let body = call.body.iter().map(|body| {
        let value = &body.value;
        quote!(body: #value,)
    });
    let values = quote!(#(#fields)* #(#body)*);
    let problems = if values.to_string().contains("problems") { quote!(problems) } else { quote!(_) };
    let made = if values.is_empty() { quote!(#action) } else { quote!(#action { #values }) };
    let (_, refused) = rules(spec, call, checks)?;
    let docs = method_docs(call, &refused)?;
    let deprecated = call.deprecated.then(|| quote!(#[deprecated = "the vendor has deprecated this endpoint"]));
    Ok(quote! {
        #(#docs)*
        #deprecated
        pub fn #method(&self, #(#arguments),*) -> Call<#action> {
            Call::new(&self.client, |#problems| #made)
        }
    })
}

fn method_docs(call: &Call, refused: &[String]) -> Result<Vec<Attribute>> {
    let (before, errors) = call.docs.split_once("\n# Errors\n\n").context("the docs have no errors")?;
    let mut text = before.to_owned();
    if !call.setters.is_empty() {
        let link = format!("crate::Call#impl-Call%3C{}%3E", call.action);
        let names = call.setters.iter().map(|setter| format!("[`{}`]({link})", setter.name)).collect::<Vec<_>>();
        text += &format!("\nOptional, as methods of the call: {}.\n", names.join(", "));
    }
    text += "\n# Errors\n\n";
    if !refused.is_empty() {
        text += &format!(
            "- [`InvalidRequest`](crate::ErrorKind::InvalidRequest): {} cannot be right; nothing was sent.\n",
            listed(refused)
        );
    }
    text += errors;
    text += OTHER_ERRORS;
    let mut attributes = docs(&text);
    if let Some(example) = &call.example {
        let example = format!("example!(r#\"{}\"#)", example.trim());
        let example: Expr = syn::parse_str(&example).context("the example has a `\"#`")?;
        attributes.push(parse_quote!(#[doc = ""]));
        attributes.push(parse_quote!(#[doc = #example]));
    }
    Ok(attributes)
}

fn setters(face: &Face, call: &Call) -> Result<TokenStream> {
    let action = &call.action;
    let then = then(face, call)?;
    if call.setters.is_empty() && then.is_none() {
        return Ok(TokenStream::new());
    }
    let setters = call.setters.iter().map(|setter| {
        let (name, place, value) = (&setter.name, &setter.place, &setter.value);
        let set = if setter.is_optional { quote!(Some(#value)) } else { quote!(#value) };
        let docs = docs(&setter.description);
        let argument = setter.argument.iter().map(|(name, ty)| quote!(#name: #ty));
        let problems = if value.to_string().contains("problems") { quote!(problems) } else { quote!(_) };
        quote! {
            #(#docs)*
            pub fn #name(self, #(#argument),*) -> Self {
                self.set(|kept, #problems| #place = #set)
            }
        }
    });
    Ok(quote!(impl Call<#action> { #(#setters)* #then }))
}

/// The method that reads what a call has changed.
fn then(face: &Face, call: &Call) -> Result<Option<TokenStream>> {
    let Some(id) = &call.then_get else { return Ok(None) };
    let get = face.calls.iter().find(|get| get.id == *id).with_context(|| format!("x-then-get: there is no `{id}`"))?;
    let (action, read) = (&call.action, &get.action);
    let fields = get.fields.iter().filter(|field| call.fields.iter().any(|own| own.name == field.name));
    let fields = fields.map(|field| &field.name).collect::<Vec<_>>();
    ensure!(fields.len() == get.fields.len(), "x-then-get: `{id}` needs what `{}` does not have", call.id);
    let made = if fields.is_empty() { quote!(#read) } else { quote!(#read { #(#fields: action.#fields.clone()),* }) };
    let text = format!("Then reads it, since the service answers nothing: `{}`.", get.line);
    let docs = docs(&text);
    Ok(Some(quote! {
        #(#docs)*
        pub fn then_get(self) -> Call<Then<#action, #read>> {
            self.map(|action| {
                let read = #made;
                Then(action, read)
            })
        }
    }))
}
