//! What can go wrong in a generated method.

use std::fmt;

use serde_json::error::Category;

use super::Response;

/// Why a generated method has no value.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<F> {
    /// The request could not be built; nothing was sent.
    InvalidRequest(InvalidRequest),
    /// There is no response.
    Failure(F),
    /// The status is no success.
    UnexpectedResponse(Response),
    /// The status is a success, and the body is not what it should be.
    Decode {
        /// The response.
        response: Response,
        /// What is wrong with its body.
        error: DecodeError,
    },
}

impl<F: fmt::Display> fmt::Display for Error<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(error) => error.fmt(f),
            Self::Failure(failure) => failure.fmt(f),
            Self::UnexpectedResponse(response) => write!(f, "the service answered {}", response.status),
            Self::Decode { error, .. } => error.fmt(f),
        }
    }
}

impl<F: std::error::Error + 'static> std::error::Error for Error<F> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failure(failure) => failure.source(),
            _ => None,
        }
    }
}

impl<F> From<InvalidRequest> for Error<F> {
    fn from(error: InvalidRequest) -> Self {
        Self::InvalidRequest(error)
    }
}

/// A request that cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidRequest(pub(crate) &'static str);

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidRequest {}

/// Where and how a body is not what it should be. It repeats nothing of the body but names of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
    path: String,
    /// The member that the object at `path` lacks.
    missing: Option<String>,
    line: usize,
    column: usize,
}

/// How a body is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// There is no body.
    Empty,
    /// It is not UTF-8.
    NotUtf8,
    /// It is not JSON.
    Syntax,
    /// It is JSON that ends too early.
    CutShort,
    /// It is JSON of another shape.
    Shape,
}

impl DecodeError {
    pub(super) fn empty() -> Self {
        Self::of(DecodeErrorKind::Empty)
    }

    pub(super) fn not_utf8() -> Self {
        Self::of(DecodeErrorKind::NotUtf8)
    }

    fn of(kind: DecodeErrorKind) -> Self {
        Self { kind, path: String::new(), missing: None, line: 0, column: 0 }
    }

    pub(super) fn json(path: String, error: &serde_json::Error) -> Self {
        let kind = match error.classify() {
            Category::Eof => DecodeErrorKind::CutShort,
            Category::Data => DecodeErrorKind::Shape,
            Category::Syntax | Category::Io => DecodeErrorKind::Syntax,
        };
        // serde has no other place for the name. It is one of the type's, and nothing of the body.
        let missing = error.to_string().strip_prefix("missing field `").and_then(|text| Some(text.split_once('`')?.0.to_owned()));
        Self { kind, path, missing, line: error.line(), column: error.column() }
    }

    /// How it is wrong.
    pub fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// The JSON path of the member that is wrong, such as `[3].config.alexaPin`; `.` for the whole.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, line, column) = (&self.path, self.line, self.column);
        match self.kind {
            DecodeErrorKind::Empty => f.write_str("the body is empty"),
            DecodeErrorKind::NotUtf8 => f.write_str("the body is not UTF-8"),
            DecodeErrorKind::Syntax => write!(f, "the body is not JSON, at line {line} column {column}"),
            DecodeErrorKind::CutShort => write!(f, "the JSON ends too early, at line {line} column {column}"),
            DecodeErrorKind::Shape => {
                match path.as_str() {
                    "." => f.write_str("the body ")?,
                    path => write!(f, "`{path}` ")?,
                }
                match &self.missing {
                    Some(member) => write!(f, "lacks `{member}`")?,
                    None => f.write_str("is not what it should be")?,
                }
                write!(f, ", at line {line} column {column}")
            }
        }
    }
}

impl std::error::Error for DecodeError {}
