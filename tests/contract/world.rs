//! A service that answers what a test says, and remembers what was sent to it.
//!
//! Every request that reaches one is checked against the document when the test ends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::Uri;
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use nuki_api::{Client, ClientBuilder};
use serde_json::Value;

use crate::spec;

/// The token of every client here.
pub const TOKEN: &str = "canary-token";

/// A request as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub method: String,
    /// Path and query as they stood on the wire.
    pub target: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: BTreeMap<String, String>,
    /// The body as JSON, or as text where it is none.
    pub body: Option<Value>,
}

impl Sent {
    /// What a request says, of its parts.
    pub fn new<'a>(method: &str, target: &Uri, headers: impl Iterator<Item = (&'a str, &'a str)>, body: &[u8]) -> Self {
        let url = format!("http://h{target}").parse::<url::Url>().unwrap();
        let text = || Value::String(String::from_utf8_lossy(body).into_owned());
        Self {
            method: method.to_owned(),
            target: target.to_string(),
            path: target.path().to_owned(),
            query: url.query_pairs().into_owned().collect(),
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            body: (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(|_| text())),
        }
    }

    /// Asserts on method, target and body, and that the headers are those of every request and no others.
    #[track_caller]
    pub fn is(&self, line: &str, body: Value) {
        assert_eq!(format!("{} {}", self.method, self.target), line);
        assert_eq!(self.body.clone().unwrap_or_default(), body, "the body of {line}");
        let mut expected = vec!["accept", "authorization", "host", "user-agent"];
        match self.method.as_str() {
            _ if !body.is_null() => expected.extend(["content-length", "content-type"]),
            // Where a method is expected to have a body, HTTP asks to say that there is none.
            "POST" | "PUT" => expected.push("content-length"),
            _ => {}
        }
        expected.sort_unstable();
        assert_eq!(self.headers.keys().collect::<Vec<_>>(), expected, "the headers of {line}");
        assert_eq!(self.headers["accept"], "application/json");
        assert_eq!(self.headers["authorization"], format!("Bearer {TOKEN}"));
        assert!(self.headers["user-agent"].starts_with("nuki-api/"), "{}", self.headers["user-agent"]);
        if !body.is_null() {
            assert_eq!(self.headers["content-type"], "application/json");
        }
    }
}

/// What was sent, in order.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Sent>>>);

impl Log {
    pub fn note(&self, sent: Sent) {
        self.0.lock().unwrap().push(sent);
    }

    pub fn all(&self) -> Vec<Sent> {
        self.0.lock().unwrap().clone()
    }
}

/// Panics where a request breaks the document.
#[track_caller]
pub fn check(sent: &[Sent]) {
    for sent in sent {
        let problems = spec::problems(sent);
        assert!(problems.is_empty(), "{} {} breaks the document: {problems:?}", sent.method, sent.target);
    }
}

/// A mock server with a client of it.
pub struct World {
    server: MockServer,
    log: Log,
    pub nuki: Client,
}

impl World {
    /// Answers every request with this status and this JSON.
    pub async fn answering(status: u16, body: &str) -> Self {
        Self::scripted(vec![(status, body.to_owned())]).await
    }

    /// Answers the requests with these statuses and bodies one after the other; the last one holds for the rest.
    pub async fn scripted(script: Vec<(u16, String)>) -> Self {
        let (server, log) = (MockServer::start_async().await, Log::default());
        let seen = log.clone();
        server
            .mock_async(|when, then| {
                when.is_true(|_| true);
                then.respond_with(move |request| {
                    let at = seen.all().len().min(script.len() - 1);
                    seen.note(sent(request));
                    let (status, body) = &script[at];
                    let response = HttpMockResponse::builder().status(*status);
                    match body.as_str() {
                        "" => response.build(),
                        body => response.header("content-type", "application/json").body(body.to_owned()).build(),
                    }
                });
            })
            .await;
        let nuki = Client::builder().base_url(server.base_url()).token(TOKEN).build().unwrap();
        Self { server, log, nuki }
    }

    /// Starts another client of the same service, at a path of it.
    pub fn builder(&self, path: &str) -> ClientBuilder {
        Client::builder().base_url(self.server.url(path)).token(TOKEN)
    }

    /// A URL of the service.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// What was sent so far.
    pub fn requests(&self) -> Vec<Sent> {
        self.log.all()
    }

    /// Asserts that exactly one request was sent, and that it was this one.
    #[track_caller]
    pub fn sent(&self, line: &str, body: Value) {
        self.sent_all(&[(line, body)]);
    }

    /// Asserts that exactly these requests were sent, in this order.
    #[track_caller]
    pub fn sent_all(&self, expected: &[(&str, Value)]) {
        let requests = self.requests();
        let lines = requests.iter().map(|sent| format!("{} {}", sent.method, sent.target)).collect::<Vec<_>>();
        assert_eq!(lines, expected.iter().map(|(line, _)| *line).collect::<Vec<_>>());
        for (sent, (line, body)) in requests.iter().zip(expected) {
            sent.is(line, body.clone());
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            check(&self.requests());
        }
    }
}

fn sent(request: &HttpMockRequest) -> Sent {
    let headers = request.headers_vec().iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let uri = request.uri();
    let target = uri.path_and_query().unwrap().as_str().parse().unwrap();
    Sent::new(request.method_str(), &target, headers, request.body_ref())
}

/// Says how many cases of a kind were tried.
pub fn tried(cases: usize, kind: &str) {
    print(&format!("{cases:>6} cases: {kind}"));
}

/// Prints past the harness, which would show it for failures only.
pub fn print(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}
