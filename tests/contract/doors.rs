//! What doors are told: actions by their names, and never twice.

use std::collections::BTreeMap;
use std::time::Duration;

use nuki_api::smartlock::{PerformSmartlockAction, SmartlockApi};
use nuki_api::testkit::{Sandbox, SmartlockFixture};
use nuki_api::types::SmartlockActionOption;
use nuki_api::{Call, Client, Error, ErrorKind, Operation, Retry};
use serde_json::json;

use crate::world::{print, tried};

pub const LOCK: i64 = Sandbox::SMARTLOCK_ID;
pub const OPENER: i64 = Sandbox::OPENER_ID;
pub const BOX: i64 = 4_734_008_397;

type Named = (&'static str, fn(&SmartlockApi) -> Call<PerformSmartlockAction>, i32, &'static [i64]);

/// The actions with names: their numbers, and the types of devices that know them.
const ACTIONS: [Named; 9] = [
    ("unlock", SmartlockApi::unlock, 1, &[0, 1, 3, 4, 5]),
    ("open", SmartlockApi::open, 3, &[0, 2, 3, 4, 5]),
    ("full_lock", SmartlockApi::full_lock, 2, &[0, 3, 4, 5]),
    ("lock_n_go", SmartlockApi::lock_n_go, 4, &[0, 3, 4, 5]),
    ("lock_n_go_opening", SmartlockApi::lock_n_go_opening, 5, &[0, 3, 4, 5]),
    ("activate_ring_to_open", SmartlockApi::activate_ring_to_open, 1, &[2]),
    ("deactivate_ring_to_open", SmartlockApi::deactivate_ring_to_open, 2, &[2]),
    ("activate_continuous_mode", SmartlockApi::activate_continuous_mode, 6, &[2]),
    ("deactivate_continuous_mode", SmartlockApi::deactivate_continuous_mode, 7, &[2]),
];

pub fn id(kind: i64) -> i64 {
    kind << 32 | 0x1A2B_3C4D
}

/// A sandbox whose device of this id is another one, and a client.
pub fn house(id: i64, change: fn(SmartlockFixture) -> SmartlockFixture) -> (Sandbox, Client) {
    let sandbox = Sandbox::new();
    sandbox.change_smartlock(id, change);
    let nuki = sandbox.client().unwrap();
    (sandbox, nuki)
}

/// The requests that were not for reading.
pub fn told(sandbox: &Sandbox) -> Vec<String> {
    let requests = sandbox.requests().into_iter().filter(|request| request.method() != "GET");
    requests.map(|request| format!("{} {}", request.line().replace("/smartlock/", ""), request.json())).collect()
}

pub fn reads(sandbox: &Sandbox) -> usize {
    sandbox.requests_of(Operation::SmartlockGet).len()
}

