//! What doors do: actions by their names, and calls that end when the door has done it.

use std::collections::BTreeMap;
use std::time::Duration;

use nuki_api::smartlock::{PerformSmartlockAction, Progress, SmartlockApi};
use nuki_api::testkit::{Sandbox, SmartlockFixture};
use nuki_api::types::SmartlockActionOption;
use nuki_api::{Call, Client, Error, ErrorKind, LockState, OpenerState, Operation, Retry};
use serde_json::json;
use tokio::time::Instant;

use crate::world::{print, tried};

pub const LOCK: i64 = Sandbox::SMARTLOCK_ID;
pub const OPENER: i64 = Sandbox::OPENER_ID;
const BOX: i64 = 4_734_008_397;

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

fn reads(sandbox: &Sandbox) -> usize {
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
async fn a_confirmed_call_ends_when_the_door_has_done_it() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    let door = nuki.smartlock(LOCK).lock().confirmed().await.unwrap();
    assert_eq!((door.is_locked(), door.lock_state()), (Some(true), Some(LockState::Locked)));
    assert_eq!(told(&sandbox), [format!("POST {LOCK}/action/lock null")]);

    let door = nuki.smartlock(LOCK).unlock().confirmed().await.unwrap();
    assert_eq!(door.lock_state(), Some(LockState::Unlocked));
    let door = nuki.smartlock(LOCK).open().confirmed().await.unwrap();
    assert_eq!(door.lock_state(), Some(LockState::Unlatched));
    tokio::time::sleep(Duration::from_secs(10)).await;
    let door = nuki.smartlock(LOCK).lock_n_go().confirmed().await.unwrap();
    assert_eq!(door.lock_state(), Some(LockState::UnlockedLockNGo));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let door = nuki.smartlock(LOCK).lock_n_go_opening().confirmed().await.unwrap();
    assert!(matches!(door.lock_state(), Some(LockState::Unlatched | LockState::UnlockedLockNGo)), "{:?}", door.lock_state());
}

#[tokio::test(start_paused = true)]
async fn an_opener_confirms_its_modes_and_its_opening() {
    let (_sandbox, nuki) = house(OPENER, |opener| opener);
    let opener = nuki.smartlock(OPENER);
    let seen = opener.activate_ring_to_open().confirmed().await.unwrap();
    assert_eq!((seen.is_ring_to_open_active(), seen.is_locked()), (Some(true), None));
    assert_eq!(opener.deactivate_ring_to_open().confirmed().await.unwrap().is_ring_to_open_active(), Some(false));
    assert_eq!(opener.activate_continuous_mode().confirmed().await.unwrap().is_continuous_mode_active(), Some(true));
    assert_eq!(opener.lock().confirmed().await.unwrap().is_continuous_mode_active(), Some(false));
    assert_eq!(opener.activate_continuous_mode().confirmed().await.unwrap().is_continuous_mode_active(), Some(true));
    assert_eq!(opener.deactivate_continuous_mode().confirmed().await.unwrap().is_continuous_mode_active(), Some(false));
    assert_eq!(opener.open().confirmed().await.unwrap().opener_state(), Some(OpenerState::Open));
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(opener.press_unlock_button().confirmed().await.unwrap().opener_state(), Some(OpenerState::Open));
}

#[tokio::test(start_paused = true)]
async fn a_press_of_the_button_opens_where_a_knob_is_fitted_and_unlocks_elsewhere() {
    let (_sandbox, nuki) = house(LOCK, |lock| lock);
    let seen = nuki.smartlock(LOCK).press_unlock_button().confirmed().await.unwrap();
    assert_eq!(seen.lock_state(), Some(LockState::Unlocked));
    let (_sandbox, nuki) = house(LOCK, SmartlockFixture::knob);
    let seen = nuki.smartlock(LOCK).press_unlock_button().confirmed().await.unwrap();
    assert_eq!(seen.lock_state(), Some(LockState::Unlatched));
}

#[tokio::test(start_paused = true)]
async fn a_movement_between_two_readings_counts_as_done() {
    let (_sandbox, nuki) =
        house(LOCK, |lock| lock.action_time(Duration::from_millis(1)).member("advancedConfig/unlatchDuration", json!(0)));
    let seen = nuki.smartlock(LOCK).open().confirmed().await.unwrap();
    assert_eq!(seen.lock_state(), Some(LockState::Unlocked));
}

