//! The devices: what they are, what they do and how they are set up.

use nuki_api::types::{
    AdvertisingMode, BatteryType, BuzzerVolume, DoorbellSuppression, LockNgoTimeout, OpenerAdvancedConfigUpdate,
    OpenerButtonPressAction, OpenerConfirmationSound, OpenerSound, SmartDoorAdvancedConfigUpdate, SmartlockAdvancedConfigUpdate,
    SmartlockConfigUpdate, SmartlockWebConfig, TimezoneId, WebConfigRequest,
};
use nuki_api::{Error, SmartlockId};

use crate::tour::{BOX, LOCK, OPENER, SMART_DOOR, Tour, count, told};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let listed = tour.step(nuki.smartlocks().list(), |list| count(list, "device")).await?.unwrap_or_default();
    let device = listed.iter().find(|device| device.smartlock_id == LOCK).or(listed.first());
    let device: Option<SmartlockId> = tour.id(device.map(|device| device.smartlock_id), LOCK);
    tour.step_with(device, |id| nuki.smartlock(id).get(), |device| told(&device.name)).await?;
    if tour.only_reads {
        return Ok(());
    }

    let door = nuki.smartlock(LOCK);
    tour.step(door.update().name("Front door").favorite(true), |()| "renamed, and a favorite").await?;
    tour.step(door.config().put(&config()), |()| "its LED is off").await?;
    tour.step(door.advanced_config().put(&advanced_config()), |()| "20 seconds of lock 'n' go").await?;
    let opener = nuki.smartlock(OPENER);
    tour.step(opener.opener_config().put(&opener_config()), |()| "the Opener rings quietly").await?;
    let smart_door = nuki.smartlock(SMART_DOOR);
    tour.step(smart_door.smart_door_config().put(&smart_door_config()), |()| "the Smart Door locks after 2 minutes").await?;
    let web_config = door.web_config().update().battery_warning_per_mail_enabled(true);
    tour.step(web_config, |()| "a mail when the batteries run low").await?;
    let mut quiet = SmartlockWebConfig::default();
    quiet.battery_warning_per_mail_enabled = Some(false);
    let requests = [OPENER, SMART_DOOR].map(|id| WebConfigRequest::new(id, quiet.clone()));
    tour.step(nuki.smartlocks().update_web_configs(requests), |()| "and none for two others").await?;
    tour.step(opener.admin_pin().set(4711), |()| "the service has the PIN of the Opener (not shown)").await?;

    tour.step(door.press_unlock_button(), |()| "it opens, if it has a knob").await?;
    tour.wait().await;
    tour.step(door.unlock(), |()| "it unlocks, and does not open").await?;
    tour.wait().await;
    tour.step(door.lock(), |()| "it locks").await?;
    tour.wait().await;
    tour.step(door.sync(), |()| "it is asked for its current data").await?;

    tour.step(nuki.smartlock(BOX).delete(), |()| "the Box is removed").await?;
    Ok(())
}

fn config() -> SmartlockConfigUpdate {
    let mut config = SmartlockConfigUpdate::new(
        "Front door",
        47.07, // latitude
        15.44, // longitude
        false, // no single lock
        AdvertisingMode::Automatic,
        60, // minutes ahead of UTC
        TimezoneId::EuropeBerlin,
    );
    config.led_enabled = Some(false);
    config
}

fn advanced_config() -> SmartlockAdvancedConfigUpdate {
    // The offsets of the unlocked, the locked and the single locked position, in degrees.
    let mut config = SmartlockAdvancedConfigUpdate::new(0, 0, 0, BatteryType::Rechargeable);
    config.lng_timeout = Some(LockNgoTimeout::Seconds20);
    config
}

fn opener_config() -> OpenerAdvancedConfigUpdate {
    OpenerAdvancedConfigUpdate::new(
        50,    // short circuit, in ms
        0,     // delay of the electric strike, in ms
        false, // not a random delay
        3000,  // duration of the electric strike, in ms
        true,  // ring to open ends after a ring
        20,    // and after 20 minutes
        DoorbellSuppression::CONTINUOUS_MODE,
        2000,                 // how long the doorbell is silent, in ms
        OpenerSound::Sound1,  // ring
        OpenerSound::Sound1,  // open
        OpenerSound::NoSound, // ring to open
        OpenerSound::NoSound, // continuous mode
        OpenerConfirmationSound::Sound,
        50,                                        // volume
        OpenerButtonPressAction::ToggleRingToOpen, // pressed once
        OpenerButtonPressAction::Open,             // pressed twice
        BatteryType::Alkaline,
    )
}

fn smart_door_config() -> SmartDoorAdvancedConfigUpdate {
    let mut config = SmartDoorAdvancedConfigUpdate::new(BatteryType::Fixed, true);
    config.auto_lock_timeout = Some(120);
    config.buzzer_volume = Some(BuzzerVolume::Low);
    config
}
