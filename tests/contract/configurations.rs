//! Configurations of devices: read, edited, and sent back as a whole.

use nuki_api::testkit::Sandbox;
use nuki_api::{ErrorKind, Operation};
use serde_json::{Value, json};

use crate::doors::{LOCK, OPENER, house, id, told};

#[tokio::test]
async fn a_configuration_is_sent_back_as_a_whole_without_what_only_the_service_sets() {
    let (sandbox, nuki) =
        house(LOCK, |lock| lock.member("config/keypadMountingState", json!(2)).member("config/operationId", json!("5f")));
    nuki.smartlock(LOCK).config().modify(|config| config.led_enabled = Some(false)).await.unwrap();
    let sent = sandbox.requests().last().unwrap().json();
    let before = Sandbox::new().smartlock(LOCK).unwrap()["config"].clone();
    for (name, value) in sent.as_object().unwrap() {
        match name.as_str() {
            "ledEnabled" => assert_eq!(*value, false),
            "keypadMountingState" => assert_eq!(*value, 2, "what nobody knows is sent back"),
            _ => assert_eq!(*value, before[name], "{name}"),
        }
    }
    for read_only in ["keypadPaired", "fobAction1", "deviceType", "homekitState", "operationId", "wifiEnabled", "matterState"] {
        assert!(sent.get(read_only).is_none(), "{read_only} is the service's to set");
    }
    let after = sandbox.smartlock(LOCK).unwrap();
    assert_eq!((&after["config"]["ledEnabled"], &after["config"]["name"]), (&json!(false), &before["name"]));
}

#[tokio::test]
async fn each_configuration_is_modified_at_its_own_place() {
    let (sandbox, nuki) = house(LOCK, |lock| lock);
    nuki.smartlock(LOCK).advanced_config().modify(|config| config.auto_lock = Some(true)).await.unwrap();
    nuki.smartlock(OPENER).opener_config().modify(|config| config.rto_timeout = 7).await.unwrap();
    nuki.smartlock(id(3)).smart_door_config().modify(|config| config.auto_lock = true).await.unwrap();
    nuki.smartlock(LOCK).web_config().modify(|config| config.battery_warning_per_mail_enabled = Some(false)).await.unwrap();
    nuki.smartlock(OPENER).config().modify(|config| config.name = "Bell".into()).await.unwrap();
    let device = |id| sandbox.smartlock(id).unwrap();
    assert_eq!(
        (&device(LOCK)["advancedConfig"]["autoLock"], &device(LOCK)["advancedConfig"]["totalDegrees"]),
        (&json!(true), &json!(-19136))
    );
    assert_eq!(
        (&device(OPENER)["openerAdvancedConfig"]["rtoTimeout"], &device(OPENER)["config"]["name"]),
        (&json!(7), &json!("Bell"))
    );
    assert_eq!(device(id(3))["smartdoorAdvancedConfig"]["autoLock"], true);
    assert_eq!(device(LOCK)["webConfig"]["batteryWarningPerMailEnabled"], false);
    let sent = sandbox.requests_of(Operation::SmartlockOpenerConfigUpdate)[0].json();
    assert!(sent.get("intercomId").is_none() && sent.get("busModeSwitch").is_none(), "{sent}");
}

#[tokio::test]
async fn a_configuration_that_the_type_lacks_is_refused_by_name() {
    let (sandbox, nuki) = house(LOCK, |lock| lock);
    let refused = [
        (
            nuki.smartlock(OPENER).advanced_config().modify(|_| {}).await,
            "is of type 2, which has no advancedConfig: Openers have `opener_config()`",
        ),
        (
            nuki.smartlock(LOCK).opener_config().modify(|_| {}).await,
            "is of type 4, which has no openerAdvancedConfig: locks have",
        ),
        (
            nuki.smartlock(LOCK).smart_door_config().modify(|_| {}).await,
            "is of type 4, which has no smartdoorAdvancedConfig: other locks have",
        ),
    ];
    for (result, reason) in refused {
        let error = result.unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidRequest && error.to_string().contains(reason), "{error}");
    }
    assert_eq!(sandbox.requests().len(), 0);
    // What the service does not have is not sent back.
    let (sandbox, nuki) = house(LOCK, |lock| lock.member("advancedConfig", Value::Null));
    let error = nuki.smartlock(LOCK).advanced_config().modify(|_| {}).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Decode && error.to_string().contains("the device has no advancedConfig"), "{error}");
    let (more, nuki) = house(LOCK, |lock| lock.member("advancedConfig/batteryType", Value::Null));
    let error = nuki.smartlock(LOCK).advanced_config().modify(|_| {}).await.unwrap_err();
    assert!(error.to_string().contains("advancedConfig lacks what has to be sent back"), "{error}");
    assert_eq!((told(&sandbox).len(), told(&more).len()), (0, 0));
}

#[tokio::test]
async fn what_an_edit_breaks_is_refused_and_what_the_service_gave_is_not() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.member("config/ledBrightness", json!(9)));
    sandbox.on(Operation::SmartlockConfigUpdate).respond_status(204);
    let door = nuki.smartlock(LOCK).config();
    door.modify(|config| config.led_enabled = Some(true)).await.unwrap();
    let error = door.modify(|config| config.led_brightness = Some(7)).await.unwrap_err();
    assert!(error.to_string().contains("`ledBrightness` is out of range"), "{error}");
    assert_eq!(told(&sandbox).len(), 1);
}

#[test]
fn zones_have_the_names_of_the_document() {
    use nuki_api::types::TimezoneId;
    let schema = &crate::spec::document()["components"]["schemas"]["TimezoneId"];
    let (values, names) = (schema["x-extensible-enum"].as_array().unwrap(), schema["x-enum-descriptions"].as_array().unwrap());
    let mut zones = 0;
    for (value, name) in values.iter().zip(names) {
        let zone = TimezoneId::from(value.as_i64().unwrap());
        let Some((name, _)) = name.as_str().unwrap().strip_prefix('`').and_then(|name| name.split_once('`')) else {
            assert_eq!(zone.iana(), None, "{name}");
            continue;
        };
        assert_eq!((zone.iana(), TimezoneId::from_iana(&name.to_lowercase())), (Some(name), Some(zone)));
        zones += 1;
    }
    assert_eq!((zones, TimezoneId::from_iana("Mars/Olympus")), (46, None));
}
