//! One device: what the service shows of it, and the machine that moves its bolt or opens its door, in the time that that
//! takes.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::account::without_nulls;
use super::clock::{date, later};
use super::error_body::Refusal;

/// What `type` says of a device.
pub(super) const BOX: u8 = 1;
pub(super) const OPENER: u8 = 2;
pub(super) const SMART_DOOR: u8 = 3;

/// States of a lock. An Opener shares the numbers of opening and open.
const LOCKED: u8 = 1;
const UNLOCKING: u8 = 2;
const UNLOCKED: u8 = 3;
const LOCKING: u8 = 4;
const UNLATCHED: u8 = 5;
const UNLOCKED_LOCK_N_GO: u8 = 6;
const UNLATCHING: u8 = 7;
const MOTOR_BLOCKED: u8 = 254;
/// States of an Opener.
const ONLINE: u8 = 1;
const RING_TO_OPEN: u8 = 3;
const OPEN: u8 = 5;
const OPENING: u8 = 7;

/// Modes.
const AT_THE_DOOR: u8 = 2;
const CONTINUOUS: u8 = 3;

/// What is told to a device, by the numbers of the service.
const LOCK: u8 = 2;
/// What `/action/lock` does to an Opener, which has no number.
const BOTH_MODES: u8 = u8::MAX;

/// What `serverState` says of a device without a connection.
pub(super) const OFFLINE: u8 = 4;

/// A percentage below which batteries are to be changed.
const CRITICAL: u8 = 20;

/// Triggers. A command by the Web API shows in the state as one of the system, on a Box and in the log as one of the Web.
const SYSTEM: u8 = 0;
pub(super) const WEB: u8 = 4;
const AUTO_LOCK: u8 = 6;

#[derive(Clone)]
pub(super) struct Device {
    pub(super) id: i64,
    pub(super) owner: i32,
    pub(super) kind: u8,
    /// The members that do not move: names, configurations, dates.
    pub(super) json: Value,
    pub(super) state: u8,
    pub(super) mode: u8,
    pub(super) door: u8,
    pub(super) battery: u8,
    pub(super) online: bool,
    /// Why the service does not reach it, while it is not online.
    pub(super) server_state: u8,
    pub(super) blocked: bool,
    pub(super) unpaid: bool,
    pub(super) refuses_auths: bool,
    /// The PIN on the device itself, where it has one.
    pub(super) pin: Option<i64>,
    pub(super) knows_pin: bool,
    pub(super) action_time: TimeDelta,
    trigger: u8,
    last_action: u8,
    steps: VecDeque<Step>,
    /// When ring to open ends, on an Opener.
    ring_to_open: Option<DateTime<Utc>>,
    /// What it did while it was offline, for its log.
    unsent: Vec<(DateTime<Utc>, Entry)>,
    /// What it was told while it was offline.
    waiting: Option<u8>,
    /// What it does once its motor stands still: it heard of it when it was back.
    next: Option<u8>,
}

/// A state that the device comes to, and what its log will say of it.
#[derive(Clone)]
struct Step {
    at: DateTime<Utc>,
    state: u8,
    entry: Option<Entry>,
}

/// Something that a device writes into its log.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) action: u8,
    pub(super) trigger: u8,
    /// 0 success, 1 the motor was blocked.
    pub(super) state: u8,
}

/// A phase of an action: a state, and for how long. The last one stays.
type Phase = (u8, TimeDelta);

impl Device {
    pub(super) fn new(id: i64, kind: u8) -> Device {
        Device {
            id,
            owner: 0,
            kind,
            json: super::smartlock_fixture::members(kind),
            state: LOCKED,
            mode: AT_THE_DOOR,
            door: if kind == OPENER || kind == BOX { 0 } else { 2 },
            battery: 80,
            online: true,
            server_state: OFFLINE,
            blocked: false,
            unpaid: false,
            refuses_auths: false,
            pin: None,
            knows_pin: true,
            action_time: TimeDelta::seconds(2),
            trigger: SYSTEM,
            last_action: 0,
            steps: VecDeque::new(),
            ring_to_open: None,
            unsent: Vec::new(),
            waiting: None,
            next: None,
        }
    }

    pub(super) fn has_keypad(&self) -> bool {
        self.json["config"]["keypadPaired"] == true || self.json["config"]["keypad2Paired"] == true
    }

    /// Its type as entries of its log give it: that of a Box is that of the oldest locks.
    pub(super) fn log_type(&self) -> u8 {
        if self.kind == BOX { 0 } else { self.kind }
    }

