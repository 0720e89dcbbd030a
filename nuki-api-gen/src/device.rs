//! What the numbers of a device mean, which its type decides.

use crate::open_enum::open_integer_enum;
use crate::types::{DoorState, ServerState, Smartlock, SmartlockType};

/// What a lock is doing: `state.state` of a device of type 0, 3, 4 or 5.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum LockState {
    /// `0`: The lock does not know where its bolt is.
    Uncalibrated,
    /// `1`: The door is locked.
    Locked,
    /// `2`: The bolt is being drawn.
    Unlocking,
    /// `3`: The door is unlocked.
    Unlocked,
    /// `4`: The bolt is being thrown.
    Locking,
    /// `5`: The latch is held back: a push opens the door.
    Unlatched,
    /// `6`: The door is unlocked by lock 'n' go, and will lock by itself.
    UnlockedLockNGo,
    /// `7`: The latch is being pulled.
    Unlatching,
    /// `224`: Somebody typed a wrong code.
    WrongCode,
    /// `225`: Somebody showed a wrong fingerprint.
    WrongFingerprint,
    /// `253`: The lock is starting up.
    BootRun,
    /// `254`: The motor is blocked. Where the bolt is cannot be told.
    MotorBlocked,
    /// `255`: The lock does not know.
    Undefined,
    /// A value that this version does not know, as it came.
    Unknown(i64),
}

open_integer_enum!(LockState {
    Uncalibrated = 0,
    Locked = 1,
    Unlocking = 2,
    Unlocked = 3,
    Locking = 4,
    Unlatched = 5,
    UnlockedLockNGo = 6,
    Unlatching = 7,
    WrongCode = 224,
    WrongFingerprint = 225,
    BootRun = 253,
    MotorBlocked = 254,
    Undefined = 255,
});

/// What an Opener is doing: `state.state` of a device of type 2.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum OpenerState {
    /// `0`: It does not know its intercom yet.
    Untrained,
    /// `1`: It is ready. On a lock the same number means "locked".
    Online,
    /// `3`: Ring to open is active: the next ring opens the door.
    RingToOpenActive,
    /// `5`: The door can be pushed open.
    Open,
    /// `7`: It is opening the door.
    Opening,
    /// `253`: It is starting up.
    BootRun,
    /// `255`: It does not know.
    Undefined,
    /// A value that this version does not know, as it came.
    Unknown(i64),
}

open_integer_enum!(OpenerState {
    Untrained = 0,
    Online = 1,
    RingToOpenActive = 3,
    Open = 5,
    Opening = 7,
    BootRun = 253,
    Undefined = 255,
});

/// The type in the upper half of an id.
impl SmartlockType {
    /// The type that the id of a device tells: the id is the type, times 2^32, plus the number that is printed on the device.
    pub fn of_id(smartlock_id: i64) -> Self {
        Self::from(smartlock_id >> 32)
    }

    /// Whether it is a device with a bolt or a latch of its own, whose state is a [`LockState`]. False for a type that this
    /// version does not know.
    pub fn is_lock(&self) -> bool {
        matches!(self, Self::SmartLock1Or2 | Self::SmartDoor | Self::SmartLock3Or4 | Self::SmartLock5)
    }
}

/// What the state says, by the type of the device. Each is `None` where nobody can know: the service did not say, or the type
/// has no such thing, or this version does not know the type.
impl Smartlock {
    /// The type that the service gives, or else the one in the id.
    pub fn device_type(&self) -> SmartlockType {
        self.type_.unwrap_or_else(|| SmartlockType::of_id(self.smartlock_id))
    }

    /// The 8 hexadecimal digits that are printed on the device and that the Nuki app shows.
    pub fn printed_id(&self) -> String {
        format!("{:08X}", self.smartlock_id & 0xFFFF_FFFF)
    }

    /// What the lock is doing. Locks only (types 0, 3, 4 and 5).
    pub fn lock_state(&self) -> Option<LockState> {
        let state = self.state.as_ref()?.state?;
        self.device_type().is_lock().then(|| i64::from(state).into())
    }