#[tokio::test(start_paused = true)]
async fn the_movement_of_another_is_no_proof() {
    // Auto lock moves the bolt while the service has swallowed the opening.
    let auto_lock = |lock: SmartlockFixture| {
        lock.member("advancedConfig/autoLock", json!(true)).member("advancedConfig/autoLockTimeout", json!(2))
    };
    let (sandbox, nuki) = house(LOCK, auto_lock);
    nuki.smartlock(LOCK).unlock().await.unwrap();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    sandbox.on(Operation::SmartlockAction).always().respond_status(204);
    let error = nuki.smartlock(LOCK).open().confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSeen, "{error}");
    // Somebody arms ring to open, and nothing opens.
    let (sandbox, nuki) = house(OPENER, |opener| opener);
    let mut following = nuki.smartlock(OPENER).press_unlock_button().confirmed().follow();
    sandbox.on(Operation::SmartlockUnlock).respond_status(204);
    following.next().await.unwrap().unwrap();
    nuki.smartlock(OPENER).activate_ring_to_open().await.unwrap();
    assert_eq!(following.next().await.unwrap().unwrap().progress, Progress::Waiting);
}

#[tokio::test(start_paused = true)]
async fn a_door_that_stands_open_already_is_no_proof_either() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(5));
    sandbox.on(Operation::SmartlockAction).always().respond_status(204);
    let error = nuki.smartlock(LOCK).open().confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSeen);
}

#[tokio::test(start_paused = true)]
async fn ring_to_open_is_active_although_the_door_is_open() {
    let (_sandbox, nuki) = house(OPENER, |opener| opener);
    let opener = nuki.smartlock(OPENER);
    opener.activate_ring_to_open().await.unwrap();
    let seen = opener.open().confirmed().await.unwrap();
    assert_eq!((seen.opener_state(), seen.is_ring_to_open_active()), (Some(OpenerState::Open), Some(true)));
}

#[tokio::test(start_paused = true)]
async fn of_a_type_of_the_future_the_last_action_tells() {
    let server = httpmock::MockServer::start_async().await;
    let nuki = Client::builder().base_url(server.base_url()).token("t").build().unwrap();
    let id = id(9);
    let told = server.mock(|when, then| drop((when.method("POST"), then.status(204))));
    let device = |action: i32| json!({"smartlockId": id, "type": 9, "state": {"state": 99, "lastAction": action}});
    let mut before = server.mock(|when, then| drop((when.method("GET"), then.status(200).json_body(device(2)))));
    tokio::time::resume();
    let mut following = nuki.smartlock(id).open().confirmed().within(Duration::from_secs(5)).follow();
    assert_eq!(following.next().await.unwrap().unwrap().progress, Progress::Accepted);
    assert_eq!(following.next().await.unwrap().unwrap().progress, Progress::Waiting);
    before.delete();
    server.mock(|when, then| drop((when.method("GET"), then.status(200).json_body(device(3)))));
    assert_eq!(following.next().await.unwrap().unwrap().progress, Progress::Done);
    told.assert();
}

#[tokio::test(start_paused = true)]
async fn no_time_is_too_long() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    let door = nuki.smartlock(LOCK);
    assert_eq!(door.lock().confirmed().within(Duration::MAX).await.unwrap().is_locked(), Some(true));
    let nuki = sandbox.client_builder().token(Sandbox::TOKEN).timeout(Duration::MAX).build().unwrap();
    assert_eq!(nuki.smartlock(LOCK).unlock().confirmed().await.unwrap().is_locked(), Some(false));
    // The service asks to wait for ever.
    let get = sandbox.on(Operation::SmartlockGet).nth(2).times(3);
    get.retry_after("99999999999999999999").respond_status(429);
    let error = nuki.smartlock(LOCK).lock().confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSeen, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_reading_of_another_that_hangs_holds_nobody_beyond_the_limit() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3).action_time(Duration::from_secs(3600)));
    let mut quick = nuki.smartlock(LOCK).lock().confirmed().within(Duration::from_secs(3)).follow();
    quick.next().await.unwrap().unwrap();
    sandbox.on(Operation::SmartlockGet).always().delay(Duration::from_secs(3600));
    let began = Instant::now();
    let slow = nuki.smartlock(LOCK).unlock().confirmed();
    let end = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        loop {
            if let Some(Err(error)) = quick.next().await {
                return (error.kind(), began.elapsed());
            }
        }
    };
    tokio::select! {
        _ = slow.into_future() => panic!("it hangs"),
        (kind, took) = end => assert!(kind == ErrorKind::NotSeen && took < Duration::from_secs(20), "{kind:?} {took:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_step_that_is_dropped_is_asked_for_again() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    sandbox.on(Operation::SmartlockGet).delay(Duration::from_secs(5));
    let mut following = nuki.smartlock(LOCK).lock().confirmed().follow();
    assert!(tokio::time::timeout(Duration::from_secs(1), following.next()).await.is_err());
    assert_eq!(told(&sandbox).len(), 0);
    assert_eq!(following.next().await.unwrap().unwrap().progress, Progress::Accepted);
    assert_eq!(told(&sandbox).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_blocked_motor_is_told() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3).blocked(true));
    let error = nuki.smartlock(LOCK).lock().confirmed().await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied(), error.is_retryable()), (ErrorKind::Blocked, true, false));
    assert!(error.to_string().contains("the motor of the device is blocked: look at the door"), "{error}");
    // It was blocked before, and is again.
    let error = nuki.smartlock(LOCK).unlock().confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Blocked);
    // What it was before is no answer.
    sandbox.on(Operation::SmartlockAction).always().respond_status(204);
    let error = nuki.smartlock(LOCK).unlock().confirmed().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSeen);
    sandbox.change_smartlock(LOCK, |lock| lock.blocked(false));
    sandbox.clear_faults();
    assert_eq!(nuki.smartlock(LOCK).lock().confirmed().await.unwrap().is_locked(), Some(true));
}

