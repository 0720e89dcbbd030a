//! Faults one after the other, and whether all of them struck.

use std::time::Duration;

use super::faults::statuses;
use super::*;
use crate::Retry;
use crate::testkit::Operation;

/// What the assertion says of the faults that are left.
fn left(sandbox: &Sandbox) -> String {
    let sandbox = std::panic::AssertUnwindSafe(sandbox);
    let panic = std::panic::catch_unwind(|| sandbox.assert_all_faults_struck()).expect_err("something should be left");
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[tokio::test]
async fn a_503_and_then_a_429() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).respond_status(503).then().respond_status(429);
    assert_eq!(statuses(&sandbox, "/account/sub", 1).await, [200]);
    assert_eq!(statuses(&sandbox, "/account", 3).await, [503, 429, 200]);
    sandbox.assert_all_faults_struck();
}

#[tokio::test]
async fn every_fault_of_a_sequence_has_its_own_number_of_calls() {
    let sandbox = world();
    let get = sandbox.on(Operation::AccountGet).nth(2).times(2).respond_status(503);
    get.then().nth(2).respond_status(429).then().always().respond_status(500);
    assert_eq!(statuses(&sandbox, "/account", 7).await, [200, 503, 503, 200, 429, 500, 500]);
    sandbox.assert_all_faults_struck();
}

#[tokio::test]
async fn a_sequence_counts_on_when_calls_come_before_its_end_is_written() {
    let sandbox = world();
    let first = sandbox.on(Operation::AccountGet).respond_status(503);
    assert_eq!(statuses(&sandbox, "/account", 1).await, [503]);
    let second = first.then().respond_status(429);
    assert_eq!(statuses(&sandbox, "/account", 2).await, [429, 200]);
    // Its turn has passed, and that is told.
    second.then().respond_status(500);
    assert_eq!(statuses(&sandbox, "/account", 1).await, [200]);
    let expected = "respond 500 of AccountGet: never struck; it was for call 3, and 4 came";
    assert_eq!(left(&sandbox), format!("faults that should have struck:\n  {expected}"));
}

#[tokio::test]
async fn a_sequence_of_any_request_counts_all_requests() {
    let sandbox = world();
    sandbox.on_any().respond_status(503).then().respond_status(429);
    assert_eq!(statuses(&sandbox, "/nowhere", 1).await, [503]);
    assert_eq!(statuses(&sandbox, "/account", 2).await, [429, 200]);
}

#[test]
#[should_panic(expected = "nothing comes after a fault that always strikes")]
fn nothing_comes_after_always() {
    let _ = world().on(Operation::AccountGet).always().respond_status(503).then();
}

#[tokio::test(start_paused = true)]
async fn a_client_gets_past_a_sequence_of_faults() {
    let sandbox = world();
    let get = sandbox.on(Operation::AccountGet).refuse_connection().then().reset_before().then().respond_html(503);
    get.then().slow_body(Duration::from_secs(3600)).then().retry_after("7").respond_status(429);
    let call = sandbox.client().expect("a client").account().get().retry(Retry::default().max_retries(5));
    let account = call.timeout(Duration::from_secs(600)).send_raw().await.expect("the sixth attempt");
    assert_eq!(account.attempts(), 6);
    sandbox.assert_all_faults_struck();
    assert_eq!(sandbox.requests().len(), 5, "the refused one never came");
}

#[tokio::test]
async fn the_assertion_names_every_fault_that_did_not_strike_and_no_other() {
    let sandbox = world();
    sandbox.assert_all_faults_struck();
    sandbox.on(Operation::AccountGet).respond_status(503);
    sandbox.on(Operation::AccountGet).nth(2).times(3).reset_after();
    sandbox.on(Operation::SettingPut).always().truncate(3);
    sandbox.on_any().nth(9).respond_html(502);
    assert_eq!(statuses(&sandbox, "/account", 1).await, [503]);
    sandbox.deliver(request(Some(Sandbox::TOKEN), "GET", "/account", "")).await;
    assert_eq!(
        left(&sandbox),
        "faults that should have struck:
  reset_after of AccountGet: struck 1 of 3 times; it was for the calls 2 to 4, and 2 came
  truncate(3) of SettingPut: never struck; it was for all calls from 1 on, and 0 came
  respond 502 of any request: never struck; it was for call 9, and 2 came"
    );
    sandbox.clear_faults();
    sandbox.assert_all_faults_struck();
}

#[tokio::test]
async fn a_fault_that_an_older_one_hides_did_not_strike() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).respond_status(503);
    sandbox.on(Operation::AccountGet).delay(Duration::ZERO);
    assert_eq!(statuses(&sandbox, "/account", 1).await, [503]);
    assert!(left(&sandbox).ends_with("delay of AccountGet: never struck; it was for call 1, and 1 came"));
}

#[tokio::test]
async fn what_always_strikes_has_to_strike_once() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).always().respond_status(503);
    assert!(left(&sandbox).contains("respond 503 of AccountGet"));
    assert_eq!(statuses(&sandbox, "/account", 1).await, [503]);
    sandbox.assert_all_faults_struck();
}

#[tokio::test]
async fn nothing_secret_is_in_what_the_assertion_says() {
    let sandbox = world();
    let response = Response::builder().status(418).header("x-canary", "canary").body(Bytes::from_static(b"canary"));
    sandbox.on(Operation::AccountGet).retry_after("canary").respond(response.expect("a response"));
    assert!(!left(&sandbox).contains("canary"));
    assert_eq!(
        format!("{:?}", sandbox.on(Operation::AccountGet).delay(Duration::ZERO)),
        "FaultSequence { operation: Some(AccountGet), .. }"
    );
}
