//! Faults, without a socket and at a time that stands still.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::testkit::{Delivery, FaultSequence, Operation};
use crate::{ErrorKind, Retry};

async fn deliver(sandbox: &Sandbox, method: &str, target: &str) -> Delivery {
    sandbox.deliver(request(Some(Sandbox::TOKEN), method, target, r#"{"web":{}}"#)).await
}

fn answered(delivery: Delivery) -> Response<Bytes> {
    match delivery {
        Delivery::Response(response) => response,
        other => panic!("there should be an answer, not {other:?}"),
    }
}

/// The statuses of so many calls in a row.
pub(super) async fn statuses(sandbox: &Sandbox, target: &str, calls: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..calls {
        statuses.push(answered(deliver(sandbox, "GET", target).await).status().as_u16());
    }
    statuses
}

#[tokio::test]
async fn without_a_fault_the_service_answers() {
    assert_eq!(statuses(&world(), "/account", 2).await, [200, 200]);
}

#[tokio::test]
async fn a_fault_strikes_its_operation_once_unless_told_otherwise() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).respond_status(503);
    assert_eq!(statuses(&sandbox, "/account/sub", 1).await, [200]);
    assert_eq!(statuses(&sandbox, "/account", 3).await, [503, 200, 200]);
}

#[tokio::test]
async fn a_fault_strikes_from_the_nth_call_so_many_times() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).nth(2).times(2).respond_status(502);
    assert_eq!(statuses(&sandbox, "/account", 4).await, [200, 502, 502, 200]);
    sandbox.on(Operation::AccountGet).nth(2).always().respond_status(500);
    assert_eq!(statuses(&sandbox, "/account", 4).await, [200, 500, 500, 500]);
    sandbox.clear_faults();
    assert_eq!(statuses(&sandbox, "/account", 1).await, [200]);
}

#[tokio::test]
async fn the_zeroth_call_is_the_first() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).nth(0).respond_status(500);
    assert_eq!(statuses(&sandbox, "/account", 2).await, [500, 200]);
}

#[tokio::test]
async fn nothing_secret_is_in_the_debug_of_a_delivery() {
    let sandbox = world();
    let faults: [fn(crate::testkit::FaultBuilder<'_>) -> FaultSequence<'_>; 6] = [
        |fault| fault.delay(Duration::ZERO),
        |fault| fault.refuse_connection(),
        |fault| fault.reset_before(),
        |fault| fault.reset_after(),
        |fault| fault.truncate(3),
        |fault| fault.slow_body(Duration::from_secs(1)),
    ];
    let mut texts = Vec::new();
    for fault in faults {
        fault(sandbox.on(Operation::AccountGet));
        texts.push(format!("{:?}", deliver(&sandbox, "GET", "/account").await));
    }
    let (reset, late) = ("ResetBefore", "Response(200 OK)");
    assert_eq!(texts, [late, "Refused", reset, "ResetAfter", "Truncated(200 OK, 3 bytes)", "SlowBody(200 OK, 1s)"]);
}

#[tokio::test]
async fn the_oldest_of_several_faults_strikes_and_the_others_count_on() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).respond_status(500);
    sandbox.on(Operation::AccountGet).times(2).respond_status(502);
    assert_eq!(statuses(&sandbox, "/account", 3).await, [500, 502, 200]);
}

#[tokio::test]
async fn a_fault_of_any_request_strikes_unknown_paths_as_well() {
    let sandbox = world();
    sandbox.on_any().times(2).respond_status(502);
    assert_eq!(statuses(&sandbox, "/nowhere", 1).await, [502]);
    assert_eq!(statuses(&sandbox, "/account", 2).await, [502, 200]);
}

