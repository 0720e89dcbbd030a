//! Runs progenitor and points what it makes at our own runtime.
//!
//! Of progenitor's output only two things are kept: the types and the methods. The client that it would bring, with
//! its constructors, hooks and `api-version` header, is replaced by `nuki-api-gen/src/runtime/`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use progenitor_impl::{GenerationSettings, Generator, HooksMode, TypeImpl};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprMethodCall, File, ImplItem, ImplItemFn, Item, ItemImpl, Path, Stmt, Token, parse_quote};

use super::groups::{Folder, Groups};
use super::lower::Lowered;
use super::replace::{Replace, marker};
use super::rust::{camel_case, strip_docs};

/// What is kept of progenitor's output.
pub struct Progenitor {
    pub types: Vec<Item>,
    pub client: Folder,
}

/// Settings that hold for the client and for the mocks.
pub fn settings(lowered: &Lowered) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_hooks(HooksMode::Expected).with_map_type("::std::collections::BTreeMap").with_derive("PartialEq");
    for name in lowered.replacements.keys() {
        // What a path or a query needs; that not all of them can stand there is seen when the code is compiled.
        settings.with_replacement(name, marker(name), [TypeImpl::Display].into_iter());
    }
    settings
}

/// Runs progenitor over the lowered document.
pub fn run(lowered: &Lowered, groups: &Groups) -> Result<Progenitor> {
    ensure!(lowered.unused.is_empty(), "nothing uses the schemas {}", lowered.unused.join(", "));
    let tokens =
        Generator::new(&settings(lowered)).generate_tokens(&lowered.client).context("progenitor refuses the document")?;
    let (mut types, mut methods) = kept(syn::parse2(tokens).context("progenitor made no valid Rust")?)?;
    let mut in_types = Replace::new(&lowered.replacements, None)?;
    types.iter_mut().for_each(|item| in_types.visit_item_mut(item));
    let mut in_client = Replace::new(&lowered.replacements, Some("types"))?;
    in_client.visit_item_impl_mut(&mut methods);
    Replace::ensure_all_took_effect([&in_types, &in_client])?;
    Ok(Progenitor { types, client: retarget(methods, lowered, groups)? })
}

/// The types and the methods.
fn kept(made: File) -> Result<(Vec<Item>, ItemImpl)> {
    let (mut types, mut client) = (None, None);
    for item in made.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = module.content.map(|(_, items)| items),
            // The last one has the operations; those before it have the constructors or are of a trait.
            Item::Impl(item) => client = Some(item),
            Item::Use(_) | Item::Const(_) => {}
            Item::Struct(item) if item.ident == "Client" => {}
            Item::Mod(module) if module.ident == "prelude" => {}
            other => bail!("progenitor made something new, which is neither kept nor dropped: {}", quote::quote!(#other)),
        }
    }
    Ok((types.context("progenitor made no types")?, client.context("progenitor made no methods")?))
}

fn retarget(mut methods: ItemImpl, lowered: &Lowered, groups: &Groups) -> Result<Folder> {
    let mut retarget = Retarget::default();
    retarget.visit_item_impl_mut(&mut methods);
    let count = methods.items.len();
    for (what, seen, each) in [
        ("api-version", retarget.headers, 2),
        ("hooks", retarget.hooks, 2),
        ("operation", retarget.operations, 1),
        ("URL", retarget.urls, 1),
        ("failure", retarget.failures, 1),
    ] {
        let all = count * each;
        ensure!(seen == all, "{what}: {seen} replacements in {count} methods, not {all}; progenitor writes them differently now");
    }
    let mut files = BTreeMap::<_, Vec<_>>::new();
    for method in methods.items {
        let ImplItem::Fn(mut method) = method else { bail!("progenitor made something beside the methods") };
        let id = method.sig.ident.to_string();
        strip_docs(&mut method.attrs);
        if lowered.optional.contains(&id) {
            answers_with_a_value_or_nothing(&mut method).with_context(|| format!("in operation {id}"))?;
        }
        if lowered.one_or_many.contains(&id) {
            let mut read = ReadOneOrMany(0);
            read.visit_block_mut(&mut method.block);
            ensure!(read.0 == 1, "{id} reads {} lists, not one", read.0);
        }
        files.entry(groups.of_operation(&id)?.to_owned()).or_default().push(method);
    }
    let file = |methods: Vec<ImplItemFn>| -> File {
        parse_quote! {
            #[allow(unused_imports, reason = "which of them are used depends on the document")]
            use crate::runtime::{Client, Error, Execute, QueryParam, ResponseValue, encode_path};
            #[allow(unused_imports, reason = "which of them are used depends on the document")]
            use crate::{Operation, types};

            impl<E: Execute> Client<E> {
                #(#methods)*
            }
        }
    };
    Ok(Folder::of(files.into_iter().map(|(group, methods)| (group, file(methods))).collect()))
}

/// Takes one item for a list of one, and counts the places.
struct ReadOneOrMany(usize);

impl VisitMut for ReadOneOrMany {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if let Some(last) = path.segments.last_mut().filter(|last| last.ident == "from_response") {
            last.ident = parse_quote!(from_one_or_many);
            self.0 += 1;
        }
    }
}

