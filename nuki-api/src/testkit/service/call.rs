//! One call of an operation: who calls, and what came with it.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use serde_json::Value;

use super::super::account::Account;
use super::super::error_body::Refusal;
use super::super::state::{State, Token};
use super::body::Body;
use super::demands;
use super::route::Parameters;
use nuki_api_gen::Operation;

pub(super) struct Call<'a> {
    pub(super) operation: Operation,
    parameters: Parameters<'a>,
    query: Option<&'a str>,
    headers: &'a HeaderMap,
    body: &'a Bytes,
}

impl<'a> Call<'a> {
    pub(super) fn new(operation: Operation, parameters: Parameters<'a>, request: &'a Request<Bytes>) -> Call<'a> {
        let (headers, query) = (request.headers(), request.uri().query());
        Call { operation, parameters, query, headers, body: request.body() }
    }

    /// The id of the account that the token belongs to, where the token has one of the scopes.
    pub(super) fn authorize(&self, state: &State) -> Result<i32, Refusal> {
        let token = self.token(state)?.ok_or_else(Refusal::unauthorized)?;
        let scopes = self.operation.info().scopes;
        if scopes.is_empty() || scopes.iter().any(|scope| token.scopes.contains(*scope)) {
            return Ok(token.account_id);
        }
        // A missing scope is a 403 on the settings only, and not on all of those.
        match self.operation {
            Operation::SettingGet | Operation::SettingDelete => Err(Refusal::new(403, "")),
            _ => Err(Refusal::unauthorized()),
        }
    }

    /// The master account whose devices and guests the caller manages. A sub-account does so within its rights.
    pub(super) fn home<'s>(&self, state: &'s State) -> Result<&'s Account, Refusal> {
        let caller = state.account(self.authorize(state)?)?;
        match caller.master {
            Some(_) if self.rights().is_some_and(|rights| caller.rights & rights == 0) => Err(self.forbidden()),
            Some(master) => state.account(master),
            None => Ok(caller),
        }
    }

    /// The rights that a sub-account needs one of, in the layout of reading; nothing where every account may. What is about
    /// the master account itself, such as its API keys, no sub-account may.
    fn rights(&self) -> Option<u32> {
        Some(match (self.operation.info().scopes, self.operation.info().method) {
            (["account", "smartlock.auth"] | ["smartlock.auth"], _) => 8,
            (["smartlock.action"], _) => 2,
            (["smartlock.config"], _) => 4,
            (["smartlock.log"], _) => 16,
            (["smartlock", ..], "GET") => 1 | 2 | 4 | 8 | 16,
            (["smartlock"], _) => 1,
            ([], _) if self.operation == Operation::AddressTokenGet => return None,
            _ => 0,
        })
    }

    /// 403 where the document has it, and 401 elsewhere.
    pub(super) fn forbidden(&self) -> Refusal {
        match self.documents(403) {
            true => Refusal::new(403, ""),
            false => Refusal::unauthorized(),
        }
    }

    /// A refusal whose status the document lacks for this operation gets another one that it has: a conflict, what cannot be
    /// done, what is forbidden, or a bad request, in this order.
    pub(super) fn documented(&self, refusal: Refusal) -> Refusal {
        let status = refusal.status();
        let nearest = [status, 409, 405, 403, 400].into_iter().find(|status| self.documents(*status));
        refusal.with_status(nearest.unwrap_or(status))
    }

    /// Whether the document has this status for the operation.
    pub(super) fn documents(&self, status: u16) -> bool {
        self.operation.info().meaning(status).is_some()
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

    /// A parameter of the path, as it was sent.
    pub(super) fn path(&self, name: &str) -> &'a str {
        self.parameters.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// A number in the path. What is no number names nothing.
    pub(super) fn path_number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        Some(self.path(name)).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
    }

    /// The body as an object, for the account's own rules.
    pub(super) fn body(&self) -> Result<Body, Refusal> {
        Body::parse(self.body)
    }

    /// The body as the document has it.
    pub(super) fn checked_body(&self) -> Result<Value, Refusal> {
        demands::body(self.operation, self.body)
    }

    /// The first query parameter of a name.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let mut url = reqwest::Url::parse("http://sandbox/").ok()?;
        url.set_query(self.query);
        let mut pairs = url.query_pairs();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The same, read as a number, say. The service passes over a value that it cannot read.
    pub(super) fn query_as<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.query(name)?.parse().ok()
    }

    /// The numbers of a list with commas.
    pub(super) fn query_list(&self, name: &str) -> Option<Vec<i64>> {
        let numbers = self.query(name)?.split(',').filter_map(|number| number.trim().parse().ok()).collect::<Vec<_>>();
        (!numbers.is_empty()).then_some(numbers)
    }
}
