//! The gate: a change may not make a call dearer than the baseline, which is checked in.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::BENCHES;
use super::figures::CASES;
use super::programs::{Programs, valgrind_is_here};

/// How much more instructions than the baseline are let pass: allocators and hash seeds make them vary by less.
const ROOM: f64 = 0.03;

/// What one call costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    pub instructions: u64,
    pub allocations: u64,
    pub reallocations: u64,
}

type Costs = BTreeMap<String, Cost>;

pub fn run(root: &Path, bless: bool) -> Result<ExitCode> {
    if !valgrind_is_here() {
        println!("skipped: there is no valgrind here, which counts the instructions");
        return Ok(ExitCode::SUCCESS);
    }
    let found = measure(&Programs::for_calls(root)?)?;
    let path = root.join(BENCHES).join("baseline.json");
    if bless {
        std::fs::write(&path, serde_json::to_string_pretty(&found)? + "\n").context("cannot write the baseline")?;
        println!("wrote {BENCHES}/baseline.json");
        return Ok(ExitCode::SUCCESS);
    }
    let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let baseline: Costs = serde_json::from_slice(&text).context("the baseline is not what it should be")?;
    let (grown, shrunk) = compare(&baseline, &found);
    for line in &shrunk {
        println!("{line}: `cargo xtask bench --check --bless` keeps that");
    }
    for line in &grown {
        eprintln!("{line}");
    }
    if grown.is_empty() {
        println!("{} cases are as cheap as the baseline", found.len());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: calls grew dearer; where that is meant, `cargo xtask bench --check --bless` writes the baseline anew");
    Ok(ExitCode::FAILURE)
}

fn measure(programs: &Programs) -> Result<Costs> {
    let mut costs = Costs::new();
    for (case, _, times) in CASES.into_iter().filter(|(case, ..)| *case != "list-10000") {
        let heap = programs.heap(case, "facade", times)?;
        let cost = Cost {
            instructions: programs.instructions("call", case, "facade", times)?,
            allocations: heap.allocations(),
            reallocations: heap.reallocations(),
        };
        costs.insert(case.to_owned(), cost);
    }
    Ok(costs)
}

/// What grew, and what shrank by more than the room that is left anyway.
fn compare(baseline: &Costs, found: &Costs) -> (Vec<String>, Vec<String>) {
    let (mut grown, mut shrunk) = (Vec::new(), Vec::new());
    for (case, found) in found {
        let Some(before) = baseline.get(case) else {
            grown.push(format!("{case}: not in the baseline"));
            continue;
        };
        for (what, before, found, room) in [
            ("instructions", before.instructions, found.instructions, ROOM),
            ("allocations", before.allocations, found.allocations, 0.0),
            ("reallocations", before.reallocations, found.reallocations, 0.0),
        ] {
            let line = || format!("{case}: {what} {before} -> {found} ({:+.1} %)", percent(before, found));
            if found as f64 > before as f64 * (1.0 + room) {
                grown.push(line());
            } else if (found as f64) < before as f64 * (1.0 - room) {
                shrunk.push(line());
            }
        }
    }
    (grown, shrunk)
}

fn percent(before: u64, found: u64) -> f64 {
    (found as f64 / before.max(1) as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(instructions: u64, allocations: u64) -> Costs {
        [("read".to_owned(), Cost { instructions, allocations, reallocations: 2 })].into()
    }

    #[test]
    fn instructions_have_some_room_and_allocations_none() {
        let before = costs(100_000, 50);
        assert_eq!(compare(&before, &costs(102_900, 50)), (vec![], vec![]));
        let (grown, _) = compare(&before, &costs(104_000, 51));
        assert_eq!(grown, ["read: instructions 100000 -> 104000 (+4.0 %)", "read: allocations 50 -> 51 (+2.0 %)"]);
    }

    #[test]
    fn a_gain_is_worth_keeping() {
        let (grown, shrunk) = compare(&costs(100_000, 50), &costs(90_000, 49));
        assert!(grown.is_empty());
        assert_eq!(shrunk.len(), 2);
    }

    #[test]
    fn a_case_that_the_baseline_lacks_is_no_pass() {
        assert_eq!(compare(&Costs::new(), &costs(1, 1)).0, ["read: not in the baseline"]);
    }
}
