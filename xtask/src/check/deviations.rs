//! `openapi/deviations.yaml`: where our spec says something else than the vendor's, and why. The list is always true.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::glob::matches;
use crate::contract::diff::Change;

/// Below the root of the workspace.
pub(super) const PATH: &str = "openapi/deviations.yaml";

/// One entry. In `at`, `ours` and `vendor` a `*` stands for any text, so that one entry can cover a class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deviation {
    at: Spanned<String>,
    ours: String,
    vendor: String,
    reason: String,
    evidence: String,
    /// The version of the vendor's document.
    seen_in: String,
}

impl Deviation {
    fn covers(&self, change: &Change) -> bool {
        matches(&self.at.value, &change.at())
            && matches(&self.vendor, value(change.before.as_ref()))
            && matches(&self.ours, value(change.after.as_ref()))
    }
}

/// How a value is written in the list.
fn value(value: Option<&String>) -> &str {
    match value.map(String::as_str) {
        None => "none",
        Some("") => "there",
        Some(value) => value,
    }
}

/// Reads the list.
pub(super) fn parse(text: &str) -> Result<Vec<Deviation>> {
    let list: Vec<Deviation> = serde_saphyr::from_str(text).with_context(|| format!("cannot read {PATH}"))?;
    for entry in &list {
        for (key, text) in [("reason", &entry.reason), ("evidence", &entry.evidence), ("seen_in", &entry.seen_in)] {
            let line = entry.at.referenced.line();
            ensure!(!text.trim().is_empty(), "{PATH}:{line}: `{}` has no {key}", entry.at.value);
        }
    }
    Ok(list)
}

/// Differences that the list does not name, and entries that name none.
pub(super) fn problems(differences: &[Change], list: &[Deviation]) -> Vec<String> {
    let unlisted = differences.iter().filter(|change| !list.iter().any(|entry| entry.covers(change))).map(missing);
    let stale = list.iter().filter(|entry| !differences.iter().any(|change| entry.covers(change))).map(stale);
    unlisted.chain(stale).collect()
}

fn missing(change: &Change) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "{PATH}: a difference between the vendor's contract and our spec is not listed (vendor -> ours):\n  {}\n\
         Change the spec, or add:\n- at: {}\n  ours: {}\n  vendor: {}\n  reason: ...\n  evidence: ...\n  seen_in: ...",
        change.line(),
        quoted(&change.at()),
        quoted(value(change.after.as_ref())),
        quoted(value(change.before.as_ref())),
    )
}

fn stale(entry: &Deviation) -> String {
    let (line, at) = (entry.at.referenced.line(), &entry.at.value);
    format!(
        "{PATH}:{line}: this is no longer a difference; remove the entry:\n- at: {at}\n  ours: {}\n  vendor: {}",
        entry.ours, entry.vendor
    )
}

#[cfg(test)]
mod tests {
    use super::super::untrue;
    use super::*;
    use crate::contract::sample::{FORMS, Sample, lock};

    const LISTED: &str = r#"
- at: "AccountSubCreate.password · minLength"
  ours: 7
  vendor: none
  reason: The server refuses shorter ones.
  evidence: The vendor's prose.
  seen_in: 3.9.0
"#;

    fn problems(list: &str, change: impl Fn(&mut Sample)) -> Vec<String> {
        let mut sample = Sample::new(FORMS[0]);
        change(&mut sample);
        untrue(&lock(), &sample.contract().expect("our spec can be read"), &parse(list).expect("the list can be read"))
    }

    fn demand_seven(spec: &mut Sample) {
        spec.member("AccountSubCreate", "password")["minLength"] = 7.into();
    }

    #[test]
    fn a_listed_difference_is_no_problem() {
        assert_eq!(problems(LISTED, demand_seven), [""; 0]);
        assert_eq!(problems(&LISTED.replace("AccountSubCreate.password", "*"), demand_seven), [""; 0]);
    }

    #[test]
    fn an_unlisted_difference_comes_with_the_entry_to_add() {
        let found = problems("[]", demand_seven);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("PUT /account/sub · AccountSubCreate.password · minLength added: 7"), "{}", found[0]);
        let entry = &found[0][found[0].find("- at").expect("an entry")..];
        assert_eq!(problems(entry, demand_seven), [""; 0], "the entry can be taken over as it is");
    }

    #[test]
    fn a_difference_that_is_gone_comes_with_the_line_to_remove() {
        let found = problems(LISTED, |_| {});
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("openapi/deviations.yaml:2: this is no longer a difference"), "{}", found[0]);
    }

    #[test]
    fn a_difference_with_another_value_is_unlisted_and_its_entry_stale() {
        let found = problems(LISTED, |spec| spec.member("AccountSubCreate", "password")["minLength"] = 8.into());
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        assert!(parse(&LISTED.replace("The server refuses shorter ones.", "''")).is_err());
        assert!(parse(&LISTED.replace("  evidence: The vendor's prose.\n", "")).is_err());
    }

    #[test]
    fn names_without_dots_and_named_scalars_are_no_difference() {
        let found = problems("[]", |spec| {
            let config = spec.schema("Account.Config").clone();
            *spec.schema("AccountConfig") = config;
            let version = spec.member("AccountIntegration", "version").clone();
            *spec.schema("IntegrationVersion") = serde_json::json!({
                "type": version["type"], "x-extensible-enum": version["enum"], "description": "ours",
            });
            let named = serde_json::json!({"allOf": [spec.reference("IntegrationVersion")], "description": "ours"});
            *spec.member("AccountIntegration", "version") = named;
            for owner in ["Account", "MyAccount", "AccountUpdate", "AccountSubUpdate"] {
                let config = spec.reference("AccountConfig");
                *spec.member(owner, "config") = config;
            }
        });
        assert_eq!(found, [""; 0]);
    }
}
