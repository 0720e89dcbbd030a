//! A wait, step by step.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use nuki_api_gen::types::Smartlock;
use nuki_api_gen::{LockState, OpenerState, Operation};
use tokio::time::{Instant, sleep_until};

use super::confirm::{Command, Goal};
use super::poll::{Poll, Polls};
use crate::call::{Action, Call};
use crate::error::CallName;
use crate::{Client, Error, ErrorKind};

/// The pauses between two readings grow by a half each, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(400);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Longer than anybody waits, and not too long to be added to a time.
const FAR: Duration = Duration::from_secs(86_400 * 365);

/// One step of a wait.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// How far it is.
    pub progress: Progress,
    /// The device, as the service knows it.
    pub smartlock: Smartlock,
}

/// How far a device is with what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Progress {
    /// The service has accepted the action. This step comes once, and shows the device as it was before.
    Accepted,
    /// Nothing is to be seen of it yet.
    Waiting,
    /// The motor is at work.
    Moving,
    /// It is done. This step is the last one.
    Done,
}

/// A wait that is followed [step by step](super::Confirmed::follow). It ends with the step [`Progress::Done`] or with an error.
/// Dropped, it leaves nothing running.
pub struct Following {
    // First, so that it goes before the token whose address is its key.
    poll: Arc<Poll>,
    client: Client,
    smartlock_id: i64,
    operation: Operation,
    command: Command,
    limit: Duration,
    stage: Stage,
    before: Option<Arc<Smartlock>>,
    seen: Seen,
    last: Option<Arc<Smartlock>>,
}

/// The movements that were seen.
#[derive(Clone, Copy, Default)]
struct Seen {
    any: bool,
    unlocking: bool,
    opening: bool,
}

type Sending = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

enum Stage {
    /// What is wrong with the call is in it already.
    Begun(Result<Sending, Error>),
    Sent {
        /// What is read has to be asked for after this; nothing while the action is on its way.
        after: Option<Instant>,
        until: Instant,
        pause: Duration,
    },
    Ended,
}

impl Following {
    pub(super) fn new<A: Action<Output = ()>>(call: Call<A>, smartlock_id: i64, command: Command, limit: Duration) -> Self {
        let client = call.client().clone();
        let call = call.checked().map(|call| -> Sending { Box::pin(call.send()) });
        Self {
            poll: Polls::of(&client, smartlock_id),
            client,
            smartlock_id,
            operation: A::OPERATION,
            command,
            limit,
            stage: Stage::Begun(call),
            before: None,
            seen: Seen::default(),
            last: None,
        }
    }

    /// The next step; none after the last one. Where this is dropped before the step is there, the next call goes on from
    /// there; the action is never sent again.
    pub async fn next(&mut self) -> Option<Result<Step, Error>> {
        let step = match self.stage {
            Stage::Begun(_) => self.begin().await,
            Stage::Sent { after, until, pause } => self.go_on(after, until, pause).await,
            Stage::Ended => return None,
        };
        if !matches!(step, Ok(Step { progress: Progress::Accepted | Progress::Waiting | Progress::Moving, .. })) {
            self.stage = Stage::Ended;
        }
        Some(step)
    }

    /// Reads the device, and tells it what to do.
    async fn begin(&mut self) -> Result<Step, Error> {
        if matches!(self.stage, Stage::Begun(Ok(_))) {
            let left = self.client.shared.limits.deadline;
            let (_, before) = self.poll.see(&self.client, self.smartlock_id, Instant::now(), left).await?;
            if before.is_online() == Some(false) {
                let message = "was not sent: the service does not reach the device, which would do it whenever it is back";
                return Err(self.error(ErrorKind::Offline, message).with_history(0, false));
            }
            self.before = Some(before);
        }
        // From here on it counts as sent.
        let sent = self.sent(None);
        if let Stage::Begun(call) = std::mem::replace(&mut self.stage, sent) {
            call?.await?;
        }
        self.stage = self.sent(Some(Instant::now()));
        let smartlock = self.before.as_deref().cloned().unwrap_or_else(|| Smartlock::new(self.smartlock_id));
        Ok(Step { progress: Progress::Accepted, smartlock })
    }

    /// The action is sent now.
    fn sent(&self, after: Option<Instant>) -> Stage {
        Stage::Sent { after, until: Instant::now() + self.limit.min(FAR), pause: FIRST_PAUSE }
    }

