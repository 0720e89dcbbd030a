//! `/account/otp`.

use std::time::Duration;

use serde_json::json;

use super::*;

fn create(sandbox: &Sandbox) -> String {
    let (status, secret) = call(sandbox, "PUT", "/account/otp");
    assert_eq!(status, 200);
    secret.as_str().expect("a JSON string").to_owned()
}

fn enable(sandbox: &Sandbox, code: &str) -> u16 {
    status(sandbox, "POST", "/account/otp", json!({"otp": code}))
}

fn code(sandbox: &Sandbox) -> String {
    sandbox.otp_code(MASTER).expect("a code")
}

/// A code that is wrong now and in the steps beside.
fn wrong_code(sandbox: &Sandbox) -> &'static str {
    if code(sandbox).starts_with('0') { "999999" } else { "000000" }
}

#[test]
fn the_right_code_enables_and_the_account_shows_since_when() {
    let sandbox = world();
    let secret = create(&sandbox);
    assert_eq!(sandbox.otp_secret(MASTER), Some(secret.clone()));
    assert!(secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
    assert!(!sandbox.otp_enabled(MASTER));
    assert_eq!(enable(&sandbox, &code(&sandbox)), 204);
    assert!(sandbox.otp_enabled(MASTER));
    let (_, account) = call(&sandbox, "GET", "/account");
    assert_eq!(account["config"]["otpEnabledDate"], "2025-05-12T14:45:40.629Z");
}

#[test]
fn the_code_is_that_of_every_authenticator() {
    let sandbox = world();
    let secret = totp_rs::Secret::try_from_base32(create(&sandbox)).expect("Base32");
    let authenticator = totp_rs::Builder::new().with_secret(secret).build().expect("a TOTP");
    let now = u64::try_from(noon().timestamp()).expect("after 1970");
    assert_eq!(enable(&sandbox, &authenticator.generate(now).to_string()), 204);
}

#[test]
fn a_code_of_the_step_before_is_right_and_an_older_one_is_not() {
    let sandbox = world();
    create(&sandbox);
    let old = code(&sandbox);
    sandbox.advance(Duration::from_secs(30));
    assert_eq!(enable(&sandbox, &old), 204);
    sandbox.advance(Duration::from_secs(120));
    assert_eq!(enable(&sandbox, &old), 401);
}

#[test]
fn a_wrong_code_answers_401_and_after_five_even_the_right_one_429() {
    let sandbox = world();
    create(&sandbox);
    for _ in 0..5 {
        assert_eq!(enable(&sandbox, wrong_code(&sandbox)), 401);
    }
    assert_eq!(enable(&sandbox, &code(&sandbox)), 429);
    create(&sandbox);
    assert_eq!(enable(&sandbox, &code(&sandbox)), 204, "a new secret is a new try");
}

#[test]
fn a_right_code_forgets_the_wrong_ones() {
    let sandbox = world();
    create(&sandbox);
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(enable(&sandbox, wrong_code(&sandbox)), 401);
        }
        assert_eq!(enable(&sandbox, &code(&sandbox)), 204);
    }
}

#[test]
fn enabling_dates_the_account() {
    let sandbox = world();
    create(&sandbox);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(enable(&sandbox, &code(&sandbox)), 204);
    assert_eq!(sandbox.account(MASTER).expect("the account")["updateDate"], "2025-05-12T14:45:41.629Z");
}

#[test]
fn no_code_is_right_without_a_secret() {
    assert_eq!(enable(&world(), "123456"), 401);
}

#[test]
fn an_empty_code_answers_400_and_does_not_count() {
    let sandbox = world();
    create(&sandbox);
    for body in [json!({"otp": ""}), json!({"otp": " "}), json!({"otp": null}), json!({}), json!({"otp": 123456})] {
        for _ in 0..3 {
            assert_eq!(status(&sandbox, "POST", "/account/otp", body.clone()), 400);
        }
    }
    assert_eq!(enable(&sandbox, &code(&sandbox)), 204);
}

#[test]
fn a_secret_is_not_created_while_enabled() {
    let sandbox = world();
    let first = create(&sandbox);
    assert_ne!(create(&sandbox), first, "before it is enabled, a new secret replaces the old one");
    enable(&sandbox, &code(&sandbox));
    let (status, body) = call(&sandbox, "PUT", "/account/otp");
    assert_eq!((status, &body["detailMessage"]), (405, &json!("OTP is already enabled")));
    assert_eq!(enable(&sandbox, &code(&sandbox)), 204, "enabling again changes nothing");
}

#[test]
fn disabling_forgets_the_secret() {
    let sandbox = world();
    create(&sandbox);
    enable(&sandbox, &code(&sandbox));
    for _ in 0..2 {
        assert_eq!(call(&sandbox, "DELETE", "/account/otp").0, 204);
        assert_eq!((sandbox.otp_enabled(MASTER), sandbox.otp_secret(MASTER)), (false, None));
    }
    assert!(sandbox.account(MASTER).expect("the account").get("config").is_none());
    create(&sandbox);
}

#[test]
fn disabling_may_take_its_time() {
    let sandbox = Sandbox::builder().now(noon()).otp_disable_delay(Duration::from_secs(5)).build();
    create(&sandbox);
    enable(&sandbox, &code(&sandbox));
    assert_eq!(call(&sandbox, "DELETE", "/account/otp").0, 204);
    sandbox.advance(Duration::from_secs(4));
    assert_eq!(call(&sandbox, "DELETE", "/account/otp").0, 204, "asking again does not put it off");
    assert_eq!((call(&sandbox, "PUT", "/account/otp").0, sandbox.otp_enabled(MASTER)), (405, true));
    sandbox.advance(Duration::from_secs(1));
    assert!(!sandbox.otp_enabled(MASTER));
    create(&sandbox);
}

#[test]
fn the_secret_can_come_without_quotes() {
    let sandbox = Sandbox::builder().bare_otp_secret().build();
    let response = sandbox.handle(request(Some(Sandbox::TOKEN), "PUT", "/account/otp", ""));
    assert_eq!(Some(response.body().to_vec()), sandbox.otp_secret(MASTER).map(String::into_bytes));
}
