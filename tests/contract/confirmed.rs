//! Calls that end when the door has done it: what counts as done, and what is told otherwise.

use std::time::Duration;

use futures_util::future::join_all;
use nuki_api::smartlock::Progress;
use nuki_api::testkit::{Sandbox, SmartlockFixture};
use nuki_api::{Client, ErrorKind, LockState, OpenerState, Operation};
use serde_json::json;
use tokio::time::Instant;

use crate::doors::{BOX, LOCK, OPENER, house, id, reads, told};
use crate::world::print;

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
        let kinds = join_all(waits).await;
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
