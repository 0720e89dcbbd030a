//! The way out: calls of endpoints that this crate does not cover.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use nuki_api_gen::runtime::{DecodeErrorKind, append_path, decode};
use nuki_api_gen::{Request, ResponseValue, RetryClass};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::call::{header, undecodable};
use crate::client::Client;
use crate::error::CallName;
use crate::exec::{CallOptions, Exec};
use crate::input::{InvalidValue, Problems};
use crate::retry::{Retry, RetryPolicy};

/// A call of any endpoint, made with [`Client::request`].
#[must_use = "a call does nothing until it is sent"]
pub struct RequestCall {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Bytes>,
    class: Option<RetryClass>,
    options: CallOptions,
    problems: Problems,
}

impl RequestCall {
    pub(crate) fn new(client: Client, method: Method, mut path: String) -> Self {
        let mut problems = Problems::default();
        if !path.starts_with('/') || path.starts_with("//") {
            problems.note("path", InvalidValue::new("has to start with one slash, as in `/smartlock`"));
        }
        if path.contains(['?', '#', '\\']) || path.chars().any(|c| c.is_whitespace() || c.is_control()) {
            problems.note("path", InvalidValue::new("has a character that no path has; `query` adds parameters"));
            // It is shown from now on, and never sent.
            path = path.split(['?', '#']).next().unwrap_or_default().escape_debug().to_string();
        }
        if path.split('/').any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")) {
            problems.note("path", InvalidValue::new("leads elsewhere with `.` or `..`"));
        }
        let options = CallOptions { retry: Some(Arc::new(Retry::never())), ..CallOptions::default() };
        Self { client, method, path, query: Vec::new(), body: None, class: None, options, problems }
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Sets the body, as JSON.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body.into()),
            Err(_) => self.problems.note("body", InvalidValue::new("cannot be written as JSON")),
        }
        self
    }

    /// How long this call may take, with all its attempts, waits and bodies. With none left nothing is sent, and the error is
    /// an [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Tries again by this policy, which is told the class: what may be done twice. Without this method nothing is tried
    /// again; a GET then is [`RetryClass::Read`], and everything else [`RetryClass::Guarded`], since in this API no method
    /// says what it does.
    ///
    /// A call of any class but guarded is made once more with a renewed token when the service answers 401; to have that
    /// and nothing else, give the class and [`Retry::never`].
    pub fn retry(mut self, class: RetryClass, policy: impl RetryPolicy) -> Self {
        self.class = Some(class);
        self.options.retry = Some(Arc::new(policy));
        self
    }

    /// Sends another header along. The headers that the client itself sets cannot be changed so.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        header(&mut self.options, &mut self.problems, name, value);
        self
    }

    /// Makes the call, and returns the body as it came.
    ///
    /// # Errors
    ///
    /// As for every call; a status that is no 2xx is an error.
    pub async fn send_raw(self) -> Result<ResponseValue<Bytes>, Error> {
        let (_, response) = self.send().await?;
        let body = response.body.clone();
        Ok(ResponseValue::new(body, response))
    }

    /// Makes the call, and reads the JSON that comes back. An empty answer, such as that of a 204, is a `()`, an `Option`
    /// or a [`Value`](serde_json::Value), as if it were `null`.
    ///
    /// # Errors
    ///
    /// As for every call; [`ErrorKind::Decode`](crate::ErrorKind::Decode) when the body is not a `T`.
    pub async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        let (name, response) = self.send().await?;
        let value = decode(&response.body).or_else(|error| match error.kind() {
            DecodeErrorKind::Empty => serde_json::from_str("null").map_err(|_| error),
            _ => Err(error),
        });
        value.map_err(|error| undecodable(name, &response, error))
    }

    async fn send(self) -> Result<(CallName, nuki_api_gen::Response), Error> {
        let class = self.class.unwrap_or(if self.method == Method::GET { RetryClass::Read } else { RetryClass::Guarded });
        let name = CallName::Other(self.method.clone(), self.path.clone(), class);
        if !self.problems.is_empty() {
            return Err(Error::invalid(name, self.problems.into_vec()));
        }
        let mut url = append_path(&self.client.shared.base_url, &self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = Request::new(self.method, url);
        request.body = self.body;
        let response = Exec::new(&self.client, &self.options).perform(&name, &request).await?;
        Ok((name, response))
    }
}

/// Shows method and path, and no more.
impl fmt::Debug for RequestCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCall").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}
