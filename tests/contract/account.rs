//! `/account`.

use std::borrow::Cow;

use chrono::DateTime;
use nuki_api::types::{AccountOrigin, AccountType, AccountUpdate, SubscriptionType, TermsOfUseState};
use nuki_api::{AccountRights, ErrorKind, Language};
use serde_json::{Value, json};

use crate::answers;
use crate::case::{profile, profile_json};
use crate::world::World;

#[tokio::test]
async fn get_reads_every_member() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    let me = world.nuki.account().get().await.unwrap();
    world.sent("GET /account", Value::Null);

    assert_eq!(me.account_id, 1_867_234);
    assert_eq!(me.type_, Some(AccountType::Company));
    assert_eq!(me.email, "ada@example.com");
    assert_eq!(me.email_verified, Some(true));
    assert_eq!(me.name.as_deref(), Some("Ada"));
    assert_eq!(me.master_account_id, Some(1_800_001));
    assert_eq!(me.rights, Some(AccountRights::OPERATE_SMARTLOCKS | AccountRights::VIEW_SMARTLOCK_LOGS));
    assert_eq!(me.language.as_deref(), Some("de"));
    let config = me.config.unwrap();
    assert_eq!(config.alexa_pin.unwrap().expose(), "canary-alexa");
    assert_eq!(config.gactions_home_pin.unwrap().expose(), "canary-google");
    assert_eq!(config.otp_enabled_date, DateTime::from_timestamp_millis(1_747_061_140_629));
    let profile = me.profile.unwrap();
    let profile = [profile.first_name, profile.last_name, profile.address, profile.zip, profile.city, profile.country];
    assert_eq!(profile.map(Option::unwrap), ["Ada", "Lovelace", "Street 1", "8010", "Graz", "AT"]);
    let secret = me.secret.unwrap();
    assert_eq!(secret.iter().map(|secret| secret.expose()).collect::<Vec<_>>(), ["canary-secret-1", "canary-secret-2"]);
    assert_eq!(me.creation_date, DateTime::from_timestamp_millis(1_548_979_199_999));
    assert_eq!(me.update_date, DateTime::from_timestamp_millis(1_747_061_140_629));
    assert_eq!(me.descent.unwrap().origin, Some(AccountOrigin::Apple));
    assert_eq!(me.shs_subscription_type, Some(SubscriptionType::BusinessPlus));
    assert_eq!(me.b2b_active, Some(true));
    let terms = me.api_terms_of_use.unwrap();
    assert_eq!(terms.state, Some(TermsOfUseState::Accepted));
    assert_eq!(terms.publish_date, DateTime::from_timestamp_millis(1_709_164_800_001));
    assert_eq!(terms.acceptance_date, DateTime::from_timestamp_millis(1_709_294_400_100));
}

#[tokio::test]
async fn get_takes_nulls_unknown_members_and_unknown_values() {
    let world = World::answering(200, answers::MY_ACCOUNT_IN_THE_WILD).await;
    let me = world.nuki.account().get().await.unwrap();
    assert_eq!(me.type_, Some(AccountType::Unknown(9)));
    assert_eq!(me.rights.map(|rights| rights.bits()), Some(129));
    assert_eq!(me.descent.unwrap().origin.unwrap().as_str(), "MASTODON");
    assert_eq!(me.shs_subscription_type, Some(SubscriptionType::Unknown("GOLD".to_owned())));
    assert_eq!(me.api_terms_of_use.unwrap().state.unwrap().as_str(), "Pending");
    assert_eq!(me.config.unwrap().alexa_pin.unwrap().expose(), "4711");
    assert_eq!((me.email_verified, me.name, me.language, me.secret), (None, None, None, None));
}

