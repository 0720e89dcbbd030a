//! Bad input: a clear error in bounded time and memory, and the lock as it was.

use std::fs;
use std::io::{Read, Write, repeat};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use super::source::{Limits, capped};
use super::*;
use crate::contract::sample::{FORMS, Sample, lock};

/// A workspace of its own with the checked-in lock, and a document beside it.
struct Workspace {
    root: PathBuf,
    lock: String,
}

impl Workspace {
    fn new(test: &str) -> Self {
        let root = std::env::temp_dir().join(format!("nuki-api-xtask-{}-{test}", std::process::id()));
        fs::create_dir_all(root.join("openapi")).expect("a directory for the test");
        let lock = lock().to_lock().expect("a lock");
        fs::write(root.join(lock::PATH), &lock).expect("a lock for the test");
        Self { root, lock }
    }

    fn document(&self, text: impl AsRef<[u8]>) -> String {
        let path = self.root.join("document");
        fs::write(&path, text).expect("a document for the test");
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// Neither command can tell, both say why, and the lock is as it was.
    fn refuses(&self, source: &str, limits: &Limits, why: &str) {
        let diff = compare(&self.root, source, Format::Text, limits).expect_err("the diff cannot tell");
        let update = update(&self.root, source, Format::Text, limits).expect_err("the update cannot tell");
        for error in [diff, update] {
            let text = format!("{error:#}");
            assert!(text.contains(why), "`{text}` says `{why}`");
            assert!(text.contains(source), "`{text}` names the source");
        }
        assert_eq!(self.lock_now(), self.lock);
        let files: Vec<_> = fs::read_dir(self.root.join("openapi")).expect("a directory").collect();
        assert_eq!(files.len(), 1, "no temporary file stays behind");
    }

    fn lock_now(&self) -> String {
        fs::read_to_string(self.root.join(lock::PATH)).expect("the lock is there")
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.root));
    }
}

/// A server that reads each request and answers as it is told; its URL.
fn server(mut answer: impl FnMut(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                match stream.read(&mut byte) {
                    Ok(1..) => request.extend(byte),
                    _ => break,
                }
            }
            answer(stream);
        }
    });
    format!("http://{address}/swagger.json")
}

fn answering(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    // A client that has seen enough hangs up.
    server(move |mut stream| drop(stream.write_all(&answer)))
}

#[test]
fn a_file_that_is_no_document() {
    let workspace = Workspace::new("no-document");
    let refuses = |text: &[u8], why| workspace.refuses(&workspace.document(text), &Limits::default(), why);
    refuses(b"{\"openapi\": \"3.0.0\", ", "not JSON");
    refuses(b"paths: [", "not JSON or YAML");
    refuses(b"\xff\xfe", "not UTF-8");
    refuses(b"", "not an OpenAPI document");
    refuses(b"just text", "not an OpenAPI document");
    refuses(b"<html><body>nginx</body></html>", "not an OpenAPI document");
    refuses(b"name: something else", "not an OpenAPI document");
    refuses(b"openapi: 3.0.0", "has no `paths`");
    refuses(b"openapi: 3.0.0\npaths: []", "has no `paths`");
    refuses(b"{openapi: 3.0.0, paths: {}}", "not JSON");
    refuses(b"openapi: 3.0.0\npaths: {}", "no operation has the tag `Account`");
    refuses(b"openapi: 3.1.0\npaths: {}", "this is OpenAPI 3.1.0");
    refuses(b"openapi: 3.1\npaths: {}", "this is OpenAPI 3.1");
    refuses(b"swagger: '1.2'\npaths: {}", "this is Swagger 1.2");
}

#[test]
fn a_file_that_is_not_there() {
    let workspace = Workspace::new("no-file");
    workspace.refuses("/no/such/file", &Limits::default(), "cannot read");
    let directory = workspace.root.to_str().expect("a path in UTF-8").to_owned();
    workspace.refuses(&directory, &Limits::default(), "cannot read");
}

