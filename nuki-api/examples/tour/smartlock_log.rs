//! What was done at the devices.

use nuki_api::{Error, SmartlockId};

use crate::tour::{LOCK, Tour, count};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let listed = tour.step(nuki.smartlocks().logs().list().limit(50), |list| count(list, "event")).await?.unwrap_or_default();
    let lock: Option<SmartlockId> = tour.id(listed.first().map(|entry| entry.smartlock_id), LOCK);
    let list = |id| nuki.smartlock(id).logs().list().limit(5);
    tour.step_with(lock, list, |list| format!("{} at one of them", count(list, "event"))).await?;
    Ok(())
}
