//! `cargo xtask coverage`: for every operation of the document what the facade calls it, and what was seen to work.
//!
//! The table claims what has just happened and nothing else: it runs the contract test of all statuses, which prints a
//! line for each status that it has tried, and the tour, and holds both against the document. So this crate needs
//! neither the facade nor the generated code, and still builds when those do not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::document::Document;

/// The contract test that tries every documented status.
const TEST: &str = "matrix::every_documented_status_is_told_apart";

/// Runs the test and the tour of the workspace at `root`. Exit status: 0 complete, 1 something is missing.
pub fn run(root: &Path) -> Result<ExitCode> {
    let spec = Document::read(root)?.value;
    let test = ["test", "--quiet", "--package", "contract-tests", "--test", "contract", "--"];
    let test = output(root, &[&test[..], &["--exact", TEST, "--nocapture"]].concat())?;
    let tour = output(root, &["run", "--quiet", "--example", "tour"])?;
    Ok(judge(&documented(&spec)?, &test, &tour))
}

fn judge(documented: &[Documented], test: &Output, tour: &Output) -> ExitCode {
    let (table, mut missing) = table(documented, &tried(&test.text), &shown(&tour.text));
    println!("{table}");
    let failing = [(TEST, test), ("the tour", tour)].into_iter().filter(|(_, run)| !run.succeeded);
    missing.extend(failing.map(|(what, _)| format!("{what} fails")));
    for missing in &missing {
        eprintln!("{missing}");
    }
    let covered = documented.iter().filter(|operation| !missing.iter().any(|it| it.starts_with(&format!("{}:", operation.id))));
    println!("{} of {} operations", covered.count(), documented.len());
    println!("{}", if missing.is_empty() { "complete" } else { "incomplete" });
    ExitCode::from(u8::from(!missing.is_empty()))
}

struct Output {
    text: String,
    succeeded: bool,
}

/// What cargo prints; what it complains about goes on to the terminal.
fn output(root: &Path, arguments: &[&str]) -> Result<Output> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // With a token the tour would call the service.
    command.current_dir(root).args(arguments).env_remove("NUKI_API_TOKEN").env_remove("NUKI_BASE_URL").stderr(Stdio::inherit());
    let output = command.output().context("cannot run cargo")?;
    Ok(Output { text: String::from_utf8_lossy(&output.stdout).into_owned(), succeeded: output.status.success() })
}

/// An operation of the document.
#[derive(Debug, PartialEq, Eq)]
struct Documented {
    id: String,
    endpoint: String,
    class: String,
    statuses: BTreeSet<u16>,
}

fn documented(spec: &Value) -> Result<Vec<Documented>> {
    let mut operations = Vec::new();
    for (path, item) in spec["paths"].as_object().context("the document has no paths")? {
        for (method, operation) in item.as_object().with_context(|| format!("{path} is no object"))? {
            let text = |name: &str| {
                let text = operation[name].as_str().map(str::to_owned);
                text.with_context(|| format!("{method} {path} has no {name}"))
            };
            let statuses = operation["responses"].as_object().with_context(|| format!("{method} {path} has no responses"))?;
            operations.push(Documented {
                id: text("operationId")?,
                endpoint: format!("{} {path}", method.to_uppercase()),
                class: text("x-retry-class")?,
                statuses: statuses.keys().filter_map(|status| status.parse().ok()).collect(),
            });
        }
    }
    Ok(operations)
}

/// By operation what the facade calls it, and the statuses that were tried.
type Tried = BTreeMap<String, (String, BTreeSet<u16>)>;

/// Reads the lines `coverage`, id, facade call and status, with tabs in between.
fn tried(output: &str) -> Tried {
    let mut tried = Tried::new();
    for line in output.lines() {
        let parts = line.split('\t').collect::<Vec<_>>();
        // The harness may have begun the line with a dot for a test.
        let [mark, id, facade, status] = parts[..] else { continue };
        if let (true, Ok(status)) = (mark.ends_with("coverage"), status.parse()) {
            tried.entry(id.to_owned()).or_insert_with(|| (facade.to_owned(), BTreeSet::new())).1.insert(status);
        }
    }
    tried
}

/// Reads the lines of the tour, which begin with method, path and status of a success.
fn shown(output: &str) -> BTreeSet<String> {
    let lines = output.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines.filter(|words| words.len() > 2 && words[2].starts_with('2')).map(|words| format!("{} {}", words[0], words[1])).collect()
}

