//! Reservations at an address, and the access of their guests.

use nuki_api::{AddressReservationId, Error};

use crate::address;
use crate::tour::{Tour, count};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let address = address::any(tour).await;
    let list = |id| nuki.address(id).reservations().list();
    let listed = tour.step_with(address, list, |list| count(list, "reservation")).await?.unwrap_or_default();
    if tour.only_reads {
        return Ok(());
    }

    let stay: Option<AddressReservationId> = tour.id(listed.first().map(|stay| stay.id.as_str()), "5f0c1ab2c3d4e5f6a7b8c9d1");
    let stay = address.zip(stay.as_ref());
    let early = |(id, stay)| {
        nuki.address(id).reservations().update_access_times(stay).check_in_time(13 * 60).check_out_time(12 * 60 + 30)
    };
    tour.step_with(stay, early, |()| "from 13:00 until 12:30 on the last day").await?;
    let issue = |(id, stay)| nuki.address(id).reservations().issue_access(stay);
    tour.step_with(stay, issue, |()| "the guests get access").await?;
    tour.wait().await;
    let revoke = |(id, stay)| nuki.address(id).reservations().revoke_access(stay);
    tour.step_with(stay, revoke, |()| "and lose it again").await?;
    Ok(())
}
