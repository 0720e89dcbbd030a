//! Differences of schemas. One with members is compared once, under its own name; any other where it stands.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Effect;
use super::limits::effect_of;
use super::operations::required;
use super::{Diff, Side, Spot};
use crate::contract::document::scalar;
use crate::contract::usage::Usage;
use crate::contract::{Additional, Response, Schema};

impl Side<'_> {
    /// A schema in few words.
    pub(super) fn describe(&self, schema: &Schema) -> String {
        self.describe_to(8, schema)
    }

    /// Lists of lists have an end, for those that hold themselves.
    fn describe_to(&self, depth: usize, schema: &Schema) -> String {
        let (name, resolved) = self.contract.resolve(schema);
        match (name, &resolved.items) {
            (Some(name), _) if resolved.is_object() => name.to_owned(),
            (_, Some(items)) if depth > 0 => {
                format!("array of {}", self.describe_to(depth - 1, items))
            }
            _ => match resolved.facts.get("format") {
                Some(format) => format!("{} {}", resolved.kind(), scalar(format)),
                None => resolved.kind().to_owned(),
            },
        }
    }

    pub(super) fn describe_response(&self, response: &Response) -> String {
        match response {
            Response::NoBody => "no body".to_owned(),
            Response::Body(schema) => self.describe(schema),
        }
    }

    fn usage(&self, name: &str) -> Usage {
        self.usage.get(name).cloned().unwrap_or_default()
    }
}

