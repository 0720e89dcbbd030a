//! `/account/integration`.

use serde_json::json;

use super::*;

/// The pairs of API key and token that are left.
fn left(sandbox: &Sandbox) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    sandbox.integrations(MASTER).iter().map(|it| (text(&it["clientId"]), text(&it["tokenId"]))).collect()
}

fn keys() -> Sandbox {
    let integration = |key: &str, token: &str| {
        json!({
            "version": "HYDRA", "vendorKey": "API_TOKEN", "name": "n", "clientId": key, "tokenId": token, "device": true,
            "subAccountId": null
        })
    };
    let account = AccountFixture::new(MASTER, "m@example.com");
    let builder = Sandbox::builder().empty().account(account).token(Sandbox::TOKEN, MASTER);
    [("1", "10"), ("1", "11"), ("abc", "12")]
        .into_iter()
        .fold(builder, |builder, (key, token)| builder.integration(MASTER, integration(key, token)))
        .build()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, token)| ((*key).to_owned(), (*token).to_owned())).collect()
}

#[test]
fn integrations_are_listed_with_false_and_without_nulls() {
    let (status, listed) = call(&keys(), "GET", "/account/integration");
    let expected = json!({
        "version": "HYDRA", "vendorKey": "API_TOKEN", "name": "n", "clientId": "abc", "tokenId": "12", "device": true,
        "subAccount": false, "warning": false
    });
    assert_eq!((status, &listed[2]), (200, &expected));
    let (_, listed) = call(&world(), "GET", "/account/integration");
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_key_removes_all_its_tokens_and_a_key_with_a_token_one() {
    for target in ["?apiKeyId=1", "?apiKeyId=1&tokenId=11", "?tokenId=12"] {
        let sandbox = keys();
        assert_eq!(call(&sandbox, "DELETE", &format!("/account/integration{target}")).0, 204);
        let expected = match target {
            "?apiKeyId=1" => pairs(&[("abc", "12")]),
            "?tokenId=12" => pairs(&[("1", "10"), ("1", "11")]),
            _ => pairs(&[("1", "10"), ("abc", "12")]),
        };
        assert_eq!(left(&sandbox), expected, "{target}");
    }
}

#[test]
fn the_ids_may_come_in_the_body_as_strings_or_numbers() {
    for body in [json!({"apiKeyId": "1", "tokenId": "10"}), json!({"apiKeyId": 1, "tokenId": 10})] {
        let sandbox = keys();
        assert_eq!(status(&sandbox, "DELETE", "/account/integration", body), 204);
        assert_eq!(left(&sandbox), pairs(&[("1", "11"), ("abc", "12")]));
    }
}

#[test]
fn the_ids_may_come_both_ways_at_once() {
    let sandbox = keys();
    let body = json!({"apiKeyId": "abc", "tokenId": "12"});
    assert_eq!(status(&sandbox, "DELETE", "/account/integration?apiKeyId=abc&tokenId=12", body), 204);
    assert_eq!(left(&sandbox), pairs(&[("1", "10"), ("1", "11")]));
}

#[test]
fn unknown_ids_and_no_ids_remove_nothing() {
    let sandbox = keys();
    for (target, body) in [("?apiKeyId=9", ""), ("?apiKeyId=1&tokenId=12", ""), ("", ""), ("", "not json"), ("", "{}")] {
        let target = format!("/account/integration{target}");
        assert_eq!(raw(&sandbox, Some(Sandbox::TOKEN), "DELETE", &target, body).0, 204);
    }
    assert_eq!(left(&sandbox).len(), 3);
}
