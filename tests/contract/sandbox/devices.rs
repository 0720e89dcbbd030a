//! What a device of each type does, held against a table of states and of how long they last.
//!
//! The model keeps only what the device was told and when, and works out everything else from that.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use nuki_api::testkit::{Resource, Sandbox, SmartlockFixture};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::MASTER;
use super::model::{call, send};

const BOX: u8 = 1;
const OPENER: u8 = 2;
/// In milliseconds, like all times here: one movement of the motor, unless it is set.
const MOTOR: i64 = 2_000;
/// How long the latch is held (`unlatchDuration`), and the strike of an Opener (`electricStrikeDuration`).
const LATCH: i64 = 3_000;
const LOCK_N_GO: i64 = 20_000;
const RING_TO_OPEN: i64 = 20 * 60_000;
/// While a device is in one of these it is at work, and takes nothing else.
const AT_WORK: [u64; 3] = [2, 4, 7];
const BLOCKED: u64 = 254;

#[derive(Clone, Copy, Debug)]
enum Step {
    Act { number: u8, advanced: bool },
    Lock { advanced: bool },
    Unlock { advanced: bool },
    Advance(i64),
    Online(bool),
    Block(bool),
    Read,
}

fn any_step() -> impl Strategy<Value = Step> {
    // The ends of what takes time, and what is just before them.
    let ends = [0, 100, 1_900, MOTOR, LATCH, MOTOR + LATCH, 19_900, LOCK_N_GO, RING_TO_OPEN - 100, RING_TO_OPEN];
    prop_oneof![
        6 => (0..=8_u8, any::<bool>()).prop_map(|(number, advanced)| Step::Act { number, advanced }),
        2 => any::<bool>().prop_map(|advanced| Step::Lock { advanced }),
        2 => any::<bool>().prop_map(|advanced| Step::Unlock { advanced }),
        4 => (0..=400_i64).prop_map(|tenths| Step::Advance(100 * tenths)),
        4 => prop::sample::select(ends.to_vec()).prop_map(Step::Advance),
        3 => any::<bool>().prop_map(Step::Online),
        1 => any::<bool>().prop_map(Step::Block),
        8 => Just(Step::Read),
    ]
}

/// Something that the device began to do.
#[derive(Clone, Copy)]
struct Done {
    at: i64,
    /// The action as a number.
    number: u8,
    /// Whether it came by `/action/lock`, which ends more on an Opener than its number does.
    is_lock: bool,
    was_blocked: Option<bool>,
}

struct Model {
    kind: u8,
    has_knob: bool,
    motor: i64,
    now: i64,
    is_online: bool,
    /// Until when the service heard of the device.
    heard: i64,
    done: Vec<Done>,
    blocked: Vec<(i64, bool)>,
    /// The last that it was told while it was offline: the number, and whether it came by `/action/lock`.
    queued: Option<(u8, bool)>,
}

impl Model {
    fn new(kind: u8, has_knob: bool, motor: i64) -> Model {
        Model { kind, has_knob, motor, now: 0, is_online: true, heard: 0, done: Vec::new(), blocked: Vec::new(), queued: None }
    }

    fn knows(&self, number: u8) -> bool {
        match self.kind {
            BOX => number == 1,
            OPENER => [1, 2, 3, 6, 7].contains(&number),
            _ => (1..=5).contains(&number),
        }
    }

    /// The states that an action leads through, and how long each lasts; the last one stays.
    fn course(&self, number: u8) -> Vec<(u64, i64)> {
        let (motor, end) = (self.motor, i64::MAX);
        match (self.kind, number) {
            // The vendor lists no states of a Box; those of a lock are the sandbox's choice.
            (BOX, _) => vec![(2, motor), (3, end)],
            (OPENER, 3) => vec![(7, motor), (5, LATCH), (1, end)],
            (OPENER, _) => vec![(1, end)],
            (_, 1) => vec![(2, motor), (3, end)],
            (_, 2) => vec![(4, motor), (1, end)],
            (_, 3) => vec![(7, motor), (5, LATCH), (3, end)],
            (_, 4) => vec![(2, motor), (6, LOCK_N_GO), (4, motor), (1, end)],
            _ => vec![(7, motor), (5, LATCH), (6, LOCK_N_GO), (4, motor), (1, end)],
        }
    }

