//! A slow body means the same at both doors.

use std::time::Duration;

use super::server::{address, exchange, wire};
use super::*;
use crate::testkit::Operation;
use crate::{Client, ClientBuilder, Error, ErrorKind, Retry};

const HOUR: Duration = Duration::from_secs(3600);

/// What came of a call: how it failed, the status, whether it may have been applied, and how much of the body is there.
type End = (Option<ErrorKind>, Option<u16>, bool, usize);

fn end<T>(result: Result<crate::ResponseValue<T>, Error>) -> End {
    match result {
        Ok(response) => (None, Some(response.status().as_u16()), true, 0),
        Err(error) => {
            let status = error.status().map(|status| status.as_u16());
            (Some(error.kind()), status, error.may_have_been_applied(), error.body().len())
        }
    }
}

/// What comes of every kind of answer with a slow body, for clients of one door.
async fn ends(sandbox: &Sandbox, builder: impl Fn() -> ClientBuilder, delay: Duration) -> Vec<End> {
    let nuki = |set_up: fn(ClientBuilder) -> ClientBuilder| -> Client {
        let builder = builder().token(Sandbox::TOKEN).retry(Retry::never());
        set_up(builder).build().expect("a client")
    };
    // Where nothing comes, no longer than it takes to see that.
    let nuki_of = || if delay == HOUR { nuki(|it| it.attempt_timeout(Duration::from_millis(50))) } else { nuki(|it| it) };
    let slow = |operation| _ = sandbox.on(operation).slow_body(delay);
    let mut ends = Vec::new();
    slow(Operation::AccountGet);
    ends.push(end(nuki_of().account().get().send_raw().await));
    // Too large for the client: the headers tell, and they are there at once.
    slow(Operation::AccountGet);
    ends.push(end(nuki(|it| it.max_body_size(10)).account().get().send_raw().await));
    slow(Operation::SubAccountGet);
    ends.push(end(nuki_of().account().sub_accounts().get(999).send_raw().await));
    slow(Operation::SettingPut);
    ends.push(end(nuki_of().account().settings().put(&Default::default()).send_raw().await));
    // Without a body, the answer itself is late; it is carried out all the same.
    slow(Operation::SettingDelete);
    ends.push(end(nuki_of().account().settings().delete().send_raw().await));
    assert_eq!(sandbox.settings(MASTER), None);
    sandbox.assert_all_faults_struck();
    ends
}

/// The same at both doors.
async fn at_both_doors(delay: Duration) -> Vec<End> {
    let sandbox = world();
    let inside = ends(&sandbox, || sandbox.client_builder(), delay).await;
    let server = sandbox.serve(0).await.expect("a port");
    let outside = ends(&sandbox, || Client::builder().base_url(server.base_url()), delay).await;
    assert_eq!(inside, outside);
    inside
}

fn kinds(ends: &[End]) -> Vec<Option<ErrorKind>> {
    ends.iter().map(|(kind, ..)| *kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_comes_ends_alike_at_both_doors() {
    use ErrorKind::{NotFound, Timeout, TooLarge};
    let ends = at_both_doors(HOUR).await;
    assert_eq!(kinds(&ends), [Timeout, TooLarge, NotFound, Timeout, Timeout].map(Some), "a failure keeps its status");
    assert_eq!(ends[1].1, Some(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_late_is_read_alike_at_both_doors() {
    let ends = at_both_doors(Duration::from_millis(1)).await;
    let expected = [None, Some(ErrorKind::TooLarge), Some(ErrorKind::NotFound), None, None];
    assert_eq!(kinds(&ends), expected);
    assert!(ends[2].3 > 0, "the body of the failure is there: {ends:?}");
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
