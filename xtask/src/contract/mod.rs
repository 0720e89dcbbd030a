//! The facts of an API document: what is called, what is sent, what comes back. No prose.
//!
//! Both sides of every comparison are a [`Contract`]: the vendor's document, the lock made from it, and our own spec.

#[cfg(test)]
mod converted;
pub(crate) mod diff;
mod document;
pub(crate) mod files;
mod name;
mod read;
pub(crate) mod report;
#[cfg(test)]
pub(crate) mod sample;
mod schema;
mod security;
#[cfg(test)]
mod tests;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

pub(crate) use document::parse as parse_document;
pub(crate) use name::Name;
pub(crate) use schema::{Additional, Schema};

/// What goes over the wire. Its JSON form is `openapi/vendor.lock.json`.
///
/// Names that a document only uses by itself (operationIds, tags) are left out, and so is what a converter adds: none of it
/// can be seen on the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contract {
    /// The version that the document gives itself.
    pub(crate) version: String,
    /// Every operation, of all tags.
    pub(crate) operations: BTreeMap<Name, Operation>,
    /// Every schema that one of the operations reaches.
    pub(crate) schemas: BTreeMap<String, Schema>,
}

/// One operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Operation {
    /// By place and name, such as `query email`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) parameters: BTreeMap<String, Input>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_body: Option<Input>,
    /// By status, or `default`.
    pub(crate) responses: BTreeMap<String, Response>,
    /// The alternatives, each such as `oauth2(account)`.
    pub(crate) security: BTreeSet<String>,
}

/// A parameter or a request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

/// What comes back with one status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Response {
    #[serde(rename = "no body")]
    NoBody,
    #[serde(untagged)]
    Body(Schema),
}

impl Contract {
    /// Reads the contract out of an OpenAPI 3.0 or Swagger 2.0 document in JSON or YAML.
    pub(crate) fn from_document(text: &[u8]) -> Result<Self> {
        read::contract(&document::Document::parse(text)?)
    }

    /// Reads a lock.
    pub(crate) fn from_lock(text: &str) -> Result<Self> {
        let contract: Self = serde_json::from_str(text).context("not a lock")?;
        for schema in contract.operations.values().flat_map(Operation::schemas).chain(contract.schemas.values()) {
            for name in schema.references() {
                anyhow::ensure!(contract.schemas.contains_key(name), "not a lock: the schema `{name}` is missing");
            }
        }
        Ok(contract)
    }

    /// The part of it that is about the operations of `other`.
    pub(crate) fn shared_with(&self, other: &Self) -> Self {
        let mut part = self.clone();
        part.operations.retain(|name, _| other.operations.contains_key(name));
        let reached = usage::of_schemas(&part).into_keys().map(str::to_owned).collect::<BTreeSet<_>>();
        part.schemas.retain(|name, _| reached.contains(name));
        part
    }

    /// What is odd about the document, and no change of the contract.
    pub(crate) fn notes(&self) -> Vec<String> {
        let note = |name| format!("The document names the security scheme `{name}` and does not define it.");
        // The name comes from a document that others write.
        security::undefined(self).into_iter().map(note).map(|note: String| note.replace(char::is_control, " ")).collect()
    }

    /// Writes a lock: sorted, one fact a line.
    pub(crate) fn to_lock(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The schema behind the references of `schema`, with the facts of each place on the way, and its last name.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Schema) -> (Option<&'a str>, Schema) {
        let (mut name, mut target, mut facts) = (None, schema, schema.facts.clone());
        // As many steps as there are schemas: a chain that is longer is a cycle.
        for _ in 0..=self.schemas.len() {
            let Some(next) = target.reference.as_deref().and_then(|name| self.schemas.get_key_value(name)) else {
                break;
            };
            (name, target) = (Some(next.0.as_str()), next.1);
            for (key, value) in &target.facts {
                facts.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        (name, Schema { facts, reference: None, ..target.clone() })
    }
}

impl Operation {
    /// The schemas that the operation names itself.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.sent().chain(self.received())
    }

    /// The schemas of what is sent.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Schema> {
        self.parameters.values().chain(&self.request_body).map(|input| &input.schema)
    }

    /// The schemas of what comes back.
    pub(crate) fn received(&self) -> impl Iterator<Item = &Schema> {
        self.responses.values().filter_map(|response| match response {
            Response::NoBody => None,
            Response::Body(schema) => Some(schema),
        })
    }
}
