//! Every operation x everything else that can come back, or not come back.
//!
//! Each fault says which kind of error it has to be, and what it means for another attempt; how often a request is sent
//! then follows from the class of the operation, by the table in [`retries`](crate::retries).

use std::time::Duration;

use bytes::Bytes;
use nuki_api::{Client, ClientBuilder, Error, ErrorKind, Operation, Retry, RetryClass};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::answers;
use crate::case::{Case, Outcome};
use crate::lab::{Lab, response};
use crate::retries::{Cause, requests};
use crate::secrets::{shows_no_secret, tells_no_secret};
use crate::spec;
use crate::wire::{Step, Wire};
use crate::world::{TOKEN, tried};

const JSON: &str = "application/json";

/// What an error has to be: its kind, what it means for another attempt, and whether the call may have been carried out.
#[track_caller]
pub fn is(case: &Case, error: &Error, kind: ErrorKind, cause: Cause) {
    let class = case.operation.info().retry_class;
    let operation = case.operation;
    assert_eq!(error.kind(), kind, "{operation:?}: {error}");
    assert_eq!(error.attempts() as usize, requests(class, cause), "{operation:?}: {error}");
    let doubt = class != RetryClass::Read && matches!(cause, Cause::Lost | Cause::Doubtful);
    assert_eq!(error.may_have_been_applied(), doubt, "{operation:?}: {error}");
    tells_no_secret(error);
}

/// Makes the call in a lab, and asserts on what it came to and on how many requests there were.
async fn fails(case: &Case, lab: &Lab, kind: ErrorKind, cause: Cause) -> Error {
    let error = case.call(&lab.nuki).await.unwrap_err();
    is(case, &error, kind, cause);
    assert_eq!(lab.requests(), requests(case.operation.info().retry_class, cause), "{:?}", case.operation);
    error
}

/// An answer with this body: an error that says this where a value is due. Where none is, only what is neither empty nor
/// JSON is one.
async fn unreadable(case: &Case, content_type: &str, body: impl Into<Bytes>, says: &str) {
    let body = body.into();
    let lab = Lab::answering(case.operation, 200, content_type, body.clone());
    let text = std::str::from_utf8(&body).map(|text| text.trim_start_matches('\u{feff}').trim());
    let is_fine = text.is_ok_and(|text| text.is_empty() || serde_json::from_str::<IgnoredAny>(text).is_ok());
    if is_fine && (case.answer.is_none() || case.may_be_empty() && text.is_ok_and(|text| ["", "null"].contains(&text))) {
        case.call(&lab.nuki).await.unwrap();
        assert_eq!(lab.requests(), 1);
        return;
    }
    let error = fails(case, &lab, ErrorKind::Decode, Cause::Doubtful).await;
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert!(error.to_string().contains(says), "{:?}: {error}", case.operation);
}

/// An answer with this body is read.
async fn reads(case: &Case, content_type: &str, body: impl Into<Bytes>) -> Outcome {
    let lab = Lab::answering(case.operation, 200, content_type, body);
    let outcome = case.call(&lab.nuki).await.unwrap_or_else(|error| panic!("{:?}: {error}", case.operation));
    shows_no_secret(&outcome.debug);
    assert_eq!(lab.requests(), 1);
    outcome
}

