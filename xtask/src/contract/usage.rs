//! Which operations reach a schema, and in which direction.

use std::collections::{BTreeMap, BTreeSet};

use super::{Contract, Name, Schema};

/// Who uses something, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) operations: BTreeSet<Name>,
    pub(crate) sent: bool,
    pub(crate) received: bool,
}

impl Usage {
    /// Of one operation, in one direction.
    pub(crate) fn of(operation: &Name, sent: bool) -> Self {
        Self { operations: BTreeSet::from([operation.clone()]), sent, received: !sent }
    }

    /// Both together.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.operations.extend(other.operations.iter().cloned());
        Self { sent: self.sent || other.sent, received: self.received || other.received, ..self }
    }
}

/// The use of every schema of a contract.
pub(crate) fn of_schemas(contract: &Contract) -> BTreeMap<&str, Usage> {
    let mut usage = BTreeMap::new();
    for (name, operation) in &contract.operations {
        note(contract, operation.sent(), &Usage::of(name, true), &mut usage);
        note(contract, operation.received(), &Usage::of(name, false), &mut usage);
    }
    usage
}

fn note<'a>(contract: &'a Contract, roots: impl Iterator<Item = &'a Schema>, by: &Usage, usage: &mut BTreeMap<&'a str, Usage>) {
    let mut open: Vec<&str> = roots.flat_map(Schema::references).collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            let entry = usage.entry(name).or_default();
            *entry = std::mem::take(entry).and(by);
            open.extend(contract.schemas.get(name).map(Schema::references).unwrap_or_default());
        }
    }
}