    /// Reads the device after a pause.
    async fn go_on(&mut self, after: Option<Instant>, until: Instant, mut pause: Duration) -> Result<Step, Error> {
        let after = after.unwrap_or_else(Instant::now);
        loop {
            let now = Instant::now();
            if now >= until {
                return Err(self.not_seen());
            }
            sleep_until((now + pause).min(until)).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
            // The last reading begins at the limit.
            let left = until.saturating_duration_since(Instant::now()) + LONGEST_PAUSE;
            match self.poll.see(&self.client, self.smartlock_id, after, left).await {
                Ok((after, smartlock)) => {
                    self.stage = Stage::Sent { after: Some(after), until, pause };
                    self.last = Some(smartlock.clone());
                    let progress = self.judge(&smartlock)?;
                    return Ok(Step { progress, smartlock: Smartlock::clone(&smartlock) });
                }
                // What passes for a reading, passes.
                Err(error) if error.is_retryable() || matches!(error.kind(), ErrorKind::Server | ErrorKind::Decode) => {
                    pause = pause.max(error.retry_after().unwrap_or_default().min(FAR));
                }
                Err(error) => return Err(error.with_history(1, true)),
            }
        }
    }

    fn judge(&mut self, device: &Smartlock) -> Result<Progress, Error> {
        if device.is_online() == Some(false) {
            let message = "was sent, and then the service lost the device: it may still do it, now or when it is back";
            return Err(self.error(ErrorKind::Offline, message));
        }
        let state = device.lock_state();
        if device.is_busy() == Some(true) {
            let opening = state == Some(LockState::Unlatching) || device.opener_state() == Some(OpenerState::Opening);
            self.seen.any = true;
            self.seen.opening |= opening;
            self.seen.unlocking |= opening || state == Some(LockState::Unlocking);
            return Ok(Progress::Moving);
        }
        let before = self.before.as_deref();
        let (was, was_opener) = (before.and_then(Smartlock::lock_state), before.and_then(Smartlock::opener_state));
        // What came and went between two readings shows in the last action.
        let last_action = |device: &Smartlock| device.state.as_ref().and_then(|state| state.last_action);
        let changed_to = last_action(device).filter(|now| before.and_then(last_action).is_some_and(|before| before != *now));
        if state == Some(LockState::MotorBlocked) {
            return match self.seen.any || was != state || changed_to.is_some() {
                true => Err(self.error(ErrorKind::Blocked, "was sent, and the motor of the device is blocked: look at the door")),
                false => Ok(Progress::Waiting),
            };
        }
        let has_opened = self.seen.opening || changed_to == Some(3);
        let is_unlocked = matches!(state, Some(LockState::Unlocked | LockState::Unlatched | LockState::UnlockedLockNGo));
        let is_done = match self.command.goal(device) {
            Some(Goal::Locked) => state == Some(LockState::Locked),
            Some(Goal::Unlocked) => is_unlocked || self.seen.unlocking && state == Some(LockState::Locked),
            Some(Goal::Opened) => {
                has_opened && (is_unlocked || device.opener_state().is_some())
                    || state == Some(LockState::Unlatched) && was != state
                    || device.opener_state() == Some(OpenerState::Open) && was_opener != device.opener_state()
            }
            Some(Goal::LockNGo) => {
                let is_on_its_way = self.seen.unlocking && (is_unlocked || state == Some(LockState::Locked));
                is_on_its_way || state == Some(LockState::UnlockedLockNGo) && was != state
            }
            Some(Goal::RingToOpen(on)) => device.is_ring_to_open_active() == Some(on),
            Some(Goal::ContinuousMode(on)) => device.is_continuous_mode_active() == Some(on),
            Some(Goal::BothModesEnded) => {
                device.is_ring_to_open_active() == Some(false) && device.is_continuous_mode_active() == Some(false)
            }
            // Of a type that this version does not know, the last action is all there is.
            None => changed_to.is_some_and(|action| self.command.is(action)),
        };
        Ok(if is_done { Progress::Done } else { Progress::Waiting })
    }

    /// The error at the limit.
    pub(super) fn not_seen(&self) -> Error {
        let state = match &self.last {
            None => "nothing could be read since".to_owned(),
            Some(device) => match (device.lock_state(), device.opener_state()) {
                (Some(state), _) => format!("the lock was last {state}"),
                (_, Some(state)) => format!("the Opener was last {state}"),
                _ => "the device did not say".to_owned(),
            },
        };
        let message = format!("was sent, and not seen to be done within {:?}, but may still be: {state}", self.limit);
        self.error(ErrorKind::NotSeen, message)
    }

    /// An error after the action was sent.
    fn error(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::new(kind, CallName::Operation(self.operation.info()), message).with_history(1, true)
    }
}

impl fmt::Debug for Following {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Following")
            .field("smartlock_id", &self.smartlock_id)
            .field("operation", &self.operation)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
