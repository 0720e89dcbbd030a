//! Time that runs out before there is a connection: where nothing can have been sent the error says so, and nowhere else.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use nuki_api::{Client, ClientBuilder, Error, ErrorKind, Operation, Retry, RetryClass};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

use crate::answers;
use crate::case::Case;
use crate::retries::{Cause, requests};
use crate::secrets::tells_no_secret;
use crate::wire::{Step, Wire};
use crate::world::{TOKEN, tried};

/// Short: it is waited for.
const SHORT: Duration = Duration::from_millis(100);

/// One operation of each class.
const OPERATIONS: [Operation; 4] =
    [Operation::AccountGet, Operation::AccountUpdate, Operation::SubAccountCreate, Operation::AccountDelete];

/// Takes up all the room for connections that nobody has accepted: further ones wait.
fn fill(address: SocketAddr) -> Vec<TcpStream> {
    std::iter::from_fn(|| TcpStream::connect_timeout(&address, SHORT).ok()).collect()
}

fn listener() -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket.listen(1).unwrap()
}

fn builder(base_url: String) -> ClientBuilder {
    let at_once = Retry::default().backoff(Duration::ZERO, Duration::ZERO);
    Client::builder().base_url(base_url).token(TOKEN).attempt_timeout(SHORT).retry(at_once)
}

/// Each operation fails to connect, is tried again as what was never sent may be, and leaves no doubt.
async fn never_sent(builder: impl Fn() -> ClientBuilder, says: &str) {
    for operation in OPERATIONS {
        let error = Case::of(operation).call(&builder().build().unwrap()).await.unwrap_err();
        let attempts = requests(operation.info().retry_class, Cause::NeverSent);
        assert_eq!((error.kind(), error.attempts() as usize), (ErrorKind::Connect, attempts), "{error}");
        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!(error.is_retryable(), operation.info().retry_class != RetryClass::Guarded, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        tells_no_secret(&error);
    }
    tried(OPERATIONS.len(), says);
}

#[tokio::test]
async fn a_host_that_does_not_answer_has_seen_nothing() {
    let listener = listener();
    let address = listener.local_addr().unwrap();
    let _full = fill(address);
    let says = format!("no connection could be made to {address}: time was up");
    never_sent(|| builder(format!("http://{address}")), &says).await;
    never_sent(|| builder(format!("http://{address}")).http(reqwest::Client::builder()), &says).await;
}

#[tokio::test]
async fn a_limit_for_connecting_ends_an_attempt_that_was_not_sent() {
    let listener = listener();
    let address = listener.local_addr().unwrap();
    let _full = fill(address);
    let patient = Duration::from_secs(30);
    let base_url = format!("http://{address}");
    never_sent(|| builder(base_url.clone()).attempt_timeout(patient).connect_timeout(SHORT), &address.to_string()).await;
    never_sent(|| builder(base_url.clone()).attempt_timeout(patient).http(reqwest::Client::builder().timeout(SHORT)), "").await;
}

#[tokio::test]
async fn a_deadline_that_ends_while_connecting_leaves_no_doubt() {
    let listener = listener();
    let address = listener.local_addr().unwrap();
    let _full = fill(address);
    let nuki = Client::builder().base_url(format!("http://{address}")).token(TOKEN).build().unwrap();
    let error = nuki.account().update("de").timeout(SHORT).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.may_have_been_applied()), (ErrorKind::Connect, 1, false), "{error}");
}

#[tokio::test]
async fn a_tls_handshake_that_is_not_answered_has_sent_nothing() {
    let wire = Wire::doing(vec![Step::Hang]).await;
    never_sent(|| builder(format!("https://{}", wire.authority())), "time was up").await;
}

#[tokio::test]
async fn a_proxy_that_does_not_connect_has_sent_nothing() {
    let wire = Wire::doing(vec![Step::Read, Step::Hang]).await;
    let proxy = || reqwest::Proxy::all(format!("http://{}", wire.authority())).unwrap();
    let says = "to nuki.test:443 through the proxy that the client was given: time was up";
    never_sent(|| builder("https://nuki.test".to_owned()).proxy(proxy()), says).await;
    assert!(wire.requests().iter().all(|request| request.starts_with("connect nuki.test:443 ")), "{:?}", wire.requests());
}

