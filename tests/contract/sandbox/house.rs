//! The devices and guests of the sandbox: every operation in houses of many kinds. Each answer is valid against the
//! document, and each status that the document has is reached by what is sent and what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use nuki_api::Operation;
use nuki_api::testkit::{AccountFixture, Resource, Sandbox, SmartlockFixture};
use serde_json::{Value, json};

use super::ask;
use crate::case::Case;
use crate::spec::endpoint;
use crate::world::{TOKEN, tried};

const MASTER: i32 = Sandbox::ACCOUNT_ID;
const SUB: i32 = 2002;
const LOCK: i64 = Sandbox::SMARTLOCK_ID;
const SMART_DOOR: i64 = 13_323_942_989;
/// A sub-account that may do nothing.
const POWERLESS: &str = "powerless-token";
const OTHER_ADDRESS: i32 = 4712;
const KEY: i32 = 1042;
const UNIT: &str = "5f0c1ab2c3d4e5f6a7b8c9d0";
const AUTH: &str = "5f0c1ab2c3d4e5f6a7b8c9d1";
const APP: &str = "5f0c1ab2c3d4e5f6a7b8c9d4";
const STAY: &str = "5f0c1ab2c3d4e5f6a7b8c9d1";
const ADDRESS_TOKEN: &str = "5f0c1ab2c3d4e5f6a7b8c9d2";
const NOTIFICATION: &str = "5f0c1ab2c3d4e5f6a7b8c9d3";

/// The case of an operation, at a device that has what it is about.
fn target(case: &Case) -> String {
    let device = match case.operation {
        Operation::SmartlockOpenerConfigUpdate => Sandbox::OPENER_ID,
        Operation::SmartlockSmartDoorConfigUpdate => SMART_DOOR,
        _ => LOCK,
    };
    case.target.replace(&LOCK.to_string(), &device.to_string())
}

/// A house whose type 4 lock is another one.
fn with_lock(change: fn(SmartlockFixture) -> SmartlockFixture) -> Sandbox {
    let house = house();
    house.change_smartlock(LOCK, change);
    house
}

fn house() -> Sandbox {
    let sub = AccountFixture::new(SUB, "sub@example.com").master(MASTER);
    Sandbox::builder().account(sub).token(TOKEN, MASTER).token(POWERLESS, SUB).build()
}

/// A house in which a call was made before.
fn after(operation: Operation, target: &str, body: Value) -> Sandbox {
    let house = house();
    let status = ask(&house, operation, TOKEN, target, &body);
    assert!(status < 300, "{operation:?} {target}: {status}");
    house
}

/// A master account without any devices, whose neighbor has them all.
fn of_a_neighbor() -> Sandbox {
    let neighbor = AccountFixture::new(SUB, "neighbor@example.com");
    let lock = SmartlockFixture::new(4, 0x1A2B_3C4D);
    let auth = json!({"id": AUTH, "name": "A code of the neighbor"});
    Sandbox::builder()
        .unfurnished()
        .account(neighbor)
        .smartlock(SUB, lock)
        .resource(Resource::SmartlockAuth, LOCK, auth)
        .token(TOKEN, MASTER)
        .build()
}