    /// What an Opener adds to an entry of its log.
    pub(super) fn opener_log(&self) -> Option<Value> {
        let opener_log = json!({
            "activeCm": self.mode == CONTINUOUS, "activeRto": self.ring_to_open.is_some(), "source": 2, "flagGeoFence": false,
            "flagForce": false, "flagDoorbellSuppression": false,
        });
        (self.kind == OPENER).then_some(opener_log)
    }

    /// Whether it is moving, so that it takes no other command.
    pub(super) fn is_busy(&self) -> bool {
        let moving: &[u8] = if self.kind == OPENER { &[OPENING] } else { &[UNLOCKING, LOCKING, UNLATCHING] };
        moving.contains(&self.state)
    }

    /// What `/action/lock` does, and what a press of the button would do for `/action/unlock`.
    pub(super) fn simple_action(&self, lock: bool) -> Option<u8> {
        match (self.kind, lock) {
            _ if ![AT_THE_DOOR, CONTINUOUS].contains(&self.mode) => None,
            (BOX, true) => None,
            (BOX, false) => Some(1),
            (OPENER, true) => Some(BOTH_MODES),
            (OPENER, false) => Some(3),
            (_, true) => Some(LOCK),
            // A door with a knob outside opens.
            (_, false) if self.json["config"]["autoUnlatch"] == true => Some(3),
            (_, false) => Some(1),
        }
    }

    /// Tells the device to do something. What it does at once goes into the log with [`settle`](Self::settle).
    pub(super) fn command(&mut self, action: u8, now: DateTime<Utc>) -> Result<(), Refusal> {
        if self.unpaid {
            return Err(Refusal::new(402, "The account is not paid for"));
        }
        let phases = self
            .phases(action)
            .ok_or_else(|| Refusal::bad_request(format!("The supplied value '{action}' for parameter 'action' is not valid.")))?;
        if !self.online {
            self.waiting = Some(action);
            return Ok(());
        }
        if self.is_busy() {
            return Err(Refusal::busy());
        }
        self.begin(action, &phases, now);
        Ok(())
    }

    fn begin(&mut self, action: u8, phases: &[Phase], now: DateTime<Utc>) {
        let mut number = action;
        if self.kind == OPENER {
            // It is shown as what it ends.
            if action == BOTH_MODES {
                number = if self.mode == CONTINUOUS { 7 } else { 2 };
            }
            match action {
                1 => {
                    self.ring_to_open =
                        Some(later(now, TimeDelta::minutes(self.member("rtoTimeout").unwrap_or(20).clamp(0, 1_000_000))))
                }
                2 | 6 | BOTH_MODES => self.ring_to_open = None,
                _ => {}
            }
            match action {
                6 => self.mode = CONTINUOUS,
                7 | BOTH_MODES => self.mode = AT_THE_DOOR,
                _ => {}
            }
        }
        self.last_action = number;
        self.trigger = if self.kind == BOX { WEB } else { SYSTEM };
        let entry = Entry { action: number, trigger: WEB, state: 0 };
        self.steps.clear();
        let moves = phases.len() > 1;
        if !moves {
            self.unsent.push((now, entry));
        }
        let mut at = now;
        for (index, (state, duration)) in phases.iter().enumerate() {
            // The log tells of an action when the device has moved.
            self.steps.push_back(Step { at, state: *state, entry: (moves && index == 1).then_some(entry) });
            at = later(at, *duration);
        }
        self.plan_auto_lock();
        self.take_step();
    }

    /// The states that an action leads through, or nothing when the device does not know it.
    fn phases(&self, action: u8) -> Option<Vec<Phase>> {
        let (movement, open) = (self.action_time, self.seconds("unlatchDuration", 3));
        let lock_n_go = self.seconds("lngTimeout", 20);
        let stay = TimeDelta::zero();
        Some(match (self.kind, action) {
            (OPENER, 1 | 2 | 6 | 7 | BOTH_MODES) => vec![(ONLINE, stay)],
            (OPENER, 3) => vec![(OPENING, movement), (OPEN, open), (ONLINE, stay)],
            (OPENER, _) => return None,
            (_, 1) => vec![(UNLOCKING, movement), (UNLOCKED, stay)],
            (BOX, _) => return None,
            (_, LOCK) => vec![(LOCKING, movement), (LOCKED, stay)],
            (_, 3) => vec![(UNLATCHING, movement), (UNLATCHED, open), (UNLOCKED, stay)],
            (_, 4) => vec![(UNLOCKING, movement), (UNLOCKED_LOCK_N_GO, lock_n_go), (LOCKING, movement), (LOCKED, stay)],
            (_, 5) => {
                vec![
                    (UNLATCHING, movement),
                    (UNLATCHED, open),
                    (UNLOCKED_LOCK_N_GO, lock_n_go),
                    (LOCKING, movement),
                    (LOCKED, stay),
                ]
            }
            _ => return None,
        })
    }

