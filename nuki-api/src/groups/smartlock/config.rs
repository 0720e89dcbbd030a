//! Read-modify-write of configurations: a member that is left out may fall back to zero, so all of them are sent back.

use std::marker::PhantomData;

use nuki_api_gen::types::{
    OpenerAdvancedConfigUpdate, SmartDoorAdvancedConfigUpdate, Smartlock, SmartlockAdvancedConfigUpdate, SmartlockConfigUpdate,
    SmartlockType, SmartlockWebConfig,
};
use nuki_api_gen::{Extra, Operation, ResponseValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::call::{Action, Call, Generated, GeneratedError, failure};
use crate::error::CallName;
use crate::input::{Check, InvalidValue, Problems, SmartlockId, problems_of_edit};
use crate::smartlock::{AdvancedConfigApi, ConfigApi, OpenerConfigApi, SmartDoorConfigApi, WebConfigApi};
use crate::{Client, Error, ErrorKind};

/// A configuration that is read as one type and sent as another.
pub trait Config: Check + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    #[doc(hidden)]
    const OPERATION: Operation;
    /// The member of the device that holds it.
    #[doc(hidden)]
    const MEMBER: &'static str;
    /// Where devices of other types have theirs.
    #[doc(hidden)]
    const INSTEAD: &'static str;
    #[doc(hidden)]
    const FITS: fn(SmartlockType) -> bool;
    /// What was read, and of it what this version does not know.
    #[doc(hidden)]
    fn read(device: &Smartlock) -> Option<(Value, Extra)>;
    #[doc(hidden)]
    fn extra(&mut self) -> &mut Extra;
    #[doc(hidden)]
    fn send(&self, nuki: Generated<'_>, id: i64) -> impl Future<Output = Result<ResponseValue<()>, GeneratedError>> + Send;
}

macro_rules! config {
    ($update:ident, $member:literal, $field:ident, $operation:ident, $send:ident, $fits:expr, $instead:literal) => {
        impl Config for $update {
            const OPERATION: Operation = Operation::$operation;
            const MEMBER: &'static str = $member;
            const INSTEAD: &'static str = $instead;

            const FITS: fn(SmartlockType) -> bool = $fits;

            fn read(device: &Smartlock) -> Option<(Value, Extra)> {
                let config = device.$field.as_ref()?;
                Some((serde_json::to_value(config).ok()?, config.extra.clone()))
            }

            fn extra(&mut self) -> &mut Extra {
                &mut self.extra
            }

            async fn send(&self, nuki: Generated<'_>, id: i64) -> Result<ResponseValue<()>, GeneratedError> {
                nuki.$send(&id, self).await
            }
        }
    };
}

config!(SmartlockConfigUpdate, "config", config, SmartlockConfigUpdate, smartlock_config_update, |_| true, "");
config!(
    SmartlockAdvancedConfigUpdate,
    "advancedConfig",
    advanced_config,
    SmartlockAdvancedConfigUpdate,
    smartlock_advanced_config_update,
    |kind| !matches!(kind, SmartlockType::Box | SmartlockType::Opener | SmartlockType::SmartDoor),
    "Openers have `opener_config()`, and Smart Doors `smart_door_config()`"
);
config!(
    OpenerAdvancedConfigUpdate,
    "openerAdvancedConfig",
    opener_advanced_config,
    SmartlockOpenerConfigUpdate,
    smartlock_opener_config_update,
    |kind| matches!(kind, SmartlockType::Opener | SmartlockType::Unknown(_)),
    "locks have `advanced_config()`, and Smart Doors `smart_door_config()`"
);
config!(
    SmartDoorAdvancedConfigUpdate,
    "smartdoorAdvancedConfig",
    smartdoor_advanced_config,
    SmartlockSmartDoorConfigUpdate,
    smartlock_smart_door_config_update,
    |kind| matches!(kind, SmartlockType::SmartDoor | SmartlockType::Unknown(_)),
    "other locks have `advanced_config()`, and Openers `opener_config()`"
);
config!(SmartlockWebConfig, "webConfig", web_config, SmartlockWebConfigUpdate, smartlock_web_config_update, |_| true, "");

/// Those of which the document has no rules. Should it get one, this clashes with what is generated of it, and goes.
macro_rules! without_rules {
    ($($update:ident),*) => {
        $(impl Check for $update {
            fn check(&self, _: &mut Problems) {}
        })*
    };
}

without_rules!(SmartlockAdvancedConfigUpdate, OpenerAdvancedConfigUpdate, SmartDoorAdvancedConfigUpdate);

/// A configuration that is read, edited and sent back. See [`modify`](ConfigApi::modify).
pub struct ModifyConfig<C, F> {
    smartlock_id: i64,
    change: Option<F>,
    config: PhantomData<fn() -> C>,
}

impl<C: Config, F: FnOnce(&mut C) + Send + 'static> Action for ModifyConfig<C, F> {
    const OPERATION: Operation = C::OPERATION;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        let device = nuki.smartlock_get(&self.smartlock_id).await;
        let device = device.map_err(|error| GeneratedError::Failure(failure(Operation::SmartlockGet, error)))?.into_inner();
        let before: C = to_send_back(&device).map_err(GeneratedError::Failure)?;
        let mut config = before.clone();
        if let Some(change) = self.change.take() {
            change(&mut config);
        }
        problems_of_edit(&before, &config).refuse(C::OPERATION).map_err(GeneratedError::Failure)?;
        config.send(nuki, self.smartlock_id).await
    }
}

