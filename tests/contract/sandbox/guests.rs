//! Keypad codes and users at two locks, held against a model that knows when each change reaches its lock.

mod model;

use std::time::Duration;

use chrono::DateTime;
use nuki_api::testkit::{Sandbox, SmartlockFixture};
use proptest::prelude::*;
use serde_json::{Value, json};

use self::model::Model;
use super::MASTER;
use super::model::{call, send};

/// Few enough that they clash.
const CODES: [i64; 5] = [345_671, 345_672, 345_673, 345_674, 345_675];
const NAMES: [&str; 2] = ["Booking 1", "Booking 2"];
/// In milliseconds, like all times here: until a change has reached its lock, unless it is set.
const CHANGE: i64 = 3_000;

/// What limits an authorization in time: nothing, or some of this.
fn window(number: usize) -> Value {
    match number {
        0 => json!({}),
        1 => json!({
            "allowedFromDate": "2026-07-14T13:00:00.000Z", "allowedUntilDate": "2026-07-17T09:00:00.000Z",
            "allowedWeekDays": 127,
        }),
        _ => json!({
            "allowedFromDate": "2026-07-14T13:00:00.000Z", "allowedWeekDays": 96, "allowedFromTime": 930,
            "allowedUntilTime": 660,
        }),
    }
}

fn with(mut body: Value, window_number: usize) -> Value {
    body.as_object_mut().unwrap().extend(window(window_number).as_object().unwrap().clone());
    body
}

#[derive(Clone, Debug)]
enum Step {
    /// At one lock, or at both with one call.
    Create {
        locks: &'static [usize],
        code: usize,
        name: usize,
        window: usize,
        user: Option<usize>,
    },
    Update {
        auth: usize,
        code: Option<usize>,
        name: usize,
        window: usize,
    },
    UpdateMany {
        auths: Vec<(usize, Option<usize>)>,
        name: usize,
        window: usize,
    },
    Delete {
        auth: usize,
    },
    DeleteMany {
        auths: Vec<usize>,
    },
    CreateUser,
    DeleteUser {
        user: usize,
    },
    Advance(i64),
    Online {
        lock: usize,
        is_online: bool,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let (auth, code, name, window) = (|| 0..12_usize, || 0..CODES.len(), || 0..NAMES.len(), || 0..3_usize);
    let (user, locks) = (|| 0..3_usize, prop::sample::select(vec![&[0][..], &[0], &[1], &[1], &[0, 1]]));
    prop_oneof![
        6 => (locks, code(), name(), window(), prop::option::of(user()))
            .prop_map(|(locks, code, name, window, user)| Step::Create { locks, code, name, window, user }),
        4 => (auth(), prop::option::of(code()), name(), window())
            .prop_map(|(auth, code, name, window)| Step::Update { auth, code, name, window }),
        2 => (prop::collection::vec((auth(), prop::option::of(code())), 1..4), name(), window())
            .prop_map(|(auths, name, window)| Step::UpdateMany { auths, name, window }),
        1 => (prop::collection::vec(auth(), 2..4), code(), name(), window()).prop_map(|(auths, code, name, window)| {
            Step::UpdateMany { auths: auths.into_iter().map(|auth| (auth, Some(code))).collect(), name, window }
        }),
        2 => auth().prop_map(|auth| Step::Delete { auth }),
        1 => prop::collection::vec(auth(), 1..4).prop_map(|auths| Step::DeleteMany { auths }),
        1 => Just(Step::CreateUser),
        1 => user().prop_map(|user| Step::DeleteUser { user }),
        // Just before and just after it is carried out, and halfway.
        6 => prop::sample::select(&[1, 1_500, CHANGE - 1, CHANGE, 20_000][..]).prop_map(Step::Advance),
        2 => (0..2_usize, any::<bool>()).prop_map(|(lock, is_online)| Step::Online { lock, is_online }),
    ]
}

/// Does a step at the sandbox, and gives the status and the body if it is a call.
fn perform(sandbox: &Sandbox, model: &Model, step: &Step) -> Option<(u16, Value)> {
    let update = |auth: usize, code: Option<usize>, name: &usize, window: &usize| {
        let mut body = json!({"id": model.id(auth).1, "name": NAMES[*name]});
        if let Some(code) = code {
            body["code"] = CODES[code].into();
        }
        with(body, *window)
    };
    let path = |auth: &usize| {
        let (lock, id) = model.id(*auth);
        format!("/smartlock/{}/auth/{id}", model.locks[lock])
    };
    Some(match step {
        Step::Create { locks, code, name, window, user } => {
            let mut body = json!({"type": 13, "name": NAMES[*name], "code": CODES[*code], "remoteAllowed": false});
            if let Some(user) = user {
                body["accountUserId"] = model.user_id(*user).into();
            }
            let path = if let [lock] = locks {
                format!("/smartlock/{}/auth", model.locks[*lock])
            } else {
                body["smartlockIds"] = json!(model.locks);
                "/smartlock/auth".to_owned()
            };
            send(sandbox, "PUT", &path, with(body, *window))
        }
        Step::Update { auth, code, name, window } => send(sandbox, "POST", &path(auth), update(*auth, *code, name, window)),
        Step::UpdateMany { auths, name, window } => {
            let updates = model.once(auths).into_iter().map(|(auth, code)| update(auth, code, name, window));
            send(sandbox, "POST", "/smartlock/auth", updates.collect())
        }
        Step::Delete { auth } => call(sandbox, "DELETE", &path(auth)),
        Step::DeleteMany { auths } => {
            send(sandbox, "DELETE", "/smartlock/auth", auths.iter().map(|auth| model.id(*auth).1).collect())
        }
        Step::CreateUser => send(sandbox, "PUT", "/account/user", json!({"name": "Guest", "email": "guest@example.com"})),
        Step::DeleteUser { user } => {
            let id = model.user_id(*user);
            call(sandbox, "DELETE", &format!("/account/user/{id}"))
        }
        Step::Advance(by) => {
            sandbox.advance(Duration::from_millis(by.unsigned_abs()));
            return None;
        }
        Step::Online { lock, is_online } => {
            sandbox.change_smartlock(model.locks[*lock], |lock| lock.online(*is_online));
            return None;
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn guests_come_and_go_as_they_do_in_the_model(
        change_time in prop::option::of(prop::sample::select(&[1_i64, 700, 10_000][..])),
        steps in prop::collection::vec(any_step(), 1..40),
    ) {
        let fixtures = [0x00C0_FFEE, 0x00C0_FFEF].map(|printed| SmartlockFixture::new(4, printed).keypad());
        let locks = fixtures.each_ref().map(SmartlockFixture::id);
        let start = DateTime::from_timestamp_millis(1_747_061_140_629).unwrap();
        let mut builder = Sandbox::builder().unfurnished().now(start);
        for fixture in fixtures {
            builder = builder.smartlock(MASTER, fixture);
        }
        if let Some(change_time) = change_time {
            builder = builder.change_time(Duration::from_millis(change_time.unsigned_abs()));
        }
        let sandbox = builder.build();
        let mut model = Model::new(locks, change_time.unwrap_or(CHANGE));
        // Two users are there from the start, so that codes can be theirs.
        for step in [Step::CreateUser, Step::CreateUser].iter().chain(&steps) {
            let answer = perform(&sandbox, &model, step);
            prop_assert_eq!(answer.as_ref().map(|(status, _)| *status), model.expect(step), "{:?}", step);
            if let (Step::CreateUser, Some((_, user))) = (step, answer) {
                model.created_user(user["accountUserId"].as_i64().unwrap());
            }
            model.check(&sandbox);
        }
    }
}
