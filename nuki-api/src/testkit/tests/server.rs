//! The door on a port, seen from a plain socket.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::testkit::{Operation, Server};

pub(super) fn address(server: &Server) -> String {
    server.base_url().trim_start_matches("http://").to_owned()
}

/// A request as it goes over the wire.
pub(super) fn wire(method: &str, path: &str, connection: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer sandbox-token\r\nconnection: {connection}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends this and reads until the connection ends.
pub(super) fn exchange(address: &str, sent: String) -> impl Future<Output = io::Result<String>> + Send + use<> {
    let address = address.to_owned();
    let exchange = move || {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(sent.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    async { tokio::task::spawn_blocking(exchange).await.expect("no panic") }
}

pub(super) async fn ask(server: &Server, method: &str, path: &str, body: &str) -> io::Result<String> {
    exchange(&address(server), wire(method, path, "close", body)).await
}

fn body_of(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("an end of the headers").1
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_and_records() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    let answer = ask(&server, "GET", "/account?x=1", "").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(body_of(&answer).starts_with('{'));
    sandbox.assert_requests(&["GET /account?x=1"]);
    sandbox.requests()[0].assert_header("host", Some("sandbox"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_kept_alive() {
    let server = world().serve(0).await.expect("a port");
    let sent = wire("DELETE", "/account/setting", "keep-alive", "") + &wire("DELETE", "/account/otp", "close", "");
    let answer = exchange(&address(&server), sent).await.expect("two answers");
    assert_eq!(answer.matches("HTTP/1.1 204 No Content\r\n").count(), 2, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn head_tells_the_length_and_sends_no_body() {
    let server = world().serve(0).await.expect("a port");
    let get = ask(&server, "GET", "/account", "").await.expect("an answer");
    let head = ask(&server, "HEAD", "/account", "").await.expect("an answer");
    assert_eq!(body_of(&head), "");
    assert!(head.contains(&format!("content-length: {}\r\n", body_of(&get).len())), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_read_to_its_end_and_refused() {
    const MEBIBYTE: usize = 1 << 20;
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    for (length, status) in [(MEBIBYTE, "400 Bad Request"), (MEBIBYTE + 1, "413 Payload"), (8 * MEBIBYTE, "413 Payload")] {
        let answer = ask(&server, "PUT", "/account/setting", &" ".repeat(length)).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{length}: {answer}");
        let kept = sandbox.requests().last().map(|request| request.body().len());
        assert_eq!(kept, Some(length.min(MEBIBYTE + 1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_ends_the_connection_and_not_the_server() {
    let server = world().serve(0).await.expect("a port");
    let _ = exchange(&address(&server), "\0\0 nonsense\r\n\r\n".to_owned()).await;
    assert!(ask(&server, "GET", "/account", "").await.expect("an answer").contains("200 OK"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_a_reset_on_the_wire() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on(Operation::SettingPut).reset_before();
    let error = ask(&server, "PUT", "/account/setting", "{}").await.expect_err("a reset");
    assert_eq!((error.kind(), sandbox.settings(MASTER)), (io::ErrorKind::ConnectionReset, None));
    sandbox.on(Operation::SettingPut).reset_after();
    let error = ask(&server, "PUT", "/account/setting", "{}").await.expect_err("a reset");
    assert_eq!((error.kind(), sandbox.settings(MASTER)), (io::ErrorKind::ConnectionReset, Some(json!({}))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_body_is_shorter_than_its_headers_say() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    for keep in [0, 20] {
        sandbox.on(Operation::AccountGet).truncate(keep);
        let answer = ask(&server, "GET", "/account", "").await.expect("an answer");
        let whole = sandbox.handle(request(Some(Sandbox::TOKEN), "GET", "/account", "")).into_body();
        assert!(answer.contains(&format!("content-length: {}\r\n", whole.len())), "{answer}");
        assert_eq!(body_of(&answer).as_bytes(), &whole[..keep]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_body_cannot_be_truncated() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on_any().times(2).truncate(0);
    for (method, path, status) in [("DELETE", "/account/otp", "204 "), ("HEAD", "/account", "200 ")] {
        let answer = ask(&server, method, path, "").await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && body_of(&answer).is_empty(), "{answer}");
        assert_eq!(answer.contains("content-length"), method == "HEAD", "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_comes_after_its_headers() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on(Operation::AccountGet).slow_body(Duration::from_millis(1));
    let answer = ask(&server, "GET", "/account", "").await.expect("an answer");
    assert!(body_of(&answer).ends_with('}'), "{answer}");
    // One that would come in an hour never comes: the headers are there, and the server is dropped.
    sandbox.on(Operation::AccountGet).slow_body(Duration::from_secs(3600));
    let mut stream = TcpStream::connect(address(&server)).expect("a connection");
    stream.write_all(wire("GET", "/account", "close", "").as_bytes()).expect("a request");
    let read = tokio::task::spawn_blocking(move || {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a header");
            answer.push(byte[0]);
        }
        (stream, answer)
    });
    let (mut stream, answer) = read.await.expect("no panic");
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    drop(server);
    let rest = tokio::task::spawn_blocking(move || {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        rest
    });
    assert_eq!(rest.await.expect("no panic"), b"");
}

#[tokio::test]
async fn a_server_runs_until_it_is_dropped() {
    let server = world().serve(0).await.expect("a port");
    assert!(tokio::time::timeout(Duration::ZERO, server.run()).await.is_err());
}

/// A server, with a connection that is kept alive.
pub(super) async fn visited(sandbox: &Sandbox) -> (Server, u16, TcpStream) {
    let server = sandbox.serve(0).await.expect("a port");
    let address = address(&server);
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let visit = move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(wire("DELETE", "/account/otp", "keep-alive", "").as_bytes()).expect("a request");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a header");
            answer.push(byte[0]);
        }
        stream
    };
    let stream = tokio::task::spawn_blocking(visit).await.expect("no panic");
    (server, port, stream)
}

/// On one thread the runtime has no chance to end anything between the drop and the next server.
#[tokio::test]
async fn a_dropped_server_gives_its_port_back_at_once() {
    let sandbox = world();
    let (server, port, mut stream) = visited(&sandbox).await;
    assert_eq!(sandbox.serve(port).await.expect_err("it is taken").kind(), io::ErrorKind::AddrInUse);
    drop(server);
    drop(std::net::TcpListener::bind(("127.0.0.1", port)).expect("anybody can have it"));
    let again = sandbox.serve(port).await.expect("the same port");
    assert_eq!(again.base_url(), format!("http://127.0.0.1:{port}"));
    assert!(ask(&again, "GET", "/account", "").await.expect("an answer").contains("200 OK"));
    let rest = tokio::task::spawn_blocking(move || stream.read(&mut [0]));
    assert_eq!(rest.await.expect("no panic").expect("an end"), 0, "the connection of the first one has ended");
}

#[tokio::test]
async fn a_server_that_is_shut_down_has_ended_all_connections() {
    let sandbox = world();
    let (server, port, mut stream) = visited(&sandbox).await;
    // And one that waits for an answer.
    sandbox.on(Operation::SettingPut).delay(Duration::from_secs(3600));
    let waiting = tokio::spawn(exchange(&address(&server), wire("PUT", "/account/setting", "close", "{}")));
    while sandbox.requests_of(Operation::SettingPut).is_empty() {
        tokio::task::yield_now().await;
    }
    server.shutdown().await;
    // Nothing is awaited here: the ends of the connections are there to be read, and nobody listens.
    stream.set_nonblocking(true).expect("a socket");
    assert_eq!(stream.read(&mut [0]).expect("an end"), 0);
    assert_eq!(TcpStream::connect(("127.0.0.1", port)).expect_err("a refusal").kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!(waiting.await.expect("no panic").expect("an end"), "");
    assert_eq!(sandbox.settings(MASTER), None, "it was not carried out");
    assert!(sandbox.serve(port).await.is_ok());
}

#[test]
fn a_server_may_be_dropped_where_there_is_no_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (sandbox, server) = (world(), runtime.block_on(world().serve(0)).expect("a port"));
    let other = runtime.block_on(sandbox.serve(0)).expect("a port");
    let port = address(&server);
    drop(server);
    drop(std::net::TcpListener::bind(port).expect("the port"));
    sandbox.on_any().refuse_connection();
    sandbox.accept_connections();
    drop(runtime);
    sandbox.on_any().refuse_connection();
    sandbox.accept_connections();
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_at_once_leave_a_consistent_state() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..64 {
        let address = address(&server);
        clients.spawn(async move {
            // Each address is wanted by four clients.
            let create = sub_account(&format!("client-{}@example.com", client % 16)).to_string();
            let update = json!({"profile": {["firstName", "lastName", "address", "zip"][client % 4]: "set"}}).to_string();
            let created = exchange(&address, wire("PUT", "/account/sub", "close", &create)).await.expect("an answer");
            let updated = exchange(&address, wire("POST", "/account/sub/2002", "close", &update)).await.expect("an answer");
            assert!(updated.starts_with("HTTP/1.1 204 "), "{updated}");
            created.starts_with("HTTP/1.1 200 ") || {
                assert!(created.starts_with("HTTP/1.1 409 "), "{created}");
                false
            }
        });
    }
    let created = clients.join_all().await.into_iter().filter(|created| *created).count();
    assert_eq!((created, sandbox.sub_accounts(MASTER).len()), (16, 17), "no address twice");
    let profile = json!({"firstName": "set", "lastName": "set", "address": "set", "zip": "set"});
    assert_eq!(sandbox.account(SUB).expect("the account")["profile"], profile, "no update is lost");
    assert_eq!(sandbox.requests().len(), 128);
}
