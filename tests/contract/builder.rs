//! What a client is told to do differently, seen on the wire.

use std::time::Duration;

use nuki_api::{Client, ClientBuilder, CreateRights, ErrorKind, Method, Operation, Retry, Tls};
use tokio::net::TcpSocket;

use crate::answers;
use crate::case::Case;
use crate::lab::{Lab, response};
use crate::wire::Wire;
use crate::world::{TOKEN, World, tried};

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
async fn a_proxy_of_ones_own_settings_is_kept_even_for_this_machine() {
    for base_url in ["http://nuki.test", "http://127.0.0.1:9", "http://localhost:9"] {
        let (wire, proxy) = proxy().await;
        let builder = Client::builder().base_url(base_url).allow_plain_http("nuki.test").token(TOKEN);
        let nuki = builder.http(reqwest::Client::builder().proxy(proxy)).build().unwrap();
        assert_eq!(nuki.account().get().await.unwrap().email, "ada@example.com", "{base_url}");
        assert_eq!(wire.connections(), 1, "{base_url}");
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let proxy = || reqwest::Proxy::all(format!("http://user:canary@{address}")).unwrap();
    let builder = || {
        let retry = Retry::never();
        Client::builder().base_url("http://nuki.test").allow_plain_http("nuki.test").token(TOKEN).retry(retry)
    };
    for (builder, says) in [
        (builder().proxy(proxy()), format!("to nuki.test:80 through the proxy {address}: ")),
        (builder().base_url("https://nuki.test").proxy(proxy()), format!("to nuki.test:443 through the proxy {address}: ")),
        (builder().http(reqwest::Client::builder().proxy(proxy())), format!("to nuki.test:80 by way of {address}: ")),
    ] {
        let error = builder.build().unwrap().account().get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.to_string().contains(&says), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn plain_http_is_allowed_to_a_host_however_it_is_written() {
    for (allowed, base_url, host) in [
        ("nuki.test:8080", "http://nuki.test:8080", "nuki.test:8080"),
        ("fd00::1", "http://[fd00::1]", "[fd00::1]"),
        ("[fd00::1]:81", "http://[fd00::1]:81/nuki", "[fd00::1]:81"),
        ("türschloss.test", "http://TÜRSCHLOSS.test", "xn--trschloss-q9a.test"),
    ] {
        let (wire, proxy) = proxy().await;
        let builder = || Client::builder().base_url(base_url).token(TOKEN).proxy(proxy.clone());
        assert_eq!(builder().build().unwrap_err().kind(), ErrorKind::InvalidRequest, "{base_url}");
        builder().allow_plain_http(allowed).build().unwrap().account().get().await.unwrap();
        assert!(wire.requests()[0].contains(&format!("\r\nhost: {host}\r\n")), "{:?}", wire.requests());
    }
}

#[tokio::test]
async fn a_call_may_have_a_user_agent_of_its_own() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    world.nuki.account().get().header("User-Agent", "door-bot/1").await.unwrap();
    world.nuki.request(Method::GET, "/account").header("user-agent", "door-bot/2").send_raw().await.unwrap();
    world.nuki.account().get().await.unwrap();
    let sent = world.requests();
    let agents = sent.iter().map(|sent| sent.headers["user-agent"].as_str()).collect::<Vec<_>>();
    assert_eq!(agents[..2], ["door-bot/1", "door-bot/2"]);
    assert!(agents[2].starts_with("nuki-api/"), "{agents:?}");
}

#[tokio::test(start_paused = true)]
async fn the_requests_of_all_steps_of_a_call_are_counted() {
    let lab = Lab::new();
    let (account, settings) = (lab.nuki.account(), lab.nuki.account());
    let (subs, settings) = (account.sub_accounts(), settings.settings());
    assert_eq!(account.update("de").then_get().send_raw().await.unwrap().attempts(), 2);
    assert_eq!(account.modify(|_| ()).send_raw().await.unwrap().attempts(), 2);
    assert_eq!(settings.update(|_| ()).send_raw().await.unwrap().attempts(), 2);
    assert_eq!(lab.requests(), 6);

    lab.on(Operation::SettingGet).respond_status(503);
    assert_eq!(settings.update(|_| ()).send_raw().await.unwrap().attempts(), 3);
    lab.on(Operation::SettingPut).respond_status(500);
    let error = settings.update(|_| ()).await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().contains("(2 requests)"), "{error}");
    let error = account.modify(|account| account.email = Some("nobody".into())).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 1));
    lab.on(Operation::AccountGet).always().respond(response(200, "text/html", "<html>"));
    let error = account.update("de").then_get().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 2));
    let id = subs
        .create("ops@example.com", nuki_api::Password::new("1234567"), "Ops", CreateRights::empty(), "de")
        .await
        .unwrap()
        .account_id;
    assert_eq!(subs.update(id).name("Olga").then_get().send_raw().await.unwrap().attempts(), 2);
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

#[tokio::test]
async fn a_client_that_only_reads_refuses_whatever_is_no_get() {
    for case in Case::all() {
        let lab = Lab::with(ClientBuilder::read_only);
        lab.on(case.operation).always().respond(response(200, "application/json", case.answer.unwrap_or_default()));
        let result = case.call(&lab.nuki).await;
        if case.operation.info().method == "GET" {
            assert!(result.is_ok(), "{:?}", case.operation);
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{:?}", case.operation);
        assert!(error.to_string().contains("read_only"), "{error}");
        assert_eq!(lab.requests(), 0);
    }
    let lab = Lab::with(ClientBuilder::read_only);
    let error = lab.nuki.request(Method::POST, "/smartlock/1/action/unlock").fetch::<()>().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    tried(Operation::ALL.len(), "client that only reads");
}
