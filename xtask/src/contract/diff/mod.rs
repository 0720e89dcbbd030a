//! What changed between two contracts: one [`Change`] for one change, named by operation and member.
//!
//! Why not the crate `drift`: it reads OpenAPI 3.0 only and neither a lock nor Swagger 2.0, and it leaves new members,
//! new required body fields, enum values and ranges "unhandled" and security unseen. Those are most
//! of what has to be told here, and what would remain of it is the easy part.

mod change;
mod limits;
mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use change::{Change, Group};

use super::usage::{self, Usage};
use super::{Contract, Name};
use change::Effect;

/// Every difference, by group and then by operation.
pub(crate) fn diff(old: &Contract, new: &Contract) -> Vec<Change> {
    let mut diff = Diff {
        old: Side { contract: old, usage: usage::of_schemas(old) },
        new: Side { contract: new, usage: usage::of_schemas(new) },
        compared: BTreeSet::new(),
        inlining: Vec::new(),
        changes: Vec::new(),
    };
    let document = Spot { subject: "document".to_owned(), usage: Usage::default() };
    diff.compare(&document, "version", Effect::Neutral, Some(&old.version), Some(&new.version));
    diff.operations();
    let mut changes = diff.changes;
    changes.sort_by_key(|change| (change.group, change.operations.first().cloned(), change.at()));
    changes
}

/// A comparison under way.
struct Diff<'a> {
    old: Side<'a>,
    new: Side<'a>,
    /// The pairs of schemas that were compared under their own name: once is enough, and cycles end here.
    compared: BTreeSet<(String, String)>,
    /// The pairs that are being compared where they stand, for cycles among those.
    inlining: Vec<(String, String)>,
    changes: Vec<Change>,
}

struct Side<'a> {
    contract: &'a Contract,
    usage: BTreeMap<&'a str, Usage>,
}

/// A place to compare at: how it is named, and who uses it.
struct Spot {
    subject: String,
    usage: Usage,
}

impl Spot {
    fn sent(operation: &Name, place: &str) -> Self {
        Self { subject: format!("{operation} · {place}"), usage: Usage::of(operation, true) }
    }

    fn received(operation: &Name, place: &str) -> Self {
        Self { subject: format!("{operation} · {place}"), usage: Usage::of(operation, false) }
    }

    fn operation(operation: &Name) -> Self {
        Self { subject: operation.to_string(), usage: Usage::of(operation, true) }
    }

    /// A place below this one.
    fn below(&self, suffix: &str) -> Self {
        Self { subject: format!("{}{suffix}", self.subject), usage: self.usage.clone() }
    }
}

impl Diff<'_> {
    /// Notes a change, if it is one.
    fn compare<T: ToString + ?Sized>(
        &mut self,
        spot: &Spot,
        aspect: &str,
        effect: Effect,
        before: Option<&T>,
        after: Option<&T>,
    ) {
        let (before, after) = (before.map(T::to_string), after.map(T::to_string));
        if before != after {
            self.changes.push(Change {
                group: effect.on(&spot.usage),
                operations: spot.usage.operations.clone(),
                subject: spot.subject.clone(),
                aspect: aspect.to_owned(),
                before,
                after,
            });
        }
    }
}
