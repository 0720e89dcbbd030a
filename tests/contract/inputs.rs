//! What is refused before it is sent, over all groups: ids of the wrong kind, empty lists, values out of their limits.

use nuki_api::types::{SmartlockAuthMultiUpdate, WeekDays};
use nuki_api::{Action, Call, KeypadCode};
use serde_json::json;

use crate::world::World;

/// Asserts that the call is refused for this field alone.
async fn is_refused<A: Action>(call: Call<A>, field: &str) {
    let error = call.await.err().unwrap_or_else(|| panic!("{field} was sent"));
    let fields = error.problems().iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>();
    assert_eq!((fields, error.attempts()), (vec![field], 0), "{error}");
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_by_its_name() {
    let world = World::answering(204, "").await;
    let nuki = &world.nuki;
    let door = nuki.smartlock(17_618_910_285);
    is_refused(nuki.smartlock(0).lock(), "smartlockId").await;
    is_refused(nuki.smartlock(-1).auths().list(), "smartlockId").await;
    is_refused(nuki.smartlock("1A2B3C4D").get(), "smartlockId").await;
    is_refused(door.auths().get(" "), "id").await;
    is_refused(nuki.account().users().get(0), "accountUserId").await;
    is_refused(door.action(8), "action").await;
    is_refused(door.admin_pin().set(10_000), "adminPin").await;
    is_refused(door.logs().list().limit(51), "limit").await;
    is_refused(nuki.smartlocks().auths().delete(Vec::<&str>::new()), "ids").await;
    is_refused(nuki.smartlocks().auths().create(Vec::<i64>::new(), "Booking 123"), "smartlockIds").await;
    is_refused(nuki.smartlocks().auths().create([1, 0], "Booking 123"), "smartlockIds[1]").await;
    is_refused(door.auths().create(""), "name").await;
    is_refused(door.auths().create("Booking 123").code(123_456), "code").await;
    is_refused(door.auths().create("Booking 123").allowed_week_days(WeekDays::empty()), "allowedWeekDays").await;
    is_refused(door.auths().create("Booking 123").allowed_from_time(1440), "allowedFromTime").await;
    let updates = [SmartlockAuthMultiUpdate::new("5f0c1ab2c3d4e5f6a7b8c9d0".into(), "x".repeat(33))];
    is_refused(nuki.smartlocks().auths().update(updates), "[0].name").await;
    assert!(KeypadCode::new(483_917).is_ok());
    world.sent_all(&[]);
}

#[tokio::test]
async fn all_problems_of_a_call_come_at_once() {
    let world = World::answering(204, "").await;
    let call = world.nuki.smartlock(0).auths().create("").allowed_week_days(WeekDays::empty()).allowed_until_time(-1);
    let error = call.await.unwrap_err();
    let mut fields = error.problems().iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>();
    fields.sort_unstable();
    assert_eq!(fields, ["allowedUntilTime", "allowedWeekDays", "name", "smartlockId"]);
    world.sent_all(&[]);
}

#[tokio::test]
async fn remote_access_is_off_unless_it_is_asked_for() {
    let world = World::answering(204, "").await;
    let door = world.nuki.smartlock(17_618_910_285);
    door.auths().create("Booking 123").await.unwrap();
    door.auths().create("Booking 123").remote_allowed(true).await.unwrap();
    let body = |allowed: bool| json!({"name": "Booking 123", "remoteAllowed": allowed});
    let target = "PUT /smartlock/17618910285/auth";
    world.sent_all(&[(target, body(false)), (target, body(true))]);
}
