//! The document as people write it, and the few questions that the generator asks of it.

use anyhow::{Context, Result, bail, ensure};
use openapiv3::{OpenAPI, Operation, ReferenceOr, Schema};
use serde_json::Value;

/// A parsed document.
pub struct Spec {
    pub document: OpenAPI,
}

/// One operation with its place in the document.
pub struct Endpoint<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub operation: &'a Operation,
}

impl Spec {
    /// Reads YAML (and so JSON); only OpenAPI 3.0 is understood.
    pub fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_saphyr::from_str(text).context("it is neither YAML nor JSON")?;
        let version = value.get("openapi").and_then(Value::as_str).unwrap_or_default();
        ensure!(version.starts_with("3.0."), "`openapi` is `{version}`, and only 3.0 is understood");
        Ok(Self { document: serde_json::from_value(value).context("it is no OpenAPI 3.0 document")? })
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
    /// The operationId.
    pub fn id(&self) -> Result<&str> {
        self.operation.operation_id.as_deref().with_context(|| format!("{} {} has no operationId", self.method, self.path))
    }
}
