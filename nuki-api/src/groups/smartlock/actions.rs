//! Actions by their numbers, and by names that say what the door does.

use nuki_api_gen::types::{self, SmartlockActionOption, SmartlockType};
use nuki_api_gen::{Operation, ResponseValue};

use crate::call::{Action, Call, Generated, GeneratedError};
use crate::input::{Check as _, DeviceAction, InvalidValue, Problems, SmartlockId};
use crate::smartlock::SmartlockApi;

/// An action: its number, its name here, and the types of devices that know it, with what they should be told instead.
struct Known {
    number: i32,
    name: &'static str,
    fits: fn(SmartlockType) -> bool,
    instead: &'static str,
}

fn is_opener(kind: SmartlockType) -> bool {
    kind == SmartlockType::Opener
}

const UNLOCK: Known = Known {
    number: 1,
    name: "unlock",
    fits: |kind| kind.is_lock() || kind == SmartlockType::Box,
    instead: "on an Opener the number 1 is `activate_ring_to_open`, and `open` opens the door",
};
const FULL_LOCK: Known =
    Known { number: 2, name: "full_lock", fits: |kind| kind.is_lock(), instead: "on an Opener `lock` ends both modes" };
const OPEN: Known = Known {
    number: 3,
    name: "open",
    fits: |kind| kind.is_lock() || is_opener(kind),
    instead: "a Box has no latch: `unlock` is all that it does",
};
const LOCK_N_GO: Known = Known { number: 4, name: "lock_n_go", fits: |kind| kind.is_lock(), instead: "only locks do that" };
const LOCK_N_GO_OPENING: Known =
    Known { number: 5, name: "lock_n_go_opening", fits: |kind| kind.is_lock(), instead: "only locks do that" };
const RING_TO_OPEN: Known =
    Known { number: 1, name: "activate_ring_to_open", fits: is_opener, instead: "only an Opener (type 2) has it" };
const NO_RING_TO_OPEN: Known =
    Known { number: 2, name: "deactivate_ring_to_open", fits: is_opener, instead: "only an Opener (type 2) has it" };
const CONTINUOUS_MODE: Known =
    Known { number: 6, name: "activate_continuous_mode", fits: is_opener, instead: "only an Opener (type 2) has it" };
const NO_CONTINUOUS_MODE: Known =
    Known { number: 7, name: "deactivate_continuous_mode", fits: is_opener, instead: "only an Opener (type 2) has it" };

const ALL: [&Known; 9] = [
    &UNLOCK,
    &FULL_LOCK,
    &OPEN,
    &LOCK_N_GO,
    &LOCK_N_GO_OPENING,
    &RING_TO_OPEN,
    &NO_RING_TO_OPEN,
    &CONTINUOUS_MODE,
    &NO_CONTINUOUS_MODE,
];