fn houses() -> Vec<fn() -> Sandbox> {
    vec![
        // As it is.
        house,
        // With a busy lock.
        || after(Operation::SmartlockLock, &format!("/smartlock/{LOCK}/action/lock"), Value::Null),
        // With a lock that is not paid for.
        || with_lock(SmartlockFixture::unpaid),
        // With a lock that takes nobody.
        || with_lock(SmartlockFixture::refuses_authorizations),
        // With a lock in maintenance.
        || with_lock(|lock| lock.mode(4)),
        // With a lock whose PIN is not known.
        || with_lock(|lock| lock.admin_pin(1234)),
        // With a lock that is offline.
        || with_lock(|lock| lock.online(false)),
        // With an account that needs an upgrade.
        || {
            let master = AccountFixture::new(MASTER, "master@example.com").needs_upgrade();
            Sandbox::builder().account(master).token(TOKEN, MASTER).build()
        },
        of_a_neighbor,
        // With an authorization that is being changed.
        || after(Operation::SmartlockAuthUpdate, &format!("/smartlock/{LOCK}/auth/{AUTH}"), json!({"name": "Next door"})),
        // With a code that exists.
        || {
            let house = house();
            for operation in [Operation::SmartlockAuthCreate, Operation::SmartlockAuthUpdate] {
                let mut body = Case::of(operation).body;
                body["type"] = 13.into();
                body["name"] = "The same".into();
                body.as_object_mut().unwrap().remove("accountUserId");
                let target = format!("/smartlock/{LOCK}/auth");
                assert!([204, 409].contains(&ask(&house, Operation::SmartlockAuthCreate, TOKEN, &target, &body)));
                house.advance(Duration::from_secs(10));
            }
            house
        },
        // With a unit that is being deleted.
        || after(Operation::AddressUnitDelete, &format!("/address/4711/unit/{UNIT}"), Value::Null),
        // With a user who is being deleted.
        || after(Operation::AccountUserDelete, "/account/user/7654321", Value::Null),
        // With another user of the email address.
        || {
            let email = Case::of(Operation::AccountUserUpdate).body["email"].clone();
            let user = json!({"name": "Twin", "email": email});
            after(Operation::AccountUserCreate, "/account/user", user)
        },
        // With a user who has no authorization.
        || {
            let app = format!("/smartlock/{LOCK}/auth/{APP}");
            let house = after(Operation::SmartlockAuthDelete, &app, Value::Null);
            house.advance(Duration::from_secs(10));
            house
        },
        // With a central webhook that works.
        || after(Operation::ApiKeyAdvancedReactivate, &format!("/api/key/{KEY}/advanced/reactivate"), Value::Null),
        // With a linked service.
        || after(Operation::ServiceLink, "/service/airbnb/link", Value::Null),
        // With a reservation that has access.
        || {
            let issue = format!("/address/4711/reservation/{STAY}/issue");
            let house = after(Operation::AddressReservationIssue, &issue, Value::Null);
            house.advance(Duration::from_secs(10));
            house
        },
        // With a token that was redeemed.
        || after(Operation::AddressTokenRedeem, &format!("/address/token/{ADDRESS_TOKEN}/redeem"), Value::Null),
        // With a notification of an app.
        || {
            let house = Sandbox::builder().token(TOKEN, MASTER);
            let app = json!({"notificationId": NOTIFICATION, "os": 1, "pushId": "phone", "settings": []});
            house.unfurnished().resource(Resource::Notification, MASTER, app).build()
        },
        // Without an Advanced API key.
        || after(Operation::ApiKeyAdvancedDelete, &format!("/api/key/{KEY}/advanced"), Value::Null),
        // With another address.
        || {
            Sandbox::builder()
                .token(TOKEN, MASTER)
                .resource(Resource::Address, MASTER, json!({"addressId": OTHER_ADDRESS}))
                .build()
        },
    ]
}

#[test]
fn every_answer_is_valid_and_every_status_is_reached() {
    let (mut asked, mut reached) = (0, BTreeMap::<_, BTreeSet<u16>>::new());
    let cases = || Case::all().filter(|case| case.operation.info().group != "account");
    for (number, house) in houses().into_iter().enumerate() {
        for case in cases() {
            let target = target(&case);
            let path = target.split('?').next().unwrap_or_default();
            let unknown = path.replace(&LOCK.to_string(), "17618910286").replace("4711", "4713").replace("1042", "1043");
            let unknown = unknown.replace("c9d", "c9e").replace("0d1e", "0d1f").replace("7654321", "7654322");
            let unknown = unknown.replace("54294256", "54294257").replace("airbnb", "smoobu").replace("/17", "/16");
            let unknown = unknown.replace("/brand/3", "/brand/5");
            let bodies = [case.body.clone(), json!({}), json!([null]), json!({"name": 1, "email": [], "settings": 1})];
            let mut asks = bodies.map(|body| (TOKEN, target.as_str(), body)).to_vec();
            let broken = path.replace("4711", "x").replace(&LOCK.to_string(), "1A2B3C4D");
            // These are the same in all houses.
            if number == 0 {
                asks.push(("wrong", &target, case.body.clone()));
                asks.push((POWERLESS, &target, case.body.clone()));
                asks.push((TOKEN, &unknown, case.body.clone()));
                asks.push((TOKEN, &broken, case.body.clone()));
            }
            for (token, target, body) in asks {
                let sandbox = house();
                let status = ask(&sandbox, case.operation, token, target, &body);
                reached.entry(case.operation).or_default().insert(status);
                asked += 1;
                // Also what it remembers of that, and what becomes of it.
                if status < 300 && body == case.body && endpoint(case.operation).method != "GET" {
                    sandbox.advance(Duration::from_secs(1));
                    asked += read(&sandbox);
                    sandbox.advance(Duration::from_secs(60));
                    asked += read(&sandbox);
                }
            }
        }
    }
    let missing = cases().flat_map(|case| {
        let reached = reached[&case.operation].clone();
        let documented = endpoint(case.operation).statuses();
        documented.into_iter().filter(move |status| !reached.contains(status)).map(move |status| (case.operation, status))
    });
    // It answers the updated user, as the service was seen to.
    let never = (Operation::AccountUserUpdate, 204);
    assert_eq!(missing.filter(|missing| *missing != never).collect::<Vec<_>>(), []);
    tried(asked, "answer of a house, valid with what the vendor demands");
}

/// What a device, its authorizations and its log look like.
fn read(sandbox: &Sandbox) -> usize {
    let reads = [
        (Operation::SmartlockList, "/smartlock"),
        (Operation::SmartlockAuthListAll, "/smartlock/auth"),
        (Operation::SmartlockAuthListPaged, "/smartlock/auth/paged?size=1"),
        (Operation::SmartlockLogListAll, "/smartlock/log?limit=3"),
    ];
    reads.map(|(operation, target)| ask(sandbox, operation, TOKEN, target, &Value::Null)).len()
}