    /// A motor ends where it is blocked as it begins to turn; one that turns already goes on, by the sandbox's choice. An
    /// Opener has no motor that could be.
    fn is_blocked(&self, done: Done, begin: i64) -> bool {
        let later = || self.blocked.iter().rev().find(|(at, _)| *at < begin).is_some_and(|(_, is_blocked)| *is_blocked);
        let at_once = done.was_blocked.filter(|_| begin == done.at);
        self.kind != OPENER && at_once.unwrap_or_else(later)
    }

    /// The states of the last that it began, and when each begins.
    fn phases(&self) -> Vec<(i64, u64)> {
        let Some(done) = self.so_far().last() else { return vec![(0, 1)] };
        let (mut begin, mut phases) = (done.at, Vec::new());
        for (state, lasts) in self.course(done.number) {
            phases.push((begin, state));
            let is_blocked = AT_WORK.contains(&state) && self.is_blocked(*done, begin);
            begin = begin.saturating_add(lasts);
            if is_blocked {
                phases.push((begin, BLOCKED));
                break;
            }
        }
        phases
    }

    fn state(&self) -> u64 {
        match self.phases().into_iter().rfind(|(begin, _)| *begin <= self.now) {
            Some((_, 1)) if self.ring_to_open().is_some() => 3,
            Some((_, state)) => state,
            None => unreachable!("the first one has begun"),
        }
    }

    /// The phases that are still to come.
    fn to_come(&self) -> impl Iterator<Item = (i64, u64)> {
        self.phases().into_iter().filter(|(begin, _)| *begin > self.now)
    }

    fn is_at_work(&self) -> bool {
        AT_WORK.contains(&self.state())
    }

    fn so_far(&self) -> impl DoubleEndedIterator<Item = &Done> {
        self.done.iter().filter(|done| done.at <= self.now)
    }

    /// When ring to open ends, while it is active. That continuous mode takes its place is the sandbox's choice.
    fn ring_to_open(&self) -> Option<i64> {
        let done = self.so_far().filter(|_| self.kind == OPENER);
        let end = done.fold(None, |end, done| match done.number {
            _ if done.is_lock => None,
            1 => Some(done.at + RING_TO_OPEN),
            2 | 6 => None,
            _ => end,
        });
        end.filter(|end| self.now < *end)
    }

    fn is_continuous(&self) -> bool {
        let done = self.so_far().filter(|_| self.kind == OPENER);
        done.fold(false, |is, done| (is || done.number == 6) && done.number != 7 && !done.is_lock)
    }

    /// The entries of the log, the oldest first: the action and how it ended. They come when the motor has stopped for the
    /// first time, and those of an offline device when it is back.
    fn log(&self) -> Vec<(u8, u8)> {
        let done = self.done.iter().filter(|done| {
            let motor = if self.kind == OPENER && done.number != 3 { 0 } else { self.motor };
            done.at + motor <= self.heard
        });
        done.map(|done| (done.number, self.is_blocked(*done, done.at).into())).collect()
    }

    fn hear(&mut self) {
        if self.is_online {
            self.heard = self.now;
        }
    }

    fn begin(&mut self, (number, is_lock): (u8, bool)) {
        // What comes from offline and finds the motor turning waits for it, in place of what waits already.
        self.done.retain(|done| done.at <= self.now);
        let rest = self.to_come().next().filter(|_| self.is_at_work());
        let at = rest.map_or(self.now, |(begin, _)| begin);
        let was_blocked = self.blocked.last().is_some_and(|(_, is_blocked)| *is_blocked);
        let was_blocked = (at == self.now).then_some(was_blocked);
        self.done.push(Done { at, number, is_lock, was_blocked });
    }