fn modify<C: Config, F: FnOnce(&mut C) + Send + 'static>(
    client: &Client,
    smartlock_id: &Result<SmartlockId, InvalidValue>,
    change: F,
) -> Call<ModifyConfig<C, F>> {
    Call::new(client, |problems| {
        let smartlock_id = problems.parsed::<SmartlockId, i64>("smartlockId", smartlock_id.clone());
        let kind = SmartlockType::of_id(smartlock_id);
        if !(C::FITS)(kind) {
            let reason = format!("is of type {}, which has no {}: {}", kind.as_i64(), C::MEMBER, C::INSTEAD);
            problems.note("smartlockId", InvalidValue::new(reason));
        }
        ModifyConfig { smartlock_id, change: Some(change), config: PhantomData }
    })
}

/// All of a configuration that may be sent back: what only the service sets is left out, and what this version does not know is
/// kept.
fn to_send_back<C: Config>(device: &Smartlock) -> Result<C, Error> {
    let name = CallName::Operation(Operation::SmartlockGet.info());
    let Some((mut read, unknown)) = C::read(device) else {
        return match C::MEMBER {
            // Absent while nothing was ever set.
            "webConfig" => Ok(serde_json::from_value(json!({})).unwrap_or_else(|_| unreachable!("it demands nothing"))),
            member => Err(Error::new(ErrorKind::Decode, name, format!("was answered, but the device has no {member}"))),
        };
    };
    // What devices of some types do not have, and the service demands all the same.
    if C::MEMBER == "config" {
        for (member, value) in [("singleLock", Some(json!(false))), ("name", device.name.clone().map(Value::from))] {
            if let (None, Some(value)) = (read.get(member), value) {
                read[member] = value;
            }
        }
    }
    let mut config: C = serde_json::from_value(read).map_err(|error| {
        let message = format!("was answered, but {} lacks what has to be sent back: {error}", C::MEMBER);
        Error::new(ErrorKind::Decode, name, message)
    })?;
    config.extra().retain(|name, _| unknown.contains_key(name));
    Ok(config)
}

impl ConfigApi {
    /// Reads the configuration, lets `change` edit it, and sends all of it: `GET /smartlock/{smartlockId}`, then `POST
    /// /smartlock/{smartlockId}/config`. What only the service sets cannot be edited; members that this version does not know
    /// stay as they are.
    ///
    /// What somebody else changes between the two calls is overwritten. It is tried again unless its request may have arrived.
    /// It needs the scope `smartlock` or `smartlock.readOnly` as well.
    ///
    /// # Errors
    ///
    /// - As for [`get`](crate::smartlock::SmartlockApi::get) and [`put`](Self::put).
    ///
    #[doc = example!(
        r#"use nuki_api::types::TimezoneId;

let door = nuki.smartlock(17_618_910_285);
door.config().modify(|config| config.led_enabled = Some(false)).await?;
let vienna = TimezoneId::from_iana("Europe/Berlin").ok_or("no such zone")?;
door.config().modify(move |config| config.timezone_id = vienna).await?;"#
    )]
    pub fn modify<F>(&self, change: F) -> Call<ModifyConfig<SmartlockConfigUpdate, F>>
    where
        F: FnOnce(&mut SmartlockConfigUpdate) + Send + 'static,
    {
        modify(&self.client, &self.smartlock_id, change)
    }
}

