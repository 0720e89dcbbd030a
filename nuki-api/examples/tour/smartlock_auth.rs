//! Who may open a door. A change is queued: the answer comes before the device has it.

use chrono::{DateTime, Days, Utc};
use nuki_api::types::{
    SmartlockAuth, SmartlockAuthCreateType, SmartlockAuthMultiUpdate, SmartlockAuthPage, SmartlockAuthType, WeekDays,
};
use nuki_api::{Error, SmartlockAuthId, SmartlockId};

use crate::tour::{LOCK, SECOND_LOCK, Tour, count, told};

const AUTH: &str = "5f0c1ab2c3d4e5f6a7b8c9d1";

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let (all, door) = (nuki.smartlocks().auths(), nuki.smartlock(LOCK).auths());
    let (check_in, check_out) = stay();
    let mut shared = Vec::new();
    if !tour.only_reads {
        // A window goes with its days: without them it has been seen to bind nobody.
        let booking = door.create("Booking 123").kind(SmartlockAuthCreateType::KeypadCode).code(739_164);
        let booking = booking.allowed_from_date(check_in).allowed_until_date(check_out).allowed_week_days(WeekDays::EVERY_DAY);
        tour.step(booking, |()| "a keypad code for 3 days (not shown)").await?;
        let cleaners = all.create([LOCK, SECOND_LOCK], "Cleaners").kind(SmartlockAuthCreateType::KeypadCode).code(864_297);
        let cleaners = cleaners.allowed_from_date(check_in).allowed_week_days(WeekDays::MONDAY);
        let cleaners = cleaners.allowed_from_time(8 * 60).allowed_until_time(12 * 60);
        tour.step(cleaners, |()| "one for two locks, on Monday mornings").await?;
        let desk = door.create_with_shared_key("Front desk");
        shared = tour.step(desk, |made| format!("{} with a key (not shown)", made.len())).await?.unwrap_or_default();
        tour.wait().await;
    }

    let listed = tour.step(all.list(), |list| count(list, "authorization")).await?.unwrap_or_default();
    let page = |page: &SmartlockAuthPage| page.results.as_deref().map_or(0, <[_]>::len);
    tour.step(all.list_paged().page(0).size(50), |it| format!("{} on the first page", page(it))).await?;
    let lock = if tour.only_reads { listed.first().map(|auth| auth.smartlock_id) } else { Some(LOCK) };
    let lock: Option<SmartlockId> = tour.id(lock, LOCK);
    let list = |id| nuki.smartlock(id).auths().list();
    let of_lock = tour.step_with(lock, list, |list| count(list, "authorization")).await?.unwrap_or_default();
    let first: Option<SmartlockAuthId> = tour.id(of_lock.first().map(|auth| auth.id.as_str()), AUTH);
    tour.step_with(lock.zip(first), |(lock, id)| nuki.smartlock(lock).auths().get(id), |auth| told(&auth.name)).await?;
    if tour.only_reads {
        return Ok(());
    }

    // One change after the other: each is of another authorization. An update replaces, so the whole window goes with it.
    let id: Option<SmartlockAuthId> = tour.id(named(&of_lock, "Booking 123").first().copied(), AUTH);
    let update = |id| {
        let longer = door.update(id, "Booking 123").allowed_from_date(check_in).allowed_until_date(check_out + Days::new(1));
        longer.allowed_week_days(WeekDays::EVERY_DAY)
    };
    tour.step_with(id, update, |()| "one more day").await?;
    let code = listed.iter().find(|auth| auth.type_ == Some(SmartlockAuthType::KeypadCode) && !is_of_the_tour(auth));
    let id: Option<SmartlockAuthId> = tour.id(code.or(listed.first()).map(|auth| auth.id.as_str()), AUTH);
    let update = |id: SmartlockAuthId| {
        let mut update = SmartlockAuthMultiUpdate::new(id.into(), "Family");
        (update.allowed_from_date, update.allowed_until_date) = (Some(check_in), Some(check_out));
        update.allowed_week_days = Some(WeekDays::EVERY_DAY);
        all.update([update])
    };
    tour.step_with(id, update, |()| "another code, renamed, for the same 3 days").await?;

    let id: Option<SmartlockAuthId> = tour.id(shared.first().map(|auth| auth.id.as_str()), AUTH);
    tour.step_with(id, |id| door.delete(id), |()| "deletion is queued").await?;
    let cleaners =
        named(&listed, "Cleaners").into_iter().map(|id| tour.id(Some(id), AUTH)).collect::<Option<Vec<SmartlockAuthId>>>();
    tour.step_with(cleaners, |ids| all.delete(ids), |()| "and that of others").await?;
    Ok(())
}

fn stay() -> (DateTime<Utc>, DateTime<Utc>) {
    let check_in = Utc::now();
    (check_in, check_in + Days::new(3))
}

fn is_of_the_tour(auth: &SmartlockAuth) -> bool {
    ["Booking 123", "Cleaners"].contains(&auth.name.as_deref().unwrap_or_default())
}

/// The ids of the authorizations of this name, or of any: a device may be late to tell of a new one.
fn named<'a>(auths: &'a [SmartlockAuth], name: &str) -> Vec<&'a str> {
    let has_it = |auth: &&SmartlockAuth| auth.name.as_deref() == Some(name);
    let named = auths.iter().filter(has_it).map(|auth| auth.id.as_str()).collect::<Vec<_>>();
    if named.is_empty() { vec![auths.first().map_or(AUTH, |auth| auth.id.as_str())] } else { named }
}