    /// The status that a step is answered with, if it is a call.
    fn expect(&mut self, step: Step) -> Option<u16> {
        let (number, is_lock, advanced, busy) = match step {
            Step::Act { number, .. } if !self.knows(number) => return Some(400),
            // The document has no 423 for it.
            Step::Act { number, advanced: true } => (number, false, true, 409),
            Step::Act { number, advanced: false } => (number, false, false, 423),
            Step::Lock { .. } if self.kind == BOX => return Some(405),
            // Which of the two that it ends on an Opener gives it its number is the sandbox's choice.
            Step::Lock { advanced } => (if self.is_continuous() { 7 } else { 2 }, true, advanced, 423),
            Step::Unlock { advanced } => {
                let opens = self.kind == OPENER || self.has_knob && self.kind != BOX;
                (if opens { 3 } else { 1 }, false, advanced, 423)
            }
            Step::Advance(by) => {
                self.now += by;
                self.hear();
                return None;
            }
            Step::Online(is_online) => {
                self.is_online = is_online;
                self.hear();
                if let Some(queued) = self.queued.take_if(|_| is_online) {
                    self.begin(queued);
                }
                return None;
            }
            Step::Block(is_blocked) => {
                self.blocked.push((self.now, is_blocked));
                return None;
            }
            Step::Read => return None,
        };
        if !self.is_online {
            self.queued = Some((number, is_lock));
        } else if self.is_at_work() {
            return Some(busy);
        } else {
            self.begin((number, is_lock));
        }
        Some(if advanced { 200 } else { 204 })
    }

    fn check(&self, sandbox: &Sandbox, id: i64, start: DateTime<Utc>) {
        let (_, device) = call(sandbox, "GET", &format!("/smartlock/{id}"));
        let state = &device["state"];
        let found = ["mode", "state", "lastAction"].map(|name| state[name].as_u64());
        // Nothing is known of the last action of a device that never had one; 0 is the sandbox's choice.
        let last = self.so_far().last().map_or(0, |done| done.number);
        let mode = if self.is_continuous() { 3 } else { 2 };
        // The state of an offline device may be an old one. That it is the true one is the sandbox's choice.
        assert_eq!(found, [mode, self.state(), last.into()].map(Some), "mode, state, last action");
        if self.kind == BOX && last != 0 {
            assert_eq!(state["trigger"], 4);
        }
        assert_eq!(device["serverState"], if self.is_online { 0 } else { 4 });
        let end = self.ring_to_open().map(|end| start + TimeDelta::milliseconds(end));
        let end = end.map_or(Value::Null, |end| json!(end.to_rfc3339_opts(SecondsFormat::Millis, true)));
        assert_eq!(state["ringToOpenEnd"], end);
        if self.kind == OPENER && end.is_null() {
            assert_eq!(state["ringToOpenTimer"], 0);
        }
        if self.is_online {
            self.check_log(sandbox, id);
        }
    }

    fn check_log(&self, sandbox: &Sandbox, id: i64) {
        let (_, log) = call(sandbox, "GET", &format!("/smartlock/{id}/log?limit=50"));
        let log = log.as_array().unwrap();
        let found = log.iter().rev().map(|entry| (entry["action"].clone(), entry["state"].clone()));
        let expected = self.log().into_iter().map(|(action, state)| (json!(action), json!(state)));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "action and end of each entry");
        for entry in log {
            assert!(entry["name"].as_str().unwrap().starts_with("Nuki Web"), "{entry}");
            // The Web API.
            assert_eq!(entry["trigger"], 4);
            // Entries of a Box have the number of the oldest locks.
            assert_eq!(entry["deviceType"], if self.kind == BOX { 0 } else { self.kind });
        }
    }
}

