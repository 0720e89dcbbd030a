//! `/account/sub`.

use nuki_api::types::AccountType;
use nuki_api::{AccountRights, CreateRights, ErrorKind, Language, Password, UpdateRights};
use serde_json::{Value, json};

use crate::answers;
use crate::case::{profile, profile_json};
use crate::world::World;

#[tokio::test]
async fn list_reads_every_account() {
    let world = World::answering(200, answers::ACCOUNTS).await;
    let accounts = world.nuki.account().sub_accounts().list().await.unwrap();
    world.sent("GET /account/sub", Value::Null);
    assert_eq!(accounts.len(), 1);
    assert_eq!((accounts[0].account_id, accounts[0].master_account_id), (2002, Some(1_867_234)));
    assert_eq!(accounts[0].rights.unwrap(), AccountRights::from_bits_retain(127));
    assert_eq!(accounts[0].config.as_ref().unwrap().alexa_pin.as_ref().unwrap().expose(), "canary-alexa");
}

#[tokio::test]
async fn list_sends_the_pattern_so_that_it_comes_back_whole() {
    let world = World::answering(200, "[]").await;
    let subs = world.nuki.account().sub_accounts();
    assert!(subs.list().email_matching("^(ops|dev)+é&x=1 #%\"@example\\.com$").await.unwrap().is_empty());
    subs.list().email_matching("").await.unwrap();
    let requests = world.requests();
    assert_eq!(requests[0].query, [("email".to_owned(), "^(ops|dev)+é&x=1 #%\"@example\\.com$".to_owned())]);
    assert_eq!(requests[1].target, "/account/sub?email=");
}

#[tokio::test]
async fn create_sends_the_rights_in_their_own_layout() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    let rights = CreateRights::OPERATE_SMARTLOCKS | CreateRights::VIEW_SMARTLOCK_LOGS;
    let subs = world.nuki.account().sub_accounts();
    let created = subs.create("ops@example.com", Password::new("1234567"), "Ops", rights, Language::DE).await.unwrap();
    assert_eq!(created.account_id, 1_867_234);
    subs.create("ops@example.com", Password::new("1234567"), "", CreateRights::empty(), "de").profile(profile()).await.unwrap();
    let first = json!({"email": "ops@example.com", "password": "1234567", "name": "Ops", "rights": 9, "language": "de"});
    let mut second = json!({"email": "ops@example.com", "password": "1234567", "name": "", "rights": 0, "language": "de"});
    second["profile"] = profile_json();
    world.sent_all(&[("PUT /account/sub", first), ("PUT /account/sub", second)]);
}

#[tokio::test]
async fn create_says_everything_that_is_wrong_and_sends_nothing() {
    let world = World::answering(200, answers::MY_ACCOUNT).await;
    let rights = CreateRights::from_bits_retain(32);
    let error = world.nuki.account().sub_accounts().create("ops", Password::new("canary"), "Ops", rights, "").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let mut fields = error.problems().iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "language", "password", "rights"]);
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    world.sent_all(&[]);
}

#[tokio::test]
async fn one_account_in_place_of_the_list_is_a_list_of_one() {
    let subs = |answer: String| async move {
        let world = World::answering(200, &answer).await;
        world.nuki.account().sub_accounts().list().await
    };
    assert_eq!(subs(answers::ACCOUNT.to_owned()).await.unwrap(), subs(answers::ACCOUNTS.to_owned()).await.unwrap());
    assert_eq!(subs("[]".to_owned()).await.unwrap(), []);
    for (answer, where_) in [
        ("{}".to_owned(), "the body lacks `accountId`"),
        ("null".to_owned(), "the body is not what it should be"),
        ("\"canary\"".to_owned(), "the body is not what it should be"),
        (answers::ACCOUNT.replace("\"canary-alexa\"", "[\"canary\"]"), "`config.alexaPin` is not what it should be"),
        (answers::ACCOUNTS.replace("\"canary-alexa\"", "[\"canary\"]"), "`[0].config.alexaPin` is not what it should be"),
    ] {
        let error = subs(answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains(where_) && !error.to_string().contains("canary"), "{error}");
    }
}

#[tokio::test]
async fn get_reads_one_account() {
    let world = World::answering(200, answers::ACCOUNT).await;
    let account = world.nuki.account().sub_accounts().get(2002).await.unwrap();
    world.sent("GET /account/sub/2002", Value::Null);
    assert_eq!((account.account_id, account.type_), (2002, Some(AccountType::Caretaker)));
    assert_eq!(account.email, "ops@example.com");
}

