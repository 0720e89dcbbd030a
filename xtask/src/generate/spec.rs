//! The document as people write it, and the few questions that the generator asks of it.

use anyhow::{Context, Result, anyhow, bail, ensure};
use openapiv3::{OpenAPI, Operation, ReferenceOr, Schema, SchemaKind, Tag};
use serde_json::Value;

use crate::document::{Document, escaped};

/// A parsed document.
pub struct Spec {
    pub document: OpenAPI,
    source: Document,
}

/// One operation with its place in the document.
pub struct Endpoint<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub operation: &'a Operation,
}

impl Spec {
    /// Reads a joined document; only OpenAPI 3.0 is understood.
    pub fn new(source: Document) -> Result<Self> {
        let version = source.value.get("openapi").and_then(Value::as_str).unwrap_or_default();
        ensure!(version.starts_with("3.0."), "`openapi` is `{version}`, and only 3.0 is understood");
        let document = serde_json::from_value(source.value.clone()).context("it is no OpenAPI 3.0 document")?;
        Ok(Self { document, source })
    }

    /// Reads a document of one part.
    #[cfg(test)]
    pub fn parse(text: &str) -> Result<Self> {
        Self::new(Document::join([("spec.yaml", text)])?)
    }

    /// An error at a JSON pointer, with file and line.
    pub fn error(&self, pointer: &str, message: impl std::fmt::Display) -> anyhow::Error {
        anyhow!("{}: {message}", self.source.place(pointer))
    }

    /// An extension of the whole document.
    pub fn extension(&self, name: &str) -> Option<&Value> {
        self.source.value.get(name)
    }

    /// The tag of an operation's group.
    pub fn tag(&self, endpoint: &Endpoint<'_>) -> Result<&Tag> {
        let name = endpoint.operation.tags.first();
        let tag = self.document.tags.iter().find(|tag| Some(&tag.name) == name);
        tag.ok_or_else(|| self.error(&endpoint.pointer(), "its tag is not among the document's `tags`"))
    }

    /// The file that a JSON pointer leads to, without folder and extension: the name of a group.
    pub fn group(&self, pointer: &str) -> String {
        let place = self.source.place(pointer);
        let file = place.rsplit_once('/').map_or(place.as_str(), |(_, file)| file);
        file.split_once('.').map_or(file, |(group, _)| group).to_owned()
    }

    /// The schema that a reference leads to, with its name; a schema that stands where it is used has none. An `allOf` of
    /// one reference is that reference, with a description of its own.
    pub fn resolve<'a>(&'a self, schema: &'a ReferenceOr<Schema>) -> Result<(Option<&'a str>, &'a Schema)> {
        let (mut name, mut schema) = (None, schema);
        loop {
            match schema {
                ReferenceOr::Reference { reference } => {
                    let target = reference.rsplit('/').next().unwrap_or_default();
                    let schemas = self.document.components.as_ref().context("there are no components")?;
                    let (target, found) =
                        schemas.schemas.get_key_value(target).with_context(|| format!("there is no schema {reference}"))?;
                    (name, schema) = (Some(target.as_str()), found);
                }
                ReferenceOr::Item(item) => match &item.schema_kind {
                    SchemaKind::AllOf { all_of } if all_of.len() == 1 => schema = &all_of[0],
                    _ => return Ok((name, item)),
                },
            }
        }
    }

    /// All operations, in the order of the document.
    pub fn endpoints(&self) -> Result<Vec<Endpoint<'_>>> {
        let mut endpoints = Vec::new();
        for (path, item) in &self.document.paths.paths {
            let item = item.as_item().with_context(|| format!("{path} is a reference"))?;
            endpoints.extend(item.iter().map(|(method, operation)| Endpoint { method, path, operation }));
        }
        Ok(endpoints)
    }

    /// The named schemas, in the order of the document.
    pub fn schemas(&self) -> Result<Vec<(&str, &Schema)>> {
        let Some(components) = &self.document.components else { bail!("there are no components") };
        components
            .schemas
            .iter()
            .map(|(name, schema)| match schema {
                ReferenceOr::Item(schema) => Ok((name.as_str(), schema)),
                ReferenceOr::Reference { .. } => bail!("schema {name} is a reference"),
            })
            .collect()
    }
}

impl Endpoint<'_> {
    /// Where it stands, as a JSON pointer.
    pub fn pointer(&self) -> String {
        format!("/paths/{}/{}", escaped(self.path), self.method)
    }

    /// An extension that is a text.
    pub fn text(&self, extension: &str) -> Option<&str> {
        self.operation.extensions.get(extension).and_then(Value::as_str)
    }

    /// The operationId.
    pub fn id(&self) -> Result<&str> {
        self.operation.operation_id.as_deref().with_context(|| format!("{} {} has no operationId", self.method, self.path))
    }
}
