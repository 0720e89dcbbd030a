//! Differences of operations: what exists, what they take, what they answer, who may call them.

use std::collections::BTreeSet;

use super::change::Effect;
use super::{Diff, Spot};
use crate::contract::{Input, Name, Operation, Response, Schema, security};

const REQUIRED: [&str; 2] = ["optional", "required"];

impl Diff<'_> {
    pub(super) fn operations(&mut self) {
        let (old, new) = (&self.old.contract.operations, &self.new.contract.operations);
        let names: BTreeSet<&Name> = old.keys().chain(new.keys()).collect();
        for name in names {
            let spot = Spot::operation(name);
            match (old.get(name), new.get(name)) {
                (Some(before), Some(after)) => self.operation(name, before, after),
                (None, _) => self.compare(&spot, "operation", Effect::Adds, None, Some("")),
                (_, None) => self.compare(&spot, "operation", Effect::Differs, Some(""), None),
            }
        }
    }

    fn operation(&mut self, name: &Name, old: &Operation, new: &Operation) {
        let spot = Spot::operation(name);
        let before = security::describe(self.old.contract, old, new);
        let after = security::describe(self.new.contract, new, old);
        self.compare(&spot, "security", Effect::Differs, Some(&before), Some(&after));
        self.parameters(name, old, new);
        let body = Spot::sent(name, "body");
        self.input(&body, "request body", old.request_body.as_ref(), new.request_body.as_ref());
        let statuses: BTreeSet<&String> = old.responses.keys().chain(new.responses.keys()).collect();
        for status in statuses {
            self.response(name, status, old.responses.get(status), new.responses.get(status));
        }
    }

    fn parameters(&mut self, name: &Name, old: &Operation, new: &Operation) {
        let keys: BTreeSet<&String> = old.parameters.keys().chain(new.parameters.keys()).collect();
        let mut moved = BTreeSet::new();
        for key in keys.into_iter().filter(|key| !new.parameters.contains_key(*key)) {
            if let Some(target) = move_target(key, old, new) {
                let spot = Spot::sent(name, key);
                self.compare(&spot, "place", Effect::Differs, key.split(' ').next(), target.split(' ').next());
                // What a place demands by itself, as a path does, is part of the move.
                if let (Some(before), Some(after)) = (old.parameters.get(key), new.parameters.get(target)) {
                    self.schema(&spot, &before.schema, &after.schema);
                }
                moved.extend([key, target]);
            }
        }
        let keys: BTreeSet<&String> = old.parameters.keys().chain(new.parameters.keys()).collect();
        for key in keys.difference(&moved) {
            self.input(&Spot::sent(name, key), "parameter", old.parameters.get(*key), new.parameters.get(*key));
        }
    }

    fn input(&mut self, spot: &Spot, what: &str, old: Option<&Input>, new: Option<&Input>) {
        if let (Some(old), Some(new)) = (old, new) {
            let effect = if new.required { Effect::Narrows } else { Effect::Widens };
            self.compare(spot, "presence", effect, Some(required(old.required)), Some(required(new.required)));
            // A parameter is text. Where a document says nothing of it, it has not changed what the text may be.
            if what != "parameter" || ![&old.schema, &new.schema].contains(&&Schema::default()) {
                self.schema(spot, &old.schema, &new.schema);
            }
        } else {
            let effect = if new.is_some_and(|new| !new.required) { Effect::Adds } else { Effect::Differs };
            let before = old.map(|old| format!("{}, {}", self.old.describe(&old.schema), required(old.required)));
            let after = new.map(|new| format!("{}, {}", self.new.describe(&new.schema), required(new.required)));
            self.compare(spot, what, effect, before.as_ref(), after.as_ref());
        }
    }

    fn response(&mut self, name: &Name, status: &str, old: Option<&Response>, new: Option<&Response>) {
        let spot = Spot::received(name, status);
        let is_success = status.starts_with('2');
        let [gained, lost] = if is_success { [Effect::Differs; 2] } else { [Effect::Adds, Effect::Neutral] };
        match (old, new) {
            (Some(Response::Body(old)), Some(Response::Body(new))) => self.schema(&spot, old, new),
            (Some(old), Some(new)) => {
                let effect = if matches!(new, Response::NoBody) { lost } else { gained };
                let (before, after) = (self.old.describe_response(old), self.new.describe_response(new));
                self.compare(&spot, "response body", effect, Some(&before), Some(&after));
            }
            _ => {
                let (before, after) =
                    (old.map(|old| self.old.describe_response(old)), new.map(|new| self.new.describe_response(new)));
                self.compare(&spot, "status", if new.is_some() { gained } else { lost }, before.as_ref(), after.as_ref());
            }
        }
    }
}

/// In words.
pub(super) fn required(is_required: bool) -> &'static str {
    REQUIRED[usize::from(is_required)]
}

/// The same name at another place, where neither side has both.
fn move_target<'a>(key: &str, old: &Operation, new: &'a Operation) -> Option<&'a String> {
    let (_, name) = key.split_once(' ')?;
    new.parameters
        .keys()
        .find(|other| other.split_once(' ').is_some_and(|(_, other)| other == name) && !old.parameters.contains_key(*other))
}
