//! One change of a contract, and whom it breaks.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::contract::usage::Usage;
use crate::contract::{Name, files};

/// Whom a change breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// Requests as we send them today are wrong or mean something else.
    BreaksCallers,
    /// What comes back no longer fits what we read it into.
    BreaksReaders,
    /// More is possible than before.
    Additive,
    /// Nothing that a client notices by itself.
    Other,
}

impl Group {
    /// For a headline.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::BreaksCallers => "Breaking for callers",
            Self::BreaksReaders => "Breaking for readers",
            Self::Additive => "Additive",
            Self::Other => "Other",
        }
    }
}

/// What a change does to the set of values that are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Something new that may be ignored.
    Adds,
    /// Fewer values than before: what we send may be refused.
    Narrows,
    /// More values than before: what we read may surprise.
    Widens,
    /// Other values than before.
    Differs,
    /// No values at all.
    Neutral,
}

impl Effect {
    pub(super) fn on(self, usage: &Usage) -> Group {
        match self {
            Self::Narrows | Self::Differs if usage.sent => Group::BreaksCallers,
            Self::Widens | Self::Differs if usage.received => Group::BreaksReaders,
            Self::Adds | Self::Widens => Group::Additive,
            Self::Narrows | Self::Differs | Self::Neutral => Group::Other,
        }
    }
}

/// One difference between two contracts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) group: Group,
    /// The operations that it touches; none for the document as a whole.
    pub(crate) operations: BTreeSet<Name>,
    /// Where: an operation and a place in it, or a schema and its member.
    pub(crate) subject: String,
    /// What: `type`, `required`, `minLength`, ...
    pub(crate) aspect: String,
    /// None where it was not there; empty where there is nothing more to say than that it was.
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl Change {
    /// A key that stays the same as long as the difference does.
    pub(crate) fn at(&self) -> String {
        format!("{} · {}", self.subject, self.aspect)
    }

    /// The whole change in one line, with the operation first.
    pub(crate) fn line(&self) -> String {
        let aspect = &self.aspect;
        let what = match (self.before.as_deref(), self.after.as_deref()) {
            (None, None | Some("")) => format!("{aspect} added"),
            (None, Some(after)) => format!("{aspect} added: {after}"),
            (Some(""), None) => format!("{aspect} removed"),
            (Some(before), None) => format!("{aspect} removed: {before}"),
            (Some(before), Some(after)) => format!("{aspect} {before} -> {after}"),
        };
        let subject = &self.subject;
        let line = match self.users() {
            Some(users) => format!("{users} · {subject} · {what}"),
            None => format!("{subject} · {what}"),
        };
        // The document is not ours: what it says must not break the line or steer a terminal.
        line.replace(char::is_control, " ")
    }

    /// The operations that reach a shared schema, in few words; none where the subject names its operation.
    fn users(&self) -> Option<String> {
        let names: Vec<String> = self.operations.iter().map(Name::to_string).collect();
        if names.iter().any(|name| self.subject.starts_with(name.as_str())) {
            return None;
        }
        match names.as_slice() {
            [] => None,
            [first, _, _, ..] => Some(format!("{first} and {} more", names.len() - 1)),
            _ => Some(names.join(", ")),
        }
    }

    /// The files of ours to look at.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        self.operations.iter().flat_map(files::of).collect()
    }
}