/// `T` becomes `Option<T>`, and is read as such.
fn answers_with_a_value_or_nothing(method: &mut ImplItemFn) -> Result<()> {
    #[derive(Default)]
    struct Either {
        types: usize,
        reads: usize,
    }

    impl VisitMut for Either {
        fn visit_path_mut(&mut self, path: &mut Path) {
            visit_mut::visit_path_mut(self, path);
            let Some(last) = path.segments.last() else { return };
            if last.ident == "ResponseValue"
                && let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
                && let Some(of) = arguments.args.first()
            {
                *path = parse_quote!(ResponseValue<::std::option::Option<#of>>);
                self.types += 1;
            } else if last.ident == "from_response" {
                *path = parse_quote!(ResponseValue::from_response_if_any);
                self.reads += 1;
            }
        }
    }

    let mut either = Either::default();
    either.visit_impl_item_fn_mut(method);
    ensure!((either.types, either.reads) == (1, 1), "progenitor reads the value differently now");
    Ok(())
}

/// Rewrites the body of each method, and counts what it replaced so that a change in progenitor is noticed.
#[derive(Default)]
struct Retarget {
    headers: usize,
    hooks: usize,
    operations: usize,
    urls: usize,
    failures: usize,
}

impl VisitMut for Retarget {
    fn visit_block_mut(&mut self, block: &mut Block) {
        // `let mut header_map = ..;` and `header_map.append("api-version", ..);`
        self.headers += block.stmts.extract_if(.., |statement| starts_with(statement, "header_map")).count();
        // `self.pre(..).await?;` and `self.post(..).await?;`
        let is_hook = |statement: &mut Stmt| starts_with(statement, "self . pre") || starts_with(statement, "self . post");
        self.hooks += block.stmts.extract_if(.., is_hook).count();
        // What the executor says is not yet an `Error`; another future around it only to change that would cost a copy.
        for statement in &mut block.stmts {
            if quote::quote!(#statement).to_string() == "let response = result ? ;" {
                *statement = parse_quote!(let response = result.map_err(Error::Failure)?;);
                self.failures += 1;
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // `.headers(header_map)` and `.header(ACCEPT, ..)`: what every request carries is the runtime's to set.
        while let Expr::MethodCall(ExprMethodCall { receiver, method, .. }) = expr
            && (method == "headers" || method == "header")
        {
            *expr = (**receiver).clone();
        }
        if let Expr::Struct(info) = expr
            && info.path.is_ident("OperationInfo")
            && let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(id), .. })) = info.fields.first().map(|field| &field.expr)
        {
            let variant = camel_case(&id.value());
            *expr = parse_quote!(Operation::#variant);
            self.operations += 1;
        }
        // `self.exec(request, &info)`: the same verb as that of our executors.
        if let Expr::MethodCall(call) = expr
            && call.method == "exec"
        {
            call.method = parse_quote!(execute);
        }
        // `Ok(ResponseValue::empty(response))`: ours fails where the body is a page.
        if let Expr::Call(ok) = expr
            && let [Expr::Call(empty)] = &*ok.args.iter().cloned().collect::<Vec<_>>()
            && quote::quote!(#empty).to_string().contains("ResponseValue :: empty")
        {
            *expr = Expr::Call(empty.clone());
        }
        if let Some(path) = path_of_url(expr) {
            *expr = path;
            self.urls += 1;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.segments.first().is_some_and(|first| first.ident == "progenitor_client") {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
        if path.is_ident("Error")
            || path.segments.first().is_some_and(|first| first.ident == "Error" && !first.arguments.is_empty())
        {
            let last = path.segments.len();
            *path =
                if last == 1 && !path.segments[0].arguments.is_empty() { parse_quote!(Error<E::Failure>) } else { path.clone() };
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// Of `format!("{}/account/..", self.baseurl, ..)` only the path: the runtime has parsed the base URL already.
fn path_of_url(expr: &Expr) -> Option<Expr> {
    let Expr::Macro(format) = expr else { return None };
    let arguments = format.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
    let mut arguments = arguments.into_iter();
    let (text, base_url) = (arguments.next()?, arguments.next()?);
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = text else { return None };
    let path = text.value().strip_prefix("{}")?.to_owned();
    if quote::quote!(#base_url).to_string() != "self . baseurl" {
        return None;
    }
    let values = arguments.map(|value| encoded(&value)).collect::<Option<Vec<_>>>()?;
    Some(if values.is_empty() { parse_quote!(#path) } else { parse_quote!(format!(#path, #(#values),*)) })
}

/// Of `encode_path(&id.to_string())` without the `to_string`: the runtime knows how a value stands in a path.
fn encoded(value: &Expr) -> Option<Expr> {
    let Expr::Call(call) = value else { return None };
    let (Expr::Path(function), Some(Expr::Reference(argument))) = (&*call.func, call.args.first()) else { return None };
    let Expr::MethodCall(ExprMethodCall { receiver, method, .. }) = &*argument.expr else { return None };
    (function.path.is_ident("encode_path") && method == "to_string").then(|| parse_quote!(encode_path(&#receiver)))
}

fn starts_with(statement: &Stmt, text: &str) -> bool {
    let code = quote::quote!(#statement).to_string();
    code.strip_prefix("let mut ").unwrap_or(&code).starts_with(text)
}

#[test]
fn what_progenitor_did_not_make_before_is_refused() {
    for code in ["struct Other;", "mod other {}", "fn other() {}"] {
        let error = kept(syn::parse_str(code).unwrap()).err().unwrap();
        assert!(error.to_string().starts_with("progenitor made something new"), "{error}");
    }
}
