//! An API document as it was written: JSON or YAML, Swagger 2.0 or OpenAPI 3.0, with its `$ref`s.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// A parsed document of a form that we read.
pub(crate) struct Document {
    pub(crate) root: Value,
    pub(crate) form: Form,
}

/// The two forms that we read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    Swagger2,
    OpenApi3,
}

/// Parses JSON or YAML.
pub(crate) fn parse(text: &[u8]) -> Result<Value> {
    let text = str::from_utf8(text).context("not JSON or YAML: the text is not UTF-8")?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        serde_json::from_str(text).context("not JSON")
    } else {
        serde_saphyr::from_str(text).context("not JSON or YAML")
    }
}

impl Document {
    /// Parses a document and tells its form.
    pub(crate) fn parse(text: &[u8]) -> Result<Self> {
        let root = parse(text)?;
        // YAML may read the version as a number.
        let version = |key| root.get(key).map(scalar);
        let form = match (version("swagger").as_deref(), version("openapi").as_deref()) {
            (Some("2.0" | "2"), None) => Form::Swagger2,
            (None, Some(v)) if v == "3.0" || v == "3" || v.starts_with("3.0.") => Form::OpenApi3,
            (Some(v), None) => {
                bail!("this is Swagger {v}; only Swagger 2.0 and OpenAPI 3.0 are read")
            }
            (None, Some(v)) => {
                bail!("this is OpenAPI {v}; only OpenAPI 3.0 and Swagger 2.0 are read")
            }
            _ => {
                bail!("not an OpenAPI document: it has neither `openapi` nor `swagger` at its top")
            }
        };
        Ok(Self { root, form })
    }

    /// Follows `$ref`s until something else stands there.
    pub(crate) fn follow<'a>(&'a self, value: &'a Value) -> Result<&'a Value> {
        match value.get("$ref") {
            Some(reference) => Ok(self.target(reference)?.1),
            None => Ok(value),
        }
    }

    /// The name of the schema that a `$ref` leads to in the end; a pointer, where that is no named schema.
    pub(crate) fn schema_name(&self, reference: &Value) -> Result<String> {
        let (pointer, _) = self.target(reference)?;
        Ok(pointer.strip_prefix(self.schema_home()).unwrap_or(pointer).to_owned())
    }

    /// The schema of a name made by [`Self::schema_name`].
    pub(crate) fn schema(&self, name: &str) -> Result<&Value> {
        let schema = self.root.pointer(&format!("{}{name}", self.schema_home())).or_else(|| self.root.pointer(name));
        schema.with_context(|| format!("the schema `{name}` is missing"))
    }

    fn schema_home(&self) -> &'static str {
        match self.form {
            Form::Swagger2 => "/definitions/",
            Form::OpenApi3 => "/components/schemas/",
        }
    }

    /// The last pointer of a chain of `$ref`s, and what stands there.
    fn target<'a>(&'a self, reference: &'a Value) -> Result<(&'a str, &'a Value)> {
        let mut reference = reference;
        for _ in 0..64 {
            let text = reference.as_str().context("a `$ref` is not a string")?;
            let Some(pointer) = text.strip_prefix('#') else {
                bail!("the $ref `{text}` leads out of the document; only `#/…` is read");
            };
            let value = self.root.pointer(pointer).with_context(|| format!("the target of the $ref `{text}` is missing"))?;
            match value.get("$ref") {
                Some(next) => reference = next,
                None => return Ok((pointer, value)),
            }
        }
        bail!("the $ref `{}` leads to itself", scalar(reference))
    }

    /// The list under `key`, which may be absent.
    pub(crate) fn list<'a>(&self, value: &'a Value, key: &str) -> Result<&'a [Value]> {
        match value.get(key) {
            None => Ok(&[]),
            Some(list) => Ok(list.as_array().with_context(|| format!("`{key}` is not a list"))?),
        }
    }

    /// The members of the object under `key`, which may be absent.
    pub(crate) fn members<'a>(&self, value: &'a Value, key: &str) -> Result<Vec<(&'a String, &'a Value)>> {
        let Some(object) = value.get(key) else {
            return Ok(Vec::new());
        };
        let object = object.as_object().with_context(|| format!("`{key}` is not an object"))?;
        ensure!(object.len() < 100_000, "`{key}` has too many members");
        Ok(object.iter().filter(|(name, _)| !name.starts_with("x-")).collect())
    }
}

/// A scalar as text: a string without its quotes.
pub(crate) fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
