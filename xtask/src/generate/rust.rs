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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_camel_case() {
        for (name, camel) in [("sub_account_get", "SubAccountGet"), ("BUSINESS_PLUS", "BusinessPlus"), ("Accepted", "Accepted")] {
            assert_eq!(camel_case(name), camel);
        }
    }

    #[test]
    fn names_are_in_snake_case() {
        for (name, snake) in [("Account", "account"), ("ApiKey", "api_key"), ("accountId", "account_id")] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
