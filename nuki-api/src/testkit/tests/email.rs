//! `/account/email`.

use serde_json::json;

use super::*;
use crate::testkit::{Mail, MailKind};

fn change(sandbox: &Sandbox, email: &str) -> u16 {
    status(sandbox, "POST", "/account/email/change", json!({"email": email}))
}

fn mail(to: &str) -> Mail {
    Mail { to: to.to_owned(), kind: MailKind::EmailVerification }
}

#[test]
fn a_change_waits_until_it_is_confirmed() {
    let sandbox = world();
    assert_eq!(change(&sandbox, "new@example.com"), 204);
    assert_eq!(sandbox.pending_email(MASTER).as_deref(), Some("new@example.com"));
    assert_eq!(sandbox.account(MASTER).expect("the account")["email"], "master@example.com");
    assert!(sandbox.confirm_email(MASTER));
    assert_eq!(sandbox.account(MASTER).expect("the account")["email"], "new@example.com");
    assert!(!sandbox.confirm_email(MASTER), "there is nothing more to confirm");
    assert!(!sandbox.confirm_email(99), "nor for an account that is not there");
}

#[test]
fn verifying_sends_the_mail_again() {
    let sandbox = world();
    change(&sandbox, "new@example.com");
    assert_eq!(call(&sandbox, "POST", "/account/email/verify").0, 204);
    assert_eq!(sandbox.mails(), [mail("new@example.com"), mail("new@example.com")]);
}

#[test]
fn verifying_without_a_pending_change_answers_400() {
    let (status, body) = call(&world(), "POST", "/account/email/verify");
    assert_eq!((status, &body["detailMessage"]), (400, &json!("No change of the email address is pending")));
}

#[test]
fn verifying_answers_409_when_the_address_was_taken_meanwhile() {
    let sandbox = world();
    change(&sandbox, "wanted@example.com");
    assert_eq!(status(&sandbox, "PUT", "/account/sub", sub_account("wanted@example.com")), 200);
    assert_eq!(call(&sandbox, "POST", "/account/email/verify").0, 409);
    assert!(!sandbox.confirm_email(MASTER));
}

#[test]
fn a_change_to_a_taken_address_answers_409_and_to_no_address_400() {
    let sandbox = world();
    assert_eq!(change(&sandbox, "other@example.org"), 409);
    for email in ["", "nobody", "a b@example.com", "a\n@example.com"] {
        assert_eq!(change(&sandbox, email), 400, "{email:?}");
    }
    assert_eq!(status(&sandbox, "POST", "/account/email/change", json!({})), 400);
    assert_eq!((sandbox.pending_email(MASTER), sandbox.mails()), (None, vec![]));
}

#[test]
fn a_confirmed_address_is_verified_and_dates_the_account() {
    let account = AccountFixture::new(MASTER, "old@example.com").unverified();
    let sandbox = Sandbox::builder().now(noon()).account(account).build();
    assert_eq!(sandbox.account(MASTER).expect("the account")["emailVerified"], false);
    change(&sandbox, "new@example.com");
    sandbox.advance(std::time::Duration::from_secs(1));
    assert!(sandbox.confirm_email(MASTER));
    let account = sandbox.account(MASTER).expect("the account");
    assert_eq!(account["emailVerified"], true);
    assert_eq!(account["updateDate"], "2025-05-12T14:45:41.629Z");
}

/// A world in which every address has capitals where those that are sent have none, and the other way round.
fn capitals() -> Sandbox {
    Sandbox::builder()
        .account(AccountFixture::new(SUB, "Sub@Example.com").master(MASTER))
        .account(AccountFixture::new(OTHER_MASTER, "other@example.org"))
        .build()
}

#[test]
fn addresses_that_differ_in_case_are_one() {
    for (taken, sent) in [("Sub@Example.com", "sub@example.com"), ("other@example.org", "OTHER@example.ORG")] {
        let sandbox = capitals();
        assert_eq!(change(&sandbox, sent), 409, "{taken}");
        assert_eq!(status(&sandbox, "POST", "/account", json!({"language": "en", "email": sent})), 409, "{taken}");
        assert_eq!(status(&sandbox, "PUT", "/account/sub", sub_account(sent)), 409, "{taken}");
    }
    let sandbox = capitals();
    assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"email": "SUB@example.com"})), 204, "its own");
    assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"email": "Master@Example.com"})), 409);
    assert_eq!(change(&sandbox, "MASTER@example.com"), 204, "its own");
    assert!(sandbox.confirm_email(MASTER));
    assert_eq!(sandbox.account(MASTER).expect("the account")["email"], "MASTER@example.com", "kept as it was sent");
}

#[test]
fn a_pending_address_that_is_taken_meanwhile_in_another_case_is_taken() {
    let sandbox = capitals();
    change(&sandbox, "Wanted@example.com");
    assert_eq!(status(&sandbox, "PUT", "/account/sub", sub_account("wanted@EXAMPLE.com")), 200);
    assert_eq!(call(&sandbox, "POST", "/account/email/verify").0, 409);
    assert!(!sandbox.confirm_email(MASTER));
}