/// As the default policy, without the waits: for connections, whose time cannot be paused.
pub fn at_once(builder: ClientBuilder) -> Client {
    builder.retry(Retry::default().backoff(Duration::ZERO, Duration::ZERO)).build().unwrap()
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_unless_guarded() {
    // Bound and not listening: the port is ours, and nobody answers there.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let url = format!("http://{address}");
    for case in Case::all() {
        let nuki = at_once(Client::builder().base_url(&url).token(TOKEN));
        let error = case.call(&nuki).await.unwrap_err();
        is(&case, &error, ErrorKind::Connect, Cause::NeverSent);
        assert!(error.to_string().contains(&format!("no connection could be made to {address}: ")), "{error}");
        assert_eq!(error.is_retryable(), case.operation.info().retry_class != RetryClass::Guarded, "{:?}", case.operation);
    }
    tried(Operation::ALL.len(), "connection refused");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_lost_leaves_doubt() {
    for case in Case::all() {
        let lab = Lab::new();
        lab.on(case.operation).always().reset_before();
        fails(&case, &lab, ErrorKind::Interrupted, Cause::Lost).await;
        let lab = Lab::new();
        lab.on(case.operation).always().reset_after();
        fails(&case, &lab, ErrorKind::Interrupted, Cause::Lost).await;
    }
    tried(2 * Operation::ALL.len(), "connection lost before and after the request");
}

#[tokio::test]
async fn a_connection_that_is_lost_on_the_wire_leaves_doubt() {
    let begun = Bytes::from_static(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"accountId\":1,");
    let chunked = Bytes::from_static(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":");
    let header = Bytes::from_static(b"HTTP/1.1 200 OK\r\ncontent-le");
    for steps in [
        vec![Step::Reset],
        vec![Step::Read, Step::Reset],
        vec![Step::Read],
        vec![Step::Read, Step::Say(header)],
        vec![Step::Read, Step::Say(begun.clone())],
        vec![Step::Read, Step::Say(begun), Step::Reset],
        vec![Step::Read, Step::Say(chunked)],
    ] {
        for case in Case::all() {
            let wire = Wire::doing(steps.clone()).await;
            let error = case.call(&at_once(wire.builder())).await.unwrap_err();
            is(&case, &error, ErrorKind::Interrupted, Cause::Lost);
            assert_eq!(wire.connections(), error.attempts() as usize, "{:?}", case.operation);
        }
    }
    tried(7 * Operation::ALL.len(), "connection lost on the wire: before and after the request, in the header, in the body");
}

#[tokio::test(start_paused = true)]
async fn no_answer_in_time_is_a_timeout() {
    let hour = Duration::from_secs(3600);
    for case in Case::all() {
        let lab = Lab::new();
        lab.on(case.operation).always().delay(hour);
        fails(&case, &lab, ErrorKind::Timeout, Cause::Lost).await;
        let lab = Lab::new();
        lab.on(case.operation).always().slow_body(hour);
        match Lab::refusal(&case).await {
            None => fails(&case, &lab, ErrorKind::Timeout, Cause::Lost).await,
            // Of a failure, all is known but the body.
            Some(kind) => fails(&case, &lab, kind, Cause::Refused).await,
        };
    }
    tried(2 * Operation::ALL.len(), "timeout before the headers and within the body");
}

#[tokio::test]
async fn a_body_that_never_ends_on_the_wire_is_a_timeout() {
    let begun = Bytes::from_static(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"accountId\":1,");
    for steps in [vec![Step::Read, Step::Hang], vec![Step::Read, Step::Say(begun), Step::Hang]] {
        for case in Case::all() {
            let wire = Wire::doing(steps.clone()).await;
            let nuki = wire.builder().attempt_timeout(Duration::from_millis(20)).retry(Retry::never()).build().unwrap();
            let error = case.call(&nuki).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1), "{:?}", case.operation);
            assert_eq!(error.may_have_been_applied(), case.operation.info().retry_class != RetryClass::Read);
            tells_no_secret(&error);
        }
    }
    tried(2 * Operation::ALL.len(), "timeout on the wire");
}

#[tokio::test]
async fn json_that_ends_too_early_cannot_be_read() {
    let mut cases = 0;
    for case in Case::all() {
        let answer = case.answer.unwrap_or(answers::ACCOUNT).as_bytes();
        for end in [1, answer.len() / 2, answer.len() - 1] {
            unreadable(&case, JSON, &answer[..end], "ends too early").await;
            cases += 1;
        }
    }
    tried(cases, "truncated JSON");
}

#[tokio::test]
async fn what_is_no_json_cannot_be_read() {
    let html = "<html>\r\n<head><title>Maintenance</title></head><body>back soon</body></html>";
    let mut cases = 0;
    for case in Case::all() {
        for (content_type, body, says) in [
            ("text/html", html.as_bytes(), "is not JSON"),
            (JSON, html.as_bytes(), "is not JSON"),
            ("text/plain", b"OK", "is not JSON"),
            (JSON, b"'accountId'", "is not JSON"),
            (JSON, b" \r\n\t", "is empty"),
            (JSON, b"\xef\xbb\xbf", "is empty"),
            (JSON, b"{\"accountId\":1,\"email\":\"canary\xff\"}", "is not UTF-8"),
            (JSON, b"\xff\xfe{\0}\0", "is not UTF-8"),
            (JSON, b"{\"accountId\":1,\"email\":\"canary\"}{", ""),
            (JSON, b"null", "is not what it should be"),
            (JSON, b"7.5", "is not what it should be"),
            (JSON, b"true", "is not what it should be"),
        ] {
            unreadable(&case, content_type, body, says).await;
            cases += 1;
        }
    }
    tried(cases, "HTML, plain text, nothing, invalid UTF-8, other JSON");
}