#[tokio::test(start_paused = true)]
async fn to_a_device_that_is_offline_nothing_is_sent() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.online(false));
    let error = nuki.smartlock(LOCK).open().confirmed().await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied(), told(&sandbox).len()), (ErrorKind::Offline, false, 0));
    // Without `confirmed` it is sent, and opens the door whenever the device is back.
    nuki.smartlock(LOCK).open().await.unwrap();
    sandbox.change_smartlock(LOCK, |lock| lock.online(true));
    assert_eq!(nuki.smartlock(LOCK).get().await.unwrap().lock_state(), Some(LockState::Unlatching));
}

#[tokio::test(start_paused = true)]
async fn a_device_that_has_to_be_connected_anew_is_not_online() {
    for state in 1..=4 {
        let (sandbox, nuki) = house(LOCK, |lock| lock);
        sandbox.change_smartlock(LOCK, |lock| lock.server_state(state));
        let door = nuki.smartlock(LOCK).get().await.unwrap();
        assert_eq!((door.is_online(), door.server_state.unwrap().as_i64()), (Some(false), state.into()));
        assert_eq!(nuki.smartlock(LOCK).lock().confirmed().await.unwrap_err().kind(), ErrorKind::Offline);
    }
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
async fn a_device_that_goes_offline_meanwhile_leaves_doubt() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    let mut following = nuki.smartlock(LOCK).lock().confirmed().follow();
    assert_eq!(following.next().await.unwrap().unwrap().progress, Progress::Accepted);
    sandbox.change_smartlock(LOCK, |lock| lock.online(false));
    let error = following.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Offline, true));
    assert!(following.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_seen_within_the_limit_may_still_be() {
    for limit in [None, Some(Duration::from_secs(3)), Some(Duration::from_secs(100))] {
        let (sandbox, nuki) = house(LOCK, |lock| lock.state(3).action_time(Duration::from_secs(3600)));
        let (began, call) = (Instant::now(), nuki.smartlock(LOCK).lock().confirmed());
        let call = if let Some(limit) = limit { call.within(limit) } else { call };
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied(), error.is_retryable()), (ErrorKind::NotSeen, true, false));
        assert!(error.to_string().contains("the lock was last Locking"), "{error}");
        let (took, limit) = (began.elapsed(), limit.unwrap_or(Duration::from_secs(30)));
        assert!(limit <= took && took < limit + Duration::from_millis(10), "{took:?}");
        assert_eq!(told(&sandbox).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_and_the_first_ones_are_short() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3).action_time(Duration::from_secs(3600)));
    let mut following = nuki.smartlock(LOCK).lock().confirmed().follow();
    let (mut pauses, mut last) = (Vec::new(), Instant::now());
    while let Some(Ok(_)) = following.next().await {
        pauses.push(last.elapsed().as_millis());
        last = Instant::now();
    }
    // Of the last pause the limit leaves a part.
    let expected = [0_u128, 400, 600, 900, 1350, 2025, 3037, 4556, 5000, 5000, 5000, 2132];
    assert!(
        pauses.len() == expected.len() && pauses.iter().zip(expected).all(|(pause, it)| pause.abs_diff(it) < 5),
        "{pauses:?}"
    );
    assert_eq!(reads(&sandbox), pauses.len());
}