#[test]
fn references_that_lead_nowhere() {
    let workspace = Workspace::new("references");
    for form in FORMS {
        let refuses = |reference: &str, why: &str| {
            let mut sample = Sample::new(form);
            sample.member("Account", "config")["$ref"] = reference.into();
            workspace.refuses(&workspace.document(sample.text()), &Limits::default(), why);
        };
        refuses("#/definitions/Gone", "the target of the $ref `#/definitions/Gone` is missing");
        refuses("other.json#/Account", "the $ref `other.json#/Account` leads out of the document");
        refuses("https://example.com/a.json", "leads out of the document");
        let mut sample = Sample::new(form);
        let to_itself = sample.reference("Loop");
        *sample.schema("Loop") = to_itself.clone();
        *sample.member("Account", "config") = to_itself;
        workspace.refuses(&workspace.document(sample.text()), &Limits::default(), "leads to itself");
    }
}

#[test]
fn a_server_that_does_not_deliver() {
    let workspace = Workspace::new("server");
    let refuses = |url: &str, why| workspace.refuses(url, &Limits::default(), why);
    refuses(&answering("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"), "404 Not Found");
    refuses(&answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\n{}"), "502 Bad Gateway");
    refuses(
        &answering("HTTP/1.1 302 Found\r\nlocation: /again\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
        "more than 5 redirects",
    );
    refuses(&answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"openapi\""), "cut off");
    refuses(&answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\""), "cut off");
    refuses(&answering("no HTTP at all\r\n\r\n"), "no answer");
    refuses("http://127.0.0.1:1/", "no connection");
    refuses("http://", "cannot download");
}

#[test]
fn a_server_that_never_answers() {
    let workspace = Workspace::new("never");
    let limits = Limits { total: Duration::from_millis(200), ..Limits::default() };
    let mut open = Vec::new();
    workspace.refuses(&server(move |stream| open.push(stream)), &limits, "no complete answer within 200ms");
    let mut open = Vec::new();
    let begins = server(move |mut stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"));
        open.push(stream);
    });
    workspace.refuses(&begins, &limits, "no complete answer within 200ms");
}

#[test]
fn a_document_of_100_mb() {
    const SIZE: u64 = 100 * 1024 * 1024;
    let workspace = Workspace::new("large");
    let limits = Limits::default();
    let announced = answering(format!("HTTP/1.1 200 OK\r\ncontent-length: {SIZE}\r\n\r\n"));
    workspace.refuses(&announced, &limits, "larger than 33554432 bytes");
    let unannounced = server(|mut stream| {
        let head = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        // Ends early: the client hangs up.
        drop(head.and_then(|()| std::io::copy(&mut repeat(b' ').take(SIZE), &mut stream)));
    });
    workspace.refuses(&unannounced, &limits, "larger than 33554432 bytes");
    let error = capped(repeat(b' ').take(SIZE), &limits).expect_err("too large");
    assert_eq!(error.to_string(), "the document is larger than 33554432 bytes");
}

#[test]
fn a_lock_that_is_none() {
    let workspace = Workspace::new("no-lock");
    let source = workspace.document(Sample::new(FORMS[0]).text());
    fs::write(workspace.root.join(lock::PATH), "{}").expect("a broken lock");
    let error = update(&workspace.root, &source, Format::Text, &Limits::default()).expect_err("the lock is broken");
    assert!(format!("{error:#}").contains("not a lock"), "{error:#}");
    assert_eq!(workspace.lock_now(), "{}");
    fs::remove_file(workspace.root.join(lock::PATH)).expect("a lock to remove");
    let error = compare(&workspace.root, &source, Format::Text, &Limits::default()).expect_err("there is no lock");
    assert!(format!("{error:#}").contains("cargo xtask vendor update"), "{error:#}");
    fs::create_dir(workspace.root.join(lock::PATH)).expect("a directory where the lock should be");
    let error = update(&workspace.root, &source, Format::Text, &Limits::default()).expect_err("the lock cannot be read");
    assert!(format!("{error:#}").starts_with("cannot read openapi/vendor.lock.json"), "{error:#}");
}

