//! `confirmed()`: a call that ends when the door has done it.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use nuki_api_gen::types::{Smartlock, SmartlockType};

use super::actions::PerformSmartlockAction;
use super::following::{Following, Progress};
use crate::Error;
use crate::call::{Action, Call};
use crate::input::InvalidValue;
use crate::smartlock::{LockSmartlock, PressUnlockButton};

/// How long a wait takes at most.
const LIMIT: Duration = Duration::from_secs(30);

/// What a device is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    Lock,
    PressUnlockButton,
    Number(i32),
}

/// What is to be seen when it has done it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    Locked,
    Unlocked,
    Opened,
    LockNGo,
    RingToOpen(bool),
    ContinuousMode(bool),
    BothModesEnded,
}

impl Command {
    /// The goal of this device; none where nothing is ever to be seen.
    pub(super) fn goal(self, device: &Smartlock) -> Option<Goal> {
        let is_opener = device.device_type() == SmartlockType::Opener;
        if !is_opener && !device.device_type().is_lock() {
            return None;
        }
        let has_a_knob = device.config.as_ref().is_some_and(|config| config.auto_unlatch == Some(true));
        Some(match (self, is_opener) {
            (Self::Lock, true) => Goal::BothModesEnded,
            (Self::PressUnlockButton | Self::Number(3), true) => Goal::Opened,
            (Self::Number(1 | 2), true) => Goal::RingToOpen(matches!(self, Self::Number(1))),
            (Self::Number(6 | 7), true) => Goal::ContinuousMode(matches!(self, Self::Number(6))),
            (Self::Lock | Self::Number(2), false) => Goal::Locked,
            (Self::PressUnlockButton, false) if has_a_knob => Goal::Opened,
            (Self::PressUnlockButton | Self::Number(1), false) => Goal::Unlocked,
            (Self::Number(3), false) => Goal::Opened,
            (Self::Number(4 | 5), false) => Goal::LockNGo,
            (Self::Number(_), _) => return None,
        })
    }

    /// Whether the last action may be this one.
    pub(super) fn is(self, action: i32) -> bool {
        match self {
            Self::Lock => action == 2,
            Self::PressUnlockButton => action == 1 || action == 3,
            Self::Number(number) => action == number,
        }
    }
}

/// A call that ends when the device has done what it was told. Made by `confirmed()` of an action; nothing is sent until it is
/// awaited or [followed](Self::follow).
///
/// The service answers long before the lock has moved, so this reads the device, sends the action once, and then reads the
/// device again in growing pauses, of 0.4 to 5 seconds: `GET /smartlock/{smartlockId}`, which needs the scope `smartlock` or
/// `smartlock.readOnly` beside that of the action, and keeps to the settings of the client and not to those of the call. All
/// who wait for one device share these readings. Dropped, it leaves nothing running; what was sent is sent.
///
/// It ends with the device as it then is, or with an error that says what is known:
///
/// - [`Blocked`](crate::ErrorKind::Blocked): the device tried, and its motor is blocked.
/// - [`Offline`](crate::ErrorKind::Offline): the service does not reach the device. When that is known from the beginning, nothing is
///   sent, since the device would do it whenever it is back.
/// - [`NotSeen`](crate::ErrorKind::NotSeen): it is not done within the [limit](Self::within) as far as the service knows. It may
///   still be. The last reading begins at the limit.
/// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): a Box (type 1) has no state to tell by; nothing was sent.
/// - Whatever the call itself or the reading ends with. A passing failure of a reading does not end the wait.
///
/// Of a type that this version does not know, the last action is all there is to tell by.
///
/// ```
/// # #[cfg(feature = "testkit")]
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), nuki_api::Error> {
/// # let sandbox = nuki_api::testkit::Sandbox::new();
/// # let nuki = sandbox.client()?;
/// use nuki_api::ErrorKind;
///
/// match nuki.smartlock(17_618_910_285).lock().confirmed().await {
///     Ok(door) => assert_eq!(door.is_locked(), Some(true)),
///     Err(error) if error.kind() == ErrorKind::Blocked => println!("somebody has to look at the door"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "testkit"))]
/// # fn main() {}
/// ```
#[must_use = "nothing is sent until it is awaited"]
pub struct Confirmed<A> {
    call: Call<A>,
    smartlock_id: i64,
    command: Command,
    limit: Duration,
}

impl<A: Action<Output = ()>> Confirmed<A> {
    fn new(call: Call<A>, smartlock_id: i64, command: Command) -> Self {
        let call = call.set(|_, problems| {
            if SmartlockType::of_id(smartlock_id) == SmartlockType::Box {
                let reason = "is a Box, which has no state to tell by: leave `confirmed` out, and read its log";
                problems.note("smartlockId", InvalidValue::new(reason));
            } else if matches!(command, Command::Number(0)) {
                problems.note("action", InvalidValue::new("is 0, which does nothing that could be seen"));
            }
        });
        Self { call, smartlock_id, command, limit: LIMIT }
    }

    /// Limits how long the device may take once the service has accepted the action. Defaults to 30 seconds.
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Waits step by step.
    ///
    /// ```
    /// # #[cfg(feature = "testkit")]
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), nuki_api::Error> {
    /// # let sandbox = nuki_api::testkit::Sandbox::new();
    /// # let nuki = sandbox.client()?;
    /// let mut following = nuki.smartlock(17_618_910_285).open().confirmed().follow();
    /// while let Some(step) = following.next().await {
    ///     let step = step?;
    ///     println!("{:?}: {:?}", step.progress, step.smartlock.lock_state());
    /// }
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "testkit"))]
    /// # fn main() {}
    /// ```
    #[must_use = "nothing is sent until the first step is asked for"]
    pub fn follow(self) -> Following {
        Following::new(self.call, self.smartlock_id, self.command, self.limit)
    }
}

impl<A: Action<Output = ()>> IntoFuture for Confirmed<A> {
    type Output = Result<Smartlock, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async {
            let mut following = self.follow();
            loop {
                match following.next().await {
                    Some(Ok(step)) if step.progress == Progress::Done => return Ok(step.smartlock),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Err(following.not_seen()),
                }
            }
        })
    }
}

/// Without the arguments of the call.
impl<A: Action> fmt::Debug for Confirmed<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmed").field("call", &self.call).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Call<LockSmartlock> {
    /// Waits until the door is locked, or until both modes of an Opener have ended: [`Confirmed`] says how.
    pub fn confirmed(self) -> Confirmed<LockSmartlock> {
        let id = self.action.smartlock_id;
        Confirmed::new(self, id, Command::Lock)
    }
}

impl Call<PressUnlockButton> {
    /// Waits until the door is unlocked, or open where a knob is fitted: [`Confirmed`] says how.
    pub fn confirmed(self) -> Confirmed<PressUnlockButton> {
        let id = self.action.smartlock_id;
        Confirmed::new(self, id, Command::PressUnlockButton)
    }
}

impl Call<PerformSmartlockAction> {
    /// Waits until the device has done it: [`Confirmed`] says how.
    pub fn confirmed(self) -> Confirmed<PerformSmartlockAction> {
        let (id, number) = (self.action.smartlock_id, self.action.body.action);
        Confirmed::new(self, id, Command::Number(number))
    }
}
