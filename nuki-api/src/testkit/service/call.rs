//! One call of an operation: who calls, and what came with it.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};

use super::super::error_body::Refusal;
use super::super::state::{SCOPE, State, Token};
use super::body::Body;
use nuki_api_gen::Operation;

pub(super) struct Call<'a> {
    operation: Operation,
    id: Option<&'a str>,
    query: Option<&'a str>,
    headers: &'a HeaderMap,
    body: &'a Bytes,
}

impl<'a> Call<'a> {
    pub(super) fn new(operation: Operation, id: Option<&'a str>, request: &'a Request<Bytes>) -> Call<'a> {
        let (headers, query) = (request.headers(), request.uri().query());
        Call { operation, id, query, headers, body: request.body() }
    }

    /// The id of the account that the token belongs to.
    pub(super) fn authorize(&self, state: &State) -> Result<i32, Refusal> {
        let token = self.token(state)?.ok_or_else(Refusal::unauthorized)?;
        if token.scopes.contains(SCOPE) {
            return Ok(token.account_id);
        }
        // A missing scope is a 403 on the settings only, and not on all of those.
        match self.operation {
            Operation::SettingGet | Operation::SettingDelete => Err(Refusal::new(403, "")),
            _ => Err(Refusal::unauthorized()),
        }
    }

    /// The token, or none where no `Authorization` was sent. A wrong one is refused.
    pub(super) fn token<'s>(&self, state: &'s State) -> Result<Option<&'s Token>, Refusal> {
        let Some(header) = self.headers.get(AUTHORIZATION) else {
            return Ok(None);
        };
        let (scheme, token) = header.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::unauthorized());
        }
        match state.tokens.get(token.trim()) {
            Some(token) if state.accounts.contains_key(&token.account_id) => Ok(Some(token)),
            _ => Err(Refusal::unauthorized()),
        }
    }

    /// The `accountId` of the path. What is no number names no account.
    pub(super) fn account_id(&self) -> Option<i32> {
        self.id.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
    }

    pub(super) fn body(&self) -> Result<Body, Refusal> {
        Body::parse(self.body)
    }

    /// The first query parameter of a name.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let mut url = reqwest::Url::parse("http://sandbox/").ok()?;
        url.set_query(self.query);
        let mut pairs = url.query_pairs();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}