#[tokio::test]
async fn a_response_can_be_of_every_form() {
    let sandbox = world();
    let on = || sandbox.on(Operation::AccountGet);
    let next = async || answered(deliver(&sandbox, "GET", "/account").await);

    on().retry_after("2").respond_status(429);
    let response = next().await;
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(value(response).1["reasonPhrase"], "Too Many Requests");

    on().once().respond_detail(423, "Locked");
    assert_eq!(value(next().await).1, json!({"detailMessage": "Locked", "stackTrace": [], "suppressedExceptions": []}));

    on().respond_json(402, &json!({"error": "invalid_client"}));
    assert_eq!(value(next().await), (402, json!({"error": "invalid_client"})));

    on().respond_html(502);
    let response = next().await;
    assert_eq!(response.headers()["content-type"], "text/html");
    assert!(response.body().starts_with(b"<html>\r\n<head><title>502 Bad Gateway</title>"));

    on().retry_after("no\nheader").respond(Response::new(Bytes::from_static(b"as it is")));
    assert_eq!(next().await.body(), "as it is");
}

#[test]
#[should_panic(expected = "99 is no HTTP status")]
fn a_status_that_is_none_is_refused() {
    world().on(Operation::AccountGet).respond_status(99);
}

#[tokio::test]
async fn a_response_instead_and_a_reset_before_change_nothing_and_a_reset_after_does() {
    let sandbox = world();
    let put = async || deliver(&sandbox, "PUT", "/account/setting").await;
    sandbox.on(Operation::SettingPut).respond_status(500);
    assert_eq!(answered(put().await).status(), 500);
    sandbox.on(Operation::SettingPut).reset_before();
    assert!(matches!(put().await, Delivery::ResetBefore));
    assert_eq!(sandbox.settings(MASTER), None);
    sandbox.on(Operation::SettingPut).reset_after();
    assert!(matches!(put().await, Delivery::ResetAfter));
    assert_eq!(sandbox.settings(MASTER), Some(json!({"web": {}})));
}

#[tokio::test]
async fn a_truncated_body_always_lacks_something() {
    let sandbox = world();
    for (asked, kept) in [(4, 4), (1_000_000, 9)] {
        sandbox.on(Operation::SettingPut).truncate(asked);
        match deliver(&sandbox, "PUT", "/account/setting").await {
            Delivery::Truncated { response, keep } => {
                assert_eq!((response.body().len(), keep), (10, kept))
            }
            other => panic!("the body should be truncated, not {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_slow_body_is_told_to_the_door() {
    let sandbox = world();
    sandbox.on(Operation::AccountGet).slow_body(Duration::from_secs(7));
    match deliver(&sandbox, "GET", "/account").await {
        Delivery::SlowBody { response, delay } => {
            assert_eq!((response.status().as_u16(), delay.as_secs()), (200, 7))
        }
        other => panic!("the body should be slow, not {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_passes_on_tokios_clock() {
    let (sandbox, start) = (world(), Instant::now());
    sandbox.on(Operation::AccountGet).delay(Duration::from_secs(3600));
    assert_eq!(statuses(&sandbox, "/account", 1).await, [200]);
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
    sandbox.on(Operation::AccountGet).delayed_by(Duration::from_secs(60)).respond_status(504);
    assert_eq!(statuses(&sandbox, "/account", 1).await, [504]);
    assert_eq!(start.elapsed(), Duration::from_secs(3660));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_does_not_wait_for_the_delay_changes_nothing() {
    let sandbox = world();
    sandbox.on(Operation::SettingPut).delay(Duration::from_secs(30));
    let impatient = tokio::time::timeout(Duration::from_secs(10), deliver(&sandbox, "PUT", "/account/setting"));
    assert!(impatient.await.is_err());
    assert_eq!((sandbox.settings(MASTER), sandbox.requests().len()), (None, 1));
}

#[tokio::test]
async fn a_client_without_a_socket_meets_a_cut_body_as_on_the_wire() {
    let sandbox = world();
    let nuki = sandbox.client_builder().token(Sandbox::TOKEN).retry(Retry::never()).build().expect("a client");
    sandbox.on(Operation::AccountGet).truncate(3);
    assert_eq!(nuki.account().get().await.expect_err("a part").kind(), ErrorKind::Interrupted);
    sandbox.on(Operation::SubAccountGet).truncate(3);
    let refused = nuki.account().sub_accounts().get(999).await.expect_err("there is none");
    assert_eq!((refused.kind(), refused.body().len()), (ErrorKind::NotFound, 3), "a refusal keeps its status");
    sandbox.on(Operation::SettingDelete).truncate(0);
    nuki.account().settings().delete().await.expect("of nothing, nothing can be cut off");
}
