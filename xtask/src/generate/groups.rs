//! Which file each operation and each schema goes to: the one of its group, which is the tag in snake case.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use proc_macro2::Ident;
use quote::format_ident;
use serde_json::Value;
use syn::{File, parse_quote};

use super::rust::snake_case;
use super::spec::Spec;

/// The group of the schemas that more than one group uses.
const SHARED: &str = "shared";

/// The groups of a document.
pub struct Groups {
    operations: BTreeMap<String, String>,
    schemas: BTreeMap<String, String>,
}

impl Groups {
    /// Those of `spec`. A schema belongs to the only group whose operations need it.
    pub fn new(spec: &Spec) -> Result<Self> {
        let named = spec
            .schemas()?
            .into_iter()
            .map(|(name, schema)| Ok((name.to_owned(), references(&serde_json::to_value(schema)?))))
            .collect::<Result<BTreeMap<_, _>>>()?;
        let mut operations = BTreeMap::new();
        let mut users = BTreeMap::<_, BTreeSet<_>>::new();
        for endpoint in spec.endpoints()? {
            let id = endpoint.id()?;
            let [tag] = &endpoint.operation.tags[..] else { anyhow::bail!("operation {id} has to have one tag") };
            let group = snake_case(tag);
            ensure!(syn::parse_str::<Ident>(&group).is_ok(), "the tag {tag} of operation {id} cannot be the name of a module");
            ensure!(group != SHARED, "the tag {tag} of operation {id} is the name of what several groups share");
            let mut todo = references(&serde_json::to_value(endpoint.operation)?);
            let mut seen = BTreeSet::new();
            while let Some(name) = todo.pop_first() {
                let more = named.get(&name).with_context(|| format!("there is no schema {name}"))?;
                users.entry(name.clone()).or_default().insert(group.clone());
                todo.extend(more.iter().filter(|name| !seen.contains(*name)).cloned());
                seen.insert(name);
            }
            operations.insert(id.to_owned(), group);
        }
        let only = |groups: BTreeSet<String>| if groups.len() == 1 { groups.into_iter().next() } else { None };
        let schemas = users.into_iter().map(|(name, groups)| (name, only(groups).unwrap_or_else(|| SHARED.to_owned()))).collect();
        Ok(Self { operations, schemas })
    }

    /// The group of an operation, by its operationId.
    pub fn of_operation(&self, id: &str) -> Result<&str> {
        self.operations.get(id).map(String::as_str).with_context(|| format!("there is no operation {id}"))
    }

    /// The group of a schema.
    pub fn of_schema(&self, name: &str) -> Result<&str> {
        self.schemas.get(name).map(String::as_str).with_context(|| format!("no operation uses the schema {name}"))
    }
}

/// A folder of generated modules: `mod.rs`, and one for each group.
pub struct Folder {
    pub index: File,
    pub groups: BTreeMap<String, File>,
}

impl Folder {
    /// The names of its modules.
    pub fn names(groups: &BTreeMap<String, File>) -> Vec<Ident> {
        groups.keys().map(|group| format_ident!("{group}")).collect()
    }

    /// A folder whose index only names the modules.
    pub fn of(groups: BTreeMap<String, File>) -> Self {
        let names = Self::names(&groups);
        Self { index: parse_quote!(#(mod #names;)*), groups }
    }
}

fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix("#/components/schemas/"));
            map.values().flat_map(references).chain(own.map(str::to_owned)).collect()
        }
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn groups(tags: [Value; 2]) -> Result<Groups> {
        let operation = |id: &str, tags: &Value, schema: &str| {
            let schema = json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{schema}")}});
            let content = json!({"application/json": {"schema": schema}});
            json!({"operationId": id, "tags": tags, "responses": {"200": {"description": "d", "content": content}}})
        };
        let object = |member: &str| {
            let all = [json!({"$ref": format!("#/components/schemas/{member}")})];
            json!({"type": "object", "properties": {"a": {"allOf": all}}})
        };
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": operation("a", &tags[0], "A")}, "/b": {"get": operation("b", &tags[1], "B")}},
            "components": {"schemas": {
                "A": object("Own"), "B": object("Both"), "Own": object("Both"), "Both": object("Both"), "Unused": object("A"),
            }},
        });
        Groups::new(&Spec::parse(&document.to_string())?)
    }

    #[test]
    fn a_schema_is_where_the_only_group_is_that_needs_it() {
        let groups = groups([json!(["ApiKey"]), json!(["SmartlockAuth"])]).unwrap();
        assert_eq!(groups.of_operation("a").unwrap(), "api_key");
        for (schema, group) in [("A", "api_key"), ("Own", "api_key"), ("B", "smartlock_auth"), ("Both", "shared")] {
            assert_eq!(groups.of_schema(schema).unwrap(), group, "{schema}");
        }
        assert!(groups.of_schema("Unused").is_err());
    }

    #[test]
    fn a_tag_has_to_name_one_module() {
        for tags in [json!([]), json!(["A", "B"]), json!(["Type"]), json!(["Shared"]), json!(["1a"])] {
            let error = groups([json!(["A"]), tags.clone()]).err().unwrap().to_string();
            assert!(error.contains("operation b"), "{tags}: {error}");
        }
    }
}
