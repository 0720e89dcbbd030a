//! What the document says about the face: handles, and the calls that hang on them.

use anyhow::{Context, Result, ensure};
use openapiv3::{Parameter, ParameterSchemaOrContent, ReferenceOr, Schema, SchemaKind, Type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type as Rust};

use super::super::rust::{camel_case, snake_ident};
use super::super::schema::is_secret;
use super::super::spec::{Endpoint, Spec};
use super::arguments::{Form, Generated, inner, item_name, kept, unboxed};
use super::docs;
use super::handles::{self, Bound, Handle};

/// All handles and calls, in the order of the document.
pub struct Face {
    pub handles: Vec<Handle>,
    pub calls: Vec<Call>,
    pub groups: Vec<Group>,
}

/// A module of the facade: a file of the document.
pub struct Group {
    pub name: String,
    pub description: String,
}

/// A call of an operation.
pub struct Call {
    pub group: String,
    /// The handle that it hangs on, as its chain.
    pub chain: String,
    pub method: Ident,
    pub action: Ident,
    pub operation: Ident,
    pub id: Ident,
    pub by_hand: bool,
    pub deprecated: bool,
    pub docs: String,
    /// Its HTTP call.
    pub line: String,
    /// The operation that reads what it changes.
    pub then_get: Option<String>,
    pub example: Option<String>,
    pub arguments: Vec<Argument>,
    /// What the action keeps beside the body, and how it is made.
    pub fields: Vec<Field>,
    pub body: Option<Body>,
    pub setters: Vec<Setter>,
    /// What the action hands to the generated client, in order.
    pub passed: Vec<TokenStream>,
    pub output: Rust,
}

/// An argument of a call.
pub struct Argument {
    pub name: Ident,
    pub ty: TokenStream,
    pub given: Given,
}

/// What a caller gives, and where it stands in the request.
#[derive(Clone)]
pub struct Given {
    pub form: Form,
    pub schema: ReferenceOr<Schema>,
    pub place: Place,
}

/// Where a value stands in a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    Path(String),
    Query(String),
    /// A member of the body, by its path.
    Body(String),
    /// In the query and in the body.
    QueryAndBody(String),
    WholeBody,
}

/// A parameter of path or query.
pub struct Field {
    pub name: Ident,
    pub ty: Rust,
    pub value: TokenStream,
    /// The parameter in the document, and its schema: its ranges are checked.
    pub parameter: String,
    pub schema: ReferenceOr<Schema>,
}

/// A body, and how it is made of the arguments.
pub struct Body {
    pub ty: Rust,
    pub value: TokenStream,
    /// The schema of its type; that of its items where it is a list.
    pub schema: String,
    pub is_list: bool,
    /// The name of its argument, if it is a list that has to have items.
    pub not_empty: Option<String>,
}

/// A method of a call.
pub struct Setter {
    pub name: Ident,
    pub description: String,
    /// Its argument, with the type; none where the value is fixed.
    pub argument: Option<(Ident, TokenStream)>,
    pub place: TokenStream,
    pub value: TokenStream,
    /// Whether it may be left out of the request.
    pub is_optional: bool,
    pub given: Given,
    /// The value, where it is fixed.
    pub fixed: Option<bool>,
}

impl Face {
    pub fn read(spec: &Spec, generated: &Generated) -> Result<Self> {
        let mut face = Self { handles: handles::read(spec)?, calls: Vec::new(), groups: Vec::new() };
        for endpoint in spec.endpoints()? {
            let group = spec.group(&endpoint.pointer());
            let tag = spec.tag(&endpoint)?;
            if !face.groups.iter().any(|known| known.name == group) {
                let description = tag.description.clone().unwrap_or_default();
                face.groups.push(Group { name: group, description });
            }
            let call = face
                .call(spec, generated, &endpoint)
                .with_context(|| format!("in {} {}", endpoint.method.to_uppercase(), endpoint.path))?;
            let twin = face.calls.iter().find(|other| (&other.chain, &other.method) == (&call.chain, &call.method));
            if let Some(twin) = twin {
                return Err(spec.error(
                    &format!("{}/x-facade", endpoint.pointer()),
                    format!("`{}` is the call of `{}` already; give one of them another name", call.method, twin.id),
                ));
            }
            face.calls.push(call);
        }
        Ok(face)
    }

    pub fn handle(&self, chain: &str) -> Option<&Handle> {
        self.handles.iter().find(|handle| handle.chain == chain)
    }

    /// The handles on the way to a chain, from its start on.
    pub fn handles_to(&self, chain: &str) -> Vec<&Handle> {
        let Some(handle) = self.handle(chain) else { return Vec::new() };
        let mut handles = self.handles_to(&handle.parent);
        handles.push(handle);
        handles
    }