/// The table for people, and what is missing from it.
fn table(documented: &[Documented], tried: &Tried, shown: &BTreeSet<String>) -> (String, Vec<String>) {
    let (mut table, mut missing) = (String::new(), Vec::new());
    let _ = writeln!(
        table,
        "{:<38} {:<62} {:<8} {:<29} {:<5} retry class",
        "operation", "facade", "success", "failures, tried of documented", "tour"
    );
    for Documented { id, endpoint, class, statuses } in documented {
        let (facade, tried) = tried.get(id).cloned().unwrap_or_default();
        for status in statuses.difference(&tried) {
            missing.push(format!("{id}: no case of status {status}; add it to tests/contract/"));
        }
        let in_tour = shown.contains(endpoint);
        if !in_tour {
            missing.push(format!("{id}: {endpoint} does not succeed in the tour, nuki-api/examples/tour/"));
        }
        let (success, failures): (Vec<_>, Vec<_>) = statuses.iter().partition(|status| (200..300).contains(*status));
        let listed = |statuses: &[u16]| {
            let marks = statuses.iter().map(|status| match tried.contains(status) {
                true => status.to_string(),
                false => format!("({status})"),
            });
            marks.collect::<Vec<_>>().join(" ")
        };
        let of = format!("{}/{}", failures.iter().filter(|status| tried.contains(status)).count(), failures.len());
        let _ = writeln!(
            table,
            "{id:<38} {:<62} {:<8} {:<29} {:<5} {class}",
            if facade.is_empty() { "-" } else { &facade },
            listed(&success),
            format!("{of}: {}", listed(&failures)),
            if in_tour { "yes" } else { "no" },
        );
    }
    (table, missing)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spec() -> Value {
        json!({"paths": {"/a": {"get": {
            "operationId": "a_get", "x-retry-class": "read", "responses": {"200": {}, "401": {}, "404": {}}
        }}}})
    }

    const TOUR_OUTPUT: &str = "Reading on.\n\nGET    /a    200  an a\n";
    const TEST_OUTPUT: &str = "\nrunning 1 test\n.coverage\ta_get\ta().get()\t200\ncoverage\ta_get\ta().get()\t401\n\
                               coverage\ta_get\ta().get()\t404\n\ntest result: ok\n";

    #[test]
    fn what_was_tried_and_shown_is_complete() {
        let (table, missing) = table(&documented(&spec()).unwrap(), &tried(TEST_OUTPUT), &shown(TOUR_OUTPUT));
        assert_eq!(missing, [""; 0]);
        let row = table.lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(row, "a_get a().get() 200 2/2: 401 404 yes read");
    }

    #[test]
    fn only_success_with_nothing_missing_is_complete() {
        let output = |text: &str, succeeded| Output { text: text.to_owned(), succeeded };
        for (test, tour, status) in [
            (output(TEST_OUTPUT, true), output(TOUR_OUTPUT, true), ExitCode::SUCCESS),
            (output(TEST_OUTPUT, true), output("", true), ExitCode::FAILURE),
            (output(TEST_OUTPUT, false), output(TOUR_OUTPUT, true), ExitCode::FAILURE),
            (output(TEST_OUTPUT, true), output(TOUR_OUTPUT, false), ExitCode::FAILURE),
        ] {
            assert_eq!(judge(&documented(&spec()).unwrap(), &test, &tour), status);
        }
    }

    #[test]
    fn what_was_not_tried_is_named() {
        let tried = tried(&TEST_OUTPUT.replace("404", "405"));
        let (table, missing) = table(&documented(&spec()).unwrap(), &tried, &shown("GET /a 404 no a\n"));
        assert_eq!(missing.len(), 2, "{missing:?}");
        assert!(missing[0].contains("a_get: no case of status 404"), "{missing:?}");
        assert!(missing[1].contains("GET /a does not succeed in the tour"), "{missing:?}");
        assert!(table.contains("1/2: 401 (404)"), "{table}");
    }

    #[test]
    fn a_run_that_prints_nothing_covers_nothing() {
        let (_, missing) = table(&documented(&spec()).unwrap(), &tried(""), &shown(""));
        assert_eq!(missing.len(), 4, "{missing:?}");
    }

    #[test]
    fn a_document_without_a_retry_class_is_refused() {
        let mut spec = spec();
        spec["paths"]["/a"]["get"]["x-retry-class"] = Value::Null;
        assert!(documented(&spec).unwrap_err().to_string().contains("x-retry-class"));
    }
}
