//! Bodies that stall, never end, promise too much or are packed, and what is no HTTP at all: what is known is kept.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use nuki_api::{Client, ErrorKind, FailedBecause, Operation, Retry, RetryClass};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::case::Case;
use crate::faults::{at_once, is};
use crate::lab::{Lab, response};
use crate::retries::Cause;
use crate::secrets::tells_no_secret;
use crate::wire::{Step, Wire};
use crate::world::{TOKEN, tried};

/// Answers one request with this, and keeps the connection open as long as its result is kept. Tokio's paused clock stands
/// still until it is done, so that it can be paused although there is a socket.
fn answers_once(text: String) -> (String, JoinHandle<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::task::spawn_blocking(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(text.as_bytes()).unwrap();
        stream
    });
    (base_url, server)
}

#[tokio::test(start_paused = true)]
async fn a_failure_whose_body_stalls_keeps_its_status_and_what_came() {
    let second = Duration::from_secs(1);
    for (attempt, waits) in [(Duration::from_secs(30), 5 * second), (2 * second, 2 * second)] {
        for (operation, status, kind) in [
            (Operation::AccountGet, 401, ErrorKind::Unauthorized),
            (Operation::SubAccountCreate, 503, ErrorKind::Server),
            (Operation::SubAccountDelete, 429, ErrorKind::RateLimited),
        ] {
            let head = format!("HTTP/1.1 {status} X\r\nretry-after: 7\r\ncontent-length: 1000\r\n\r\n");
            let (base_url, server) = answers_once(head + "<title>Busy</title>");
            let builder = Client::builder().base_url(base_url).token(TOKEN).retry(Retry::never()).attempt_timeout(attempt);
            let start = Instant::now();
            let (case, nuki) = (Case::of(operation), builder.build().unwrap());
            let (result, stream) = tokio::join!(case.call(&nuki), server);
            let error = result.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (kind, status), "{error}");
            assert_eq!((error.retry_after(), error.detail()), (Some(7 * second), Some("Busy")), "{error}");
            assert_eq!(error.body(), b"<title>Busy</title>");
            assert_eq!(start.elapsed(), waits);
            drop(stream);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_whose_body_stalls_keeps_its_status() {
    let (base_url, server) = answers_once("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{".to_owned());
    let nuki = Client::builder().base_url(base_url).token(TOKEN).retry(Retry::never()).build().unwrap();
    let start = Instant::now();
    let case = Case::of(Operation::AccountUpdate);
    let (result, stream) = tokio::join!(case.call(&nuki), server);
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Timeout, 200), "{error}");
    assert!(error.may_have_been_applied());
    assert_eq!(start.elapsed().as_secs(), 30);
    drop(stream);
}

#[tokio::test]
async fn a_failure_whose_body_is_cut_short_or_long_keeps_its_status() {
    let mut cases = 0;
    for case in Case::all() {
        for (status, kind, cause) in [
            (401, ErrorKind::Unauthorized, Cause::Refused),
            (429, ErrorKind::RateLimited, Cause::RateLimited),
            (500, ErrorKind::Server, Cause::Doubtful),
            (503, ErrorKind::Server, Cause::Lost),
        ] {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 1000000\r\nconnection: close\r\n\r\n");
            for body in ["", "{\"detailMessage\":\"canary", "<html><title>Busy</title>", &"x".repeat(200_000)] {
                let wire = Wire::saying(format!("{head}{body}")).await;
                let error = case.call(&at_once(wire.builder().max_body_size(10))).await.unwrap_err();
                is(&case, &error, kind, cause);
                assert_eq!(error.status().unwrap().as_u16(), status);
                assert_eq!(error.body(), &body.as_bytes()[..body.len().min(64 << 10)]);
                cases += 1;
            }
        }
    }
    tried(cases, "failure with a body that is cut short or long");
}

#[tokio::test]
async fn a_body_of_64_mib_is_refused_by_a_client_that_sets_no_limit() {
    let body = Bytes::from(vec![b' '; 64 << 20]);
    let head = |length: &str| Bytes::from(format!("HTTP/1.1 200 OK\r\n{length}\r\n"));
    for head in [head("content-length: 67108864\r\n"), head("")] {
        let wire = Wire::doing(vec![Step::Read, Step::Say(head), Step::Say(body.clone())]).await;
        let case = Case::of(Operation::SubAccountList);
        let error = case.call(&at_once(wire.builder())).await.unwrap_err();
        is(&case, &error, ErrorKind::TooLarge, Cause::Doubtful);
        assert_eq!(wire.connections(), 1);
    }
    tried(2, "body of 64 MiB");
}

#[tokio::test]
async fn a_body_at_the_limit_is_read() {
    for case in Case::all() {
        let answer = case.answer.unwrap_or_default();
        let lab = Lab::with(|builder| builder.max_body_size(answer.len()));
        lab.on(case.operation).always().respond(response(200, "application/json", answer));
        assert_eq!(case.call(&lab.nuki).await.unwrap().value, case.value());

        let (first, second) = answer.split_at(answer.len() / 2);
        let chunk = |part: &str| if part.is_empty() { String::new() } else { format!("{:x}\r\n{part}\r\n", part.len()) };
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
        let wire = Wire::saying(format!("{head}{}{}0\r\n\r\n", chunk(first), chunk(second))).await;
        let nuki = at_once(wire.builder().max_body_size(answer.len()));
        assert_eq!(case.call(&nuki).await.unwrap().value, case.value());
    }
    tried(2 * Operation::ALL.len(), "body at a limit of the client");
}