impl Diff<'_> {
    pub(super) fn schema(&mut self, spot: &Spot, old: &Schema, new: &Schema) {
        let ((old_name, old_target), (new_name, new_target)) = (self.old.contract.resolve(old), self.new.contract.resolve(new));
        let (Some(old_name), Some(new_name)) = (old_name, new_name) else {
            return self.contents(spot, (old, &old_target), (new, &new_target));
        };
        let is_same = plain_name(old_name) == plain_name(new_name);
        let is_renamed = !is_same && self.is_renamed(old_name, new_name);
        let pair = (old_name.to_owned(), new_name.to_owned());
        if is_same || is_renamed {
            // The facts beside the reference belong to this place, all others to the schema.
            self.facts(spot, old, new);
            if self.compared.insert(pair) {
                let usage = self.old.usage(old_name).and(&self.new.usage(new_name));
                let spot = Spot { subject: old_name.to_owned(), usage };
                if is_renamed {
                    self.compare(&spot, "schema name", Effect::Neutral, Some(old_name), Some(new_name));
                }
                let (old, new) = (self.old.contract, self.new.contract);
                if let (Some(before), Some(after)) = (old.schemas.get(old_name), new.schemas.get(new_name)) {
                    self.contents(&spot, (before, &old.resolve(before).1), (after, &new.resolve(after).1));
                }
            }
        } else if old_target.is_object() && new_target.is_object() {
            self.compare(spot, "type", Effect::Differs, Some(old_name), Some(new_name));
        } else if !self.inlining.contains(&pair) {
            self.inlining.push(pair);
            self.contents(spot, (old, &old_target), (new, &new_target));
            self.inlining.pop();
        }
    }

    /// Whether the document only calls a schema by a new name: the old one is gone, the new one was not there, and the
    /// members are the same.
    fn is_renamed(&self, old_name: &str, new_name: &str) -> bool {
        let (old, new) = (&self.old.contract.schemas, &self.new.contract.schemas);
        let is_gone = !old.contains_key(new_name) && !new.contains_key(old_name);
        is_gone
            && match (old.get(old_name), new.get(new_name)) {
                (Some(old), Some(new)) => old.is_object() && old.properties.keys().eq(new.properties.keys()),
                _ => false,
            }
    }

    /// Compares two schemas, each as it was written and as it is when its references are followed.
    fn contents(&mut self, spot: &Spot, (old_ref, old): (&Schema, &Schema), (new_ref, new): (&Schema, &Schema)) {
        if old.kind() != new.kind() {
            let (before, after) = (self.old.describe(old_ref), self.new.describe(new_ref));
            return self.compare(spot, "type", Effect::Differs, Some(&before), Some(&after));
        }
        self.facts(spot, old, new);
        self.values(spot, &old.values, &new.values);
        if let (Some(old), Some(new)) = (&old.items, &new.items) {
            self.schema(&spot.below("[]"), old, new);
        } else {
            let before = old.items.as_ref().map(|items| self.old.describe(items));
            let after = new.items.as_ref().map(|items| self.new.describe(items));
            self.compare(spot, "items", Effect::Differs, before.as_ref(), after.as_ref());
        }
        self.additional(spot, old.additional_properties.as_ref(), new.additional_properties.as_ref());
        self.members(spot, old, new);
        self.combined(spot, old, new);
    }

    fn facts(&mut self, spot: &Spot, old: &Schema, new: &Schema) {
        let keys: BTreeSet<&String> = old.facts.keys().chain(new.facts.keys()).collect();
        for key in keys {
            let (before, after) = (old.facts.get(key), new.facts.get(key));
            let effect = effect_of(key, before, after);
            self.compare(spot, key, effect, before.map(scalar).as_ref(), after.map(scalar).as_ref());
        }
    }

    fn values(&mut self, spot: &Spot, old: &[Value], new: &[Value]) {
        let list = |values: &[Value]| values.iter().map(scalar).collect::<Vec<_>>().join(", ");
        match (old, new) {
            ([], []) => {}
            ([], new) => self.compare(spot, "enum", Effect::Narrows, None, Some(&list(new))),
            (old, []) => self.compare(spot, "enum", Effect::Widens, Some(&list(old)), None),
            (old, new) => {
                for value in old.iter().filter(|value| !new.contains(value)) {
                    self.compare(spot, &format!("enum value {}", scalar(value)), Effect::Narrows, Some(""), None);
                }
                for value in new.iter().filter(|value| !old.contains(value)) {
                    self.compare(spot, &format!("enum value {}", scalar(value)), Effect::Widens, None, Some(""));
                }
            }
        }
    }

    fn additional(&mut self, spot: &Spot, old: Option<&Additional>, new: Option<&Additional>) {
        if let (Some(Additional::Of(old)), Some(Additional::Of(new))) = (old, new) {
            return self.schema(&spot.below("{}"), old, new);
        }
        let describe = |side: &Side<'_>, additional: Option<&Additional>| match additional {
            None => "anything".to_owned(),
            Some(Additional::Forbidden(_)) => "forbidden".to_owned(),
            Some(Additional::Of(of)) => side.describe(of),
        };
        let effect = match (old, new) {
            (_, None) | (Some(Additional::Forbidden(_)), _) => Effect::Widens,
            _ => Effect::Narrows,
        };
        let (before, after) = (describe(&self.old, old), describe(&self.new, new));
        self.compare(spot, "additionalProperties", effect, Some(&before), Some(&after));
    }

    fn members(&mut self, spot: &Spot, old: &Schema, new: &Schema) {
        let lists = [&old.properties, &new.properties].into_iter().flat_map(|list| list.keys());
        let names: BTreeSet<&String> = lists.chain(&old.required).chain(&new.required).collect();
        for name in names {
            let spot = spot.below(&format!(".{name}"));
            let (was_required, is_required) = (old.required.contains(name), new.required.contains(name));
            match (old.properties.get(name), new.properties.get(name)) {
                (Some(before), Some(after)) => {
                    self.required(&spot, was_required, is_required);
                    self.schema(&spot, before, after);
                }
                (None, None) => self.required(&spot, was_required, is_required),
                (before, after) => {
                    let must_be_sent = after.is_some() && is_required && spot.usage.sent;
                    let is_harmless = after.is_some() && !must_be_sent;
                    let before = before.map(|old| format!("{}, {}", self.old.describe(old), required(was_required)));
                    let after = after.map(|new| format!("{}, {}", self.new.describe(new), required(is_required)));
                    let effect = if is_harmless { Effect::Adds } else { Effect::Differs };
                    self.compare(&spot, "member", effect, before.as_ref(), after.as_ref());
                }
            }
        }
    }

    fn required(&mut self, spot: &Spot, was_required: bool, is_required: bool) {
        let effect = if is_required { Effect::Narrows } else { Effect::Widens };
        self.compare(spot, "presence", effect, Some(required(was_required)), Some(required(is_required)));
    }

    fn combined(&mut self, spot: &Spot, old: &Schema, new: &Schema) {
        let keywords: BTreeSet<&String> = old.combined.keys().chain(new.combined.keys()).collect();
        for keyword in keywords {
            let parts = |schema: &Schema| schema.combined.get(keyword).cloned().unwrap_or_default();
            let (before, after) = (parts(old), parts(new));
            if before.len() == after.len() {
                for (index, (before, after)) in before.iter().zip(&after).enumerate() {
                    self.schema(&spot.below(&format!(".{keyword}[{index}]")), before, after);
                }
            } else {
                let list = |side: &Side<'_>, parts: &[Schema]| {
                    parts.iter().map(|part| side.describe(part)).collect::<Vec<_>>().join(", ")
                };
                let (before, after) = (list(&self.old, &before), list(&self.new, &after));
                self.compare(spot, keyword, Effect::Differs, Some(&before), Some(&after));
            }
        }
    }
}

/// A schema's name without the dots that the vendor writes and we do not.
fn plain_name(name: &str) -> String {
    name.replace('.', "")
}
