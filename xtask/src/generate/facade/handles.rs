//! The handles of the face: chains of methods that calls hang on, such as `account().sub_accounts()`.

use anyhow::{Context, Result};
use openapiv3::{Parameter, ParameterSchemaOrContent, ReferenceOr, Schema};
use quote::format_ident;
use serde_json::Value;
use syn::Ident;

use super::super::rust::snake_ident;
use super::super::spec::Spec;
use super::arguments::Form;

/// A chain of methods that calls hang on, such as `account().sub_accounts()`.
pub struct Handle {
    pub group: String,
    /// The chain that it is asked of; empty for the client.
    pub parent: String,
    pub chain: String,
    pub name: Ident,
    pub method: Ident,
    pub description: String,
    /// The parameters of paths that its own segment binds.
    pub binds: Vec<Bound>,
}

/// A parameter of a path that a handle binds.
#[derive(Clone)]
pub struct Bound {
    /// As it stands in the document.
    pub parameter: String,
    pub field: Ident,
    pub input: Ident,
    pub schema: ReferenceOr<Schema>,
}

/// Reads the handles that the document describes.
pub fn read(spec: &Spec) -> Result<Vec<Handle>> {
    let described = spec.extension("x-handles").and_then(Value::as_object);
    let described = described.context("there are no x-handles: calls need something to hang on")?;
    let mut handles = Vec::new();
    for (chain, handle) in described {
        let pointer = format!("/x-handles/{}", crate::document::escaped(chain));
        let wrong = |message: &str| spec.error(&pointer, format!("the handle `{chain}` {message}"));
        let text = |key: &str| handle.get(key).and_then(Value::as_str);
        let (parent, segment) = match chain.rsplit_once(").") {
            Some((parent, segment)) => (format!("{parent})"), segment),
            None => (String::new(), chain.as_str()),
        };
        if !parent.is_empty() && !described.contains_key(&parent) {
            return Err(wrong(&format!("hangs on `{parent}`, which is not described")));
        }
        let (method, binds) = segment
            .strip_suffix(')')
            .and_then(|segment| segment.split_once('('))
            .ok_or_else(|| wrong("does not end in parentheses"))?;
        let binds = binds.split(',').map(str::trim).filter(|bound| !bound.is_empty());
        let binds = binds.map(|parameter| bound(spec, parameter).map_err(|error| wrong(&error.to_string())));
        handles.push(Handle {
            group: spec.group(&pointer),
            method: snake_ident(method).ok_or_else(|| wrong("has a name that Rust cannot have"))?,
            name: format_ident!("{}", text("name").ok_or_else(|| wrong("has no `name`, that of its type"))?),
            description: text("description").ok_or_else(|| wrong("has no `description`"))?.to_owned(),
            binds: binds.collect::<Result<_>>()?,
            parent,
            chain: chain.clone(),
        });
    }
    Ok(handles)
}

/// A parameter that some path has, with the input type that the document gives it.
fn bound(spec: &Spec, parameter: &str) -> Result<Bound> {
    for endpoint in spec.endpoints()? {
        for candidate in endpoint.operation.parameters.iter().filter_map(ReferenceOr::as_item) {
            let Parameter::Path { parameter_data, .. } = candidate else { continue };
            if parameter_data.name != parameter {
                continue;
            }
            let ParameterSchemaOrContent::Schema(schema) = &parameter_data.format else { continue };
            let Form::Parsed(input) = Form::of(spec, schema)? else {
                anyhow::bail!("binds `{parameter}`, whose schema needs an x-input-type");
            };
            let field = snake_ident(parameter).context("binds a name that Rust cannot have")?;
            return Ok(Bound { parameter: parameter.to_owned(), field, input, schema: schema.clone() });
        }
    }
    anyhow::bail!("binds `{parameter}`, which is a parameter of no path")
}
