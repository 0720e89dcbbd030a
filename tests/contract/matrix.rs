//! Every operation x every status.

use nuki_api::{Error, ErrorKind, Operation, RetryClass};

use serde_json::Value;

use crate::answers;
use crate::case::{Case, Outcome};
use crate::secrets::{shows_no_secret, tells_no_secret};
use crate::spec;
use crate::world::{World, tried};

/// Makes the case's call with one answer, asserts on the request, and gives what it came to.
async fn answered(case: &Case, status: u16, body: &str) -> Result<Outcome, Error> {
    let world = World::answering(status, body).await;
    let result = case.call(&world.nuki).await;
    world.sent(&case.line(), case.body.clone());
    match &result {
        Ok(outcome) => shows_no_secret(&outcome.debug),
        Err(error) => tells_no_secret(error),
    }
    result
}

async fn succeeds(case: &Case, status: u16, body: &str) {
    let outcome = answered(case, status, body).await.unwrap();
    assert_eq!((outcome.status, outcome.attempts), (status, 1), "{:?}", case.operation);
    // A 204 has no body, whatever is said.
    let expected = if status == 204 && case.may_be_empty() { Value::Null } else { case.value() };
    assert_eq!(outcome.value, expected, "{:?}", case.operation);
}

/// What a refusal with this status has to be, from the table of the design.
fn kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        400 | 402 | 405 | 418 | 422 | 423 | 426 => ErrorKind::Rejected,
        status => panic!("what kind of error is a {status}? say it here"),
    }
}

async fn is_refused(case: &Case, status: u16) {
    let error = answered(case, status, answers::REFUSED).await.unwrap_err();
    let (operation, info) = (case.operation, case.operation.info());
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (kind(status), status), "{operation:?}");
    assert_eq!((error.attempts(), error.may_have_been_applied()), (1, false), "{operation:?} {status}");
    assert_eq!(error.operation().unwrap().id, info.id);
    assert_eq!(error.detail(), Some("Your access token is not authorized"));
    assert_eq!(error.body(), answers::REFUSED.as_bytes());
    let text = error.to_string();
    for part in [info.id, &status.to_string(), info.meaning(status).unwrap_or_default(), "Your access token is not authorized"] {
        assert!(text.contains(part), "{text} lacks {part}");
    }
}

/// `cargo xtask coverage` runs this, and reads the lines that it prints: each stands for a status that was tried.
#[tokio::test]
#[allow(clippy::print_stdout, reason = "xtask reads it")]
async fn every_documented_status_is_told_apart() {
    let mut cases = 0;
    for case in Case::all() {
        for status in spec::endpoint(case.operation).statuses() {
            match status {
                200..=299 => succeeds(&case, status, case.answer.unwrap_or_default()).await,
                _ => is_refused(&case, status).await,
            }
            let facade = spec::endpoint(case.operation).operation["x-facade"].as_str().unwrap();
            println!("coverage\t{}\t{facade}\t{status}", case.operation.info().id);
            cases += 1;
        }
    }
    tried(cases, "documented status");
}

#[tokio::test]
async fn a_status_that_is_not_documented_is_refused_as_well() {
    for case in Case::all() {
        is_refused(&case, 418).await;
        is_refused(&case, 423).await;
    }
    tried(2 * Operation::ALL.len(), "undocumented status");
}

#[tokio::test]
async fn any_success_is_one() {
    let mut cases = 0;
    for case in Case::all() {
        for status in [200, 201, 202, 299] {
            match case.answer {
                Some(answer) => succeeds(&case, status, answer).await,
                // Any JSON, and no page: that does not come from the service.
                None => {
                    for body in ["", "{}", "null", "[7]", "\"queued\"", "\r\n"] {
                        succeeds(&case, status, body).await;
                        cases += 1;
                    }
                    for body in ["<html>", "\u{0}", "OK", "{\"a\":"] {
                        let error = answered(&case, status, body).await.unwrap_err();
                        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, status), "{body}");
                        assert!(error.may_have_been_applied());
                        cases += 1;
                    }
                }
            }
            cases += usize::from(case.answer.is_some());
        }
    }
    tried(cases, "another success than the documented one");
}

#[tokio::test]
async fn an_empty_success_where_a_value_is_due_cannot_be_read() {
    let mut cases = 0;
    for case in Case::all().filter(|case| case.answer.is_some() && !case.may_be_empty()) {
        for status in [200, 204] {
            let error = answered(&case, status, "").await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, status), "{:?}", case.operation);
            let changes = case.operation.info().retry_class != RetryClass::Read;
            assert_eq!((error.attempts(), error.may_have_been_applied()), (1, changes), "{:?}", case.operation);
            assert!(error.to_string().contains("the body is empty"), "{error}");
            cases += 1;
        }
    }
    tried(cases, "nothing where a value is due");
}

#[tokio::test]
async fn a_base_url_may_have_a_path_and_a_trailing_slash() {
    for case in Case::all() {
        for (base, prefix) in [("/", ""), ("/nuki/v1", "/nuki/v1"), ("/nuki/v1/", "/nuki/v1"), ("/a%20b//", "/a%20b")] {
            let world = World::answering(case.operation.info().success, case.answer.unwrap_or_default()).await;
            let nuki = world.builder(base).build().unwrap();
            case.call(&nuki).await.unwrap();
            world.sent(&format!("{} {prefix}{}", case.operation.info().method, case.target), case.body.clone());
        }
    }
    tried(4 * Operation::ALL.len(), "base URL");
}

/// The cases that are made from the document hold where there is one by hand as well.
#[tokio::test]
async fn generated_cases_hold_beside_those_by_hand() {
    let cases = crate::rows::all();
    for case in cases.iter().filter(|case| case.operation.info().group == "account") {
        succeeds(case, case.operation.info().success, case.answer.unwrap_or_default()).await;
    }
    let by_hand = [Operation::OtpCreate, Operation::SmartlockAction, Operation::SmartlockActionAdvanced];
    let missing = Operation::ALL.into_iter().filter(|operation| !cases.iter().any(|case| case.operation == *operation));
    assert_eq!(missing.collect::<Vec<_>>(), by_hand);
    tried(18, "generated case beside one by hand");
}
