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

/// A percentage below which batteries are to be changed.
const CRITICAL: u8 = 20;

/// Triggers of a state and of a log entry: a command by the Web API shows as one of the system, Auto Lock as itself.
const SYSTEM: u8 = 0;
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
    /// What it was told while it was offline.
    waiting: Option<u8>,
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
            blocked: false,
            unpaid: false,
            refuses_auths: false,
            pin: None,
            knows_pin: true,
            action_time: TimeDelta::seconds(2),
            trigger: SYSTEM,
            last_action: 0,
            steps: VecDeque::new(),
            waiting: None,
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
            "activeCm": self.mode == CONTINUOUS, "activeRto": self.state == RING_TO_OPEN, "source": 2, "flagGeoFence": false,
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
            (OPENER, true) => Some(if self.mode == CONTINUOUS { 7 } else { 2 }),
            (OPENER, false) => Some(3),
            (_, true) => Some(LOCK),
            // A door with a knob outside opens.
            (_, false) if self.json["config"]["autoUnlatch"] == true => Some(3),
            (_, false) => Some(1),
        }
    }

    /// Tells the device to do something. It says what goes into the log at once.
    pub(super) fn command(&mut self, action: u8, now: DateTime<Utc>) -> Result<Option<Entry>, Refusal> {
        if self.unpaid {
            return Err(Refusal::new(402, "The account is not paid for"));
        }
        let phases = self
            .phases(action)
            .ok_or_else(|| Refusal::bad_request(format!("The supplied value '{action}' for parameter 'action' is not valid.")))?;
        if !self.online {
            self.waiting = Some(action);
            return Ok(None);
        }
        if self.is_busy() {
            return Err(Refusal::busy());
        }
        if self.kind == OPENER && (action == 6 || action == 7) {
            self.mode = if action == 6 { CONTINUOUS } else { AT_THE_DOOR };
        }
        self.last_action = action;
        self.trigger = SYSTEM;
        let state = u8::from(phases.last().is_some_and(|(state, _)| *state == MOTOR_BLOCKED));
        let entry = Entry { action, trigger: SYSTEM, state };
        self.steps.clear();
        let mut at = now;
        for (index, (state, duration)) in phases.iter().enumerate() {
            // The log tells of an action when the device has moved.
            let entry = (index == 1 && phases[0].1 == self.action_time).then_some(entry);
            self.steps.push_back(Step { at, state: *state, entry });
            at = later(at, *duration);
        }
        self.plan_auto_lock(now);
        let moves = self.steps.iter().any(|step| step.entry.is_some());
        Ok((!moves).then_some(entry))
    }

    /// The states that an action leads through, or nothing when the device does not know it.
    fn phases(&self, action: u8) -> Option<Vec<Phase>> {
        let (move_, open) = (self.action_time, self.seconds("unlatchDuration", 3));
        let lock_n_go = self.seconds("lngTimeout", 20);
        let stay = TimeDelta::zero();
        let phases = match (self.kind, action) {
            (OPENER, 1) => vec![(RING_TO_OPEN, TimeDelta::minutes(self.member("rtoTimeout").unwrap_or(20))), (ONLINE, stay)],
            (OPENER, 2 | 6 | 7) => vec![(ONLINE, stay)],
            (OPENER, 3) => vec![(OPENING, move_), (OPEN, open), (self.rest(), stay)],
            (BOX, 1) => vec![(UNLOCKING, move_), (UNLOCKED, stay)],
            (OPENER | BOX, _) => return None,
            (_, 1) => vec![(UNLOCKING, move_), (UNLOCKED, stay)],
            (_, LOCK) => vec![(LOCKING, move_), (LOCKED, stay)],
            (_, 3) => vec![(UNLATCHING, move_), (UNLATCHED, open), (UNLOCKED, stay)],
            (_, 4) => vec![(UNLOCKING, move_), (UNLOCKED_LOCK_N_GO, lock_n_go), (LOCKING, move_), (LOCKED, stay)],
            (_, 5) => {
                vec![(UNLATCHING, move_), (UNLATCHED, open), (UNLOCKED_LOCK_N_GO, lock_n_go), (LOCKING, move_), (LOCKED, stay)]
            }
            _ => return None,
        };
        let moves = phases[0].1 == move_ && self.kind != OPENER;
        Some(if self.blocked && moves { vec![phases[0], (MOTOR_BLOCKED, stay)] } else { phases })
    }

    /// What an Opener comes back to when the door has closed.
    fn rest(&self) -> u8 {
        if self.state == RING_TO_OPEN { RING_TO_OPEN } else { ONLINE }
    }

    /// Auto Lock, where it is switched on and the door is left unlocked.
    fn plan_auto_lock(&mut self, now: DateTime<Utc>) {
        let Some(Step { at, state: UNLOCKED, .. }) = self.steps.back().cloned() else { return };
        if self.kind == OPENER || self.setting("autoLock") != Some(&Value::Bool(true)) {
            return;
        }
        let start = later(at.max(now), self.seconds("autoLockTimeout", 300));
        let entry = Entry { action: LOCK, trigger: AUTO_LOCK, state: 0 };
        self.steps.push_back(Step { at: start, state: LOCKING, entry: None });
        self.steps.push_back(Step { at: later(start, self.action_time), state: LOCKED, entry: Some(entry) });
    }

    /// Lets everything happen whose time has come; the entries for the log, each with its time.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Entry)> {
        let mut entries = Vec::new();
        while self.steps.front().is_some_and(|step| step.at <= now) {
            let Some(step) = self.steps.pop_front() else { break };
            self.state = step.state;
            if let Some(entry) = step.entry {
                self.trigger = entry.trigger;
                self.last_action = entry.action;
                entries.push((step.at, entry));
            }
        }
        entries
    }

    /// What a device that is back does of what it was told meanwhile; it says what goes into the log at once.
    pub(super) fn catch_up(&mut self, now: DateTime<Utc>) -> Option<Entry> {
        let action = self.waiting.take_if(|_| self.online)?;
        self.command(action, now).ok().flatten()
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
        let server_state = if self.online { 0 } else { 4 };
        let ring_to_open_end = match self.steps.front() {
            Some(step) if self.kind == OPENER && self.state == RING_TO_OPEN => Some(step.at),
            _ => None,
        };
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