/// Does a step, and gives the status if it is a call.
fn perform(sandbox: &Sandbox, id: i64, step: Step) -> Option<u16> {
    let post = |path: &str, advanced: bool, body: Value| {
        let advanced = if advanced { "/advanced" } else { "" };
        Some(send(sandbox, "POST", &format!("/smartlock/{id}/action{path}{advanced}"), body).0)
    };
    match step {
        Step::Act { number, advanced } => return post("", advanced, json!({ "action": number })),
        Step::Lock { advanced } => return post("/lock", advanced, Value::Null),
        Step::Unlock { advanced } => return post("/unlock", advanced, Value::Null),
        Step::Advance(by) => sandbox.advance(Duration::from_millis(by.unsigned_abs())),
        Step::Online(is_online) => sandbox.change_smartlock(id, |device| device.online(is_online)),
        Step::Block(is_blocked) => sandbox.change_smartlock(id, |device| device.blocked(is_blocked)),
        Step::Read => {}
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_device_does_what_its_type_does(
        kind in 0..6_u8,
        has_knob: bool,
        motor in prop::option::of(prop::sample::select(&[100_i64, 700, 5_000, 30_000][..])),
        steps in prop::collection::vec(any_step(), 1..40),
    ) {
        let start = DateTime::from_timestamp_millis(1_747_061_140_629).unwrap();
        let mut device = SmartlockFixture::new(kind, 0x00C0_FFEE);
        let id = device.id();
        if has_knob {
            device = device.knob();
        }
        if let Some(motor) = motor {
            device = device.action_time(Duration::from_millis(motor.unsigned_abs()));
        }
        let sandbox = Sandbox::builder().unfurnished().smartlock(MASTER, device).now(start).build();
        let mut model = Model::new(kind, has_knob, motor.unwrap_or(MOTOR));
        for step in steps {
            prop_assert_eq!(perform(&sandbox, id, step), model.expect(step), "{:?}", step);
            // Not after each step: the sandbox must not need to be read to go on.
            if matches!(step, Step::Read) {
                model.check(&sandbox, id, start);
            }
        }
        model.check(&sandbox, id, start);
    }
}

/// The status of one request over a connection of its own.
async fn status(address: &str, line: &str, body: &str) -> u16 {
    let (token, length) = (Sandbox::TOKEN, body.len());
    let headers = format!("host: sandbox\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\nconnection: close");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{line} HTTP/1.1\r\n{headers}\r\n\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap()
}

/// Time stands still, so the motor turns until the last of them has pressed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_clients_at_once_one_gets_a_code_and_one_the_motor() {
    const CLIENTS: usize = 64;
    const CODES: usize = 6;
    let lock = SmartlockFixture::new(4, 0x00C0_FFEE).keypad();
    let id = lock.id();
    let start = DateTime::from_timestamp_millis(1_747_061_140_629).unwrap();
    let sandbox = Sandbox::builder().unfurnished().smartlock(MASTER, lock).now(start).build();
    let server = sandbox.serve(0).await.unwrap();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let address = server.base_url().trim_start_matches("http://").to_owned();
        clients.spawn(async move {
            let mut statuses = Vec::new();
            // Each begins with another code, so that all of them are fought for at once.
            for code in (0..CODES).map(|code| 345_671 + (client + code) % CODES) {
                let body = json!({"type": 13, "name": format!("Guest {client}"), "code": code, "remoteAllowed": false});
                statuses.push(status(&address, &format!("PUT /smartlock/{id}/auth"), &body.to_string()).await);
            }
            (statuses, status(&address, &format!("POST /smartlock/{id}/action/lock"), "").await)
        });
    }
    let (created, mut pressed): (Vec<_>, Vec<_>) = clients.join_all().await.into_iter().unzip();
    let mut created = created.concat();
    created.sort_unstable();
    assert_eq!(created, [vec![204; CODES], vec![409; (CLIENTS - 1) * CODES]].concat());
    pressed.sort_unstable();
    assert_eq!(pressed, [vec![204], vec![423; CLIENTS - 1]].concat());
    assert_eq!(sandbox.requests().len(), CLIENTS * (CODES + 1));
    sandbox.advance(Duration::from_secs(10));
    let auths = sandbox.resources(Resource::SmartlockAuth, id);
    let mut codes: Vec<_> = auths.iter().filter_map(|auth| auth["code"].as_u64()).collect();
    codes.sort_unstable();
    assert_eq!(codes, (345_671..345_677).collect::<Vec<_>>(), "each code once");
    assert_eq!(sandbox.resources(Resource::SmartlockLog, id).len(), 1, "it locked once");
}