#[test]
fn update_makes_the_lock_that_diff_then_agrees_with() {
    let workspace = Workspace::new("update");
    let mut sample = Sample::new(FORMS[1]);
    sample.member("AccountSubCreate", "password")["minLength"] = 7.into();
    let source = workspace.document(sample.text());
    let limits = Limits::default();
    let (text, status) = compare(&workspace.root, &source, Format::Text, &limits).expect("a diff");
    assert_eq!((text.contains("AccountSubCreate.password · minLength added: 7"), status), (true, 1));
    let diff = Command::Diff(Args { source: source.clone(), format: Format::Text });
    assert_eq!(run(&workspace.root, &diff).expect("a diff"), ExitCode::FAILURE);
    assert_eq!(workspace.lock_now(), workspace.lock);
    assert_eq!(update(&workspace.root, &source, Format::Text, &limits).expect("an update"), text);
    assert_ne!(workspace.lock_now(), workspace.lock);
    assert_eq!(compare(&workspace.root, &source, Format::Text, &limits).expect("a diff").1, 0);
    assert!(!workspace.lock_now().contains("prose"), "no prose and no unreached schema enters the lock");
}

#[test]
fn a_document_is_read_from_a_server_after_a_redirect() {
    let workspace = Workspace::new("redirect");
    let body = Sample::new(FORMS[1]).text();
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend(body);
    let target = answering(answer);
    let source = answering(format!("HTTP/1.1 301 Moved\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n"));
    assert_eq!(compare(&workspace.root, &source, Format::Text, &Limits::default()).expect("a diff").1, 0);
}

/// The lock is as the vendor's document is: it names a scheme that it does not define.
const NOTE: &str = "The document names the security scheme `api_key` and does not define it.";

#[test]
fn the_forms_of_a_report() {
    let workspace = Workspace::new("forms");
    let mut sample = Sample::new(FORMS[0]);
    sample.member("AccountSubCreate", "password")["minLength"] = 7.into();
    let source = workspace.document(sample.text());
    let print = |format| compare(&workspace.root, &source, format, &Limits::default()).expect("a diff").0;
    let Contract { version, operations, .. } = lock();
    let changed = format!("of the vendor's contract, version {version} -> {version}.\n");
    let line = "PUT /account/sub · AccountSubCreate.password · minLength added: 7";
    let files = ["nuki-api/src/account/sub_accounts.rs", "openapi/nuki-account.yaml", "tests/contract/sub_accounts.rs"];
    let text = format!("1 change {changed}\nBreaking for callers\n  {line}\n\nLook at\n  {}\n", files.join("\n  "));
    assert_eq!(print(Format::Text), format!("{text}\nNote\n  {NOTE}\n"));
    let (groups, files) = (format!("### Breaking for callers\n\n- `{line}`"), files.join("`\n- `"));
    let text = format!("1 change {changed}\n{groups}\n\n### Look at\n\n- `{files}`\n");
    assert_eq!(print(Format::Markdown), format!("{text}\n### Note\n\n- `` {NOTE} ``\n"));
    let json: serde_json::Value = serde_json::from_str(&print(Format::Json)).expect("JSON");
    assert_eq!(json["changes"][0]["group"], "breaks-callers");
    assert_eq!(json["changes"][0]["at"], "AccountSubCreate.password · minLength");
    assert_eq!(json["changes"][0]["operations"][0], "PUT /account/sub");
    assert_eq!(json["notes"][0], NOTE);
    sample.member("AccountSubCreate", "password")["maxLength"] = 9.into();
    workspace.document(sample.text());
    assert!(print(Format::Text).starts_with(&format!("2 changes {changed}")));
    workspace.document(Sample::new(FORMS[0]).text());
    let unchanged = format!("The vendor's contract is as the lock says: version {version}, {} operations.\n", operations.len());
    let notes = [format!("{unchanged}\nNote\n  {NOTE}\n"), format!("{unchanged}\n### Note\n\n- `` {NOTE} ``\n")];
    assert_eq!([Format::Text, Format::Markdown].map(print), notes);
}