/// What the numbers mean, by the type of the device:
///
/// | number | locks (types 0, 3, 4, 5) | Box (type 1) | Opener (type 2) |
/// |---|---|---|---|
/// | 1 | [`unlock`](SmartlockApi::unlock) | `unlock` | [`activate_ring_to_open`](SmartlockApi::activate_ring_to_open) |
/// | 2 | [`full_lock`](SmartlockApi::full_lock) | | [`deactivate_ring_to_open`](SmartlockApi::deactivate_ring_to_open) |
/// | 3 | [`open`](SmartlockApi::open) | | `open` |
/// | 4 | [`lock_n_go`](SmartlockApi::lock_n_go) | | |
/// | 5 | [`lock_n_go_opening`](SmartlockApi::lock_n_go_opening) | | |
/// | 6 | | | [`activate_continuous_mode`](SmartlockApi::activate_continuous_mode) |
/// | 7 | | | [`deactivate_continuous_mode`](SmartlockApi::deactivate_continuous_mode) |
///
/// [`lock`](SmartlockApi::lock) and [`press_unlock_button`](SmartlockApi::press_unlock_button) have endpoints of their own.
///
/// Each of these answers before the device has acted: a success only says that the request is in order.
/// [`confirmed`](Call#impl-Call%3CPerformSmartlockAction%3E) waits until the door has done it. None is ever sent again, whatever
/// the policy: a door would open a second time, maybe minutes later. Only after a 401, which has done nothing, it is sent once
/// more with a renewed token.
///
/// The type of a device stands in its id, so a call that it does not know is refused before it is sent. A type that this
/// version does not know is asked to do anything.
///
/// # Errors
///
/// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the id cannot be right, or the device cannot do this; nothing was sent.
/// - [`Unauthorized`](crate::ErrorKind::Unauthorized), 401: The token is missing, unknown or lacks the scope `smartlock.action`.
/// - [`NotFound`](crate::ErrorKind::NotFound), 404: There is no such device; often the id lacks its upper half, the device type.
/// - [`Rejected`](crate::ErrorKind::Rejected), 423: The device is busy with another operation; nothing was done.
/// - Any other [`ErrorKind`](crate::ErrorKind), as for every call.
impl SmartlockApi {
    /// Unlocks the door and never opens it: `POST /smartlock/{smartlockId}/action` with the number 1. Locks, and a Box.
    ///
    #[doc = example!(
        r#"nuki.smartlock(17_618_910_285).unlock().await?; // accepted
let door = nuki.smartlock(17_618_910_285).get().await?;
println!("{:?}", door.lock_state()); // on its way"#
    )]
    pub fn unlock(&self) -> Call<PerformSmartlockAction> {
        self.act(&UNLOCK)
    }

    /// Opens the door: `POST /smartlock/{smartlockId}/action` with the number 3. A lock pulls the latch, and is unlocked
    /// afterwards; an Opener opens the door of the house. There is no endpoint for it alone.
    ///
    #[doc = example!(r#"nuki.smartlock(17_618_910_285).open().confirmed().await?; // a push opens it"#)]
    pub fn open(&self) -> Call<PerformSmartlockAction> {
        self.act(&OPEN)
    }

    /// Locks the door with all turns of the bolt, whatever the device is set to: `POST /smartlock/{smartlockId}/action` with
    /// the number 2 and the option 4. Locks only. To lock as the device is set up, call [`lock`](Self::lock).
    ///
    #[doc = example!(r#"nuki.smartlock(17_618_910_285).full_lock().await?;"#)]
    pub fn full_lock(&self) -> Call<PerformSmartlockAction> {
        self.act(&FULL_LOCK).option(SmartlockActionOption::FULL_LOCK)
    }

    /// Unlocks the door, and locks it again after the time that the device is set to: `POST /smartlock/{smartlockId}/action`
    /// with the number 4. Locks only.
    ///
    #[doc = example!(r#"nuki.smartlock(17_618_910_285).lock_n_go().await?;"#)]
    pub fn lock_n_go(&self) -> Call<PerformSmartlockAction> {
        self.act(&LOCK_N_GO)
    }

    /// Opens the door, and locks it after the time that the device is set to: `POST /smartlock/{smartlockId}/action` with the
    /// number 5. Locks only.
    ///
    #[doc = example!(r#"nuki.smartlock(17_618_910_285).lock_n_go_opening().await?;"#)]
    pub fn lock_n_go_opening(&self) -> Call<PerformSmartlockAction> {
        self.act(&LOCK_N_GO_OPENING)
    }

    /// Lets the next ring open the door, for as long as the Opener is set to: `POST /smartlock/{smartlockId}/action` with the
    /// number 1. Openers only. It opens nothing by itself.
    ///
    #[doc = example!(r#"nuki.smartlock(9_028_975_693).activate_ring_to_open().await?;"#)]
    pub fn activate_ring_to_open(&self) -> Call<PerformSmartlockAction> {
        self.act(&RING_TO_OPEN)
    }

    /// Ends ring to open: `POST /smartlock/{smartlockId}/action` with the number 2. Openers only.
    ///
    #[doc = example!(r#"nuki.smartlock(9_028_975_693).deactivate_ring_to_open().await?;"#)]
    pub fn deactivate_ring_to_open(&self) -> Call<PerformSmartlockAction> {
        self.act(&NO_RING_TO_OPEN)
    }

    /// Lets every ring open the door until it is ended: `POST /smartlock/{smartlockId}/action` with the number 6. Openers only.
    ///
    #[doc = example!(r#"nuki.smartlock(9_028_975_693).activate_continuous_mode().await?;"#)]
    pub fn activate_continuous_mode(&self) -> Call<PerformSmartlockAction> {
        self.act(&CONTINUOUS_MODE)
    }

    /// Ends continuous mode: `POST /smartlock/{smartlockId}/action` with the number 7. Openers only.
    ///
    #[doc = example!(r#"nuki.smartlock(9_028_975_693).deactivate_continuous_mode().await?;"#)]
    pub fn deactivate_continuous_mode(&self) -> Call<PerformSmartlockAction> {
        self.act(&NO_CONTINUOUS_MODE)
    }

    /// Makes the device do an action by its number: `POST /smartlock/{smartlockId}/action`. The methods with names say what
    /// the door does; a number means something else on each type of device.
    ///
    #[doc = example!(
        r#"// On a lock 1 unlocks, and does not open the door.
