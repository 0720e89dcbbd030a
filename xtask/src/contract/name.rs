//! The name of an operation: method and path.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An operation's name, such as `PUT /account/sub`. Sorted by path, so that neighbours in the API are neighbours in lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Name {
    pub(crate) path: String,
    pub(crate) method: String,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (method, path) = text.split_once(' ').ok_or(format!("`{text}` is no method and path"))?;
        Ok(Self { path: path.to_owned(), method: method.to_owned() })
    }
}
