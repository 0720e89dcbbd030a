//! Fixtures that no service could have are refused where they are written.

use std::panic::{UnwindSafe, catch_unwind};

use serde_json::json;

use super::*;
use crate::testkit::SandboxBuilder;

/// What a panic says.
fn refused<T>(make: impl FnOnce() -> T + UnwindSafe) -> String {
    let panic = catch_unwind(|| drop(make())).expect_err("it should be refused");
    panic.downcast_ref::<String>().cloned().or_else(|| Some(panic.downcast_ref::<&str>()?.to_string())).expect("a text")
}

fn sub(id: i32) -> AccountFixture {
    AccountFixture::new(id, format!("sub-{id}@example.com"))
}

#[test]
fn an_id_is_above_0() {
    for id in [0, -1, i32::MIN] {
        let expected = format!("the id {id} of an account is no account id: it is a number from 1 to 2147483647");
        assert_eq!(refused(|| AccountFixture::new(id, "a@example.com")), expected);
    }
    AccountFixture::new(1, "a@example.com");
    AccountFixture::new(i32::MAX, "a@example.com");
}

#[test]
fn an_address_can_be_one() {
    for (email, why) in [
        ("", "is empty"),
        ("nobody", "has no `@`"),
        ("@example.com", "lacks a part"),
        ("a@", "lacks a part"),
        ("a b@example.com", "has a space"),
        ("a@example.com\n", "has a space or a control character"),
    ] {
        let text = refused(|| AccountFixture::new(7, email));
        assert!(text.starts_with(&format!("the e-mail address {email:?} of an account {why}")), "{text}");
    }
}

#[test]
fn rights_are_in_range() {
    for rights in [128, u32::MAX] {
        let expected = format!("the rights {rights} are out of range: they go from 0 to 127");
        assert_eq!(refused(|| sub(7).rights(rights)), expected);
    }
    let sandbox = Sandbox::builder().account(sub(7).master(MASTER).rights(127)).account(sub(8).master(MASTER).rights(0)).build();
    assert_eq!(sandbox.sub_accounts(MASTER).iter().map(|it| it["rights"].clone()).collect::<Vec<_>>(), [json!(127), json!(0)]);
}

#[test]
fn a_password_is_long_enough_and_no_panic_shows_it() {
    let text = refused(|| sub(7).password("canary"));
    assert_eq!(text, "the password of an account is too short: a password has at least 7 characters");
}

#[test]
fn what_the_sandbox_keeps_is_no_further_member() {
    for name in ["accountId", "rights", "email", "type", "config", "secret"] {
        let expected = format!("the sandbox keeps the member {name} of an account itself");
        assert_eq!(refused(|| sub(7).member(name, json!(1))), expected);
    }
}

#[test]
fn no_two_accounts_have_one_id_or_one_address() {
    let twice = || Sandbox::builder().account(sub(7)).account(sub(7));
    assert_eq!(refused(twice), "there are two accounts with the id 7");
    // The account that is there from the start may be replaced, once.
    let replaced = || Sandbox::builder().account(AccountFixture::new(MASTER, "new@example.com"));
    assert_eq!(replaced().build().account(MASTER).expect("the account")["email"], "new@example.com");
    assert_eq!(refused(|| replaced().account(sub(MASTER))), "there are two accounts with the id 1001");
    assert_eq!(replaced().empty().account(sub(MASTER)).build().account_ids(), [MASTER]);

    let shared = || Sandbox::builder().account(AccountFixture::new(7, "MASTER@example.com")).build();
    assert_eq!(refused(shared), "the accounts 7 and 1001 have one e-mail address, MASTER@example.com");
}

#[test]
fn a_master_is_there_and_no_sub_account() {
    let built = |builder: fn(SandboxBuilder) -> SandboxBuilder| refused(move || builder(Sandbox::builder()).build());
    assert_eq!(built(|it| it.account(sub(7).master(99))), "the master of the account 7, 99, is not there");
    assert_eq!(built(|it| it.account(sub(7).master(7))), "the master of the account 7, 7, is a sub-account itself");
    let nested = built(|it| it.account(sub(7).master(MASTER)).account(sub(8).master(7)));
    assert_eq!(nested, "the master of the account 8, 7, is a sub-account itself");
    // In whatever order they are added.
    Sandbox::builder().account(sub(8).master(9)).account(sub(9)).build();
}

#[test]
fn a_token_can_be_sent_and_no_panic_shows_it() {
    for token in ["", " ", "canary canary", "canary\n\n.", "canary\u{e9}"] {
        for text in [
            refused(|| Sandbox::builder().token(token, MASTER)),
            refused(|| Sandbox::builder().token_with_scopes(token, MASTER, ["account"])),
            refused(|| Sandbox::new().add_token(token, MASTER)),
        ] {
            assert!(text.starts_with("a token ") && !text.contains("canary"), "{text}");
        }
    }
}

#[test]
fn an_integration_has_what_every_integration_has() {
    let whole = json!({"version": "HYDRA", "vendorKey": "IOS", "name": "", "clientId": "1"});
    for member in ["version", "vendorKey", "name", "clientId"] {
        for value in [json!(null), json!(1)] {
            let mut part = whole.clone();
            part[member] = value;
            let text = refused(|| Sandbox::builder().integration(MASTER, part));
            assert_eq!(text, format!("an integration of the account 1001 has no {member}"));
        }
    }
    assert_eq!(refused(|| Sandbox::builder().integration(99, whole)), "there is no account 99 yet");
}

#[test]
fn settings_are_what_could_be_put() {
    let text = refused(|| Sandbox::builder().settings(MASTER, json!({"web": 1})));
    assert_eq!(text, "the settings of the account 1001 cannot be: web has the wrong type");
    let text = refused(|| Sandbox::builder().settings(MASTER, json!([])));
    assert_eq!(text, "the settings of the account 1001 cannot be: settings has the wrong type");
    assert_eq!(refused(|| Sandbox::builder().settings(99, json!({}))), "there is no account 99 yet");
}
