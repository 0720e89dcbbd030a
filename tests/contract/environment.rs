//! What the variables of a process do. Each test runs itself in a process of its own, with variables and a role to play.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::Command;

use nuki_api::{Client, ErrorKind, Retry};
use tokio::net::TcpSocket;

use crate::answers;
use crate::wire::Wire;
use crate::world::TOKEN;

/// The variable that says what a test does in a process of its own.
const ROLE: &str = "NUKI_TEST_ROLE";

/// Plays the role of this process, if it has one.
async fn has_played() -> bool {
    match std::env::var(ROLE).as_deref() {
        Ok("why there is no client") => say_why_there_is_no_client(),
        Ok("a call") => make_a_call().await,
        Ok(role) => panic!("what does {role} do?"),
        Err(_) => return false,
    }
    true
}

/// Runs a test of this binary in a role and with these variables, and returns what it says.
async fn in_a_process(test: &str, role: &str, variables: &[(&str, &OsStr)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("environment::{test}"), "--nocapture"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.env_remove("NUKI_API_TOKEN").env_remove("NUKI_BASE_URL").envs(variables.iter().copied()).env(ROLE, role);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("1 passed"), "{test}: {said}");
    said
}

fn say(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}

fn say_why_there_is_no_client() {
    for builder in [Client::builder().env(), Client::builder().base_url("http://127.0.0.1:1").env()] {
        let error = builder.build().unwrap_err();
        say(&format!("{:?}: {error}", error.kind()));
    }
    // What is set afterwards holds.
    assert!(Client::builder().env().base_url("http://127.0.0.1:1").token("t").build().is_ok());
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_not_utf8_is_an_error_that_names_it() {
    use std::os::unix::ffi::OsStringExt as _;

    if has_played().await {
        return;
    }
    let (token, wrong) = (OsString::from(TOKEN), OsString::from_vec(b"http://canary\xff/".to_vec()));
    let (test, role) = ("a_variable_that_is_not_utf8_is_an_error_that_names_it", "why there is no client");
    let said = in_a_process(test, role, &[("NUKI_API_TOKEN", &token), ("NUKI_BASE_URL", &wrong)]).await;
    let expected = "InvalidRequest: the client cannot be built: `base_url` is taken from the environment variable NUKI_BASE_URL, \
                    which is not UTF-8";
    assert_eq!(said.matches(expected).count(), 2, "{said}");
    let said = in_a_process(test, role, &[("NUKI_API_TOKEN", &wrong)]).await;
    let expected = "Token: the client cannot use the token: the environment variable NUKI_API_TOKEN is not UTF-8";
    assert_eq!(said.matches(expected).count(), 2, "{said}");
    assert!(!said.contains("canary"), "{said}");
}

async fn make_a_call() {
    let builder = Client::builder().env().allow_plain_http("nuki.test").retry(Retry::never());
    let own = std::env::var("NUKI_TEST_OWN").is_ok();
    let builder = if own { builder.http(reqwest::Client::builder()) } else { builder };
    match builder.build().unwrap().account().get().await {
        Ok(me) => say(&me.email),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
            say(&error.to_string());
        }
    }
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_used_but_not_for_this_machine() {
    if has_played().await {
        return;
    }
    let body = answers::MY_ACCOUNT;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for own in [false, true] {
        let (proxy, service) = (Wire::saying(answer.clone()).await, Wire::saying(answer.clone()).await);
        let through = OsString::from(format!("http://{}", proxy.authority()));
        for (base_url, counts) in [(format!("http://{}", service.authority()), (0, 1)), ("http://nuki.test".to_owned(), (1, 1))] {
            let (base_url, token) = (OsString::from(base_url), OsString::from(TOKEN));
            let mut variables: Vec<(&str, &OsStr)> = vec![("NUKI_API_TOKEN", &token), ("NUKI_BASE_URL", &base_url)];
            variables.extend([("HTTP_PROXY", &*through), ("http_proxy", &*through), ("ALL_PROXY", &*through)]);
            if own {
                variables.push(("NUKI_TEST_OWN", OsStr::new("1")));
            }
            let test = "a_proxy_of_the_environment_is_used_but_not_for_this_machine";
            let said = in_a_process(test, "a call", &variables).await;
            assert!(said.contains("ada@example.com"), "{said}");
            assert_eq!((proxy.connections(), service.connections()), counts, "{base_url:?}");
        }
    }
}

#[tokio::test]
async fn a_proxy_of_the_environment_that_cannot_be_reached_is_named() {
    if has_played().await {
        return;
    }
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let (token, proxy) = (OsString::from(TOKEN), OsString::from(format!("http://user:canary@{address}")));
    for (base_url, port) in [("http://nuki.test", 80), ("https://nuki.test", 443)] {
        let base_url = OsString::from(base_url);
        let variables: [(&str, &OsStr); 3] = [("NUKI_API_TOKEN", &token), ("NUKI_BASE_URL", &base_url), ("ALL_PROXY", &proxy)];
        let test = "a_proxy_of_the_environment_that_cannot_be_reached_is_named";
        let said = in_a_process(test, "a call", &variables).await;
        let expected =
            format!("no connection could be made to nuki.test:{port} through the proxy {address} of the environment: ");
        assert!(said.contains(&expected), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }
}