#[tokio::test(start_paused = true)]
async fn it_can_be_followed_step_by_step() {
    let (_sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    let mut following = nuki.smartlock(LOCK).lock().confirmed().follow();
    let mut steps = Vec::new();
    while let Some(step) = following.next().await {
        let step = step.unwrap();
        steps.push((step.progress, step.smartlock.lock_state().unwrap()));
    }
    use Progress::{Accepted, Done, Moving};
    steps.dedup();
    assert_eq!(steps, [(Accepted, LockState::Unlocked), (Moving, LockState::Locking), (Done, LockState::Locked)]);
    assert!(following.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_for_a_device_share_its_polls() {
    let count = async |waits: usize| {
        // The service accepts, and the lock never moves.
        let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
        sandbox.on(Operation::SmartlockLock).always().respond_status(204);
        let door = nuki.smartlock(LOCK);
        let wait = async |delay: usize| {
            tokio::time::sleep(Duration::from_millis(delay as u64)).await;
            door.lock().confirmed().await.unwrap_err().kind()
        };
        let waits = (0..waits).map(wait);
        let kinds = futures(waits).await;
        assert!(kinds.iter().all(|kind| *kind == ErrorKind::NotSeen));
        (reads(&sandbox), told(&sandbox).len())
    };
    let (alone, _) = count(1).await;
    let (together, sent) = count(20).await;
    assert_eq!(sent, 20, "each is sent once");
    // Each reads the device itself before it is told anything.
    assert!(together <= alone + 20, "{together} readings for twenty, {alone} for one");
    print(&format!("       readings of a device: {alone} for one wait, {together} for twenty at once"));
}

/// All of them at once, in this task.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all = all.map(|future| (Box::pin(future), None)).collect::<Vec<_>>();
    std::future::poll_fn(|context| {
        for (future, output) in all.iter_mut().filter(|(_, output)| output.is_none()) {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                *output = Some(value);
            }
        }
        if all.iter().all(|(_, output)| output.is_some()) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    all.into_iter().filter_map(|(_, output)| output).collect()
}

#[tokio::test(start_paused = true)]
async fn a_passing_failure_of_a_reading_does_not_end_the_wait_and_another_does() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    sandbox.on(Operation::SmartlockGet).nth(2).times(9).respond_status(503).then().respond_status(500).then().respond_html(200);
    assert_eq!(nuki.smartlock(LOCK).lock().confirmed().await.unwrap().is_locked(), Some(true));
    assert!(reads(&sandbox) > 9);

    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3));
    sandbox.on(Operation::SmartlockGet).nth(2).respond_status(403);
    let error = nuki.smartlock(LOCK).lock().confirmed().await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Forbidden, true), "it was sent");
}

#[tokio::test(start_paused = true)]
async fn when_the_device_cannot_be_read_or_refuses_nothing_is_waited_for() {
    let (sandbox, nuki) = house(LOCK, |lock| lock);
    sandbox.on(Operation::SmartlockGet).respond_status(403);
    let error = nuki.smartlock(LOCK).open().confirmed().await.unwrap_err();
    assert_eq!((error.kind(), told(&sandbox).len()), (ErrorKind::Forbidden, 0));

    nuki.smartlock(LOCK).unlock().await.unwrap();
    let error = nuki.smartlock(LOCK).open().confirmed().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(423), "it is busy");
    assert_eq!(told(&sandbox).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_can_never_be_seen_is_refused_before_anything_is_sent() {
    let (sandbox, nuki) = house(LOCK, |lock| lock);
    for error in [
        nuki.smartlock(BOX).unlock().confirmed().await.unwrap_err(),
        nuki.smartlock(LOCK).action(0).confirmed().await.unwrap_err(),
        nuki.smartlock(OPENER).full_lock().confirmed().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn dropped_it_leaves_nothing_running_and_never_sends_again() {
    let (sandbox, nuki) = house(LOCK, |lock| lock.state(3).action_time(Duration::from_secs(3600)));
    // Dropped while the answer to the action is under way.
    sandbox.on(Operation::SmartlockLock).delay(Duration::from_secs(5));
    let mut following = nuki.smartlock(LOCK).lock().confirmed().follow();
    assert!(tokio::time::timeout(Duration::from_secs(1), following.next()).await.is_err());
    let step = following.next().await.unwrap().unwrap();
    assert_eq!(step.progress, Progress::Waiting, "the sandbox never got it");
    let requests = sandbox.requests().len();
    drop(following);
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!((sandbox.requests().len(), told(&sandbox).len()), (requests, 1));
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
