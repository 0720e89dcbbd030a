//! `/account/setting`.

use nuki_api::ErrorKind;
use nuki_api::types::{AccountSetting, DeviceSortType, DeviceViewType};
use serde_json::{Value, json};

use crate::answers;
use crate::case::json;
use crate::wire::Wire;
use crate::world::World;

#[tokio::test]
async fn get_reads_every_member() {
    let world = World::answering(200, answers::SETTINGS).await;
    let web = world.nuki.account().settings().get().await.unwrap().web.unwrap();
    world.sent("GET /account/setting", Value::Null);
    assert_eq!(web.device_view_type, Some(DeviceViewType::Tile));
    assert_eq!(web.device_sort_type, Some(DeviceSortType::LastAddedDesc));
    assert_eq!(web.nuki_club_dismissed, Some(true));
    assert_eq!(web.annotations.unwrap()["web.nuki.io/nfcBannerDismissed"], true);
    let removed = &web.removed_staled_devices.unwrap()[0];
    assert_eq!((removed.smartlock_id, removed.name.as_deref()), (Some(18_000_000_001), Some("Front door")));
    let marked = &web.marked_staled_devices.unwrap()[0];
    assert_eq!((marked.smartlock_id, marked.read), (Some(18_000_000_002), Some(true)));
    assert!(web.extra.is_empty());
}

#[tokio::test]
async fn annotations_may_be_null() {
    let world = World::answering(200, r#"{"web": {"annotations": null}}"#).await;
    assert_eq!(world.nuki.account().settings().get().await.unwrap().web.unwrap().annotations, None);
}

#[tokio::test]
async fn get_of_settings_that_were_never_stored_is_not_found() {
    let world = World::answering(404, "").await;
    let error = world.nuki.account().settings().get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("never stored"), "{error}");
}

#[tokio::test]
async fn put_sends_what_is_there_and_no_more() {
    let world = World::answering(200, "{}").await;
    let mut settings = AccountSetting::default();
    assert_eq!(world.nuki.account().settings().put(&settings).await.unwrap(), settings);
    settings.web.get_or_insert_default().device_view_type = Some(DeviceViewType::Unknown("CAROUSEL".to_owned()));
    world.nuki.account().settings().put(&settings).await.unwrap();
    world.sent_all(&[
        ("PUT /account/setting", json!({})),
        ("PUT /account/setting", json!({"web": {"deviceViewType": "CAROUSEL"}})),
    ]);
}

#[tokio::test]
async fn update_brings_back_what_it_does_not_know() {
    let answer = answers::SETTINGS_IN_THE_WILD.to_owned();
    let world = World::scripted(vec![(200, answer.clone()), (200, answer)]).await;
    let settings = world.nuki.account().settings();
    settings.update(|settings| settings.web.get_or_insert_default().nuki_club_dismissed = Some(false)).await.unwrap();
    let mut stored = json(answers::SETTINGS_IN_THE_WILD);
    stored["web"]["nukiClubDismissed"] = json!(false);
    // Null and absent mean the same in members that are known; unknown ones come back as they came.
    stored["web"].as_object_mut().unwrap().remove("deviceSortType");
    stored["web"]["markedStaledDevices"][0].as_object_mut().unwrap().remove("name");
    world.sent_all(&[("GET /account/setting", Value::Null), ("PUT /account/setting", stored)]);
}

#[tokio::test]
async fn update_starts_from_nothing_where_nothing_was_stored() {
    let world = World::scripted(vec![(404, String::new()), (200, "{}".to_owned())]).await;
    let settings = world.nuki.account().settings();
    settings.update(|settings| settings.web.get_or_insert_default().nuki_club_dismissed = Some(true)).await.unwrap();
    let stored = json!({"web": {"nukiClubDismissed": true}});
    world.sent_all(&[("GET /account/setting", Value::Null), ("PUT /account/setting", stored)]);
}

#[tokio::test]
async fn update_starts_from_nothing_after_a_404_of_the_service_and_not_of_a_proxy() {
    for body in ["", "{}", answers::REFUSED, "\"none\"", "\r\n"] {
        let world = World::scripted(vec![(404, body.to_owned()), (200, "{}".to_owned())]).await;
        world.nuki.account().settings().update(|_| ()).await.unwrap();
        world.sent_all(&[("GET /account/setting", Value::Null), ("PUT /account/setting", json!({}))]);
    }
    for body in ["<html><title>404 Not Found</title></html>", "404 page not found", "{\"detailMessage\":", "\u{1}"] {
        let world = World::answering(404, body).await;
        let error = world.nuki.account().settings().update(|_| ()).await.unwrap_err();
        assert_eq!((error.kind(), error.operation().unwrap().id), (ErrorKind::NotFound, "setting_get"), "{body}");
        assert!(!error.may_have_been_applied());
        world.sent("GET /account/setting", Value::Null);
    }
}

#[tokio::test]
async fn update_after_a_404_whose_body_is_cut_short_stores_nothing() {
    let head = "HTTP/1.1 404 Not Found\r\ncontent-length: 50\r\nconnection: close\r\n\r\n";
    let wire = Wire::saying(head).await;
    let error = wire.builder().build().unwrap().account().settings().update(|_| ()).await.unwrap_err();
    assert_eq!((error.kind(), wire.connections()), (ErrorKind::NotFound, 1));
}

#[tokio::test]
async fn update_of_settings_that_could_not_be_read_stores_nothing() {
    for (status, kind) in [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden), (500, ErrorKind::Server)] {
        let world = World::answering(status, answers::REFUSED).await;
        let error = world.nuki.account().settings().update(|_| ()).await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied()), (kind, false));
        world.sent("GET /account/setting", Value::Null);
    }
}

#[tokio::test]
async fn update_of_settings_that_make_no_sense_names_the_reading_and_leaves_no_doubt() {
    let world = World::answering(200, "[]").await;
    let error = world.nuki.account().settings().update(|_| ()).await.unwrap_err();
    assert_eq!((error.operation().unwrap().id, error.may_have_been_applied()), ("setting_get", false));
    world.sent("GET /account/setting", Value::Null);
}

#[tokio::test]
async fn delete_sends_no_body() {
    let world = World::answering(204, "").await;
    world.nuki.account().settings().delete().await.unwrap();
    world.sent("DELETE /account/setting", Value::Null);
}
