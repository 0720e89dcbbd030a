//! `operations.rs`: for each operation what the errors, the retries and the coverage check need to know of it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use openapiv3::{SchemaKind, StatusCode, Type};
use quote::{format_ident, quote};
use syn::{File, parse_quote};

use super::groups::{Folder, Groups};
use super::rust::{camel_case, docs};
use super::spec::{Endpoint, Spec};

/// Makes the enum of operations and its table.
pub fn run(spec: &Spec, groups: &Groups) -> Result<Folder> {
    let endpoints = spec.endpoints()?;
    let ids = endpoints.iter().map(Endpoint::id).collect::<Result<Vec<_>>>()?;
    let variants = ids.iter().map(|id| camel_case(id)).collect::<Vec<_>>();
    let mut infos = Vec::new();
    let mut rows = BTreeMap::<_, Vec<_>>::new();
    let mut variant_docs = Vec::new();
    for (endpoint, id) in endpoints.iter().zip(&ids) {
        let info = info(spec, endpoint, groups).with_context(|| format!("in {} {}", endpoint.method, endpoint.path))?;
        let group = groups.of_operation(id)?;
        let (module, row) = (format_ident!("{group}"), format_ident!("{}", id.to_uppercase()));
        rows.entry(group.to_owned()).or_default().push(quote!(pub(super) const #row: OperationInfo = OperationInfo { #info };));
        infos.push(quote!(&#module::#row));
        let summary = endpoint.operation.summary.as_deref().unwrap_or_default();
        variant_docs.push(docs(&format!("{summary}: `{} {}`.", endpoint.method.to_uppercase(), endpoint.path)));
    }
    let count = endpoints.len();
    let secrets = secret_members(spec)?;
    let files = rows
        .into_iter()
        .map(|(group, rows)| -> (_, File) {
            (group, parse_quote!(use crate::operation::{OperationInfo, RetryClass, Status}; #(#rows)*))
        })
        .collect::<BTreeMap<_, _>>();
    let modules = Folder::names(&files);
    let index = parse_quote! {
        #(mod #modules;)*

        use crate::operation::OperationInfo;

        /// An operation of the document. Others come with minor releases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Operation {
            #(#(#variant_docs)* #variants,)*
        }

        /// The members of schemas that are secrets (`format: password` in the document).
        pub const SECRET_MEMBERS: &[&str] = &[#(#secrets),*];

        impl Operation {
            /// All operations, in the order of the document.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// What the document says about the operation.
            pub const fn info(self) -> &'static OperationInfo {
                match self {
                    #(Self::#variants => #infos,)*
                }
            }
        }
    };
    Ok(Folder { index, groups: files })
}

/// The names of members whose schema is a secret.
fn secret_members(spec: &Spec) -> Result<BTreeSet<String>> {
    let schemas = spec.schemas()?;
    let secrets = schemas.iter().filter(|(_, schema)| super::lower::is_secret(schema)).map(|(name, _)| *name).collect::<Vec<_>>();
    let mut members = BTreeSet::new();
    for (_, schema) in &schemas {
        let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else { continue };
        for (name, member) in &object.properties {
            let text = serde_json::to_string(member)?;
            if secrets.iter().any(|secret| text.contains(&format!("\"#/components/schemas/{secret}\""))) {
                members.insert(name.clone());
            }
        }
    }
    Ok(members)
}

fn info(spec: &Spec, endpoint: &Endpoint<'_>, groups: &Groups) -> Result<proc_macro2::TokenStream> {
    let operation = endpoint.operation;
    let group = groups.of_operation(endpoint.id()?)?;
    let (id, method, path) = (endpoint.id()?, endpoint.method.to_uppercase(), endpoint.path);
    let summary = operation.summary.as_deref().context("it has no summary")?;
    let class = operation.extensions.get("x-retry-class").and_then(|class| class.as_str());
    let class = match class {
        Some("read" | "idempotent" | "once" | "guarded") => camel_case(class.unwrap_or_default()),
        _ => bail!("x-retry-class has to be read, idempotent, once or guarded, and is {class:?}"),
    };
    let unauthorized_may_mean_code = match operation.extensions.get("x-unauthorized").map(|value| value.as_str()) {
        None => false,
        Some(Some("code")) => true,
        Some(_) => bail!("x-unauthorized can only be `code`: a 401 may speak of a code that was sent, and not of the token"),
    };
    let security = operation.security.as_ref().or(spec.document.security.as_ref()).context("it has no security")?;
    let token_required = !security.iter().any(|requirement| requirement.is_empty());
    let scopes = security.iter().flat_map(|requirement| requirement.values().flatten()).collect::<Vec<_>>();
    let one_each = security.iter().all(|requirement| requirement.values().all(|scopes| scopes.len() <= 1));
    ensure!(one_each, "a way in asks for several scopes at once, and only one of several is understood");
    let (mut success, mut errors) = (None, Vec::new());
    for (status, response) in &operation.responses.responses {
        let StatusCode::Code(code) = status else { bail!("the status {status} is a range") };
        let meaning = &response.as_item().context("a response is a reference")?.description;
        // It stands in errors, which have one line.
        let meaning = meaning.split_whitespace().collect::<Vec<_>>().join(" ");
        if (200..300).contains(code) {
            // Of two the one with a value is there.
            if success.is_none() || response.as_item().is_some_and(|response| !response.content.is_empty()) {
                success = Some(*code);
            }
        } else {
            ensure!(response.as_item().is_some_and(|response| response.content.is_empty()), "the error {code} has a schema");
            errors.push(quote!(Status { code: #code, meaning: #meaning }));
        }
    }
    let success = success.context("no success is documented")?;
    Ok(quote! {
        id: #id,
        group: #group,
        method: #method,
        path: #path,
        summary: #summary,
        scopes: &[#(#scopes),*],
        token_required: #token_required,
        retry_class: RetryClass::#class,
        unauthorized_may_mean_code: #unauthorized_may_mean_code,
        success: #success,
        errors: &[#(#errors),*],
    })
}