#[tokio::test]
async fn a_failure_whose_body_never_ends_is_cut() {
    let head = Bytes::from_static(b"HTTP/1.1 403 X\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = Bytes::from(format!("1000\r\n{}\r\n", "x".repeat(0x1000)));
    let wire = Wire::doing(vec![Step::Read, Step::Say(head), Step::Repeat(chunk)]).await;
    let start = Instant::now();
    let error = wire.builder().build().unwrap().account().get().await.unwrap_err();
    assert_eq!((error.kind(), error.body().len()), (ErrorKind::Forbidden, 64 << 10));
    assert!(start.elapsed() < Duration::from_secs(4), "it is read on until its time is up");
}

#[tokio::test]
async fn no_room_is_made_for_what_a_head_promises() {
    // A terabyte, of which ten bytes come. Whoever reserves that much is aborted.
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\nconnection: close\r\n\r\n{\"email\":\"";
    let wire = Wire::saying(text).await;
    let builder = wire.builder().max_body_size(usize::MAX).retry(Retry::never());
    let error = builder.build().unwrap().account().get().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Interrupted, 200), "{error}");
}

#[tokio::test]
async fn a_body_in_many_pieces_is_read_whole() {
    let name = "x".repeat(300_000);
    let body = format!("{{\"accountId\":1,\"email\":\"a@b\",\"name\":\"{name}\"}}");
    let chunked = body
        .as_bytes()
        .chunks(7001)
        .fold(String::new(), |all, chunk| all + &format!("{:x}\r\n{}\r\n", chunk.len(), std::str::from_utf8(chunk).unwrap()));
    let told = format!("content-length: {}\r\n\r\n{body}", body.len());
    for rest in [told, format!("transfer-encoding: chunked\r\n\r\n{chunked}0\r\n\r\n")] {
        let wire = Wire::saying(format!("HTTP/1.1 200 OK\r\n{rest}")).await;
        let me = wire.builder().build().unwrap().account().get().await.unwrap();
        assert_eq!(me.name.as_deref(), Some(name.as_str()));
    }
}

#[tokio::test]
async fn a_switch_of_protocols_leaves_doubt() {
    for case in Case::all() {
        let wire = Wire::saying("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n").await;
        let error = case.call(&wire.builder().build().unwrap()).await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Server, 101), "{error}");
        assert_eq!(error.may_have_been_applied(), case.operation.info().retry_class != RetryClass::Read, "{error}");
        assert_eq!((error.attempts(), wire.connections()), (1, 1));
    }
    tried(Operation::ALL.len(), "101");
}

#[tokio::test]
async fn what_is_no_http_is_told_from_a_broken_connection() {
    let large = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x-large: canary\r\n".repeat(1000));
    for (text, kind, says) in [
        ("SSH-2.0-OpenSSH_9.6\r\n".to_owned(), ErrorKind::NotHttp, "what came back is not HTTP: is `base_url` right?"),
        ("\u{15}\u{3}\u{1}\0\u{2}\u{2}F".to_owned(), ErrorKind::NotHttp, "what came back is not HTTP"),
        (large, ErrorKind::TooLarge, "the head of the answer is too large"),
    ] {
        for case in Case::all() {
            let wire = Wire::saying(text.clone()).await;
            let error = case.call(&wire.builder().build().unwrap()).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts(), wire.connections()), (kind, 1, 1), "{:?}: {error}", case.operation);
            assert!(error.to_string().contains(says), "{error}");
            assert_eq!(error.may_have_been_applied(), case.operation.info().retry_class != RetryClass::Read);
            assert!(!error.is_retryable());
            tells_no_secret(&error);
        }
    }
    tried(3 * Operation::ALL.len(), "no HTTP, a head that is too large");
}

#[tokio::test]
async fn a_packed_body_is_told_from_a_broken_one() {
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0".as_slice();
    for (header, body, says) in [
        ("content-encoding: gzip\r\n", packed, "packed with gzip"),
        ("", packed, "packed with gzip"),
        ("content-encoding: br\r\n", b"\x8b\0\x80{}\x03".as_slice(), "packed with br"),
    ] {
        for operation in [Operation::AccountGet, Operation::AccountUpdate] {
            let head = format!("HTTP/1.1 200 OK\r\n{header}content-length: {}\r\n\r\n", body.len());
            let wire = Wire::saying([head.as_bytes(), body].concat()).await;
            let error = Case::of(operation).call(&wire.builder().build().unwrap()).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}

#[tokio::test]
async fn the_page_of_a_captive_portal_is_no_success() {
    let page = "<!DOCTYPE html><html><title>Welcome to our hotel</title></html>";
    for case in Case::all() {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n", page.len());
        let wire = Wire::saying(head + page).await;
        let error = case.call(&wire.builder().build().unwrap()).await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 200), "{:?}", case.operation);
        assert_eq!(error.may_have_been_applied(), case.operation.info().retry_class != RetryClass::Read, "{error}");
        assert_eq!((error.attempts(), error.body()), (1, page.as_bytes()));
    }
    tried(Operation::ALL.len(), "page of a captive portal");
}

#[test]
fn a_failed_attempt_can_be_made_to_test_a_policy() {
    let mut failed = nuki_api::FailedAttempt::new(RetryClass::Idempotent, FailedBecause::Lost);
    failed.attempts = 2;
    let retry = Retry::default().updates_after_loss(true);
    assert!(nuki_api::RetryPolicy::delay(&retry, &failed).is_some());
}