#[tokio::test]
async fn get_takes_every_id_that_is_one() {
    let world = World::answering(200, answers::ACCOUNT).await;
    let subs = world.nuki.account().sub_accounts();
    subs.get(i32::MAX).await.unwrap();
    subs.get("17").await.unwrap();
    subs.get(1_u32).await.unwrap();
    subs.get(2_u64).await.unwrap();
    world.sent_all(&[
        ("GET /account/sub/2147483647", Value::Null),
        ("GET /account/sub/17", Value::Null),
        ("GET /account/sub/1", Value::Null),
        ("GET /account/sub/2", Value::Null),
    ]);
}

#[tokio::test]
async fn an_id_that_is_none_is_not_sent() {
    let world = World::answering(200, answers::ACCOUNT).await;
    let subs = world.nuki.account().sub_accounts();
    for id in [0, -1, i64::from(i32::MAX) + 1, i64::MIN] {
        assert_eq!(subs.get(id).await.unwrap_err().problems()[0].field, "accountId", "{id}");
        assert_eq!(subs.update(id).name("x").await.unwrap_err().problems()[0].field, "accountId", "{id}");
        assert_eq!(subs.delete(id).await.unwrap_err().problems()[0].field, "accountId", "{id}");
    }
    for id in ["", "x", "1/../2", " 1"] {
        assert_eq!(subs.delete(id).await.unwrap_err().kind(), ErrorKind::InvalidRequest, "{id}");
    }
    world.sent_all(&[]);
}

#[tokio::test]
async fn update_sends_what_was_set() {
    let world = World::answering(204, "").await;
    let subs = world.nuki.account().sub_accounts();
    subs.update(2002).name("Ops").await.unwrap();
    let rights = UpdateRights::OPERATE_SMARTLOCKS | UpdateRights::CREATE_SMARTLOCKS;
    subs.update(2002).rights(rights).language("de").profile(profile()).await.unwrap();
    subs.update(2002).email("new@example.com").password("canary-password").await.unwrap();
    subs.update(2002).alexa_pin("0001").google_home_pin("0002").await.unwrap();
    world.sent_all(&[
        ("POST /account/sub/2002", json!({"name": "Ops"})),
        ("POST /account/sub/2002", json!({"rights": 65, "language": "de", "profile": profile_json()})),
        ("POST /account/sub/2002", json!({"email": "new@example.com", "password": "canary-password"})),
        ("POST /account/sub/2002", json!({"config": {"alexaPin": "0001", "gactionsHomePin": "0002"}})),
    ]);
}

#[tokio::test]
async fn update_refuses_rights_that_nobody_can_have() {
    let world = World::answering(204, "").await;
    for bits in [128, -1] {
        let update = world.nuki.account().sub_accounts().update(2002).rights(UpdateRights::from_bits_retain(bits));
        assert_eq!(update.await.unwrap_err().problems()[0].field, "rights");
    }
    world.sent_all(&[]);
}

#[tokio::test]
async fn update_can_come_back_with_the_account() {
    let world = World::scripted(vec![(204, String::new()), (200, answers::ACCOUNT.to_owned())]).await;
    let account = world.nuki.account().sub_accounts().update(2002).name("Ops").then_get().await.unwrap();
    assert_eq!(account.name.as_deref(), Some("Ops"));
    world.sent_all(&[("POST /account/sub/2002", json!({"name": "Ops"})), ("GET /account/sub/2002", Value::Null)]);
}

#[tokio::test]
async fn delete_names_the_account_in_the_path() {
    let world = World::answering(204, "").await;
    world.nuki.account().sub_accounts().delete(2002).await.unwrap();
    world.sent("DELETE /account/sub/2002", Value::Null);
}

#[tokio::test]
async fn an_account_of_somebody_else_is_not_found() {
    let world = World::answering(404, r#"{"detailMessage":"not found"}"#).await;
    let error = world.nuki.account().sub_accounts().delete(3003).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::NotFound, false));
}

#[tokio::test]
async fn what_fails_after_the_change_says_that_the_change_was_made() {
    let world = World::scripted(vec![(204, String::new()), (403, String::new())]).await;
    let error = world.nuki.account().sub_accounts().update(77).name("Ops").then_get().await.unwrap_err();
    assert_eq!((error.operation().unwrap().id, error.may_have_been_applied()), ("sub_account_get", true));
}
