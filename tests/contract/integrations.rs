//! `/account/integration`.

use chrono::DateTime;
use nuki_api::types::{AdvancedState, AdvancedType, IntegrationVersion, VendorKey};
use nuki_api::{ErrorKind, OpaqueId};
use serde_json::{Value, json};

use crate::answers;
use crate::world::World;

#[tokio::test]
async fn list_reads_every_member() {
    let world = World::answering(200, answers::INTEGRATIONS).await;
    let integration = world.nuki.account().integrations().list().await.unwrap().remove(0);
    world.sent("GET /account/integration", Value::Null);
    assert_eq!(integration.version, Some(IntegrationVersion::Hydra));
    assert_eq!(integration.vendor_key, Some(VendorKey::ApiToken));
    assert_eq!(integration.sub_account_name.as_deref(), Some("Ops"));
    assert_eq!(integration.sub_account_id, Some(2002));
    assert_eq!(integration.sub_account, Some(true));
    assert_eq!(integration.name.as_deref(), Some("Door opener"));
    assert_eq!(integration.description.as_deref(), Some("opens doors"));
    assert_eq!(integration.created_at, DateTime::from_timestamp_millis(1_747_061_140_629));
    assert_eq!(integration.last_active_at, DateTime::from_timestamp_millis(1_747_123_200_001));
    assert_eq!(integration.scopes.unwrap(), ["account", "smartlock"]);
    assert_eq!(integration.warning, Some(true));
    assert_eq!(integration.token_id, Some(OpaqueId::from("token-1")));
    assert_eq!(integration.advanced_type, Some(AdvancedType::Healthcare));
    assert_eq!(integration.advanced_state, Some(AdvancedState::Testing));
    assert_eq!(integration.client_id, Some(OpaqueId::from("client-1")));
    assert_eq!(integration.sort_order, Some(3));
    assert_eq!(integration.device, Some(true));
}

#[tokio::test]
async fn list_takes_ids_as_numbers_unknown_values_and_nothing_at_all() {
    let world = World::answering(200, answers::INTEGRATIONS_IN_THE_WILD).await;
    let integrations = world.nuki.account().integrations().list().await.unwrap();
    assert_eq!(integrations[0].client_id, Some(OpaqueId::from("42")));
    assert_eq!(integrations[0].token_id, Some(OpaqueId::from("18000000001")));
    assert_eq!(integrations[0].vendor_key, Some(VendorKey::Unknown("TOASTER".to_owned())));
    assert_eq!(integrations[0].version, Some(IntegrationVersion::Unknown("NARWHAL".to_owned())));
    assert_eq!(integrations[0].scopes, None);
    assert_eq!(integrations[1], nuki_api::types::AccountIntegration::default());
}

#[tokio::test]
async fn list_may_be_empty() {
    let world = World::answering(200, "[]").await;
    assert!(world.nuki.account().integrations().list().await.unwrap().is_empty());
}

#[tokio::test]
async fn delete_says_the_same_in_query_and_body() {
    let world = World::answering(204, "").await;
    world.nuki.account().integrations().delete("client-1").await.unwrap();
    world.nuki.account().integrations().delete(42).token(18_000_000_001).await.unwrap();
    world.nuki.account().integrations().delete("a b&c=d/é").await.unwrap();
    world.sent_all(&[
        ("DELETE /account/integration?apiKeyId=client-1", json!({"apiKeyId": "client-1"})),
        ("DELETE /account/integration?apiKeyId=42&tokenId=18000000001", json!({"apiKeyId": "42", "tokenId": "18000000001"})),
        ("DELETE /account/integration?apiKeyId=a%20b%26c%3Dd%2F%C3%A9", json!({"apiKeyId": "a b&c=d/é"})),
    ]);
}

#[tokio::test]
async fn a_listed_id_deletes_what_it_names() {
    let world = World::scripted(vec![(200, answers::INTEGRATIONS_IN_THE_WILD.to_owned()), (204, String::new())]).await;
    let integrations = world.nuki.account().integrations();
    let listed = integrations.list().await.unwrap();
    integrations.delete(listed[0].client_id.as_ref().unwrap()).await.unwrap();
    let delete = ("DELETE /account/integration?apiKeyId=42", json!({"apiKeyId": "42"}));
    world.sent_all(&[("GET /account/integration", Value::Null), delete]);
}

#[tokio::test]
async fn delete_with_an_empty_id_is_not_sent() {
    let world = World::answering(204, "").await;
    let error = world.nuki.account().integrations().delete(" ").token("").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.problems().iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["apiKeyId", "tokenId"]);
    world.sent_all(&[]);
}
