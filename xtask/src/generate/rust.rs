//! Small things that several generators need: names, docs, and the list of generated modules.

use syn::{Attribute, Expr, ExprLit, File, Ident, Lit, Meta, parse_quote};

/// `sub_account_get`, `BUSINESS_PLUS` or `Accepted` -> `SubAccountGet`, `BusinessPlus`, `Accepted`.
pub fn camel_case(name: &str) -> Ident {
    let camel = name
        .split(['_', '-', '.', ' '])
        .map(|word| {
            let rest = word.get(1..).unwrap_or_default();
            let rest = if word.chars().any(char::is_lowercase) { rest.to_owned() } else { rest.to_lowercase() };
            word.get(..1).unwrap_or_default().to_uppercase() + &rest
        })
        .collect::<String>();
    Ident::new(&camel, proc_macro2::Span::call_site())
}

/// `SubAccount` or `accountId` -> `sub_account`, `account_id`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The name in snake case as progenitor writes it: a keyword gets an underscore at its end.
pub fn snake_ident(name: &str) -> Option<Ident> {
    let snake = snake_case(name);
    syn::parse_str(&snake).or_else(|_| syn::parse_str(&format!("{snake}_"))).ok()
}

/// The text of a doc attribute.
pub fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Turns the text into doc attributes, a line each.
pub fn docs(text: &str) -> Vec<Attribute> {
    text.trim()
        .lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// Makes ordinary doc lines of progenitor's docs, and leaves out the JSON schema that it folds into them.
pub fn strip_docs(attributes: &mut Vec<Attribute>) {
    let text = attributes.iter().filter_map(doc).collect::<Vec<_>>().join("\n");
    let text = text.split("<details>").next().unwrap_or_default();
    attributes.retain(|attribute| doc(attribute).is_none());
    attributes.splice(0..0, docs(text));
}

/// `mod.rs` of the generated code.
pub fn modules() -> File {
    parse_quote! {
        mod client;
        #[cfg(feature = "httpmock")]
        pub mod httpmock;
        pub mod operations;
        pub mod types;
    }
}

/// `mod.rs` of the generated part of the facade: a public module for each group, the checks, and the types by group.
pub fn facade_modules(names: &[String], types: &[Ident]) -> File {
    let modules = names.iter().map(|name| {
        let module = Ident::new(name, proc_macro2::Span::call_site());
        if name == "check" { quote::quote!(mod #module;) } else { quote::quote!(pub mod #module;) }
    });
    parse_quote! {
        #(#modules)*

        /// What is sent and what comes back, by group. Each type is here as well, as in `types::Account`.
        pub mod types {
            #(pub use nuki_api_gen::types::#types;)*
            #[doc(no_inline)]
            pub use nuki_api_gen::types::*;
        }
    }
}

/// `mod.rs` of the generated contract cases.
pub fn case_modules(groups: &[String], types: &[Ident]) -> File {
    let modules = groups.iter().map(|name| Ident::new(name, proc_macro2::Span::call_site())).collect::<Vec<_>>();
    parse_quote! {
        #![allow(deprecated, unused_imports, clippy::all, reason = "the style of the generator, which nobody edits")]

        #(mod #modules;)*

        use crate::case::Case;

        /// Hands the names of all generated types to a macro.
        macro_rules! types {
            ($then:ident) => {
                $then![#(#types),*]
            };
        }

        pub(crate) use types;

        /// A case for each operation whose call is generated.
        pub fn all() -> Vec<Case> {
            [#(#modules::rows()),*].into_iter().flatten().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_snake_case() {
        for (name, snake) in [("apiKeyId", "api_key_id"), ("otp", "otp"), ("type", "type_"), ("sub_accounts", "sub_accounts")] {
            assert_eq!(snake_ident(name).unwrap(), snake);
        }
        assert_eq!(snake_ident("a b"), None);
    }

    #[test]
    fn names_are_in_camel_case() {
        for (name, camel) in [("sub_account_get", "SubAccountGet"), ("BUSINESS_PLUS", "BusinessPlus"), ("Accepted", "Accepted")] {
            assert_eq!(camel_case(name), camel);
        }
    }
}
