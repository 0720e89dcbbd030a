//! The people to whom the account gives access.

use nuki_api::{AccountUserId, Error};

use crate::tour::{Tour, count, told};

const USER: i32 = 7_654_321;

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let users = tour.nuki.account().users();
    let listed = tour.step(users.list().limit(50), |list| count(list, "user")).await?.unwrap_or_default();
    tour.user = tour.id(listed.first().map(|user| user.account_user_id), USER);
    tour.step_with(tour.user, |id| users.get(id), |user| told(&user.name)).await?;
    if tour.only_reads {
        return Ok(());
    }

    let create = users.create("guest@example.com", "Booking 123").language("de");
    let guest = tour.step(create, |guest| format!("user {}", guest.account_user_id)).await?;
    let id: Option<AccountUserId> = tour.id(guest.map(|guest| guest.account_user_id), USER);
    tour.step_with(id, |id| users.update(id).name("Booking 124"), |_| "renamed").await?;
    tour.step_with(id, |id| users.delete(id), |()| "deletion is queued").await?;
    Ok(())
}

/// A user, for other groups. They are listed here if they were not before.
pub async fn any(tour: &mut Tour) -> Option<AccountUserId> {
    if tour.user.is_none() {
        let listed = tour.nuki.account().users().list().await.unwrap_or_default();
        tour.user = tour.id(listed.first().map(|user| user.account_user_id), USER);
    }
    tour.user
}