#[tokio::test]
async fn json_is_read_whatever_it_says_it_is() {
    let mut cases = 0;
    for case in Case::all() {
        let answer = case.answer.unwrap_or_default();
        for content_type in ["text/html", "text/plain; charset=utf-8", "application/vnd.nuki+json", "nonsense"] {
            assert_eq!(reads(&case, content_type, answer).await.value, case.value(), "{:?}", case.operation);
            cases += 1;
        }
        let marked = format!("\u{feff}{answer}\r\n");
        assert_eq!(reads(&case, JSON, marked).await.value, case.value(), "{:?}", case.operation);
        cases += 1;
    }
    tried(cases, "wrong content type, byte order mark");
}

#[tokio::test]
async fn json_that_is_nested_too_deeply_cannot_be_read() {
    // All operations are read by the same code; the depth that takes long is tried with the account's.
    let depth = |case: &Case| if case.operation.info().group == "account" { 200_000 } else { 20_000 };
    let mut cases = 0;
    for case in Case::all() {
        for open in ["[", "{\"web\":", "[{\"config\":"] {
            let body = open.repeat(depth(&case));
            unreadable(&case, JSON, body, "").await;
            cases += 1;
        }
    }
    over_answers("deeply nested JSON in an unknown member", async |case, schema, value| {
        let objects = spec::objects(schema, &value);
        for (pointer, kept) in &objects {
            let mut more = value.clone();
            more.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("deep".to_owned(), json!("DEEP"));
            let deep = format!("{}1{}", "[{\"x\":".repeat(depth(case)), "}]".repeat(depth(case)));
            let more = more.to_string().replace("\"DEEP\"", &deep);
            if *kept {
                unreadable(case, JSON, more, "").await;
            } else {
                assert_eq!(reads(case, JSON, more).await.value, value, "{pointer}");
            }
        }
        objects.len()
    })
    .await;
    tried(cases, "deeply nested JSON");
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_kept() {
    for case in Case::all() {
        let lab = Lab::with(|builder| builder.max_body_size(64));
        lab.on(case.operation).always().respond(response(200, JSON, " ".repeat(65)));
        fails(&case, &lab, ErrorKind::TooLarge, Cause::Doubtful).await;

        let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n41\r\n{}\r\n0\r\n\r\n", " ".repeat(65));
        let told = format!("HTTP/1.1 200 OK\r\ncontent-length: 65\r\n\r\n{}", " ".repeat(65));
        for answer in [chunked, told] {
            let wire = Wire::saying(answer).await;
            let error = case.call(&at_once(wire.builder().max_body_size(64))).await.unwrap_err();
            is(&case, &error, ErrorKind::TooLarge, Cause::Doubtful);
            assert!(error.to_string().contains("larger than allowed by `max_body_size`"), "{error}");
            assert_eq!(error.status().unwrap().as_u16(), 200);
            assert_eq!(wire.connections(), 1);
        }
    }
    tried(3 * Operation::ALL.len(), "body over a limit of the client");
}

/// Runs over the answers of all operations that have one.
async fn over_answers<F: AsyncFn(&Case, &'static Value, Value) -> usize>(kind: &str, test: F) {
    let mut cases = 0;
    for case in Case::all() {
        if let Some(schema) = spec::endpoint(case.operation).answer() {
            cases += test(&case, schema, case.value()).await;
        }
    }
    tried(cases, kind);
}

/// The value without the member at a pointer.
fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    value
}

/// The value with another one at a pointer.
fn with(mut value: Value, pointer: &str, other: Value) -> Value {
    *value.pointer_mut(pointer).unwrap() = other;
    value
}

#[tokio::test]
async fn members_that_nobody_knows_do_no_harm() {
    over_answers("unknown member, in each object", async |case, schema, value| {
        let objects = spec::objects(schema, &value);
        for (pointer, kept) in &objects {
            let mut more = value.clone();
            let unknown = json!({"a": [1, null, {"b": "c"}]});
            more.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("fromTheFuture".to_owned(), unknown);
            let expected = if *kept { more.clone() } else { value.clone() };
            assert_eq!(reads(case, JSON, more.to_string()).await.value, expected, "{pointer}");
        }
        objects.len()
    })
    .await;
}

