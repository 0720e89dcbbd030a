//! What one account, or one request, must not be able to do in the sandbox.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use nuki_api::testkit::{AccountFixture, Resource, Sandbox};
use serde_json::{Value, json};

use super::{MASTER, SUB};

const LOCK: i64 = Sandbox::SMARTLOCK_ID;

fn send(sandbox: &Sandbox, token: &str, method: &str, target: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(target).header("authorization", format!("Bearer {token}"));
    let response = sandbox.handle(request.body(body).unwrap());
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
}

fn own(sandbox: &Sandbox, method: &str, target: &str, body: Value) -> (u16, Value) {
    send(sandbox, Sandbox::TOKEN, method, target, body)
}

#[test]
fn the_tokens_of_a_deleted_key_open_nothing_and_others_have_the_scopes_that_they_are_given() {
    let sandbox = Sandbox::new();
    let (_, token) = own(&sandbox, "PUT", "/api/key/1042/token", json!({"scopes": ["account", "smartlock"]}));
    let (id, text) = (token["id"].as_str().unwrap(), token["accessToken"].as_str().unwrap());
    let status = |target: &str| send(&sandbox, text, "GET", target, Value::Null).0;
    assert_eq!((status("/account"), status("/smartlock")), (200, 200));
    let scopes = json!({"scopes": ["smartlock.readOnly"]});
    assert_eq!(own(&sandbox, "POST", &format!("/api/key/1042/token/{id}"), scopes).0, 204);
    assert_eq!((status("/account"), status("/smartlock")), (401, 200));
    assert_eq!(own(&sandbox, "DELETE", "/api/key/1042", Value::Null).0, 204);
    assert_eq!(status("/smartlock"), 401);
}

#[test]
fn a_sub_account_manages_doors_within_its_rights_and_never_the_account_itself() {
    let all = AccountFixture::new(SUB, "sub@example.com").master(MASTER).rights(127);
    let sandbox = Sandbox::builder().account(all).token("sub", SUB).build();
    let status = |method: &str, target: &str| send(&sandbox, "sub", method, target, json!({"description": "Mine"})).0;
    assert_eq!((status("GET", "/smartlock"), status("GET", "/account/user"), status("GET", "/smartlock/log")), (200, 200, 200));
    assert_eq!((status("PUT", "/api/key"), status("PUT", "/api/key/1042/token"), status("GET", "/address")), (401, 401, 401));
    assert_eq!((status("GET", "/company"), status("GET", "/api/decentralWebhook")), (403, 403));
    assert_eq!(status("GET", "/address/token/5f0c1ab2c3d4e5f6a7b8c9d2"), 200, "whoever knows the token");
}

#[test]
fn what_the_service_sets_cannot_be_sent() {
    let sandbox = Sandbox::new();
    let target = format!("/smartlock/{LOCK}/auth/5f0c1ab2c3d4e5f6a7b8c9d1");
    let body = json!({"name": "Mine", "id": "5f0c1ab2c3d4e5f6a7b8c9d4", "lockCount": 9, "operationId": null, "smartlockId": 1});
    assert_eq!(own(&sandbox, "POST", &target, body).0, 204);
    sandbox.advance(Duration::from_secs(10));
    let (status, auth) = own(&sandbox, "GET", &target, Value::Null);
    assert_eq!((status, &auth["name"], &auth["lockCount"], &auth["smartlockId"]), (200, &json!("Mine"), &json!(0), &json!(LOCK)));

    let mut config = sandbox.smartlock(Sandbox::OPENER_ID).unwrap()["config"].clone();
    (config["keypadPaired"], config["name"]) = (json!(true), json!("Bell"));
    assert_eq!(own(&sandbox, "POST", &format!("/smartlock/{}/config", Sandbox::OPENER_ID), config).0, 204);
    let config = sandbox.smartlock(Sandbox::OPENER_ID).unwrap()["config"].clone();
    assert_eq!((&config["keypadPaired"], &config["name"]), (&json!(false), &json!("Bell")));
}