#[tokio::test]
async fn get_needs_no_more_than_id_and_email() {
    let world = World::answering(200, r#"{"accountId":1,"email":""}"#).await;
    let me = world.nuki.account().get().await.unwrap();
    assert_eq!(me, nuki_api::types::MyAccount::new(1, ""));
}

#[tokio::test]
async fn update_sends_the_language_and_what_was_set() {
    let world = World::answering(204, "").await;
    world.nuki.account().update(Language::DE).await.unwrap();
    world.nuki.account().update("pt-BR").name("").await.unwrap();
    world.nuki.account().update("en").email("new@example.com").alexa_pin("0001").await.unwrap();
    world.nuki.account().update("en").password("canary-password").profile(profile()).google_home_pin("2").await.unwrap();
    world.sent_all(&[
        ("POST /account", json!({"language": "de"})),
        ("POST /account", json!({"language": "pt-BR", "name": ""})),
        ("POST /account", json!({"language": "en", "email": "new@example.com", "config": {"alexaPin": "0001"}})),
        (
            "POST /account",
            json!({
                "language": "en", "password": "canary-password", "profile": profile_json(), "config": {"gactionsHomePin": "2"}
            }),
        ),
    ]);
}

#[tokio::test]
async fn texts_of_any_type_go_where_texts_go() {
    let world = World::answering(204, "").await;
    let account = world.nuki.account();
    for language in [&"de"] {
        account.update(language).email(language.to_string() + "@example.com").alexa_pin(language).await.unwrap();
    }
    let (cow, boxed) = (Cow::Borrowed("de"), Box::<str>::from("de@example.com"));
    account.update(cow.clone()).email(boxed.clone()).password(Cow::Borrowed("canary-password")).alexa_pin(cow).await.unwrap();
    let owned = "de".to_owned();
    account.update(&owned).email(&"de@example.com").password(Box::<str>::from("canary-password")).await.unwrap();
    for name in [Some("Ada"), None] {
        let call = account.update("de");
        let call = match name {
            Some(name) => call.name(name),
            None => call,
        };
        call.await.unwrap();
    }
    world.sent_all(&[
        ("POST /account", json!({"language": "de", "email": "de@example.com", "config": {"alexaPin": "de"}})),
        (
            "POST /account",
            json!({"language": "de", "email": "de@example.com", "password": "canary-password", "config": {"alexaPin": "de"}}),
        ),
        ("POST /account", json!({"language": "de", "email": "de@example.com", "password": "canary-password"})),
        ("POST /account", json!({"language": "de", "name": "Ada"})),
        ("POST /account", json!({"language": "de"})),
    ]);
}

#[tokio::test]
async fn update_keeps_the_tokens_only_when_asked() {
    let world = World::answering(204, "").await;
    world.nuki.account().update("de").password("canary-password").keep_api_tokens().await.unwrap();
    let body = json!({"language": "de", "password": "canary-password"});
    world.sent("POST /account?deleteApiTokens=false", body);
}

#[tokio::test]
async fn update_can_come_back_with_the_account() {
    let world = World::scripted(vec![(204, String::new()), (200, answers::MY_ACCOUNT.to_owned())]).await;
    let me = world.nuki.account().update("de").name("Ada").then_get().await.unwrap();
    assert_eq!(me.name.as_deref(), Some("Ada"));
    world.sent_all(&[("POST /account", json!({"language": "de", "name": "Ada"})), ("GET /account", Value::Null)]);
}

#[tokio::test]
async fn modify_sends_back_all_that_can_be_changed() {
    let world = World::scripted(vec![(200, answers::MY_ACCOUNT.to_owned()), (204, String::new())]).await;
    world.nuki.account().modify(|account| account.name = Some("Countess".to_owned())).await.unwrap();
    let body = json!({
        "language": "de", "email": "ada@example.com", "name": "Countess",
        "config": {"alexaPin": "canary-alexa", "gactionsHomePin": "canary-google"},
        "profile": {
            "firstName": "Ada", "lastName": "Lovelace", "address": "Street 1", "zip": "8010", "city": "Graz", "country": "AT"
        }
    });
    world.sent_all(&[("GET /account", Value::Null), ("POST /account", body)]);
}

#[tokio::test]
async fn modify_sends_back_what_it_does_not_know() {
    let read = json!({
        "accountId": 1, "type": 1, "email": "ada@example.com", "language": "de", "creationDate": "2019-01-31T23:59:59.999Z",
        "config": {"alexaPin": "0001", "watchPin": "canary-watch", "nothing": null, "otpEnabledDate": "2025-05-12T14:45:40.629Z"},
        "profile": {"city": "Graz", "state": {"code": "ST", "numbers": [1, 2.5, 18_000_000_000_i64]}},
        "lastLogin": "2025-05-12T14:45:40.629Z"
    });
    let world = World::scripted(vec![(200, read.to_string()), (204, String::new())]).await;
    let change = |account: &mut AccountUpdate| {
        assert!(!format!("{account:?}").contains("canary"), "{account:?}");
        account.profile.as_mut().unwrap().extra["state"]["code"] = json!("W");
    };
    world.nuki.account().modify(change).await.unwrap();
    let sent = json!({
        "language": "de", "email": "ada@example.com",
        "config": {"alexaPin": "0001", "watchPin": "canary-watch", "nothing": null},
        "profile": {"city": "Graz", "state": {"code": "W", "numbers": [1, 2.5, 18_000_000_000_i64]}}
    });
    world.sent_all(&[("GET /account", Value::Null), ("POST /account", sent)]);
}

#[tokio::test]
async fn a_pin_that_modify_does_not_know_is_not_repeated_when_the_service_does() {
    let read = r#"{"accountId":1,"email":"ada@example.com","language":"de","config":{"watchPin":"canary-watch"}}"#;
    let refusal = r#"{"detailMessage":"canary-watch is no PIN"}"#;
    let world = World::scripted(vec![(200, read.to_owned()), (400, refusal.to_owned())]).await;
    let error = world.nuki.account().modify(|account| account.name = None).await.unwrap_err();
    assert_eq!(error.detail(), Some("[redacted] is no PIN"));
}

#[tokio::test]
async fn what_modify_makes_of_the_account_is_held_to_the_rules_of_arguments() {
    for (field, change) in [
        ("language", (|account| account.language = "x".to_owned()) as fn(&mut AccountUpdate)),
        ("email", |account| account.email = Some("nobody".to_owned())),
        ("password", |account| account.password = Some("canary".into())),
        ("profile.country", |account| account.profile.get_or_insert_default().country = Some("Austria".to_owned())),
    ] {
        let world = World::answering(200, answers::MY_ACCOUNT).await;
        let error = world.nuki.account().modify(change).await.unwrap_err();
        assert_eq!((error.kind(), error.problems()[0].field.as_str()), (ErrorKind::InvalidRequest, field));
        assert!(!format!("{error} {error:?}").contains("canary"));
        world.sent("GET /account", Value::Null);
    }
}

#[tokio::test]
async fn modify_takes_a_country_that_the_service_gave() {
    let account = answers::MY_ACCOUNT.replace("\"AT\"", "\"Austria\"");
    let world = World::scripted(vec![(200, account), (204, String::new())]).await;
    world.nuki.account().modify(|account| account.name = None).await.unwrap();
    assert_eq!(world.requests()[1].body.as_ref().unwrap()["profile"]["country"], "Austria");
}

#[tokio::test]
async fn what_fails_after_the_change_says_that_the_change_was_made() {
    for (status, body, kind) in [(404, "", ErrorKind::NotFound), (200, "{}", ErrorKind::Decode)] {
        let world = World::scripted(vec![(204, String::new()), (status, body.to_owned())]).await;
        let error = world.nuki.account().update("de").then_get().await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied()), (kind, true));
        let text = error.to_string();
        assert!(text.starts_with("account_get (GET /account) ") && text.ends_with("(the change itself was made)"), "{text}");
    }
    let world = World::answering(403, answers::REFUSED).await;
    let error = world.nuki.account().update("de").then_get().await.unwrap_err();
    assert_eq!((error.operation().unwrap().id, error.may_have_been_applied()), ("account_update", false));
}