#[tokio::test]
async fn values_that_nobody_knows_are_kept() {
    over_answers("unknown enum value, for each enum", async |case, schema, value| {
        let members = spec::members(schema, &value);
        let enums = members.iter().filter(|member| member.schema.get("x-extensible-enum").is_some()).collect::<Vec<_>>();
        for member in &enums {
            let unknown = if member.schema["type"] == "integer" { json!(99) } else { json!("FROM_THE_FUTURE") };
            let ahead = with(value.clone(), &member.pointer, unknown);
            assert_eq!(reads(case, JSON, ahead.to_string()).await.value, ahead, "{}", member.pointer);
        }
        enums.len()
    })
    .await;
}

#[tokio::test]
async fn null_and_absent_are_the_same() {
    over_answers("null and absent, for each optional member", async |case, schema, value| {
        let members = spec::members(schema, &value);
        let optional = members.iter().filter(|member| !member.required).collect::<Vec<_>>();
        for member in &optional {
            let absent = without(value.clone(), &member.pointer);
            assert_eq!(reads(case, JSON, absent.to_string()).await.value, absent, "{}", member.pointer);
            let null = with(value.clone(), &member.pointer, Value::Null);
            assert_eq!(reads(case, JSON, null.to_string()).await.value, absent, "{}", member.pointer);
        }
        2 * optional.len()
    })
    .await;
}

#[tokio::test]
async fn all_optional_members_may_be_null_or_absent_together() {
    over_answers("null and absent, all optional members at once", async |case, schema, value| {
        let members = spec::members(schema, &value);
        let outermost =
            |pointer: &str| !members.iter().any(|it| !it.required && pointer.starts_with(&format!("{}/", it.pointer)));
        let optional = members.iter().filter(|member| !member.required && outermost(&member.pointer));
        let (mut absent, mut null) = (value.clone(), value.clone());
        for member in optional {
            absent = without(absent, &member.pointer);
            null = with(null, &member.pointer, Value::Null);
        }
        assert_eq!(reads(case, JSON, absent.to_string()).await.value, absent);
        assert_eq!(reads(case, JSON, null.to_string()).await.value, absent);
        2
    })
    .await;
}

#[tokio::test]
async fn a_member_that_must_be_there_is_missed_by_name() {
    over_answers("null and absent, for each required member", async |case, schema, value| {
        let members = spec::members(schema, &value);
        let required = members.iter().filter(|member| member.required).collect::<Vec<_>>();
        for member in &required {
            let lacks = format!("lacks `{}`, at line 1", member.name());
            unreadable(case, JSON, without(value.clone(), &member.pointer).to_string(), &lacks).await;
            unreadable(case, JSON, with(value.clone(), &member.pointer, Value::Null).to_string(), member.name()).await;
        }
        2 * required.len()
    })
    .await;
}

