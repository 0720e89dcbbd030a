//! Requests, and the builder that the generated methods use.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::Serialize;

use super::{InvalidRequest, Parameter};

/// What RFC 3986 calls unreserved stays as it is, in a path segment as in a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes one segment of a path.
pub fn encode_path<T: Parameter + ?Sized>(segment: &T) -> String {
    utf8_percent_encode(&segment.text(), RESERVED).to_string()
}

/// The URL of a path, which starts with a slash, below the base URL: its host need not be parsed again, which is most of
/// what a URL costs.
pub fn append_path(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    match base_url.path().trim_end_matches('/') {
        "" => url.set_path(path),
        prefix => url.set_path(&[prefix, path].concat()),
    }
    url
}

/// What an operation sends, without what an executor adds to it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// What stands before the path; shared, since a URL is only put together where it is sent.
    base_url: Arc<Url>,
    path: Cow<'static, str>,
    query: String,
    /// The body, JSON.
    pub body: Option<Bytes>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, base_url: Arc::new(url), path: Cow::Borrowed(""), query: String::new(), body: None }
    }

    /// The host that it goes to.
    pub fn host(&self) -> Option<&str> {
        self.base_url.host_str()
    }

    /// The whole URL.
    pub fn url(&self) -> Url {
        let mut url = match &*self.path {
            "" => (*self.base_url).clone(),
            path => append_path(&self.base_url, path),
        };
        if !self.query.is_empty() {
            url.set_query(Some(&self.query));
        }
        url
    }

    /// The headers that it needs to be understood: an executor puts its own beside them.
    pub fn headers(&self) -> HeaderMap {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, JSON);
        if self.body.is_some() {
            headers.insert(CONTENT_TYPE, JSON);
        } else if matches!(self.method, Method::POST | Method::PUT) {
            // RFC 9110, 8.6: these methods expect a body, and servers answer 411 where its length is not told. Hyper is silent.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        headers
    }
}

/// Shows neither query nor body: both may hold a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("path", &self.url().path()).finish_non_exhaustive()
    }
}

/// Starts requests; the generated methods know it as their `client`.
#[derive(Clone)]
pub(crate) struct Requests {
    /// `None` where it is no URL, which a call reports.
    base_url: Option<Arc<Url>>,
}

impl Requests {
    pub(crate) fn new(base_url: Option<Arc<Url>>) -> Self {
        Self { base_url }
    }

    pub(crate) fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref().map(Url::as_str)
    }

    pub(crate) fn get(&self, path: impl Into<Cow<'static, str>>) -> RequestBuilder<'_> {
        self.request(Method::GET, path.into())
    }

    pub(crate) fn put(&self, path: impl Into<Cow<'static, str>>) -> RequestBuilder<'_> {
        self.request(Method::PUT, path.into())
    }

    pub(crate) fn post(&self, path: impl Into<Cow<'static, str>>) -> RequestBuilder<'_> {
        self.request(Method::POST, path.into())
    }

    pub(crate) fn delete(&self, path: impl Into<Cow<'static, str>>) -> RequestBuilder<'_> {
        self.request(Method::DELETE, path.into())
    }

    fn request(&self, method: Method, path: Cow<'static, str>) -> RequestBuilder<'_> {
        RequestBuilder { method, base_url: self.base_url.as_ref(), path, query: String::new(), body: None }
    }
}

/// Collects a request.
pub struct RequestBuilder<'a> {
    method: Method,
    base_url: Option<&'a Arc<Url>>,
    path: Cow<'static, str>,
    query: String,
    body: Option<Result<Vec<u8>, InvalidRequest>>,
}

impl RequestBuilder<'_> {
    /// Adds a parameter to the query, unless it has no value.
    pub fn query<T: QueryValue>(mut self, parameter: &QueryParam<'_, T>) -> Self {
        if let Some(value) = parameter.value.to_text() {
            if !self.query.is_empty() {
                self.query.push('&');
            }
            self.query.push_str(parameter.name);
            self.query.push('=');
            self.query.extend(utf8_percent_encode(&value, RESERVED));
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
        let base_url = self.base_url.ok_or(InvalidRequest("the base URL is no URL"))?;
        Ok(Request {
            method: self.method,
            base_url: base_url.clone(),
            path: self.path,
            query: self.query,
            body: self.body.transpose()?.map(Bytes::from),
        })
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

impl<T: Parameter> QueryValue for Option<T> {
    fn to_text(&self) -> Option<String> {
        self.as_ref().map(T::text)
    }
}

impl<T: Parameter> QueryValue for T {
    fn to_text(&self) -> Option<String> {
        Some(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests() -> Requests {
        Requests::new(Some(Arc::new(Url::parse("http://h").unwrap())))
    }

    fn request(builder: RequestBuilder<'_>) -> Request {
        builder.build().unwrap()
    }

    #[test]
    fn what_has_no_value_is_not_sent() {
        let request = request(requests().get("/a").query(&QueryParam::new("p", &None::<bool>)));
        assert_eq!(request.url().as_str(), "http://h/a");
    }

    #[test]
    fn a_query_is_encoded_so_that_it_comes_back_whole() {
        let pattern = "a+b&c=d @é%\"\\.$";
        let requests = requests();
        let builder = requests.get("/a").query(&QueryParam::new("email", &Some(pattern)));
        let request = request(builder.query(&QueryParam::new("x", &true)));
        let url = request.url();
        let pairs = url.query_pairs().collect::<Vec<_>>();
        assert_eq!(pairs, [("email".into(), pattern.into()), ("x".into(), "true".into())]);
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(encode_path("a/../b?c#d"), "a%2F..%2Fb%3Fc%23d");
    }

    #[test]
    fn a_base_url_may_have_a_path_with_or_without_a_slash_at_its_end() {
        for (base_url, whole) in [
            ("http://h", "http://h/a/b%20c"),
            ("http://h/", "http://h/a/b%20c"),
            ("http://h:1/nuki", "http://h:1/nuki/a/b%20c"),
            ("http://h/nu%20ki//", "http://h/nu%20ki/a/b%20c"),
        ] {
            let url = append_path(&Url::parse(base_url).unwrap(), "/a/b%20c");
            assert_eq!(url.as_str(), whole);
            assert_eq!(url, Url::parse(whole).unwrap(), "it is as if it had been parsed");
        }
    }

    #[test]
    fn a_base_url_that_is_none_is_refused() {
        assert!(Requests::new(None).get("/a").build().is_err());
    }

    #[test]
    fn every_request_says_that_it_speaks_json() {
        let headers = request(requests().post("/a").json(&1)).headers();
        assert_eq!(headers[CONTENT_TYPE], "application/json");
        assert_eq!(headers[ACCEPT], "application/json");
    }

    #[test]
    fn debug_shows_neither_query_nor_body() {
        let requests = requests();
        let builder = requests.post("/a").query(&QueryParam::new("email", &Some("canary")));
        let request = request(builder.json(&"canary"));
        assert!(!format!("{request:?}").contains("canary"));
    }
}