impl AdvancedConfigApi {
    /// Reads the advanced configuration, lets `change` edit it, and sends all of it: `GET /smartlock/{smartlockId}`, then `POST
    /// /smartlock/{smartlockId}/advanced/config`. Otherwise as [`modify`](ConfigApi::modify) of the basic one. An Opener, a
    /// Smart Door or a Box is refused before anything is sent.
    ///
    #[doc = example!(
        r#"let door = nuki.smartlock(17_618_910_285);
door.advanced_config().modify(|config| (config.auto_lock, config.auto_lock_timeout) = (Some(true), Some(120))).await?;"#
    )]
    pub fn modify<F>(&self, change: F) -> Call<ModifyConfig<SmartlockAdvancedConfigUpdate, F>>
    where
        F: FnOnce(&mut SmartlockAdvancedConfigUpdate) + Send + 'static,
    {
        modify(&self.client, &self.smartlock_id, change)
    }
}

impl OpenerConfigApi {
    /// Reads the configuration of an Opener, lets `change` edit it, and sends all of it: `GET /smartlock/{smartlockId}`, then
    /// `POST /smartlock/{smartlockId}/advanced/openerconfig`. Otherwise as [`modify`](ConfigApi::modify) of the basic one. A
    /// device of another type is refused before anything is sent.
    ///
    #[doc = example!(
        r#"nuki.smartlock(9_028_975_693).opener_config().modify(|config| config.rto_timeout = 15).await?;"#
    )]
    pub fn modify<F>(&self, change: F) -> Call<ModifyConfig<OpenerAdvancedConfigUpdate, F>>
    where
        F: FnOnce(&mut OpenerAdvancedConfigUpdate) + Send + 'static,
    {
        modify(&self.client, &self.smartlock_id, change)
    }
}

impl SmartDoorConfigApi {
    /// Reads the advanced configuration of a Smart Door, lets `change` edit it, and sends all of it: `GET
    /// /smartlock/{smartlockId}`, then `POST /smartlock/{smartlockId}/advanced/smartdoorconfig`. Otherwise as
    /// [`modify`](ConfigApi::modify) of the basic one. A device of another type is refused before anything is sent.
    ///
    #[doc = example!(
        r#"use nuki_api::types::BuzzerVolume;

let shop = nuki.smartlock(13_323_942_989).smart_door_config();
shop.modify(|config| config.buzzer_volume = Some(BuzzerVolume::Off)).await?;"#
    )]
    pub fn modify<F>(&self, change: F) -> Call<ModifyConfig<SmartDoorAdvancedConfigUpdate, F>>
    where
        F: FnOnce(&mut SmartDoorAdvancedConfigUpdate) + Send + 'static,
    {
        modify(&self.client, &self.smartlock_id, change)
    }
}

impl WebConfigApi {
    /// Reads what Nuki Web keeps about the device, lets `change` edit it, and sends all of it: `GET /smartlock/{smartlockId}`,
    /// then `POST /smartlock/{smartlockId}/web/config`. Otherwise as [`modify`](ConfigApi::modify) of the basic configuration.
    ///
    #[doc = example!(
        r#"let door = nuki.smartlock(17_618_910_285);
door.web_config().modify(|config| config.battery_warning_per_mail_enabled = Some(false)).await?;"#
    )]
    pub fn modify<F>(&self, change: F) -> Call<ModifyConfig<SmartlockWebConfig, F>>
    where
        F: FnOnce(&mut SmartlockWebConfig) + Send + 'static,
    {
        modify(&self.client, &self.smartlock_id, change)
    }
}
