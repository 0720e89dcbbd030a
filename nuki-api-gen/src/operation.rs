//! What is known of an operation beside its types; the table itself is generated.

/// One row of the table of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The operationId, such as `sub_account_create`.
    pub id: &'static str,
    /// The group that it belongs to, such as `account`: the name of its module.
    pub group: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path as a template, such as `/account/sub/{accountId}`.
    pub path: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// The OAuth scopes, one of which a token needs. None where any token does, or where none is needed.
    pub scopes: &'static [&'static str],
    /// Whether a token has to be sent.
    pub token_required: bool,
    /// What may be done again after a failure.
    pub retry_class: RetryClass,
    /// Whether a 401 may speak of a code that was sent and not of the token (`x-unauthorized: code` in the document).
    /// Everywhere else a 401 is a refusal of the token, after which a call may be made once more with another one.
    pub unauthorized_may_mean_code: bool,
    /// The documented status of a success; any other 2xx is one as well.
    pub success: u16,
    /// The documented statuses of failures.
    pub errors: &'static [Status],
}

impl OperationInfo {
    /// What the document says about a status of a failure of this operation.
    pub fn meaning(&self, status: u16) -> Option<&'static str> {
        self.errors.iter().find(|error| error.code == status).map(|error| error.meaning)
    }
}

/// A documented status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The number, such as 404.
    pub code: u16,
    /// What it means for the operation, in a sentence.
    pub meaning: &'static str,
}

/// What may be done again after a failure (`x-retry-class` in the document). The HTTP method says nothing about it: in
/// this API PUT creates and POST updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryClass {
    /// Changes nothing; may always be done again.
    Read,
    /// Done twice it has the effect of once.
    Idempotent,
    /// Done twice it creates, sends or moves something twice.
    Once,
    /// Never done again without a person who decides it. A 401 is the exception: it has refused the token and done nothing.
    Guarded,
}
