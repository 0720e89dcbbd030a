//! `/account`.

use serde_json::json;

use super::*;
use crate::testkit::Operation;
use crate::testkit::state::SCOPES;

#[test]
fn an_account_is_written_with_zeros_and_false_and_without_nulls() {
    let (status, account) = call(&world(), "GET", "/account");
    assert_eq!(status, 200);
    let mut account = account.as_object().expect("an object").clone();
    let secret = account.remove("secret").expect("a secret");
    assert_eq!(secret[0].as_str().map(str::len), Some(32));
    // No rights, no masterAccountId, no config, no profile.
    assert_eq!(
        serde_json::Value::Object(account),
        json!({
            "accountId": 1001, "type": 0, "b2bActive": false, "email": "master@example.com", "emailVerified": true, "name": "Sandbox Master",
            "language": "en", "creationDate": "2025-05-12T14:45:40.629Z", "updateDate": "2025-05-12T14:45:40.629Z"
        })
    );
}

#[test]
fn a_fixture_brings_every_member_of_an_account() {
    let company = AccountFixture::new(7, "firm@example.com").account_type(1).unverified();
    let company = company
        .member("shsSubscriptionType", json!("BUSINESS"))
        .member("descent", json!(null))
        .profile([("city", "Graz")])
        .config([("alexaPin", "1234")]);
    let sandbox = Sandbox::builder().empty().account(company).token("t", 7).build();
    let (_, account) = raw(&sandbox, Some("t"), "GET", "/account", "");
    assert_eq!((&account["type"], &account["shsSubscriptionType"]), (&json!(1), &json!("BUSINESS")));
    assert_eq!(account["profile"], json!({"city": "Graz"}));
    assert_eq!(account["config"], json!({"alexaPin": "1234"}));
    assert_eq!((account.get("descent"), &account["emailVerified"]), (None, &json!(false)));
}

/// The path of an operation, with ids of nothing.
fn path(operation: Operation) -> String {
    operation.info().path.replace('{', "1").replace('}', "")
}

#[test]
fn without_a_token_or_with_a_wrong_one_every_operation_answers_401() {
    let sandbox = world();
    for operation in Operation::ALL {
        let needs_one = operation.info().token_required;
        for token in [None, Some("wrong"), Some("")].into_iter().skip(usize::from(!needs_one)) {
            let (status, body) = raw(&sandbox, token, operation.info().method, &path(operation), "{}");
            assert_eq!((status, body["detailMessage"].as_str()), (401, Some(NOT_AUTHORIZED)), "{}", operation.info().id);
        }
    }
}

#[test]
fn the_token_must_be_a_bearer_token() {
    let sandbox = world();
    let status = |value: &str| {
        let request = Request::get("/account").header("authorization", value).body(Bytes::new()).expect("a request");
        sandbox.handle(request).status().as_u16()
    };
    assert_eq!([status("Bearer sandbox-token"), status("bearer sandbox-token")], [200, 200]);
    assert_eq!([status("Basic sandbox-token"), status("sandbox-token"), status("Bearer")], [401, 401, 401]);
}