    /// What the Opener is doing. Openers only (type 2).
    pub fn opener_state(&self) -> Option<OpenerState> {
        let state = self.state.as_ref()?.state?;
        (self.device_type() == SmartlockType::Opener).then(|| i64::from(state).into())
    }

    /// What the door sensor sees.
    pub fn door_state(&self) -> Option<DoorState> {
        self.state.as_ref()?.door_state
    }

    /// Whether the door is locked. `None` for an Opener or a Box, and where the lock itself does not know, as with a blocked
    /// motor. A lock that is still locking is not locked.
    pub fn is_locked(&self) -> Option<bool> {
        match self.lock_state()? {
            LockState::Locked => Some(true),
            LockState::Unlocking
            | LockState::Unlocked
            | LockState::Locking
            | LockState::Unlatched
            | LockState::UnlockedLockNGo
            | LockState::Unlatching => Some(false),
            _ => None,
        }
    }

    /// Whether the door stands open, by the door sensor. `None` without one, and while it cannot tell.
    pub fn is_door_open(&self) -> Option<bool> {
        match self.door_state()? {
            DoorState::Open => Some(true),
            DoorState::Closed => Some(false),
            _ => None,
        }
    }

    /// Whether the service reaches the device. While it does not, the state may be old.
    pub fn is_online(&self) -> Option<bool> {
        self.server_state.map(|state| state == ServerState::Ok)
    }

    /// Whether the next ring opens the door. Openers only. It may be so while the door is open: then the state does not say
    /// it, but `ring_to_open_end` does.
    pub fn is_ring_to_open_active(&self) -> Option<bool> {
        let ends = self.state.as_ref()?.ring_to_open_end.is_some();
        Some(self.opener_state()? == OpenerState::RingToOpenActive || ends)
    }

    /// Whether every ring opens the door. Openers only.
    pub fn is_continuous_mode_active(&self) -> Option<bool> {
        self.opener_state()?;
        Some(self.state.as_ref()?.mode? == 3)
    }

    /// Whether the motor is at work, so that the device takes no other action. Locks and Openers only.
    pub fn is_busy(&self) -> Option<bool> {
        let moving = matches!(self.lock_state(), Some(LockState::Unlocking | LockState::Locking | LockState::Unlatching));
        let opening = self.opener_state() == Some(OpenerState::Opening);
        self.lock_state().map(|_| moving).or(self.opener_state().map(|_| opening))
    }

    /// The charge of the batteries in percent. `None` for older devices, which only know whether it is
    /// [low](Self::battery_is_low).
    pub fn battery_charge(&self) -> Option<i32> {
        self.state.as_ref()?.battery_charge
    }

    /// Whether the batteries have to be changed or charged now. This is the alarm of all devices.
    pub fn battery_is_low(&self) -> Option<bool> {
        self.state.as_ref()?.battery_critical
    }

    /// Whether the batteries of the paired keypad have to be changed.
    pub fn keypad_battery_is_low(&self) -> Option<bool> {
        self.state.as_ref()?.keypad_battery_critical
    }

    /// Whether the battery of the paired door sensor has to be changed.
    pub fn door_sensor_battery_is_low(&self) -> Option<bool> {
        self.state.as_ref()?.doorsensor_battery_critical
    }

    /// The version of the firmware, such as `2.8.15`.
    pub fn firmware(&self) -> Option<String> {
        self.firmware_version.map(|packed| dotted(packed, 3))
    }

    /// The revision of the hardware, such as `11.1`.
    pub fn hardware(&self) -> Option<String> {
        self.hardware_version.map(|packed| dotted(packed, 2))
    }
}

