//! The faults of a sandbox: which calls each of them strikes, and which of them struck.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use nuki_api_gen::Operation;

/// What goes wrong.
#[derive(Clone)]
pub(super) enum Effect {
    /// The service answers, only later.
    Late,
    /// This is answered, the request is not carried out.
    Respond(Response<Bytes>),
    Refuse,
    ResetBefore,
    ResetAfter,
    Truncate(usize),
    SlowBody(Duration),
}

/// By the names of the methods that make them, without headers and bodies.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::Late => f.write_str("delay"),
            Effect::Respond(response) => write!(f, "respond {}", response.status().as_u16()),
            Effect::Refuse => f.write_str("refuse_connection"),
            Effect::ResetBefore => f.write_str("reset_before"),
            Effect::ResetAfter => f.write_str("reset_after"),
            Effect::Truncate(keep) => write!(f, "truncate({keep})"),
            Effect::SlowBody(delay) => write!(f, "slow_body({delay:?})"),
        }
    }
}

/// A fault to be added.
pub(super) struct NewFault {
    /// None fits every request, also one that means no operation.
    pub(super) operation: Option<Operation>,
    /// The call that counts as the first; none for the next one.
    pub(super) from: Option<u64>,
    /// 1 is the first call.
    pub(super) nth: u64,
    /// [`ALWAYS`] never ends.
    pub(super) count: u64,
    pub(super) delay: Duration,
    pub(super) effect: Effect,
}

/// As many times as there are calls.
pub(super) const ALWAYS: u64 = u64::MAX;

struct Fault {
    operation: Option<Operation>,
    calls: Range<u64>,
    struck: u64,
    delay: Duration,
    effect: Effect,
}

#[derive(Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    /// The calls of each operation, and under none all requests.
    seen: BTreeMap<Option<Operation>, u64>,
}

impl Faults {
    /// Adds a fault, and gives the number of the first call after it; none when it never ends.
    pub(super) fn add(&mut self, new: NewFault) -> Option<u64> {
        let from = new.from.unwrap_or(self.seen(new.operation) + 1).saturating_add(new.nth.max(1) - 1);
        let calls = from..from.saturating_add(new.count);
        let next = (calls.end != ALWAYS).then_some(calls.end);
        let NewFault { operation, delay, effect, .. } = new;
        self.list.push(Fault { operation, calls, struck: 0, delay, effect });
        next
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    /// Counts a call, and gives what strikes it, if anything.
    pub(super) fn strike(&mut self, operation: Option<Operation>) -> Option<(Duration, Effect)> {
        *self.seen.entry(None).or_default() += 1;
        if operation.is_some() {
            *self.seen.entry(operation).or_default() += 1;
        }
        let seen = &self.seen;
        let strikes = |fault: &&mut Fault| {
            fault.fits(operation) && seen.get(&fault.operation).is_some_and(|call| fault.calls.contains(call))
        };
        let fault = self.list.iter_mut().find(strikes)?;
        fault.struck += 1;
        Some((fault.delay, fault.effect.clone()))
    }

    /// Whether a connection would be refused now. It is not known yet what it would carry, so one operation is enough.
    pub(super) fn refuse_next(&self) -> bool {
        let mut refusing = self.list.iter().enumerate().filter(|(_, fault)| matches!(fault.effect, Effect::Refuse));
        refusing.any(|(at, fault)| {
            let is_first = |older: &Fault| !(self.strikes_next(older) && older.fits(fault.operation));
            self.strikes_next(fault) && self.list[..at].iter().all(is_first)
        })
    }

    /// Notes that the system refuses connections: nobody can count those, so one that is due has struck.
    pub(super) fn note_refused(&mut self) {
        for at in 0..self.list.len() {
            if matches!(self.list[at].effect, Effect::Refuse) && self.strikes_next(&self.list[at]) {
                self.list[at].struck = self.list[at].wanted();
            }
        }
    }

    /// Ends the refusals that are due, as if all their calls had come.
    pub(super) fn end_refusals(&mut self) {
        for at in (0..self.list.len()).rev() {
            let fault = &self.list[at];
            if !matches!(fault.effect, Effect::Refuse) || !self.strikes_next(fault) {
                continue;
            }
            if fault.calls.end == ALWAYS {
                self.list.remove(at);
            } else {
                self.seen.insert(fault.operation, fault.calls.end - 1);
            }
        }
    }

    /// The faults that did not strike as often as they should, a line each.
    pub(super) fn left(&self) -> Vec<String> {
        let left = self.list.iter().filter(|fault| fault.struck < fault.wanted());
        left.map(|fault| format!("{fault}, and {} came", self.seen(fault.operation))).collect()
    }

    fn seen(&self, operation: Option<Operation>) -> u64 {
        self.seen.get(&operation).copied().unwrap_or(0)
    }

    fn strikes_next(&self, fault: &Fault) -> bool {
        fault.calls.contains(&(self.seen(fault.operation) + 1))
    }
}

impl Fault {
    fn fits(&self, operation: Option<Operation>) -> bool {
        self.operation.is_none() || self.operation == operation
    }

    fn wanted(&self) -> u64 {
        if self.calls.end == ALWAYS { 1 } else { self.calls.end - self.calls.start }
    }
}

/// `respond 503 of AccountGet: struck 1 of 2 times; it was for the calls 2 to 3`
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { calls, effect, struck, .. } = self;
        match self.operation {
            Some(operation) => write!(f, "{effect} of {operation:?}: ")?,
            None => write!(f, "{effect} of any request: ")?,
        }
        match self.wanted() {
            _ if calls.end == ALWAYS => write!(f, "never struck; it was for all calls from {} on", calls.start),
            1 => write!(f, "never struck; it was for call {}", calls.start),
            wanted => write!(f, "struck {struck} of {wanted} times; it was for the calls {} to {}", calls.start, calls.end - 1),
        }
    }
}