#[tokio::test(start_paused = true)]
async fn each_name_sends_its_number_to_the_types_that_know_it_and_nothing_to_others() {
    let mut cases = 0;
    for (name, action, number, types) in ACTIONS {
        for kind in 0..=5 {
            let (sandbox, nuki) = house(LOCK, |lock| lock);
            let call = action(&nuki.smartlock(id(kind)));
            if types.contains(&kind) {
                call.await.unwrap();
                let sent = sandbox.requests_of(Operation::SmartlockAction)[0].json();
                assert_eq!((&sent["action"], sandbox.requests().len()), (&json!(number), 1), "{name} {kind}");
            } else {
                let error = call.await.unwrap_err();
                assert_eq!((error.kind(), sandbox.requests().len()), (ErrorKind::InvalidRequest, 0), "{name} {kind}");
                assert!(
                    error.to_string().contains(&format!("`smartlockId` is of type {kind}, which cannot `{name}`")),
                    "{error}"
                );
            }
            cases += 1;
        }
        // A type of the future is asked to do anything.
        let (sandbox, nuki) = house(LOCK, |lock| lock);
        assert_eq!(action(&nuki.smartlock(id(9))).await.unwrap_err().kind(), ErrorKind::NotFound, "{name}");
        assert_eq!(sandbox.requests().len(), 1);
    }
    tried(cases, "action by its name x type of device");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_the_type_does_not_know_is_refused_before_it_is_sent() {
    let (sandbox, nuki) = house(LOCK, |lock| lock);
    for (kind, number, known) in [(4, 6, "1, 2, 3, 4, 5"), (2, 4, "1, 2, 3, 6, 7"), (1, 2, "1"), (3, 7, "1, 2, 3, 4, 5")] {
        let error = nuki.smartlock(id(kind)).action(number).await.unwrap_err();
        assert!(
            error.to_string().contains(&format!("`action` is none of the actions of a device of type {kind}: {known}")),
            "{error}"
        );
    }
    let error = nuki.smartlock(OPENER).with_webhook().action(5).await.unwrap_err();
    assert!(error.to_string().contains("`action` is none of the actions of a device of type 2: 1, 2, 3, 6, 7"), "{error}");
    assert_eq!(sandbox.requests().len(), 0);
    nuki.smartlock(OPENER).action(6).await.unwrap();
    assert_eq!(told(&sandbox), [format!(r#"POST {OPENER}/action {{"action":6}}"#)]);
}

#[tokio::test(start_paused = true)]
async fn half_an_id_is_told_with_what_to_do() {
    let (sandbox, nuki) = house(LOCK, |lock| lock);
    let error = nuki.smartlock("1A2B3C4D").lock().await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest && error.to_string().contains("SmartlockId::from_printed"), "{error}");
    assert_eq!(sandbox.requests().len(), 0);
    // As a number it may be a Smart Lock 1: that only the service knows.
    let error = nuki.smartlock(0x1A2B_3C4E).lock().await.unwrap_err();
    assert!(error.to_string().contains("often the id lacks its upper half, the device type"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn forced_and_full_locking_are_options() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.action_time(Duration::ZERO));
    let door = nuki.smartlock(LOCK);
    door.full_lock().await.unwrap();
    door.full_lock().forced().await.unwrap();
    door.unlock().forced().await.unwrap();
    door.action(2).option(SmartlockActionOption::FORCE).await.unwrap();
    let options = sandbox.requests().iter().map(|request| request.json()["option"].clone()).collect::<Vec<_>>();
    assert_eq!(options, [4, 6, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_only_reads_tells_no_door_anything() {
    let sandbox = Sandbox::new();
    let nuki = sandbox.client_builder().token(Sandbox::TOKEN).read_only().build().unwrap();
    let error = nuki.smartlock(LOCK).lock().confirmed().await.unwrap_err();
    assert_eq!((error.kind(), told(&sandbox).len()), (ErrorKind::InvalidRequest, 0));
}

/// How a request can go wrong.
const FAULTS: [&str; 13] =
    ["refused", "reset before", "reset after", "late", "400", "401", "404", "408", "423", "429", "500", "502", "503"];

fn strike(sandbox: &Sandbox, operation: Operation, fault: &str) {
    let on = sandbox.on(operation).always();
    let _ = match fault {
        "refused" => on.refuse_connection(),
        "reset before" => on.reset_before(),
        "reset after" => on.reset_after(),
        "late" => on.delay(Duration::from_secs(3600)),
        status => on.respond_status(status.parse().unwrap()),
    };
}

/// The number of requests on the wire, for every fault and every action, under a policy that tries whatever it may.
#[tokio::test(start_paused = true)]
async fn no_action_is_ever_on_the_wire_twice() {
    type Telling = fn(Client) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Error>>>>;
    let mut actions: Vec<(&str, Telling)> = vec![
        ("lock", |nuki| Box::pin(nuki.smartlock(LOCK).lock().send())),
        ("lock, confirmed", |nuki| Box::pin(async move { nuki.smartlock(LOCK).lock().confirmed().await.map(drop) })),
        ("press_unlock_button", |nuki| Box::pin(nuki.smartlock(LOCK).press_unlock_button().send())),
        ("press, confirmed", |nuki| {
            Box::pin(async move { nuki.smartlock(LOCK).press_unlock_button().confirmed().await.map(drop) })
        }),
        ("unlock", |nuki| Box::pin(nuki.smartlock(LOCK).unlock().send())),
        ("open", |nuki| Box::pin(nuki.smartlock(LOCK).open().send())),
        ("open, confirmed", |nuki| Box::pin(async move { nuki.smartlock(LOCK).open().confirmed().await.map(drop) })),
        ("full_lock", |nuki| Box::pin(nuki.smartlock(LOCK).full_lock().send())),
        ("lock_n_go", |nuki| Box::pin(nuki.smartlock(LOCK).lock_n_go().send())),
        ("lock_n_go_opening", |nuki| Box::pin(nuki.smartlock(LOCK).lock_n_go_opening().send())),
    ];
    actions.extend([
        ("activate_ring_to_open", (|nuki| Box::pin(nuki.smartlock(OPENER).activate_ring_to_open().send())) as Telling),
        ("deactivate_ring_to_open", |nuki| Box::pin(nuki.smartlock(OPENER).deactivate_ring_to_open().send())),
        ("activate_continuous_mode", |nuki| Box::pin(nuki.smartlock(OPENER).activate_continuous_mode().send())),
        ("deactivate_continuous_mode", |nuki| Box::pin(nuki.smartlock(OPENER).deactivate_continuous_mode().send())),
    ]);
    let mut table = format!("{:<28}{}", "requests on the wire", FAULTS.map(|fault| format!("{fault:>13}")).concat());
    let mut cases = 0;
    for (name, action) in actions {
        let mut row = BTreeMap::new();
        for fault in FAULTS {
            let sandbox = Sandbox::new();
            for operation in [Operation::SmartlockLock, Operation::SmartlockUnlock, Operation::SmartlockAction] {
                strike(&sandbox, operation, fault);
            }
            let client = |retry| sandbox.client_builder().token(Sandbox::TOKEN).retry(retry).build().unwrap();
            let result = action(client(Retry::default().updates_after_loss(true))).await;
            let sent = told(&sandbox).len();
            assert!(sent <= 1, "{name}, {fault}: {sent}");
            assert!(result.is_err() && sent == usize::from(fault != "refused"), "{name}, {fault}: {sent}, {result:?}");
            row.insert(fault, sent);
            // A 429 has done nothing, and locking may be asked to go on after it. Nothing else may.
            sandbox.clear_requests();
            let greedy = Retry::default().updates_after_loss(true).creates_when_rate_limited(true);
            action(client(greedy)).await.unwrap_err();
            let may_go_on = fault == "429" && name.starts_with("lock") && !name.contains("n_go");
            assert!(told(&sandbox).len() <= if may_go_on { 3 } else { 1 }, "{name}, {fault}");
            cases += 2;
        }
        table += &format!("\n{name:<28}{}", FAULTS.map(|fault| format!("{:>13}", row[fault])).concat());
    }
    print(&table);
    tried(cases, "action x fault, requests on the wire");
}
