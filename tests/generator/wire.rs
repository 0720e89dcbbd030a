//! What is on the wire when the generated methods are called: a raw socket reads it, and answers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::str::FromStr;

use generator_tests::types::{Colour, Days, Door, DoorKind, Room};
use generator_tests::{Client, Direct, Error, OpaqueId, Secret, SecretNumber};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Date = chrono::DateTime<chrono::Utc>;

/// A client of a service that answers one request with these bytes, and what it will have read.
async fn answering(status: &str, body: &str) -> (Client<Direct>, JoinHandle<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(&format!("http://{}", listener.local_addr().unwrap()), direct());
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let read = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let (head, sent) = loop {
            socket.read_buf(&mut request).await.unwrap();
            let text = String::from_utf8(request.clone()).unwrap();
            let Some((head, sent)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            if sent.len() == length.parse::<usize>().unwrap() {
                break (head.to_owned(), sent.to_owned());
            }
        };
        socket.write_all(answer.as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        (line, if sent.is_empty() { Value::Null } else { serde_json::from_str(&sent).unwrap() })
    });
    (client, read)
}

/// The plain executor.
fn direct() -> Direct {
    // It fails where another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Direct::new(reqwest::Client::new())
}

const DOOR: &str = r#"{"type":255,"houseId":17000000001,"made":"2025-05-12T14:45:40.629Z","isOpen":true,"code":"123456"}"#;

fn date(text: &str) -> Date {
    Date::from_str(text).unwrap()
}

#[tokio::test]
async fn parameters_of_every_kind_stand_where_they_belong() {
    let (client, read) = answering("200 OK", DOOR).await;
    let kinds = vec![DoorKind::Front, DoorKind::Unknown(7)];
    let (since, until) = (date("2025-05-12T14:45:40Z"), date("2025-05-12T16:45:40.5+02:00"));
    let door = client
        .door_get(
            &17_000_000_001,
            &OpaqueId::from("a b/c"),
            &DoorKind::NotKnown,
            Some(&Colour::DarkRed),
            Some(&(Days::MONDAY | Days::TUESDAY)),
            Some(&kinds),
            Some(50),
            Some("é"),
            Some(17_000_000_001),
            &since,
            Some("x"),
            Some(&until),
        )
        .await
        .unwrap();
    assert_eq!(door.type_, DoorKind::NotKnown);
    let (line, _) = read.await.unwrap();
    assert_eq!(
        line,
        "GET /house/17000000001/door/a%20b%2Fc/kind/255?colour=DARK_RED&days=96&kinds=0%2C7&limit=50&note=%C3%A9\
         &offset=17000000001&since=2025-05-12T14%3A45%3A40Z&type=x&until=2025-05-12T14%3A45%3A40.500Z"
    );
}

#[tokio::test]
async fn what_is_optional_is_left_out() {
    let (client, read) = answering("200 OK", DOOR).await;
    let (key, kind, since) = (OpaqueId::from(2), DoorKind::Front, date("2025-05-12T14:45:40Z"));
    let get = client.door_get(&1, &key, &kind, None, None, None, None, None, None, &since, None, None);
    get.await.unwrap();
    assert_eq!(read.await.unwrap().0, "GET /house/1/door/2/kind/0?since=2025-05-12T14%3A45%3A40Z");
}

#[tokio::test]
async fn an_integer_secret_is_sent_as_a_number_and_never_printed() {
    let (client, read) = answering("204 No Content", "").await;
    let made = date("2025-05-12T14:45:40.629Z");
    let mut door = Door::new(DoorKind::Back, 17_000_000_001, made, false, SecretNumber::from(471_100));
    door.pins = Some(vec![Secret::from("canary")]);
    door.labels = Some([("a".to_owned(), "b".to_owned())].into());
    door.rooms = Some([("hall".to_owned(), Room::default())].into());
    let debug = format!("{door:?} {door:#?}");
    assert!(!debug.contains("471100") && !debug.contains("canary"), "{debug}");
    assert_eq!(client.door_update(1, "k", "x", &door).await.unwrap().into_inner(), None);
    let sent = json!({
        "type": 1, "houseId": 17_000_000_001_i64, "made": "2025-05-12T14:45:40.629Z", "isOpen": false, "code": 471_100,
        "pins": ["canary"], "labels": {"a": "b"}, "rooms": {"hall": {}}
    });
    assert_eq!(read.await.unwrap(), ("POST /house/1/door/k/kind/x".to_owned(), sent));
    let mut secrets = generator_tests::SECRET_MEMBERS.to_vec();
    secrets.sort_unstable();
    assert_eq!(secrets, ["code", "oldCode", "pins"]);
}

