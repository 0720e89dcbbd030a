//! A device that a sandbox starts with.

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::device::{BOX, Device, OFFLINE, OPENER, SMART_DOOR};

/// The newest type of device that is known.
const LAST_TYPE: u8 = 5;

/// A device that is there from the beginning.
///
/// ```
/// use std::time::Duration;
///
/// use nuki_api::testkit::{Sandbox, SmartlockFixture};
///
/// let cellar = SmartlockFixture::new(4, 0x00C0_FFEE).name("Cellar").battery(12).action_time(Duration::from_secs(5));
/// let id = cellar.id();
/// let sandbox = Sandbox::builder().smartlock(Sandbox::ACCOUNT_ID, cellar).build();
/// assert_eq!(sandbox.smartlock(id).map(|lock| lock["state"]["batteryCritical"].clone()), Some(true.into()));
/// ```
#[derive(Clone)]
pub struct SmartlockFixture(pub(super) Device);

impl SmartlockFixture {
    /// A device that is online and locked, with batteries at 80 %.
    ///
    /// The type is the number of the service: 0 Smart Lock 1 or 2, 1 Box, 2 Opener, 3 Smart Door, 4 Smart Lock 3 or 4, 5
    /// Smart Lock 5. `printed_id` is the number that is printed on the device as 8 hexadecimal digits.
    ///
    /// # Panics
    ///
    /// When the type is not among these, or the printed id is 0.
    #[track_caller]
    pub fn new(device_type: u8, printed_id: u32) -> SmartlockFixture {
        assert!(device_type <= LAST_TYPE, "there is no type of device {device_type}: they go from 0 to {LAST_TYPE}");
        assert!(printed_id != 0, "the printed id of a device is not 0");
        SmartlockFixture(Device::new(i64::from(device_type) << 32 | i64::from(printed_id), device_type))
    }

    /// Its id in the API: the type, and then the printed id.
    pub fn id(&self) -> i64 {
        self.0.id
    }

    /// Its name.
    pub fn name(mut self, name: impl Into<String>) -> SmartlockFixture {
        let name: Value = name.into().into();
        self.0.json["config"]["name"] = name.clone();
        self.0.json["name"] = name;
        self
    }

    /// Pairs a keypad, so that it takes codes.
    pub fn keypad(mut self) -> SmartlockFixture {
        self.0.json["config"]["keypadPaired"] = true.into();
        self
    }

    /// Gives the door a knob outside: `/action/unlock` opens it.
    pub fn knob(mut self) -> SmartlockFixture {
        self.0.json["config"]["autoUnlatch"] = true.into();
        self
    }

    /// The charge of its batteries in percent; below 20 they are critical.
    ///
    /// # Panics
    ///
    /// When it is above 100.
    #[track_caller]
    pub fn battery(mut self, percent: u8) -> SmartlockFixture {
        assert!(percent <= 100, "batteries have no charge of {percent} %");
        self.0.battery = percent;
        self
    }

    /// Its `state.state`, by the numbers of the service.
    pub fn state(mut self, state: u8) -> SmartlockFixture {
        self.0.state = state;
        self
    }

    /// Its `state.mode`, by the numbers of the service. In any but 2 and 3 it can neither be locked nor unlocked.
    pub fn mode(mut self, mode: u8) -> SmartlockFixture {
        self.0.mode = mode;
        self
    }

    /// Its `state.doorState`, by the numbers of the service.
    pub fn door(mut self, door_state: u8) -> SmartlockFixture {
        self.0.door = door_state;
        self
    }

    /// Whether it has a connection to the service. What it is told without one waits until it is back.
    pub fn online(mut self, online: bool) -> SmartlockFixture {
        (self.0.online, self.0.server_state) = (online, OFFLINE);
        self
    }

    /// Its `serverState`, by the numbers of the service: 0 is online, 4 offline, and with 1 to 3 somebody has to connect it to
    /// Nuki Web anew.
    pub fn server_state(mut self, server_state: u8) -> SmartlockFixture {
        (self.0.online, self.0.server_state) = (server_state == 0, server_state);
        self
    }

    /// Whether its motor is blocked: whatever it is told ends there.
    pub fn blocked(mut self, blocked: bool) -> SmartlockFixture {
        self.0.blocked = blocked;
        self
    }

    /// How long its motor turns for one movement, on the sandbox's clock; 2 seconds unless set.
    pub fn action_time(mut self, time: Duration) -> SmartlockFixture {
        self.0.action_time = TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        self
    }

    /// The PIN on the device itself, which the service does not know yet: it has to be sent before anything can be
    /// administered.
    pub fn admin_pin(mut self, pin: i64) -> SmartlockFixture {
        (self.0.pin, self.0.knows_pin) = (Some(pin), false);
        self
    }