#[test]
fn a_device_that_is_named_twice_gets_one_code() {
    let sandbox = Sandbox::new();
    let body = json!({"name": "Twice", "type": 13, "code": 345_671, "remoteAllowed": false, "smartlockIds": [LOCK, LOCK]});
    assert_eq!(own(&sandbox, "PUT", "/smartlock/auth", body).0, 204);
    sandbox.advance(Duration::from_secs(10));
    let codes = sandbox.resources(Resource::SmartlockAuth, LOCK);
    assert_eq!(codes.iter().filter(|auth| auth["code"] == 345_671).count(), 1);
}

#[test]
fn numbers_at_the_edge_are_answered() {
    let sandbox = Sandbox::new();
    for number in ["0", "-1", "2147483647", "2147483648", "9223372036854775807", "18446744073709551615", "1e400"] {
        for query in ["page", "size", "accountUserId", "types", "limit", "offset", "id", "authId", "type", "action"] {
            for path in ["/smartlock/auth/paged", "/account/user", "/smartlock/log", "/smartlock"] {
                let status = own(&sandbox, "GET", &format!("{path}?{query}={number}"), Value::Null).0;
                assert_eq!(status, 200, "{path}?{query}={number}");
            }
        }
        let Ok(minutes) = number.parse::<i64>() else { continue };
        let stay = "/address/4711/reservation/5f0c1ab2c3d4e5f6a7b8c9d1/update/accesstimes";
        let status = own(&sandbox, "POST", stay, json!({ "checkInTime": minutes })).0;
        assert_eq!(status, if minutes == 0 { 204 } else { 400 }, "{minutes}");
    }
}

#[test]
fn what_was_never_set_can_be_set() {
    let sandbox = Sandbox::new();
    sandbox.change_smartlock(LOCK, |lock| lock.member("webConfig", Value::Null));
    let body = json!({"batteryWarningPerMailEnabled": false});
    assert_eq!(own(&sandbox, "POST", &format!("/smartlock/{LOCK}/web/config"), body).0, 204);
    assert_eq!(sandbox.smartlock(LOCK).unwrap()["webConfig"]["batteryWarningPerMailEnabled"], false);
}

#[test]
fn with_a_device_goes_what_names_it() {
    let sandbox = Sandbox::new();
    assert_eq!(own(&sandbox, "DELETE", &format!("/smartlock/{LOCK}"), Value::Null).0, 204);
    let addresses = sandbox.resources(Resource::Address, MASTER);
    assert_eq!(addresses[0]["smartlockIds"], json!([]));
    assert_eq!(sandbox.resources(Resource::SmartlockAuth, LOCK).len(), 0);
}

#[test]
fn accounts_do_not_see_each_other() {
    let sandbox = Sandbox::builder().account(AccountFixture::new(SUB, "other@example.com")).token("other", SUB).build();
    let other = |method: &str, target: &str| send(&sandbox, "other", method, target, Value::Null);
    for list in ["/smartlock", "/smartlock/auth", "/smartlock/log", "/account/user", "/address", "/api/key", "/notification"] {
        assert_eq!(other("GET", list), (200, json!([])), "{list}");
    }
    for (method, target) in [
        ("GET", "/account/user/7654321"),
        ("DELETE", "/account/user/7654321"),
        ("DELETE", "/address/4711"),
        ("GET", "/address/4711/token"),
        ("DELETE", "/api/key/1042"),
        ("GET", "/notification/5f0c1ab2c3d4e5f6a7b8c9d3"),
    ] {
        assert_eq!(other(method, target).0, 404, "{method} {target}");
    }
    assert_eq!(other("POST", &format!("/smartlock/{LOCK}/action/lock")).0, 404);
    assert_eq!(other("GET", &format!("/smartlock/{LOCK}")).0, 403);
    assert_eq!(sandbox.resources(Resource::AccountUser, MASTER).len(), 1);
}

#[test]
#[should_panic(expected = "there are two of ApiKey with the id 1042")]
fn two_of_one_id_are_refused() {
    let _ = Sandbox::builder().resource(Resource::ApiKey, MASTER, json!({"apiKeyId": 1042}));
}

#[test]
#[should_panic(expected = "the account 1001 has devices or guests, and is no master account")]
fn devices_of_a_sub_account_are_refused() {
    let sub = AccountFixture::new(MASTER, "sub@example.com").master(SUB);
    let _ = Sandbox::builder().account(AccountFixture::new(SUB, "master@example.org")).account(sub).build();
}