#[tokio::test]
async fn of_two_successes_the_one_has_a_value_and_the_other_has_none() {
    let door: Door = serde_json::from_str(DOOR).unwrap();
    for (status, body, value) in [
        ("200 OK", DOOR, Some(&door)),
        ("204 No Content", "", None),
        ("200 OK", "", None),
        ("200 OK", " \r\n", None),
        ("200 OK", "null", None),
        ("202 Accepted", DOOR, Some(&door)),
    ] {
        let (client, read) = answering(status, body).await;
        let response = client.door_update(1, "k", "x", &door).await.unwrap();
        assert_eq!(response.into_inner().as_ref(), value, "{status} {body}");
        read.await.unwrap();
    }
    let (client, read) = answering("200 OK", "<html>").await;
    let error = client.door_update(1, "k", "x", &door).await.unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "a page is no success: {error:?}");
    read.await.unwrap();
}

#[tokio::test]
async fn a_list_is_the_body_of_a_delete() {
    let (client, read) = answering("204 No Content", "").await;
    client.guest_delete(&vec![17_000_000_001, 2]).await.unwrap();
    assert_eq!(read.await.unwrap(), ("DELETE /guests".to_owned(), json!([17_000_000_001_i64, 2])));
}

#[tokio::test]
async fn an_answer_is_a_string_or_a_list_of_free_objects() {
    let (client, read) = answering("200 OK", "\"Ada\"").await;
    assert_eq!(*client.guest_name(&7).await.unwrap(), "Ada");
    assert_eq!(read.await.unwrap().0, "GET /guests/7/name");
    let (client, read) = answering("200 OK", r#"[{"a":[1]}]"#).await;
    assert_eq!(Value::from(client.guest_list().await.unwrap().into_inner().remove(0)), json!({"a": [1]}));
    read.await.unwrap();
}

#[test]
fn what_is_read_is_taken_without_its_limits_and_with_null() {
    let mut full: Value = serde_json::from_str(DOOR).unwrap();
    let more = json!({
        "name": "an uncommonly long name that starts small", "panes": 0, "minutes": 7, "weight": -1.5, "mail": "nowhere",
        "note": "a note of more than twenty letters", "colour": "unknown", "days": 0, "operationId": {"id": 1}, "unknown": 1,
        "tags": ["longer than five", "2", "3", "4"], "labels": {"a": "longer"}, "dates": ["2025-05-12T14:45:40Z"]
    });
    full.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let door: Door = serde_json::from_value(full).unwrap();
    assert_eq!((door.panes, door.minutes, door.weight), (Some(0), Some(7), Some(-1.5)));
    assert_eq!((door.colour, door.operation_id), (Some(Colour::NotKnown), Some(json!({"id": 1}))));
    let mut nulls: Value = serde_json::from_str(DOOR).unwrap();
    let bare: Door = serde_json::from_value(nulls.clone()).unwrap();
    for name in more.as_object().unwrap().keys().map(String::as_str).chain(["rooms", "extras", "guest", "pins", "painted"]) {
        nulls[name] = Value::Null;
    }
    assert_eq!(serde_json::from_value::<Door>(nulls).unwrap(), bare);
}

#[test]
fn a_date_that_is_demanded_is_neither_null_nor_absent() {
    for made in [None, Some(json!(null)), Some(json!("yesterday"))] {
        let mut door: Value = serde_json::from_str(DOOR).unwrap();
        door.as_object_mut().unwrap().remove("made");
        if let Some(made) = made {
            door["made"] = made;
        }
        assert!(serde_json::from_value::<Door>(door.clone()).is_err(), "{door}");
    }
}

#[tokio::test]
async fn the_mocks_demand_what_is_sent() {
    use generator_tests::httpmock::MockServerExt;

    let server = httpmock::MockServer::start_async().await;
    let since = date("2025-05-12T14:45:40Z");
    let (key, kinds) = (OpaqueId::from("a.b c"), vec![DoorKind::Front, DoorKind::Back]);
    let door: Door = serde_json::from_str(DOOR).unwrap();
    let mock = server.door_get(|when, then| {
        when.house_id(&1).key(&key).kind(&DoorKind::NotKnown).since(&since).kinds(&kinds).days(&Days::MONDAY).limit(5);
        then.ok(&door);
    });
    let client = Client::new(&server.base_url(), direct());
    let (kind, days) = (DoorKind::NotKnown, Days::MONDAY);
    let get = client.door_get(&1, &key, &kind, None, Some(&days), Some(&kinds), Some(5), None, None, &since, None, None);
    assert_eq!(get.await.unwrap().into_inner(), door);
    mock.assert();
}
