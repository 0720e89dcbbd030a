//! Requests, and the builder that the generated methods use.

use std::fmt;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::Serialize;

use super::InvalidRequest;

/// What RFC 3986 calls unreserved stays as it is, in a path segment as in a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes one segment of a path.
pub fn encode_path(segment: &str) -> String {
    utf8_percent_encode(segment, RESERVED).to_string()
}

/// A request before anybody has added a token to it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// The headers; a content type where there is a body.
    pub headers: HeaderMap,
    /// The body.
    pub body: Option<Bytes>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None }
    }
}

/// Shows no query, header value or body: any of them may hold a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("path", &self.url.path()).finish_non_exhaustive()
    }
}

/// Starts requests; the generated methods know it as their `client`.
#[derive(Clone, Copy)]
pub(crate) struct Requests;

impl Requests {
    pub(crate) fn get(self, url: String) -> RequestBuilder {
        RequestBuilder::new(Method::GET, url)
    }

    pub(crate) fn put(self, url: String) -> RequestBuilder {
        RequestBuilder::new(Method::PUT, url)
    }

    pub(crate) fn post(self, url: String) -> RequestBuilder {
        RequestBuilder::new(Method::POST, url)
    }

    pub(crate) fn delete(self, url: String) -> RequestBuilder {
        RequestBuilder::new(Method::DELETE, url)
    }
}

/// Collects a request.
pub struct RequestBuilder {
    method: Method,
    url: String,
    has_query: bool,
    body: Option<Result<Vec<u8>, InvalidRequest>>,
}

impl RequestBuilder {
    fn new(method: Method, url: String) -> Self {
        Self { method, url, has_query: false, body: None }
    }

    /// Adds a parameter to the query, unless it has no value.
    pub fn query<T: QueryValue>(mut self, parameter: &QueryParam<'_, T>) -> Self {
        if let Some(value) = parameter.value.to_text() {
            self.url.push(if self.has_query { '&' } else { '?' });
            self.has_query = true;
            self.url.push_str(parameter.name);
            self.url.push('=');
            self.url.extend(utf8_percent_encode(&value, RESERVED));
        }
        self
    }

    /// Sets the body, as JSON.
    pub fn json<T: Serialize>(mut self, body: &T) -> Self {
        self.body = Some(serde_json::to_vec(body).map_err(|_| InvalidRequest("the body cannot be written as JSON")));
        self
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// When the base URL is no URL, or the body cannot be written as JSON.
    pub fn build(self) -> Result<Request, InvalidRequest> {
        let url = Url::parse(&self.url).map_err(|_| InvalidRequest("the base URL is no URL"))?;
        let mut request = Request::new(self.method, url);
        if let Some(body) = self.body {
            request.body = Some(body?.into());
            request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(request)
    }
}

/// A parameter of a query.
pub struct QueryParam<'a, T> {
    name: &'static str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    /// A parameter of that name.
    pub fn new(name: &'static str, value: &'a T) -> Self {
        Self { name, value }
    }
}

/// What can stand in a query.
pub trait QueryValue {
    /// The value as text; `None` leaves the parameter out.
    fn to_text(&self) -> Option<String>;
}

impl<T: QueryValue> QueryValue for Option<T> {
    fn to_text(&self) -> Option<String> {
        self.as_ref().and_then(T::to_text)
    }
}

impl<T: fmt::Display + ?Sized> QueryValue for &T {
    fn to_text(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl QueryValue for bool {
    fn to_text(&self) -> Option<String> {
        Some(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(builder: RequestBuilder) -> Request {
        builder.build().unwrap()
    }

    #[test]
    fn what_has_no_value_is_not_sent() {
        let request = request(Requests.get("http://h/a".into()).query(&QueryParam::new("p", &None::<bool>)));
        assert_eq!(request.url.as_str(), "http://h/a");
    }

    #[test]
    fn a_query_is_encoded_so_that_it_comes_back_whole() {
        let pattern = "a+b&c=d @é%\"\\.$";
        let builder = Requests.get("http://h/a".into());
        let request = request(builder.query(&QueryParam::new("email", &Some(pattern))).query(&QueryParam::new("x", &true)));
        let pairs = request.url.query_pairs().collect::<Vec<_>>();
        assert_eq!(pairs, [("email".into(), pattern.into()), ("x".into(), "true".into())]);
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(encode_path("a/../b?c#d"), "a%2F..%2Fb%3Fc%23d");
    }

    #[test]
    fn a_base_url_that_is_none_is_refused() {
        assert!(Requests.get("nonsense".into()).build().is_err());
    }

    #[test]
    fn debug_shows_neither_query_nor_headers_nor_body() {
        let builder = Requests.post("http://h/a".into()).query(&QueryParam::new("email", &Some("canary")));
        let mut request = request(builder.json(&"canary"));
        request.headers.insert("x", HeaderValue::from_static("canary"));
        assert!(!format!("{request:?}").contains("canary"));
    }
}