    /// What a chain binds, from its start on.
    pub fn bound(&self, chain: &str) -> Vec<Bound> {
        self.handles_to(chain).into_iter().flat_map(|handle| handle.binds.iter().cloned()).collect()
    }

    fn call(&self, spec: &Spec, generated: &Generated, endpoint: &Endpoint<'_>) -> Result<Call> {
        let at = |what: &str| format!("{}/{what}", endpoint.pointer());
        let chain = endpoint.text("x-facade").ok_or_else(|| {
            spec.error(&at(""), "it has no x-facade: say where its call hangs, as in `x-facade: account().get()`")
        })?;
        let wrong = |message: String| spec.error(&at("x-facade"), message);
        let (chain, method) = chain.rsplit_once(").").map_or(("", chain), |(chain, method)| (chain, method));
        let chain = if chain.is_empty() { String::new() } else { format!("{chain})") };
        let method = method
            .strip_suffix("()")
            .ok_or_else(|| wrong(format!("`{method}` is no method: x-facade ends in one, as in `account().get()`")))?;
        if self.handle(&chain).is_none() {
            return Err(wrong(format!("`{chain}` is no handle: describe it in `x-handles`")));
        }
        let bound = self.bound(&chain);
        for bound in &bound {
            if !endpoint.path.contains(&format!("{{{}}}", bound.parameter)) {
                let (parameter, path) = (&bound.parameter, endpoint.path);
                return Err(wrong(format!("`{parameter}` is no parameter of {path}: bind one that it has")));
            }
        }
        let id = endpoint.id()?;
        let mut call = Call {
            group: spec.group(&endpoint.pointer()),
            chain,
            method: snake_ident(method).ok_or_else(|| wrong(format!("`{method}` cannot be a method in Rust")))?,
            action: endpoint.text("x-action").map_or_else(|| verb_first(id), |action| format_ident!("{action}")),
            operation: camel_case(id),
            id: format_ident!("{id}"),
            by_hand: endpoint.text("x-call") == Some("by-hand"),
            deprecated: endpoint.operation.deprecated,
            docs: String::new(),
            line: format!("{} {}", endpoint.method.to_uppercase(), endpoint.path),
            then_get: endpoint.text("x-then-get").map(str::to_owned),
            example: endpoint.text("x-example").map(str::to_owned),
            arguments: Vec::new(),
            fields: Vec::new(),
            body: None,
            setters: Vec::new(),
            passed: Vec::new(),
            output: generated.method(id)?.output.clone(),
        };
        if let Some(example) = &call.example {
            let block = format!("{{ {example}\n}}");
            syn::parse_str::<syn::Block>(&block)
                .map_err(|error| spec.error(&at("x-example"), format!("the example is no Rust: {error}")))?;
        }
        Values { spec, generated, endpoint, call: &mut call }.read(&bound)?;
        call.docs = docs::of_call(spec, endpoint)?;
        Ok(call)
    }
}

/// Reads what is given to a call: parameters, then the body.
struct Values<'a> {
    spec: &'a Spec,
    generated: &'a Generated,
    endpoint: &'a Endpoint<'a>,
    call: &'a mut Call,
}

