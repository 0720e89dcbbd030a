//! Places with smart locks, and their units.

use nuki_api::{AddressId, AddressUnitId, Error};

use crate::tour::{LOCK, Tour, count};

const ADDRESS: i32 = 4711;
const UNIT: &str = "5f0c1ab2c3d4e5f6a7b8c9d0";

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let listed = tour.step(nuki.addresses().list(), |list| count(list, "address")).await?.unwrap_or_default();
    tour.address = tour.id(listed.first().map(|address| address.address_id), ADDRESS);
    tour.step_with(tour.address, |id| nuki.address(id).units().list(), |list| count(list, "unit")).await?;
    if tour.only_reads {
        return Ok(());
    }

    let create = nuki.addresses().create("Lindengasse 7", [LOCK]);
    let home = tour.step(create, |home| format!("address {}", home.address_id)).await?;
    let home: Option<AddressId> = tour.id(home.map(|home| home.address_id), ADDRESS);
    tour.step_with(home, |id| nuki.address(id).update().name("Lindengasse 9"), |()| "renamed").await?;

    let create = |id| nuki.address(id).units().create("Top 3");
    let third = tour.step_with(home, create, |_| "a unit, with an invitation into it").await?;
    let third: Option<AddressUnitId> = tour.id(third.as_ref().map(|unit| unit.id.as_str()), UNIT);
    // One more, so that there is one to delete alone and one to delete with others.
    let fourth = match home {
        Some(id) => nuki.address(id).units().create("Top 4").await.ok(),
        None => None,
    };
    let fourth: Option<AddressUnitId> = tour.id(fourth.as_ref().map(|unit| unit.id.as_str()), UNIT);

    let unit = home.zip(third);
    tour.step_with(unit, |(id, unit)| nuki.address(id).units().delete(unit), |_| "deletion of the unit is queued").await?;
    let unit = home.zip(fourth);
    tour.step_with(unit, |(id, unit)| nuki.address(id).units().delete_many([unit]), |_| "and that of others").await?;
    tour.step_with(home, |id| nuki.address(id).delete(), |()| "address deleted").await?;
    Ok(())
}

/// An address, for other groups. They are listed here if they were not before.
pub async fn any(tour: &mut Tour) -> Option<AddressId> {
    if tour.address.is_none() {
        let listed = tour.nuki.addresses().list().await.unwrap_or_default();
        tour.address = tour.id(listed.first().map(|address| address.address_id), ADDRESS);
    }
    tour.address
}
