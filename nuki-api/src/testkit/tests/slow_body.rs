//! A slow body means the same at both doors.

use std::time::Duration;

use super::server::{address, exchange, wire};
use super::*;
use crate::testkit::Operation;
use crate::{Client, ClientBuilder, Error, ErrorKind, Retry, StatusCode};

const HOUR: Duration = Duration::from_secs(3600);

/// What came of a call: the status, or how it failed.
#[derive(Debug, PartialEq)]
enum End {
    Done(u16),
    Failed(ErrorKind, Option<StatusCode>, bool),
}

fn end<T>(result: Result<crate::ResponseValue<T>, Error>) -> End {
    match result {
        Ok(response) => End::Done(response.status().as_u16()),
        Err(error) => End::Failed(error.kind(), error.status(), error.may_have_been_applied()),
    }
}

/// Every kind of answer with a slow body, to a client of either door.
async fn ends(sandbox: &Sandbox, builder: impl Fn() -> ClientBuilder, delay: Duration) -> Vec<End> {
    let nuki = |set_up: fn(ClientBuilder) -> ClientBuilder| -> Client {
        let builder = builder().token(Sandbox::TOKEN).retry(Retry::never()).attempt_timeout(Duration::from_millis(50));
        set_up(builder).build().expect("a client")
    };
    let slow = |operation| drop(sandbox.on(operation).slow_body(delay));
    let mut ends = Vec::new();
    slow(Operation::AccountGet);
    ends.push(end(nuki(|it| it).account().get().send_raw().await));
    // Too large for the client: the headers tell, and they are there at once.
    slow(Operation::AccountGet);
    ends.push(end(nuki(|it| it.max_body_size(10)).account().get().send_raw().await));
    slow(Operation::SettingPut);
    ends.push(end(nuki(|it| it).account().settings().put(&Default::default()).send_raw().await));
    // Without a body, the answer itself is late; it is carried out all the same.
    slow(Operation::SettingDelete);
    ends.push(end(nuki(|it| it).account().settings().delete().send_raw().await));
    assert_eq!(sandbox.settings(MASTER), None);
    sandbox.assert_all_faults_struck();
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_comes_ends_alike_at_both_doors() {
    let expected = [
        End::Failed(ErrorKind::Timeout, None, false),
        End::Failed(ErrorKind::TooLarge, None, false),
        End::Failed(ErrorKind::Timeout, None, true),
        End::Failed(ErrorKind::Timeout, None, true),
    ];
    let sandbox = world();
    assert_eq!(ends(&sandbox, || sandbox.client_builder(), HOUR).await, expected);
    let server = sandbox.serve(0).await.expect("a port");
    assert_eq!(ends(&sandbox, || Client::builder().base_url(server.base_url()), HOUR).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_late_is_read_alike_at_both_doors() {
    let expected = [End::Done(200), End::Failed(ErrorKind::TooLarge, None, false), End::Done(200), End::Done(204)];
    let sandbox = world();
    let soon = Duration::from_millis(1);
    assert_eq!(ends(&sandbox, || sandbox.client_builder(), soon).await, expected);
    let server = sandbox.serve(0).await.expect("a port");
    assert_eq!(ends(&sandbox, || Client::builder().base_url(server.base_url()), soon).await, expected);
}

#[tokio::test(start_paused = true)]
async fn without_a_socket_it_passes_on_tokios_clock() {
    let (sandbox, start) = (world(), tokio::time::Instant::now());
    let nuki = sandbox.client().expect("a client");
    sandbox.on(Operation::AccountGet).slow_body(Duration::from_secs(20));
    nuki.account().get().await.expect("in time");
    assert_eq!(start.elapsed().as_secs(), 20);
    sandbox.on(Operation::SettingDelete).slow_body(Duration::from_secs(20));
    nuki.account().settings().delete().await.expect("in time");
    assert_eq!(start.elapsed().as_secs(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_body_is_late_on_the_wire_as_a_whole() {
    let sandbox = world();
    let server = sandbox.serve(0).await.expect("a port");
    sandbox.on_any().slow_body(HOUR);
    let asked = tokio::spawn(exchange(&address(&server), wire("DELETE", "/account/otp", "close", "")));
    // Until it is carried out, then to the end of the server: not one byte came.
    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    server.shutdown().await;
    assert_eq!(asked.await.expect("no panic").expect("an end"), "");
}
