//! `/account/otp`.

use std::time::{Duration, UNIX_EPOCH};

use nuki_api::ErrorKind;
use serde_json::{Value, json};

use crate::answers;
use crate::world::World;

const SECRET: &str = "CANARYCANARYCANARYCANARYCANARY23";

#[tokio::test]
async fn create_gives_the_secret_the_uri_and_the_code() {
    let world = World::answering(200, r#""GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ""#).await;
    let enrolment = world.nuki.account().otp().create().await.unwrap();
    world.sent("PUT /account/otp", Value::Null);
    assert_eq!(enrolment.secret().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_eq!(
        enrolment.uri("ada@example.com").expose(),
        "otpauth://totp/Nuki:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nuki&algorithm=SHA1&digits=6&period=30"
    );
    // The test vectors of RFC 6238, of which six digits are kept.
    for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
        let code_then = enrolment.code_at(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        assert_eq!(code_then.expose(), code);
    }
}

#[tokio::test]
async fn create_takes_the_secret_in_every_form_and_gives_it_in_one() {
    let lower = SECRET.to_lowercase();
    let groups = |by: &str| lower.as_bytes().chunks(4).map(|chunk| str::from_utf8(chunk).unwrap()).collect::<Vec<_>>().join(by);
    for bare in [
        SECRET,
        &lower,
        &format!(" {SECRET}\n"),
        &format!("{SECRET}==="),
        &groups(" "),
        &groups("-"),
        &format!("{} ====", groups(" ")),
    ] {
        for body in [bare.to_owned(), json!(bare).to_string()] {
            let world = World::answering(200, &body).await;
            let enrolment = world.nuki.account().otp().create().await.unwrap();
            assert_eq!(enrolment.secret().expose(), SECRET, "{body}");
            let uri = enrolment.uri("ada");
            let pairs = uri.expose().parse::<url::Url>().unwrap().query_pairs().into_owned().collect::<Vec<_>>();
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let fixed = [pair("issuer", "Nuki"), pair("algorithm", "SHA1"), pair("digits", "6"), pair("period", "30")];
            assert_eq!(pairs, [&[pair("secret", SECRET)], &fixed[..]].concat());
            enrolment.code_now().unwrap();
        }
    }
}

#[tokio::test]
async fn create_refuses_what_is_no_secret() {
    for text in [
        "",
        " ",
        "====",
        "<html></html>",
        "maintenance",
        "CANARY-CANARY-C0DE",
        "CANARYCANARYCANARY&issuer=Evil#",
        "CANARYCANARYCANARY=CANARY",
        "CANARYCANARYCANARÝ",
        "CANARYCANARYCANAR",
    ] {
        for body in [text.to_owned(), json!(text).to_string()] {
            refused(&body).await;
        }
    }
    for body in ["{}", "[]", "null", "true", "1234567890123456", r#"["CANARYCANARYCANARY"]"#, r#""CANARYCANARYCANARY"#] {
        refused(body).await;
    }
}

async fn refused(body: &str) {
    let world = World::answering(200, body).await;
    let error = world.nuki.account().otp().create().await.expect_err(body);
    assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Decode, true), "{body}");
    assert_eq!(error.body(), body.as_bytes());
    assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
}

#[tokio::test]
async fn create_while_it_is_enabled_is_refused() {
    let world = World::answering(405, r#"{"detailMessage":"OTP is enabled"}"#).await;
    let error = world.nuki.account().otp().create().await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Rejected, false));
    assert!(error.to_string().contains("disable them first"), "{error}");
}

#[tokio::test]
async fn enable_sends_the_code_without_its_spaces() {
    let world = World::answering(204, "").await;
    world.nuki.account().otp().enable("287 082").await.unwrap();
    world.nuki.account().otp().enable("0").await.unwrap();
    world.sent_all(&[("POST /account/otp", json!({"otp": "287082"})), ("POST /account/otp", json!({"otp": "0"}))]);
}

#[tokio::test]
async fn enable_with_no_code_is_not_sent() {
    let world = World::answering(204, "").await;
    let error = world.nuki.account().otp().enable(" ").await.unwrap_err();
    assert_eq!((error.kind(), error.problems()[0].field.as_str()), (ErrorKind::InvalidRequest, "otp"));
    world.sent_all(&[]);
}

#[tokio::test]
async fn enable_with_a_wrong_code_is_tried_once() {
    let world = World::answering(401, answers::REFUSED).await;
    let error = world.nuki.account().otp().enable("287082").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unauthorized, 1));
    assert!(error.to_string().contains("the code is wrong"), "{error}");
    world.sent("POST /account/otp", json!({"otp": "287082"}));
}

#[tokio::test]
async fn disable_sends_no_body() {
    let world = World::answering(204, "").await;
    world.nuki.account().otp().disable().await.unwrap();
    world.sent("DELETE /account/otp", Value::Null);
}