    /// Takes its Smart Hosting subscription away: it is shown with an `error`, and actions and authorizations answer 402, or
    /// the nearest status where the document has no 402 for them.
    pub fn unpaid(mut self) -> SmartlockFixture {
        self.0.unpaid = true;
        self
    }

    /// Answers 422 to new authorizations, as the service was seen to do without saying why.
    pub fn refuses_authorizations(mut self) -> SmartlockFixture {
        self.0.refuses_auths = true;
        self
    }

    /// A member that has no method here, such as `firmwareVersion`, or of a configuration: `"advancedConfig/autoLock"`.
    ///
    /// # Panics
    ///
    /// When the sandbox keeps this member itself, as it does the state, or the path leads into something that is no object.
    #[track_caller]
    pub fn member(mut self, path: &str, value: Value) -> SmartlockFixture {
        let kept = ["state", "serverState", "adminPinState", "type", "smartlockId", "accountId"];
        let first = path.split('/').next().unwrap_or_default();
        assert!(!kept.contains(&first), "the sandbox keeps the member {first} of a device itself");
        let json = path.split('/').fold(&mut self.0.json, |json, name| &mut json[name]);
        *json = value;
        self
    }
}

/// Without the PIN.
impl fmt::Debug for SmartlockFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmartlockFixture").field("id", &self.0.id).field("type", &self.0.kind).finish_non_exhaustive()
    }
}

/// What the service shows of a device of this type beside its state.
pub(super) fn members(kind: u8) -> Value {
    let name =
        ["Smart Lock 2", "Box", "Opener", "Smart Door", "Smart Lock", "Smart Lock Ultra"][usize::from(kind.min(LAST_TYPE))];
    let is_opener = kind == OPENER;
    let mut json = json!({
        "authId": 1, "name": name, "favorite": false, "firmwareVersion": 0x0003_0A05, "hardwareVersion": 0x0B01,
        "virtualDevice": false, "webConfig": {"batteryWarningPerMailEnabled": true},
        "config": {
            "name": name, "latitude": 47.0707, "longitude": 15.4395, "timezoneId": 37, "timezoneOffset": 60,
            "daylightSavingMode": 1, "advertisingMode": 0, "pairingEnabled": true, "buttonEnabled": true, "ledEnabled": true,
            "fobPaired": false, "fobAction1": 1, "fobAction2": 2, "fobAction3": 4, "keypadPaired": false,
            "homekitState": 1, "singleLock": false, "deviceType": kind,
            "wifiEnabled": (kind >= 4), "capabilities": is_opener.then_some(1), "operatingMode": is_opener.then_some(0),
            "autoUnlatch": (!is_opener).then_some(false), "ledBrightness": (!is_opener).then_some(3),
            "matterState": (kind >= 4).then_some(2), "productVariant": (kind == 5).then_some(3),
        },
    });
    let (name, config) = match kind {
        OPENER => ("openerAdvancedConfig", opener_config()),
        SMART_DOOR => ("smartdoorAdvancedConfig", smart_door_config()),
        BOX => return json,
        _ => ("advancedConfig", lock_config()),
    };
    json[name] = config;
    json
}

fn lock_config() -> Value {
    json!({
        "totalDegrees": -19136, "lockedPositionOffsetDegrees": 0, "unlockedPositionOffsetDegrees": 0,
        "singleLockedPositionOffsetDegrees": -90, "unlockedToLockedTransitionOffsetDegrees": 0, "lngTimeout": 20,
        "singleButtonPressAction": 1, "doubleButtonPressAction": 5, "detachedCylinder": false, "batteryType": 0,
        "automaticBatteryTypeDetection": true, "unlatchDuration": 3, "autoLock": false, "autoLockTimeout": 300,
        "autoUpdateEnabled": true, "motorSpeed": 0,
    })
}

fn smart_door_config() -> Value {
    json!({
        "lngTimeout": 20, "singleButtonPressAction": 1, "doubleButtonPressAction": 5, "batteryType": 0,
        "automaticBatteryTypeDetection": true, "unlatchDuration": 3, "buzzerVolume": 1, "supportedBatteryTypes": [0, 1, 3],
        "autoLock": false, "autoLockTimeout": 0,
    })
}

fn opener_config() -> Value {
    json!({
        "intercomId": 17, "busModeSwitch": 0, "shortCircuitDuration": 0, "electricStrikeDelay": 0,
        "randomElectricStrikeDelay": false, "electricStrikeDuration": 3000, "disableRtoAfterRing": false, "rtoTimeout": 20,
        "doorbellSuppression": 0, "doorbellSuppressionDuration": 500, "soundRing": 0, "soundOpen": 1, "soundRto": 1,
        "soundCm": 1, "soundConfirmation": 0, "soundLevel": 255, "singleButtonPressAction": 1,
        "doubleButtonPressAction": 4, "batteryType": 0, "automaticBatteryTypeDetection": true, "autoUpdateEnabled": true,
    })
}
