//! Connections that are refused: without a socket as a failure of that kind, on a port by the system itself.

use std::io::{self, Read};
use std::time::Duration;

use serde_json::json;

use super::server::{address, ask, exchange, visited, wire};
use super::*;
use crate::testkit::{Delivery, Operation};
use crate::{Client, CreateRights, ErrorKind, Language, Retry};

#[tokio::test]
async fn without_a_socket_a_refused_connection_sends_nothing() {
    let sandbox = world();
    let nuki = sandbox.client_builder().token(Sandbox::TOKEN).retry(Retry::never()).build().expect("a client");
    sandbox.on(Operation::SubAccountCreate).refuse_connection();
    let subs = nuki.account().sub_accounts();
    let create =
        || subs.create("new@example.com", crate::Password::new("correct horse"), "New", CreateRights::empty(), Language::EN);
    let error = create().await.expect_err("a refusal");
    assert_eq!((error.kind(), error.may_have_been_applied(), error.status()), (ErrorKind::Connect, false, None));
    assert_eq!((sandbox.sub_accounts(MASTER).len(), sandbox.requests().len()), (1, 0), "nothing came");
    sandbox.assert_all_faults_struck();
    assert!(nuki.account().get().await.is_ok() && create().await.is_ok(), "once is once");
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_tried_again_even_where_it_creates() {
    let sandbox = world();
    sandbox.on(Operation::SubAccountCreate).times(2).refuse_connection();
    let nuki = sandbox.client().expect("a client");
    let subs = nuki.account().sub_accounts();
    let create =
        subs.create("new@example.com", crate::Password::new("correct horse"), "New", CreateRights::empty(), Language::EN);
    assert_eq!(create.send_raw().await.expect("the third attempt").attempts(), 3);
    sandbox.assert_requests(&["PUT /account/sub"]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_can_take_its_time() {
    let (sandbox, start) = (world(), tokio::time::Instant::now());
    sandbox.on_any().delayed_by(Duration::from_secs(5)).refuse_connection();
    let delivery = sandbox.deliver(request(None, "GET", "/account", "")).await;
    assert!(matches!(delivery, Delivery::Refused), "{delivery:?}");
    assert_eq!((start.elapsed().as_secs(), format!("{delivery:?}")), (5, "Refused".to_owned()));
}

async fn refused(address: &str) -> bool {
    let refused = exchange(address, wire("GET", "/account", "close", "")).await;
    matches!(refused, Err(error) if error.kind() == io::ErrorKind::ConnectionRefused)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_port_the_system_refuses_until_connections_are_accepted_again() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    for _ in 0..3 {
        sandbox.on(Operation::AccountGet).refuse_connection();
        assert!(refused(&address(&server)).await && refused(&address(&server)).await);
        sandbox.assert_all_faults_struck();
        sandbox.accept_connections();
        assert!(ask(&server, "GET", "/account", "").await.expect("an answer").contains(" 200 OK"));
    }
    sandbox.on_any().always().refuse_connection();
    assert!(refused(&address(&server)).await);
    sandbox.assert_all_faults_struck();
    sandbox.clear_faults();
    assert!(!refused(&address(&server)).await);
    assert_eq!(sandbox.requests().len(), 4, "none but those that came");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_port_a_refusal_has_its_turn_in_a_sequence() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    let get = sandbox.on(Operation::AccountGet).respond_status(503);
    get.then().times(2).refuse_connection().then().respond_status(429);
    let status = async || ask(&server, "GET", "/account", "").await.map(|answer| answer[9..12].to_owned());
    assert_eq!(status().await.expect("an answer"), "503", "it is answered before the port closes");
    assert_eq!(status().await.expect_err("a refusal").kind(), io::ErrorKind::ConnectionRefused);
    sandbox.accept_connections();
    assert_eq!([status().await.expect("an answer"), status().await.expect("an answer")], ["429", "200"]);
    sandbox.assert_all_faults_struck();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_kept_alive_ends_when_the_port_closes() {
    let sandbox = world();
    // One that waits for the next request.
    let (_server, _, mut idle) = visited(&sandbox).await;
    sandbox.on_any().refuse_connection();
    let end = tokio::task::spawn_blocking(move || idle.read(&mut [0]));
    assert_eq!(end.await.expect("no panic").expect("an end"), 0);
    // One whose request is the last before the port closes.
    sandbox.clear_faults();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on(Operation::AccountGet).nth(2).refuse_connection();
    let sent = wire("GET", "/account", "keep-alive", "");
    let answer = exchange(&address(&server), sent).await.expect("an answer and an end");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with('}'), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_on_a_port_fails_as_one_without_a_socket() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on(Operation::SettingPut).refuse_connection();
    for builder in [Client::builder().base_url(server.base_url()), sandbox.client_builder()] {
        let nuki = builder.token(Sandbox::TOKEN).retry(Retry::never()).build().expect("a client");
        let error = nuki.account().settings().put(&Default::default()).await.expect_err("a refusal");
        assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Connect, false));
        assert_eq!((error.status(), error.attempts(), sandbox.settings(MASTER)), (None, 1, None));
        assert!(error.to_string().to_lowercase().contains("connection") && error.to_string().contains("refused"), "{error}");
    }
    sandbox.assert_requests(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_while_connections_are_refused_refuses_them() {
    let sandbox = world();
    sandbox.on(Operation::SettingPut).refuse_connection();
    let (one, other) = (sandbox.serve(0).await.expect("a port"), sandbox.serve(0).await.expect("another"));
    assert!(refused(&address(&one)).await && refused(&address(&other)).await);
    drop(other);
    sandbox.accept_connections();
    assert!(ask(&one, "PUT", "/account/setting", "{}").await.expect("an answer").contains(" 200 OK"));
    assert_eq!(sandbox.settings(MASTER), Some(json!({})));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_fault_goes_before_a_refusal() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on(Operation::AccountGet).respond_status(503);
    sandbox.on(Operation::AccountGet).times(2).refuse_connection();
    assert!(ask(&server, "GET", "/account", "").await.expect("an answer").contains(" 503 "));
    assert!(refused(&address(&server)).await);
}