#[tokio::test]
async fn an_id_may_be_a_number_where_it_is_opaque_and_nowhere_else_a_string() {
    over_answers("numbers as strings and strings as numbers", async |case, schema, value| {
        let members = spec::members(schema, &value);
        for member in &members {
            match member.schema["format"].as_str() {
                Some("opaque-id") => {
                    let number = with(value.clone(), &member.pointer, json!(18_000_000_001_i64));
                    let expected = with(value.clone(), &member.pointer, json!("18000000001"));
                    assert_eq!(reads(case, JSON, number.to_string()).await.value, expected);
                }
                Some("password") if member.schema["type"] == "integer" => {
                    let digits = with(value.clone(), &member.pointer, json!("4711"));
                    let expected = with(value.clone(), &member.pointer, json!(4711));
                    assert_eq!(reads(case, JSON, digits.to_string()).await.value, expected);
                }
                Some("password") => {
                    let number = with(value.clone(), &member.pointer, json!(4711));
                    let expected = with(value.clone(), &member.pointer, json!("4711"));
                    assert_eq!(reads(case, JSON, number.to_string()).await.value, expected);
                }
                _ if member.schema["type"] == "array" => {
                    let text = with(value.clone(), &member.pointer, json!("canary"));
                    unreadable(case, JSON, text.to_string(), member.name()).await;
                }
                Some("int32" | "int64") => {
                    let text = with(value.clone(), &member.pointer, json!("canary"));
                    unreadable(case, JSON, text.to_string(), member.name()).await;
                    let text = with(value.clone(), &member.pointer, json!("7"));
                    unreadable(case, JSON, text.to_string(), member.name()).await;
                    let huge = with(value.clone(), &member.pointer, json!(1e30));
                    unreadable(case, JSON, huge.to_string(), member.name()).await;
                }
                Some("date-time") => {
                    let text = with(value.clone(), &member.pointer, json!("canary 2025"));
                    unreadable(case, JSON, text.to_string(), member.name()).await;
                }
                // Any JSON.
                _ if member.schema.get("type").is_none() => {}
                _ => {
                    let wrong = with(value.clone(), &member.pointer, json!({"canary": ["canary"]}));
                    if member.schema["type"] != "object" {
                        unreadable(case, JSON, wrong.to_string(), member.name()).await;
                    }
                }
            }
        }
        members.len()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_service_is_told_from_one_of_a_proxy() {
    let mut cases = 0;
    for case in Case::all() {
        for (status, cause) in [
            (500, Cause::Doubtful),
            (501, Cause::Doubtful),
            (502, Cause::Lost),
            (503, Cause::Lost),
            (504, Cause::Lost),
            (599, Cause::Doubtful),
        ] {
            for (content_type, body, says) in [
                (
                    JSON,
                    r#"{"code":500,"description":"It broke","homeRef":"/","reasonPhrase":"Error","uri":"/"}"#,
                    Some("It broke"),
                ),
                (JSON, r#"{"detailMessage":"It broke","stackTrace":[],"suppressedExceptions":[]}"#, Some("It broke")),
                (JSON, r#"{"stackTrace":[],"suppressedExceptions":[]}"#, None),
                ("text/html", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>", Some("502 Bad Gateway")),
                ("text/plain", "403 Forbidden", Some("403 Forbidden")),
                (JSON, "\u{feff}{\"error\":\"invalid\",\"error_description\":\"It broke\"}", Some("It broke")),
                ("text/plain", "", None),
            ] {
                let lab = Lab::answering(case.operation, status, content_type, body);
                let error = fails(&case, &lab, ErrorKind::Server, cause).await;
                assert_eq!((error.status().unwrap().as_u16(), error.detail()), (status, says), "{body}");
                assert_eq!(error.body(), body.as_bytes());
                cases += 1;
            }
        }
        let lab = Lab::answering(case.operation, 408, JSON, "");
        fails(&case, &lab, ErrorKind::Rejected, Cause::Lost).await;
        let lab = Lab::answering(case.operation, 500, "application/octet-stream", &b"\xff\xfe\x00canary"[..]);
        let error = fails(&case, &lab, ErrorKind::Server, Cause::Doubtful).await;
        assert_eq!((error.detail(), error.body()), (None, &b"\xff\xfe\x00canary"[..]));
        cases += 2;
    }
    tried(cases, "408, 500, 501, 502, 503, 504, 599 x the forms of bodies");
}

#[tokio::test(start_paused = true)]
async fn what_a_proxy_says_is_kept_up_to_64_kib() {
    for case in Case::all() {
        let lab = Lab::answering(case.operation, 418, "text/plain", "x".repeat(1 << 20));
        let error = fails(&case, &lab, ErrorKind::Rejected, Cause::Refused).await;
        assert_eq!(error.body().len(), 64 << 10);
        assert!(error.to_string().len() < 1000, "{error}");
    }
    tried(Operation::ALL.len(), "large error body");
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_the_service_repeats_is_not_repeated_again() {
    for case in Case::all() {
        let repeated = format!("{TOKEN} canary-password canary-otp canary-alexa canary-google");
        // What this operation did not send, the client cannot know; what it sent, it takes out.
        let sent = repeated.split(' ').filter(|word| *word == TOKEN || case.body.to_string().contains(word));
        let detail = sent.collect::<Vec<_>>().join(" and ");
        for body in
            [json!({"detailMessage": detail}).to_string(), detail.clone(), format!("<html><title>{detail}</title></html>")]
        {
            let lab = Lab::answering(case.operation, 400, JSON, body);
            let error = fails(&case, &lab, ErrorKind::Rejected, Cause::Refused).await;
            assert!(error.detail().unwrap().contains("[redacted]"), "{error}");
            shows_no_secret(error.detail().unwrap());
        }
    }
    tried(3 * Operation::ALL.len(), "secret repeated by the service");
}
