//! Services that list holiday lets.

use nuki_api::Error;
use nuki_api::types::ServiceId;

use crate::tour::{Tour, count, told};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let services = tour.nuki.services();
    let listed = tour.step(services.list(), |list| count(list, "service")).await?.unwrap_or_default();
    // It is free JSON, and where it has the id is not documented.
    let id = listed.first().and_then(|service| ["serviceId", "id"].iter().find_map(|name| service.get(*name)?.as_str()));
    let id: Option<ServiceId> = tour.id(id.filter(|id| !id.is_empty()), "airbnb");
    tour.step_with(id.clone(), |id| services.get(id), |_| told(&id)).await?;
    if tour.only_reads {
        return Ok(());
    }

    tour.step_with(id.clone(), |id| services.link(id), |_| "the owner has to agree in the browser").await?;
    tour.step_with(id.clone(), |id| services.sync(id), |()| "it will be asked for reservations").await?;
    tour.step_with(id, |id| services.unlink(id), |()| "no more reservations come").await?;
    Ok(())
}