#[tokio::test]
async fn modify_of_an_account_that_makes_no_sense_names_the_reading_and_leaves_no_doubt() {
    let world = World::answering(200, "{}").await;
    let error = world.nuki.account().modify(|account| account.name = None).await.unwrap_err();
    assert_eq!((error.operation().unwrap().id, error.may_have_been_applied()), ("account_get", false));
    assert!(error.to_string().contains("the body lacks `accountId`, at line 1"), "{error}");
    world.sent("GET /account", Value::Null);
}

#[tokio::test]
async fn modify_of_an_account_that_could_not_be_read_sends_nothing_more() {
    let world = World::answering(401, answers::REFUSED).await;
    let error = world.nuki.account().modify(|account| account.name = None).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Unauthorized, false));
    world.sent("GET /account", Value::Null);
}

#[tokio::test]
async fn delete_sends_no_body() {
    let world = World::answering(204, "").await;
    world.nuki.account().delete().await.unwrap();
    world.sent("DELETE /account", Value::Null);
}

#[tokio::test]
async fn delete_while_there_are_sub_accounts_is_a_conflict() {
    let world = World::answering(409, r#"{"detailMessage":"has sub accounts","stackTrace":[]}"#).await;
    let error = world.nuki.account().delete().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(error.detail(), Some("has sub accounts"));
    assert!(error.to_string().contains("delete them first"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_with_an_update_is_said_at_once_and_nothing_is_sent() {
    let world = World::answering(204, "").await;
    let error = world.nuki.account().update("German").email("nobody").password("short").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.problems().iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(),
        ["language", "email", "password"]
    );
    assert_eq!((error.attempts(), error.may_have_been_applied()), (0, false));
    world.sent_all(&[]);
}
