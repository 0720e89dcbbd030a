//! What a client is told to do differently, seen on the wire.

use std::time::Duration;

use nuki_api::{Client, ErrorKind, Operation, Retry, Tls};

use crate::answers;
use crate::lab::Lab;
use crate::wire::Wire;
use crate::world::{TOKEN, World};

/// A proxy that answers by itself, so that nothing needs the host that is asked for.
async fn proxy() -> (Wire, reqwest::Proxy) {
    let body = answers::MY_ACCOUNT;
    let wire = Wire::saying(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await;
    let proxy = reqwest::Proxy::all(format!("http://{}", wire.authority())).unwrap();
    (wire, proxy)
}

#[tokio::test]
async fn a_proxy_is_used_for_any_host_even_this_one() {
    for base_url in ["http://nuki.test", "http://127.0.0.1:9"] {
        let (wire, proxy) = proxy().await;
        let builder = Client::builder().base_url(base_url).allow_plain_http("nuki.test").token(TOKEN);
        let nuki = builder.proxy(proxy).build().unwrap();
        assert_eq!(nuki.account().get().await.unwrap().email, "ada@example.com", "{base_url}");
        assert_eq!(wire.connections(), 1, "{base_url}");
    }
}

#[tokio::test]
async fn no_setting_undoes_another() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    let far = Duration::from_secs(60);
    let builder = world.builder("").user_agent("first").connect_timeout(far).attempt_timeout(far).timeout(far);
    let builder = builder.max_body_size(1 << 20).retry(Retry::never()).tls(Tls::Rustls).allow_plain_http("nuki.test");
    builder.build().unwrap().account().get().await.unwrap();
    let sent = &world.requests()[0];
    assert_eq!((sent.headers["authorization"].as_str(), sent.headers["user-agent"].as_str()), ("Bearer canary-token", "first"));
}

#[tokio::test]
async fn no_time_limit_is_too_long() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    let ever = Duration::MAX;
    let nuki = world.builder("").connect_timeout(ever).attempt_timeout(ever).timeout(ever).build().unwrap();
    nuki.account().get().timeout(ever).await.unwrap();
}

#[tokio::test]
async fn a_call_without_time_is_not_sent() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    let error = world.nuki.account().get().timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.may_have_been_applied()), (ErrorKind::Timeout, 0, false));
    assert!(world.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_change_without_time_left_is_not_sent() {
    let lab = Lab::new();
    lab.on(Operation::AccountGet).delay(Duration::from_secs(5));
    let error = lab.nuki.account().modify(|_| ()).timeout(Duration::from_secs(5)).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied(), lab.requests()), (ErrorKind::Timeout, false, 1));
}

#[tokio::test]
async fn a_header_of_the_users_own_goes_along() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    world.nuki.account().get().header("X-Request-Id", "17").await.unwrap();
    assert_eq!(world.requests()[0].headers["x-request-id"], "17");
}

#[tokio::test]
async fn a_header_that_cannot_be_or_is_ours_is_refused_and_nothing_is_sent() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    for (name, value, reason) in [
        ("Authorization", "Bearer canary", "`authorization` is one that the client sets"),
        ("content-length", "0", "`content-length` is one that the client sets"),
        ("x y", "canary", "has a name that no header can have"),
        ("X-Lock", "canary\n", "`x-lock` has a value that no header can have"),
    ] {
        let error = world.nuki.account().get().header(name, value).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{name}");
        assert_eq!(error.problems()[0].to_string(), format!("`header` {reason}"));
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    assert!(world.requests().is_empty());
}