#[test]
fn each_scope_opens_its_operations_and_no_other() {
    let scoped = |scopes: &[&str]| Sandbox::builder().token_with_scopes("scoped", MASTER, scopes.iter().copied()).build();
    for operation in Operation::ALL.into_iter().filter(|operation| operation.info().token_required) {
        let own = operation.info().scopes;
        let others = SCOPES.into_iter().filter(|scope| !own.contains(scope)).collect::<Vec<_>>();
        let status =
            |scopes: &[&str]| raw(&scoped(scopes), Some("scoped"), operation.info().method, &path(operation), r#"{"otp": ""}"#).0;
        let refused = match operation {
            Operation::SettingGet | Operation::SettingDelete => 403,
            _ => 401,
        };
        if own.is_empty() {
            assert_ne!(status(&[]), 401, "{operation:?} takes any token");
        } else {
            assert_eq!(status(&others), refused, "{operation:?} with all scopes but its own");
        }
        for scope in own {
            let status = status(&[scope]);
            assert!(![401, 403].contains(&status), "{operation:?} with the scope {scope}: {status}");
        }
    }
}

#[test]
fn reading_alone_changes_nothing() {
    let sandbox = Sandbox::builder().token_with_scopes("reader", MASTER, ["smartlock.readOnly"]).build();
    let lock = format!("/smartlock/{}", Sandbox::SMARTLOCK_ID);
    assert_eq!(raw(&sandbox, Some("reader"), "GET", &lock, "").0, 200);
    assert_eq!(raw(&sandbox, Some("reader"), "GET", "/smartlock", "").0, 200);
    for (method, path) in [("POST", lock.clone()), ("DELETE", lock.clone()), ("POST", format!("{lock}/action/unlock"))] {
        assert_eq!(raw(&sandbox, Some("reader"), method, &path, r#"{"name": "Mine"}"#).0, 401, "{method} {path}");
    }
}

#[test]
fn a_missing_scope_is_plain_text_where_it_is_a_403() {
    let forbidden = world().handle(request(Some("weak-token"), "GET", "/account/setting", ""));
    assert_eq!((forbidden.status().as_u16(), forbidden.body().as_ref()), (403, &b"403 Forbidden"[..]));
}

#[test]
fn an_update_changes_only_what_is_sent() {
    let sandbox = world();
    let profile = json!({"firstName": "Ada", "city": "Graz"});
    let body = json!({"language": "de", "name": "Ada", "profile": profile, "config": {"alexaPin": "1234"}});
    assert_eq!(send(&sandbox, "POST", "/account", body), (204, json!(null)));
    sandbox.advance(std::time::Duration::from_secs(1));
    let body = json!({"language": "fr", "name": null, "profile": {"city": "Wien"}, "config": {"otpEnabledDate": "x"}});
    assert_eq!(status(&sandbox, "POST", "/account", body), 204);
    let account = sandbox.account(MASTER).expect("the account");
    assert_eq!((&account["name"], &account["language"]), (&json!("Ada"), &json!("fr")));
    assert_eq!(account["profile"], json!({"firstName": "Ada", "city": "Wien"}));
    assert_eq!(account["config"], json!({"alexaPin": "1234"}), "OTP is not enabled by an update");
    assert_eq!(account["email"], "master@example.com");
    assert_eq!(account["updateDate"], "2025-05-12T14:45:41.629Z");
}

#[test]
fn an_update_takes_effect_on_the_email_address_at_once() {
    let sandbox = world();
    assert_eq!(status(&sandbox, "POST", "/account", json!({"language": "en", "email": "new@example.com"})), 204);
    assert_eq!(sandbox.account(MASTER).expect("the account")["email"], "new@example.com");
}

#[test]
fn a_malformed_update_changes_nothing_and_answers_400() {
    let sandbox = world();
    let before = sandbox.account(MASTER);
    for body in [
        json!({"name": "No language"}),
        json!({"language": null}),
        json!({"language": " "}),
        json!({"language": 5}),
        json!({"language": "de", "email": ""}),
        json!({"language": "de", "email": "no-at"}),
        json!({"language": "de", "email": "a b@example.com"}),
        json!({"language": "de", "name": ""}),
        json!({"language": "de", "password": "sixsix"}),
        json!({"language": "de", "profile": []}),
        json!({"language": "de", "profile": {"city": 7}}),
        json!({"language": "de", "config": "pin"}),
        json!([]),
        json!("text"),
    ] {
        assert_eq!(status(&sandbox, "POST", "/account", body.clone()), 400, "{body}");
    }
    assert_eq!(status(&sandbox, "POST", "/account?deleteApiTokens=perhaps", json!({"language": "de"})), 400);
    assert_eq!(sandbox.account(MASTER), before);
}

#[test]
fn an_email_address_of_another_account_answers_409_whatever_its_case() {
    let sandbox = world();
    for email in ["other@example.org", "SUB@example.com"] {
        assert_eq!(status(&sandbox, "POST", "/account", json!({"language": "en", "email": email})), 409);
    }
    let own = json!({"language": "en", "email": "Master@example.com"});
    assert_eq!(status(&sandbox, "POST", "/account", own), 204, "its own is not taken");
}

#[test]
fn a_changed_password_destroys_the_tokens_of_the_account_only() {
    let sandbox = world();
    let body = json!({"language": "en", "password": "new-secret"});
    assert_eq!(status(&sandbox, "POST", "/account", body), 204);
    assert!(
        !sandbox.has_password(MASTER, "new-secre")
            && sandbox.has_password(MASTER, "new-secret")
            && sandbox.tokens(MASTER).is_empty()
    );
    assert_eq!(call(&sandbox, "GET", "/account").0, 401);
    assert_eq!(raw(&sandbox, Some("sub-token"), "GET", "/account", "").0, 200);
}

#[test]
fn a_password_of_seven_letters_is_long_enough_however_many_bytes_they_are() {
    let sandbox = world();
    for (password, expected) in [("sevenn!", 204), ("äöüäöü", 400), ("äöüäöüß", 204)] {
        let body = json!({"language": "en", "password": password});
        assert_eq!(status(&sandbox, "POST", "/account?deleteApiTokens=false", body), expected, "{password}");
    }
}

#[test]
fn tokens_survive_when_asked_to_or_when_the_password_stays() {
    let sandbox = world();
    let body = json!({"language": "en", "password": "new-secret"});
    for flag in ["false", "False"] {
        let target = format!("/account?deleteApiTokens={flag}");
        assert_eq!(status(&sandbox, "POST", &target, body.clone()), 204);
    }
    assert_eq!(status(&sandbox, "POST", "/account?deleteApiTokens=True", json!({"language": "en"})), 204);
    assert_eq!(sandbox.tokens(MASTER), ["sandbox-token", "weak-token"]);
}

#[test]
fn an_account_with_sub_accounts_is_not_deleted() {
    let sandbox = world();
    assert_eq!(call(&sandbox, "DELETE", "/account").0, 409);
    assert_eq!(call(&sandbox, "DELETE", "/account/sub/2002").0, 204);
    assert_eq!(call(&sandbox, "DELETE", "/account").0, 204);
    assert_eq!(sandbox.account(MASTER), None);
    assert_eq!(call(&sandbox, "GET", "/account").0, 401, "its token is gone");
}

#[test]
fn a_token_of_an_account_that_is_not_there_is_no_token() {
    let sandbox = Sandbox::builder().empty().token("t", 1).build();
    assert_eq!(raw(&sandbox, Some("t"), "GET", "/account", "").0, 401);
    assert_eq!(raw(&sandbox, Some("t"), "DELETE", "/account/integration", "").0, 401);
    assert_eq!(raw(&sandbox, Some("t"), "POST", "/account/password/reset", r#"{"email":"a@b"}"#).0, 401);
}

#[test]
fn a_sub_account_acts_on_itself() {
    let sandbox = world();
    let (_, account) = raw(&sandbox, Some("sub-token"), "GET", "/account", "");
    assert_eq!((&account["accountId"], &account["masterAccountId"]), (&json!(SUB), &json!(MASTER)));
    assert_eq!(raw(&sandbox, Some("sub-token"), "DELETE", "/account", "").0, 204);
    assert_eq!(sandbox.account_ids(), [MASTER, OTHER_MASTER, OTHER_SUB]);
}

#[test]
fn nothing_secret_is_in_debug() {
    let fixture = AccountFixture::new(1, "a@example.com").password("hush-hush");
    let builder = Sandbox::builder().account(fixture.clone()).token("hush-token", 1);
    let mut text = format!("{fixture:?} {builder:?}");
    text += &format!("{:?}", builder.build());
    assert!(!text.contains("hush"), "{text}");
}
