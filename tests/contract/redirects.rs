//! A redirect would send a password or a token elsewhere: none is followed.

use nuki_api::{ErrorKind, Operation, RetryClass};

use crate::case::Case;
use crate::secrets::tells_no_secret;
use crate::wire::Wire;
use crate::world::tried;

const STATUSES: [u16; 7] = [300, 301, 302, 303, 304, 307, 308];

async fn stays(case: &Case, status: u16, set_up: impl Fn(nuki_api::ClientBuilder) -> nuki_api::ClientBuilder) {
    let elsewhere = Wire::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await;
    let location = format!("http://{}{}", elsewhere.authority(), case.target);
    let answer = format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let here = Wire::saying(answer).await;
    let error = case.call(&set_up(here.builder()).build().unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status), "{:?}", case.operation);
    assert_eq!((here.connections(), elsewhere.connections()), (1, 0), "{:?} {status}", case.operation);
    assert_eq!(error.attempts(), 1);
    assert!(!here.requests()[0].contains("\r\nreferer:"), "{:?}", here.requests());
    assert!(error.to_string().contains("No redirect is ever followed"), "{error}");
    // Whether what answers like this has carried anything out, nobody knows.
    assert_eq!(error.may_have_been_applied(), case.operation.info().retry_class != RetryClass::Read, "{:?}", case.operation);
    tells_no_secret(&error);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for case in Case::all() {
        for status in STATUSES {
            stays(&case, status, |builder| builder).await;
        }
    }
    tried(STATUSES.len() * Operation::ALL.len(), "redirect");
}

#[tokio::test]
async fn no_redirect_is_followed_by_a_client_of_the_users_own_making() {
    for case in Case::all() {
        let eager = || reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(10)).referer(true);
        stays(&case, 307, |builder| builder.http(eager())).await;
    }
    tried(Operation::ALL.len(), "redirect, with a policy of the user's own");
}
