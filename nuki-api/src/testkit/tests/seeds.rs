//! Sandboxes do what their seed says, each on its own.

use serde_json::json;

use super::*;

/// Everything random that a sandbox answers.
fn story(seed: u64) -> Vec<Value> {
    let sandbox = Sandbox::builder().seed(seed).now(noon()).build();
    ["a@x", "b@x"]
        .map(|email| send(&sandbox, "PUT", "/account/sub", sub_account(email)).1)
        .into_iter()
        .chain([call(&sandbox, "PUT", "/account/otp").1, call(&sandbox, "GET", "/account").1])
        .collect()
}

#[test]
fn one_seed_answers_the_same_and_another_something_else() {
    assert_eq!(story(1), story(1));
    for (one, other) in story(1).into_iter().zip(story(2)) {
        assert_ne!(one, other);
    }
}

#[test]
fn sandboxes_do_not_know_of_each_other_and_clones_are_one() {
    let (one, other) = (Sandbox::new(), Sandbox::new());
    let clone = one.clone();
    assert_eq!(status(&clone, "PUT", "/account/setting", json!({"web": {}})), 200);
    assert_eq!((one.settings(MASTER), other.settings(MASTER)), (Some(json!({"web": {}})), None));
}

#[test]
fn the_time_can_be_set() {
    let sandbox = Sandbox::new();
    sandbox.set_time(noon());
    assert_eq!(sandbox.clock().now(), noon());
    assert_eq!(status(&sandbox, "POST", "/account", json!({"language": "de"})), 204);
    assert_eq!(sandbox.account(MASTER).expect("the account")["updateDate"], "2025-05-12T14:45:40.629Z");
}

#[test]
fn what_an_account_starts_with_is_shown_without_its_secrets() {
    let fixture = AccountFixture::new(SUB, "sub@example.com").password("hush-hush").master(MASTER);
    assert_eq!(format!("{fixture:?}"), "AccountFixture(Account { id: 2002, master: Some(1001), .. })");
}
