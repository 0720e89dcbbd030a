//! Whether the spec is an OpenAPI 3.0 document, by the OpenAPI Initiative's own JSON schema (see `schemas/README.md`).

use anyhow::{Context, Result};
use serde_json::Value;

/// Where the document breaks the schema.
pub(super) fn problems(spec: &Value) -> Result<Vec<String>> {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/openapi-3.0.json"))?;
    let validator = jsonschema::validator_for(&schema).context("the schema of OpenAPI 3.0 is broken")?;
    let problem = |error: jsonschema::ValidationError<'_>| {
        format!("not valid OpenAPI 3.0 at `{}`: {}", error.instance_path(), error.masked_with("what stands there"))
    };
    Ok(validator.iter_errors(spec).map(problem).collect())
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::contract::sample::{FORMS, Sample};

    #[test]
    fn the_lock_as_a_document_is_valid() {
        assert_eq!(problems(&Sample::new(FORMS[0]).document).expect("the schema works"), [""; 0]);
    }

    #[test]
    fn a_mistake_is_found_at_its_place() {
        let mut sample = Sample::new(FORMS[0]);
        sample.operation("GET /account").as_object_mut().expect("an operation").remove("responses");
        let found = problems(&sample.document).expect("the schema works");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("/paths/~1account/get"), "{found:?}");
    }
}