    /// Auto Lock, where it is switched on and the door is left unlocked.
    fn plan_auto_lock(&mut self) {
        let Some(Step { at, state: UNLOCKED, .. }) = self.steps.back().cloned() else { return };
        if self.kind == OPENER || self.setting("autoLock") != Some(&Value::Bool(true)) {
            return;
        }
        let start = later(at, self.seconds("autoLockTimeout", 300));
        let entry = Entry { action: LOCK, trigger: AUTO_LOCK, state: 0 };
        self.steps.push_back(Step { at: start, state: LOCKING, entry: None });
        self.steps.push_back(Step { at: later(start, self.action_time), state: LOCKED, entry: Some(entry) });
    }

    /// Comes to the next state; a motor that is blocked ends the movement there.
    fn take_step(&mut self) {
        let Some(step) = self.steps.pop_front() else { return };
        self.state = step.state;
        if let Some(entry) = step.entry {
            if entry.trigger == AUTO_LOCK {
                (self.trigger, self.last_action) = (AUTO_LOCK, entry.action);
            }
            self.unsent.push((step.at, entry));
        }
        if self.kind == OPENER {
            let is_active = self.ring_to_open.is_some_and(|end| end > step.at);
            if self.state == ONLINE && is_active {
                self.state = RING_TO_OPEN;
            }
        } else if self.blocked
            && self.is_busy()
            && let Some(end) = self.steps.pop_front()
        {
            let entry = end.entry.map(|entry| Entry { state: 1, ..entry });
            self.steps.clear();
            self.steps.push_back(Step { at: end.at, state: MOTOR_BLOCKED, entry });
        }
    }

    /// Lets everything happen whose time has come; the entries for the log, each with its time. A device that is offline keeps
    /// them, and one that is back does what it was told meanwhile, as soon as its motor stands still.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Entry)> {
        let mut stopped = now;
        loop {
            if self.online {
                self.next = self.waiting.take().or(self.next);
            }
            let is_idle = !self.is_busy();
            if let Some(action) = self.next.take_if(|_| is_idle)
                && let Some(phases) = self.phases(action)
            {
                self.begin(action, &phases, stopped);
            } else if let Some(at) = self.steps.front().map(|step| step.at).filter(|at| *at <= now) {
                self.take_step();
                stopped = at;
            } else {
                break;
            }
        }
        if self.ring_to_open.take_if(|end| *end <= now).is_some() && self.state == RING_TO_OPEN {
            self.state = ONLINE;
        }
        if self.online { std::mem::take(&mut self.unsent) } else { Vec::new() }
    }

    fn setting(&self, name: &str) -> Option<&Value> {
        ["advancedConfig", "smartdoorAdvancedConfig", "openerAdvancedConfig"].iter().find_map(|of| self.json[*of].get(name))
    }

    fn member(&self, name: &str) -> Option<i64> {
        self.setting(name)?.as_i64()
    }

    fn seconds(&self, name: &str, otherwise: i64) -> TimeDelta {
        TimeDelta::seconds(self.member(name).unwrap_or(otherwise).clamp(0, 86_400))
    }

    /// `Smartlock`, as the service writes it.
    pub(super) fn to_json(&self, now: DateTime<Utc>) -> Value {
        let mut json = self.json.clone();
        let server_state = if self.online { 0 } else { self.server_state };
        let ring_to_open_end = self.ring_to_open;
        let state = json!({
            "state": self.state, "mode": self.mode, "trigger": self.trigger, "lastAction": self.last_action,
            "doorState": self.door, "batteryCharge": (self.kind != BOX).then_some(self.battery),
            "batteryCharging": false, "batteryCritical": self.battery < CRITICAL, "nightMode": false,
            "keypadBatteryCritical": self.has_keypad().then_some(false),
            "doorsensorBatteryCritical": (self.door > 1).then_some(false),
            "ringToOpenTimer": ring_to_open_end.map_or(0, |end| (end - now).num_minutes().max(0)),
            "ringToOpenEnd": ring_to_open_end.map(date),
        });
        json["state"] = state;
        json["smartlockId"] = self.id.into();
        json["accountId"] = self.owner.into();
        json["type"] = self.kind.into();
        json["serverState"] = server_state.into();
        json["adminPinState"] = if self.knows_pin { 0 } else { 2 }.into();
        if self.unpaid {
            json["error"] = "No active Smart Hosting subscription".into();
        }
        without_nulls(json)
    }
}
