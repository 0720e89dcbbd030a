//! Calls of endpoints that this crate does not cover.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use nuki_api_gen::runtime::{DecodeErrorKind, append_path, decode, is_empty_or_json};
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

    /// Limits the time of this call, with all its attempts, waits and bodies. Defaults to that of the
    /// [client](crate::ClientBuilder::timeout). With no time at all nothing is sent, and the error is an
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Says of what class the call is, that is, what may be done twice, and sets what it tries again.
    ///
    /// By default nothing is tried again, whatever the policy of the client, and the class is [`RetryClass::Read`] for a
    /// GET and [`RetryClass::Guarded`] for everything else, since in this API no method says what it does.
    ///
    /// A 401 is a refusal, so a call of any class is made once more if the
    /// [token provider](crate::TokenProvider) has another token.
    pub fn retry(mut self, class: RetryClass, policy: impl RetryPolicy) -> Self {
        self.class = Some(class);
        self.options.retry = Some(Arc::new(policy));
        self
    }

    /// Adds a header, as [`Call::header`](crate::Call::header) does.
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

    /// Makes the call, and reads the JSON that comes back.
    ///
    /// An empty answer, such as that of a 204, reads as `null`: it becomes a `()`, an `Option` or a
    /// [`Value`](serde_json::Value). A `()` takes any JSON as well, but no page.
    ///
    /// # Errors
    ///
    /// As for every call; [`ErrorKind::Decode`](crate::ErrorKind::Decode) when the body is not a `T`.
    pub async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        let (name, response) = self.send().await?;
        let value = decode(&response.body).or_else(|error| {
            let nothing = error.kind() == DecodeErrorKind::Empty;
            // Nothing of the body can be in a type without a size.
            if nothing || (size_of::<T>() == 0 && is_empty_or_json(&response.body)) {
                serde_json::from_str("null").map_err(|_| error)
            } else {
                Err(error)
            }
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
        let response = Exec::new(&self.client, &self.options).execute(&name, &request).await?;
        Ok((name, response))
    }
}

/// Shows method and path, and no more.
impl fmt::Debug for RequestCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCall").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}