impl Values<'_> {
    fn read(&mut self, bound: &[Bound]) -> Result<()> {
        let (spec, operation) = (self.spec, self.endpoint.operation);
        let body = match &operation.request_body {
            Some(body) => {
                let body = body.as_item().context("the body is a reference")?;
                let content = body.content.get("application/json").context("the body is not application/json")?;
                Some(content.schema.as_ref().context("the body has no schema")?)
            }
            None => None,
        };
        let members = body.map(|schema| spec.resolve(schema)).transpose()?;
        // A parameter that is a member of the body as well has the same value, and is taken from there.
        let is_member = |field: &Ident| {
            let Some((_, Schema { schema_kind: SchemaKind::Type(Type::Object(object)), .. })) = members else { return false };
            object.properties.keys().any(|member| snake_ident(member).as_ref() == Some(field))
        };
        let method = self.generated.method(self.endpoint.id()?)?;
        for parameter in &operation.parameters {
            let data = match parameter.as_item().context("a parameter is a reference")? {
                Parameter::Path { parameter_data, .. } | Parameter::Query { parameter_data, .. } => parameter_data,
                _ => anyhow::bail!("a parameter is in neither path nor query"),
            };
            let ParameterSchemaOrContent::Schema(schema) = &data.format else { anyhow::bail!("{} has no schema", data.name) };
            let field = snake_ident(&data.name).with_context(|| format!("`{}` cannot be a name in Rust", data.name))?;
            if is_member(&field) {
                continue;
            }
            let (_, ty) = method
                .arguments
                .iter()
                .find(|(name, _)| *name == field)
                .with_context(|| format!("the generated client has no argument `{field}`"))?;
            let (ty, _) = kept(ty, &quote!());
            let form = Form::of(spec, schema)?;
            let in_path = matches!(parameter.as_item(), Some(Parameter::Path { .. }));
            let place = if in_path { Place::Path(data.name.clone()) } else { Place::Query(data.name.clone()) };
            let given = Given { form: form.clone(), schema: schema.clone(), place };
            let value = if let Some(bound) = bound.iter().find(|bound| bound.parameter == data.name) {
                let (name, path) = (&bound.field, &data.name);
                quote!(problems.parsed(#path, self.#name.clone()))
            } else if data.required {
                self.call.arguments.push(Argument { name: field.clone(), ty: form.parameter(&ty), given });
                form.value(&ty, &field, &data.name)
            } else {
                let bare = inner(&ty, "Option").unwrap_or_else(|| ty.clone());
                let setter = SetterSource {
                    name: &data.name,
                    description: data.description.as_deref().unwrap_or_default(),
                    renamed: data.extensions.get("x-setter"),
                    path: data.name.clone(),
                    place: quote!(kept.#field),
                    given,
                };
                self.setters(setter, &bare)?;
                quote!(None)
            };
            self.call.fields.push(Field { name: field, ty, value, parameter: data.name.clone(), schema: schema.clone() });
        }
        if let Some(schema) = body {
            self.body(schema)?;
        }
        for (name, ty) in &method.arguments {
            let place = if name == "body" || !is_member(name) { quote!(self.#name) } else { quote!(self.body.#name) };
            self.call.passed.push(kept(ty, &place).1);
        }
        Ok(())
    }

    fn body(&mut self, schema: &ReferenceOr<Schema>) -> Result<()> {
        let spec = self.spec;
        let (name, resolved) = spec.resolve(schema)?;
        let (_, ty) = self
            .generated
            .method(self.endpoint.id()?)?
            .arguments
            .iter()
            .find(|(argument, _)| argument == "body")
            .context("the generated client takes no body")?;
        let (ty, _) = kept(ty, &quote!());
        if let Some(argument) = self.endpoint.text("x-body") {
            let argument = format_ident!("{argument}");
            let (form, is_list, not_empty) = match &resolved.schema_kind {
                SchemaKind::Type(Type::Array(array)) => {
                    (Form::of(spec, schema)?, true, array.min_items.map(|_| argument.to_string()))
                }
                _ => (Form::Plain, false, None),
            };
            let (parameter, value) = if is_list {
                (form.parameter(&ty), form.value(&ty, &argument, ""))
            } else {
                (quote!(&#ty), quote!(#argument.clone()))
            };
            let given = Given { form, schema: schema.clone(), place: Place::WholeBody };
            self.call.arguments.push(Argument { name: argument, ty: parameter, given });
            let schema = if is_list { item_name(spec, resolved)? } else { name.unwrap_or_default().to_owned() };
            self.call.body = Some(Body { ty, value, schema, is_list, not_empty });
            return Ok(());
        }
        let name = name.context("a body that is no named schema needs an x-body: the name of its argument")?;
        let SchemaKind::Type(Type::Object(object)) = &resolved.schema_kind else {
            anyhow::bail!("a body that is no object needs an x-body: the name of its argument");
        };
        let texts = object
            .required
            .iter()
            .filter_map(|member| object.properties.get(member))
            .map(|schema| Form::takes_text(spec, &unboxed(schema)))
            .collect::<Result<Vec<_>>>()?;
        let texts = texts.into_iter().filter(|is_text| *is_text).count();
        let mut values = Vec::new();
        for member in &object.required {
            let schema = unboxed(object.properties.get(member).with_context(|| format!("{name} lacks its member {member}"))?);
            let (field, ty) = self.generated.field(name, member)?;
            let mut form = Form::of(spec, &schema)?;
            if let ReferenceOr::Item(item) = &schema
                && let Some(default) = item.schema_data.default.as_ref().and_then(Value::as_bool)
            {
                // It is sent in any case, and only set where it is something else.
                values.push(quote!(#default));
                let setter = SetterSource {
                    name: member,
                    description: item.schema_data.description.as_deref().unwrap_or_default(),
                    renamed: item.schema_data.extensions.get("x-setter"),
                    path: member.clone(),
                    place: quote!(kept.body.#field),
                    given: Given { form, place: self.place_of(member), schema: schema.clone() },
                };
                self.setters(setter, ty)?;
                self.call.setters.iter_mut().last().into_iter().for_each(|setter| setter.is_optional = false);
                continue;
            }
            if let Form::Parsed(input) = &form
                && texts > 1
                && is_secret(spec.resolve(&schema)?.1)
            {
                form = Form::Own(input.clone());
            }
            values.push(form.value(ty, field, member));
            let (name, ty) = (field.clone(), form.parameter(ty));
            let given = Given { form, place: self.place_of(member), schema };
            self.call.arguments.push(Argument { name, ty, given });
        }
        let value = if values.is_empty() { quote!(#ty::default()) } else { quote!(#ty::new(#(#values),*)) };
        self.call.body = Some(Body { ty, value, schema: name.to_owned(), is_list: false, not_empty: None });
        self.members(name, object, "", &quote!(kept.body))
    }

    /// The setters of what is optional in an object.
    fn members(&mut self, name: &str, object: &openapiv3::ObjectType, path: &str, place: &TokenStream) -> Result<()> {
        let spec = self.spec;
        for (member, schema) in &object.properties {
            if object.required.contains(member) {
                continue;
            }
            let data = match schema {
                ReferenceOr::Item(schema) => Some(&schema.schema_data),
                ReferenceOr::Reference { .. } => None,
            };
            let schema = unboxed(schema);
            let (field, ty) = self.generated.field(name, member)?;
            let path = format!("{path}{member}");
            let extension = |name: &str| data.and_then(|data| data.extensions.get(name));
            let (target, resolved) = spec.resolve(&schema)?;
            let ty = inner(ty, "Option").unwrap_or_else(|| ty.clone());
            if extension("x-flatten").is_some() {
                let SchemaKind::Type(Type::Object(object)) = &resolved.schema_kind else {
                    anyhow::bail!("{path} is flattened and no object");
                };
                ensure!(object.required.is_empty(), "{path} is flattened and has required members");
                let place = quote!(#place.#field.get_or_insert_default());
                self.members(target.unwrap_or_default(), object, &format!("{path}."), &place)?;
                continue;
            }
            let description = data.and_then(|data| data.description.as_deref()).or(resolved.schema_data.description.as_deref());
            let setter = SetterSource {
                name: member,
                description: description.unwrap_or_default(),
                renamed: extension("x-setter"),
                place: quote!(#place.#field),
                given: Given { form: Form::of(spec, &schema)?, place: self.place_of(&path), schema: schema.clone() },
                path,
            };
            self.setters(setter, &ty)?;
        }
        Ok(())
    }

    /// Where a member of the body stands: in the query too, if there is a parameter of its name.
    fn place_of(&self, path: &str) -> Place {
        let parameters = self.endpoint.operation.parameters.iter().filter_map(ReferenceOr::as_item);
        let mut names = parameters.map(|parameter| parameter.parameter_data_ref().name.as_str());
        if names.any(|name| name == path) { Place::QueryAndBody(path.to_owned()) } else { Place::Body(path.to_owned()) }
    }

    fn setters(&mut self, source: SetterSource<'_>, ty: &Rust) -> Result<()> {
        let SetterSource { name, description, renamed, path, place, given } = source;
        if let Some(fixed) = renamed.and_then(Value::as_object) {
            for (method, setter) in fixed {
                // The value alone, or with a description of its own.
                let value = setter.as_bool().or_else(|| setter.get("value")?.as_bool());
                let value = value.with_context(|| format!("x-setter: {method} needs a value that is true or false"))?;
                let text = setter.get("description").and_then(Value::as_str).unwrap_or(description);
                self.call.setters.push(Setter {
                    name: format_ident!("{method}"),
                    description: text.to_owned(),
                    argument: None,
                    place: place.clone(),
                    value: quote!(#value),
                    is_optional: true,
                    given: given.clone(),
                    fixed: Some(value),
                });
            }
            return Ok(());
        }
        let method = renamed.and_then(Value::as_str).unwrap_or(name);
        let method = snake_ident(method)
            .filter(|name| !name.to_string().ends_with('_'))
            .with_context(|| format!("`{method}` cannot be a method in Rust: name one with `x-setter`"))?;
        self.call.setters.push(Setter {
            description: description.to_owned(),
            argument: Some((method.clone(), given.form.parameter(ty))),
            place,
            value: given.form.value(ty, &method, &path),
            name: method,
            is_optional: true,
            given,
            fixed: None,
        });
        Ok(())
    }
}

/// What a setter is made of.
struct SetterSource<'a> {
    name: &'a str,
    description: &'a str,
    renamed: Option<&'a Value>,
    path: String,
    place: TokenStream,
    given: Given,
}

/// `sub_account_get` -> `GetSubAccount`.
fn verb_first(id: &str) -> Ident {
    match id.rsplit_once('_') {
        Some((thing, verb)) => camel_case(&format!("{verb}_{thing}")),
        None => camel_case(id),
    }
}