/// A version that is packed one byte a part.
fn dotted(packed: i32, parts: usize) -> String {
    let [_, bytes @ ..] = packed.to_be_bytes();
    bytes[3 - parts..].iter().map(u8::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(kind: i64, state: i32) -> Smartlock {
        let json =
            serde_json::json!({"smartlockId": kind << 32 | 0x1A2B_3C4D, "type": kind, "state": {"state": state, "mode": 2}});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn one_is_locked_on_a_lock_and_nothing_of_the_kind_on_an_opener() {
        for kind in [0, 3, 4, 5] {
            assert_eq!((device(kind, 1).is_locked(), device(kind, 1).opener_state()), (Some(true), None), "{kind}");
        }
        assert_eq!((device(2, 1).is_locked(), device(2, 1).lock_state()), (None, None));
        assert_eq!(device(2, 1).opener_state(), Some(OpenerState::Online));
        assert_eq!((device(1, 1).is_locked(), device(1, 1).opener_state()), (None, None));
    }

    #[test]
    fn of_a_type_that_is_not_known_nothing_is_known() {
        let device = device(9, 1);
        assert_eq!((device.lock_state(), device.opener_state(), device.is_locked(), device.is_busy()), (None, None, None, None));
        assert_eq!((device.device_type().as_i64(), device.printed_id()), (9, "1A2B3C4D".to_owned()));
    }

    #[test]
    fn the_states_of_a_lock_answer_whether_it_is_locked() {
        let answers = [(0, None), (1, Some(true)), (2, Some(false)), (3, Some(false)), (4, Some(false)), (5, Some(false))];
        let more = [(6, Some(false)), (7, Some(false)), (224, None), (253, None), (254, None), (255, None), (17, None)];
        for (state, is_locked) in answers.into_iter().chain(more) {
            assert_eq!(device(4, state).is_locked(), is_locked, "{state}");
            assert_eq!(device(4, state).is_busy(), Some([2, 4, 7].contains(&state)), "{state}");
        }
        for (state, is_busy) in [(1, false), (2, false), (3, false), (5, false), (7, true)] {
            assert_eq!(device(2, state).is_busy(), Some(is_busy), "{state}");
        }
    }

    #[test]
    fn the_modes_of_an_opener_are_two_questions() {
        assert_eq!(device(2, 3).is_ring_to_open_active(), Some(true));
        assert_eq!(device(2, 1).is_ring_to_open_active(), Some(false));
        assert_eq!(device(4, 3).is_ring_to_open_active(), None);
        let mut opener = device(2, 1);
        assert_eq!(opener.is_continuous_mode_active(), Some(false));
        opener.state.get_or_insert_default().mode = Some(3);
        assert_eq!(opener.is_continuous_mode_active(), Some(true));
        // Of a Smart Door the same mode is a failure.
        let mut smart_door = device(3, 1);
        smart_door.state.get_or_insert_default().mode = Some(3);
        assert_eq!(smart_door.is_continuous_mode_active(), None);
    }

    #[test]
    fn a_device_without_a_type_is_known_by_its_id() {
        let device: Smartlock = serde_json::from_str(r#"{"smartlockId": 9028975693, "state": {"state": 5}}"#).unwrap();
        assert_eq!((device.device_type(), device.opener_state()), (SmartlockType::Opener, Some(OpenerState::Open)));
        let bare: Smartlock = serde_json::from_str(r#"{"smartlockId": 17618910285}"#).unwrap();
        assert_eq!((bare.is_locked(), bare.is_online(), bare.is_door_open(), bare.battery_is_low()), (None, None, None, None));
    }

    #[test]
    fn versions_are_packed_one_byte_a_part() {
        let mut device = device(4, 1);
        (device.firmware_version, device.hardware_version) = (Some(133_135), Some(2817));
        assert_eq!((device.firmware().as_deref(), device.hardware().as_deref()), (Some("2.8.15"), Some("11.1")));
    }

    #[test]
    fn only_a_server_that_is_fine_reaches_the_device() {
        for (state, is_online) in [(0, true), (1, false), (2, false), (3, false), (4, false), (9, false)] {
            let mut device = device(4, 1);
            device.server_state = Some(state.into());
            assert_eq!(device.is_online(), Some(is_online), "{state}");
        }
    }
}
