//! `/account/password/reset`.

use serde_json::json;

use super::*;
use crate::testkit::{Mail, MailKind};

fn reset(sandbox: &Sandbox, token: Option<&str>, body: Value) -> u16 {
    raw(sandbox, token, "POST", "/account/password/reset", &body.to_string()).0
}

#[test]
fn a_reset_needs_no_token_and_sends_a_mail() {
    let sandbox = world();
    assert_eq!(reset(&sandbox, None, json!({"email": "MASTER@example.com"})), 204);
    assert_eq!(sandbox.mails(), [Mail { to: "master@example.com".to_owned(), kind: MailKind::PasswordReset }]);
    assert_eq!(call(&sandbox, "GET", "/account").0, 200, "the tokens live until the reset is completed");
}

#[test]
fn the_address_of_a_reset_may_be_written_in_another_case() {
    for (kept, sent) in [("Sub@Example.com", "sub@example.com"), ("sub@example.com", "SUB@EXAMPLE.COM")] {
        let sandbox = Sandbox::builder().account(AccountFixture::new(SUB, kept).master(MASTER)).build();
        assert_eq!(reset(&sandbox, None, json!({"email": sent})), 204);
        assert_eq!(sandbox.mails(), [Mail { to: kept.to_owned(), kind: MailKind::PasswordReset }]);
    }
}

#[test]
fn a_reset_takes_any_good_token_and_refuses_a_wrong_one() {
    let sandbox = world();
    for (token, expected) in [(Sandbox::TOKEN, 204), ("weak-token", 204), ("wrong", 401)] {
        assert_eq!(reset(&sandbox, Some(token), json!({"email": "sub@example.com"})), expected, "{token}");
    }
}

#[test]
fn an_unknown_address_is_answered_like_a_known_one() {
    let sandbox = world();
    assert_eq!(reset(&sandbox, None, json!({"email": "nobody@example.com"})), 204);
    assert_eq!(sandbox.mails(), []);
}

#[test]
fn a_malformed_reset_answers_401() {
    let sandbox = world();
    for body in [json!({}), json!({"email": "nobody"}), json!({"email": "a@b", "deleteApiTokens": "yes"}), json!(1)] {
        assert_eq!(reset(&sandbox, None, body), 401);
    }
}

#[test]
fn completing_a_reset_destroys_the_tokens_unless_they_were_to_be_kept() {
    for (body, left) in [
        (json!({"email": "sub@example.com"}), 0),
        (json!({"email": "sub@example.com", "deleteApiTokens": true}), 0),
        (json!({"email": "sub@example.com", "deleteApiTokens": false}), 1),
    ] {
        let sandbox = world();
        assert!(!sandbox.complete_password_reset(SUB, "too early"));
        reset(&sandbox, None, body);
        sandbox.advance(std::time::Duration::from_secs(1));
        assert!(sandbox.complete_password_reset(SUB, "new-secret") && sandbox.has_password(SUB, "new-secret"));
        assert_eq!(sandbox.tokens(SUB).len(), left);
        assert_eq!(sandbox.account(SUB).expect("the account")["updateDate"], "2025-05-12T14:45:41.629Z");
        assert!(!sandbox.complete_password_reset(SUB, "again"), "a mail works once");
    }
}
