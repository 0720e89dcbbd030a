//! Whether the spec is an OpenAPI 3.0 document, by the OpenAPI Initiative's own JSON schema (see `schemas/README.md`).

use anyhow::{Context, Result};
use serde_json::Value;

use crate::document::Document;

/// Where the document breaks the schema.
pub(super) fn problems(document: &Document) -> Result<Vec<String>> {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/openapi-3.0.json"))?;
    let validator = jsonschema::validator_for(&schema).context("the schema of OpenAPI 3.0 is broken")?;
    let problem = |error: jsonschema::ValidationError<'_>| {
        let at = error.instance_path().to_string();
        let what = error.masked_with("what stands there");
        format!("{}: not valid OpenAPI 3.0 at `{at}`: {what}", document.place(&at))
    };
    Ok(validator.iter_errors(&document.value).map(problem).collect())
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::contract::sample::{FORMS, Sample};
    use crate::document::Document;

    fn found(sample: &Sample) -> Vec<String> {
        let document = Document::join([("sample.yaml", &*sample.document.to_string())]).expect("JSON is YAML");
        problems(&document).expect("the schema works")
    }

    #[test]
    fn the_lock_as_a_document_is_valid() {
        assert_eq!(found(&Sample::new(FORMS[0])), [""; 0]);
    }

    #[test]
    fn a_mistake_is_found_at_its_place() {
        let mut sample = Sample::new(FORMS[0]);
        sample.operation("GET /account").as_object_mut().expect("an operation").remove("responses");
        let found = found(&sample);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("/paths/~1account/get"), "{found:?}");
    }
}
