//! `/account/setting`.

use serde_json::json;

use super::*;

#[test]
fn settings_are_put_read_and_deleted_as_a_whole() {
    let sandbox = world();
    assert_eq!(call(&sandbox, "GET", "/account/setting").0, 404);
    let settings = json!({"web": {"nukiClubDismissed": true, "deviceViewType": "LIST"}});
    assert_eq!(send(&sandbox, "PUT", "/account/setting", settings.clone()), (200, settings.clone()));
    assert_eq!(call(&sandbox, "GET", "/account/setting"), (200, settings));
    let settings = json!({"web": {"deviceSortType": "NAME_ASC"}});
    assert_eq!(send(&sandbox, "PUT", "/account/setting", settings.clone()), (200, settings.clone()));
    assert_eq!(sandbox.settings(MASTER), Some(settings), "what was not put again is gone");
    assert_eq!(call(&sandbox, "DELETE", "/account/setting").0, 204);
    assert_eq!(call(&sandbox, "GET", "/account/setting").0, 404);
    assert_eq!(call(&sandbox, "DELETE", "/account/setting").0, 204, "there is no 404 here");
}

#[test]
fn members_that_nobody_knows_survive_and_nulls_do_not() {
    let sandbox = world();
    let device = json!({"smartlockId": 18_000_000_000_i64, "name": "Door", "read": false, "colour": [1, {"x": 2}]});
    let sent = json!({"web": {"markedStaledDevices": [device], "annotations": {"a": "b"}, "deviceViewType": null}, "app": 1});
    let kept = json!({"web": {"markedStaledDevices": [device], "annotations": {"a": "b"}}, "app": 1});
    assert_eq!(send(&sandbox, "PUT", "/account/setting", sent), (200, kept));
}

#[test]
fn known_members_of_a_wrong_type_answer_400() {
    let sandbox = world();
    for body in [
        json!([]),
        json!({"web": 1}),
        json!({"web": {"deviceViewType": 1}}),
        json!({"web": {"deviceSortType": {}}}),
        json!({"web": {"nukiClubDismissed": "yes"}}),
        json!({"web": {"removedStaledDevices": {}}}),
        json!({"web": {"removedStaledDevices": [1]}}),
        json!({"web": {"markedStaledDevices": [{"smartlockId": "1"}]}}),
        json!({"web": {"markedStaledDevices": [{"smartlockId": u64::MAX}]}}),
        json!({"web": {"markedStaledDevices": [{"read": 1}]}}),
    ] {
        assert_eq!(status(&sandbox, "PUT", "/account/setting", body.clone()), 400, "{body}");
    }
    assert_eq!(sandbox.settings(MASTER), None);
}

#[test]
fn a_fixture_brings_settings() {
    let sandbox = Sandbox::builder().settings(MASTER, json!({"web": {"nukiClubDismissed": true}})).build();
    assert_eq!(call(&sandbox, "GET", "/account/setting").1["web"]["nukiClubDismissed"], true);
}