#[track_caller]
fn in_doubt(error: &Error) {
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1), "{error}");
    assert!(error.may_have_been_applied(), "{error}");
}

fn ok() -> Bytes {
    let body = answers::MY_ACCOUNT;
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

#[tokio::test]
async fn a_request_over_a_new_connection_is_in_doubt() {
    let wire = Wire::doing(vec![Step::Read, Step::Hang]).await;
    in_doubt(
        &Case::of(Operation::SubAccountCreate)
            .call(&builder(format!("http://{}", wire.authority())).build().unwrap())
            .await
            .unwrap_err(),
    );
}

#[tokio::test]
async fn a_request_over_a_kept_connection_is_in_doubt() {
    let wire = Wire::doing(vec![Step::Read, Step::Say(ok()), Step::Read, Step::Hang]).await;
    let nuki = builder(format!("http://{}", wire.authority())).build().unwrap();
    nuki.account().get().await.unwrap();
    in_doubt(&Case::of(Operation::SubAccountCreate).call(&nuki).await.unwrap_err());
    assert_eq!(wire.connections(), 1);
}

/// The call begins to connect, and is then given the connection of another call. Its own connector is still waiting when its
/// time is up, and it was sent all the same.
#[tokio::test]
async fn a_request_that_was_given_the_connection_of_another_call_is_in_doubt() {
    let listener = listener();
    let address = listener.local_addr().unwrap();
    let nuki = builder(format!("http://{address}")).attempt_timeout(Duration::from_millis(500)).build().unwrap();
    let first = tokio::spawn(nuki.account().get().send());
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_buf(&mut request).await.unwrap();
    }
    let _full = fill(address);
    let second = tokio::spawn(async move { Case::of(Operation::SubAccountCreate).call(&nuki).await });
    // There is one thread, so the second call is polled before this goes on, and begins to connect.
    tokio::task::yield_now().await;
    stream.write_all(&ok()).await.unwrap();
    first.await.unwrap().unwrap();
    request.clear();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        stream.read_buf(&mut request).await.unwrap();
    }
    assert!(request.starts_with(b"PUT /account/sub "));
    in_doubt(&second.await.unwrap().unwrap_err());
}

/// HTTP/2 may say of a request that it was not looked at: with a stream that is refused, or a connection that ends before it.
#[tokio::test]
async fn a_request_that_http2_refuses_to_look_at_has_done_nothing() {
    const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
    let refused = b"\0\0\x04\x03\0\0\0\0\x01\0\0\0\x07".as_slice();
    let goes_away = b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice();
    let cancelled = b"\0\0\x04\x03\0\0\0\0\x01\0\0\0\x08".as_slice();
    for (frame, cause) in [(refused, Cause::NeverSent), (goes_away, Cause::NeverSent), (cancelled, Cause::Lost)] {
        let listener = listener();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut preface = [0; 24];
                stream.read_exact(&mut preface).await.unwrap();
                stream.write_all(SETTINGS).await.unwrap();
                tokio::spawn(async move {
                    let mut head = [0; 9];
                    while stream.read_exact(&mut head).await.is_ok() {
                        let mut rest = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
                        stream.read_exact(&mut rest).await.unwrap();
                        // A frame of headers begins a request, and a stream.
                        if head[3] == 1 {
                            let mut answer = frame.to_vec();
                            if answer[3] == 3 {
                                answer[5..9].copy_from_slice(&head[5..]);
                            }
                            let _ = stream.write_all(&answer).await;
                        }
                    }
                });
            }
        });
        for operation in OPERATIONS {
            let class = operation.info().retry_class;
            let patient = builder(base_url.clone()).attempt_timeout(Duration::from_secs(30));
            let nuki = patient.http(reqwest::Client::builder().http2_prior_knowledge()).build().unwrap();
            let error = Case::of(operation).call(&nuki).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts() as usize), (ErrorKind::Interrupted, requests(class, cause)), "{error}");
            let doubt = cause == Cause::Lost && class != RetryClass::Read;
            assert_eq!(error.may_have_been_applied(), doubt, "{error}");
        }
        server.abort();
    }
}