nuki.smartlock(17_618_910_285).action(1).await?;"#
    )]
    pub fn action(&self, action: impl TryInto<DeviceAction, Error: Into<InvalidValue>>) -> Call<PerformSmartlockAction> {
        Call::new(&self.client, |problems| {
            let (smartlock_id, body) = by_number(problems, &self.smartlock_id, action);
            PerformSmartlockAction { smartlock_id, body }
        })
    }

    fn act(&self, action: &Known) -> Call<PerformSmartlockAction> {
        Call::new(&self.client, |problems| {
            let smartlock_id = problems.parsed::<SmartlockId, i64>("smartlockId", self.smartlock_id.clone());
            let kind = SmartlockType::of_id(smartlock_id);
            if is_known(kind) && !(action.fits)(kind) {
                let Known { name, instead, .. } = action;
                let reason = format!("is of type {}, which cannot `{name}`: {instead}", kind.as_i64());
                problems.note("smartlockId", InvalidValue::new(reason));
            }
            PerformSmartlockAction { smartlock_id, body: types::SmartlockAction::new(action.number) }
        })
    }
}

/// The id of a device and an action that its type knows.
pub(crate) fn by_number(
    problems: &mut Problems,
    smartlock_id: &Result<SmartlockId, InvalidValue>,
    action: impl TryInto<DeviceAction, Error: Into<InvalidValue>>,
) -> (i64, types::SmartlockAction) {
    let smartlock_id = problems.parsed::<SmartlockId, i64>("smartlockId", smartlock_id.clone());
    let number = problems.parse::<DeviceAction, i32>("action", action);
    let kind = SmartlockType::of_id(smartlock_id);
    if number != 0 && is_known(kind) && !numbers(kind).contains(&number) {
        let known = numbers(kind).iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
        let reason = format!("is none of the actions of a device of type {}: {known}", kind.as_i64());
        problems.note("action", InvalidValue::new(reason));
    }
    (smartlock_id, types::SmartlockAction::new(number))
}

fn is_known(kind: SmartlockType) -> bool {
    !matches!(kind, SmartlockType::Unknown(_))
}

/// The numbers that a type knows, in order.
fn numbers(kind: SmartlockType) -> Vec<i32> {
    let mut numbers = ALL.iter().filter(|action| (action.fits)(kind)).map(|action| action.number).collect::<Vec<_>>();
    numbers.sort_unstable();
    numbers
}

/// An action of a device, by its number.
#[derive(Debug)]
pub struct PerformSmartlockAction {
    pub(super) smartlock_id: i64,
    pub(super) body: types::SmartlockAction,
}

impl Action for PerformSmartlockAction {
    const OPERATION: Operation = Operation::SmartlockAction;
    type Output = ();

    fn check(&self, problems: &mut Problems) {
        self.body.check(problems);
    }

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.smartlock_action(&self.smartlock_id, &self.body).await
    }
}

impl Call<PerformSmartlockAction> {
    /// How to do it. Without it, as the device is set up.
    pub fn option(self, option: SmartlockActionOption) -> Self {
        self.set(|action, _| action.body.option = Some(option))
    }

    /// Does it even where the device would rather not, such as locking while the door sensor sees the door open: adds the
    /// option 2.
    pub fn forced(self) -> Self {
        self.set(|action, _| action.body.option = Some(action.body.option.unwrap_or_default() | SmartlockActionOption::FORCE))
    }
}
