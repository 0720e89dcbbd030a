//! The intercoms that an Opener can be wired to.

use nuki_api::{Error, IntercomBrandId, IntercomId};

use crate::tour::{Tour, count, told};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let (brands, intercoms) = (tour.nuki.opener().brands(), tour.nuki.opener().intercoms());
    let listed = tour.step(brands.list(), |list| count(list, "brand")).await?.unwrap_or_default();
    let brand: Option<IntercomBrandId> = tour.id(listed.first().map(|brand| brand.brand_id), 3);
    tour.step_with(brand, |id| brands.get(id), |brand| told(&brand.brand)).await?;

    let list = |id| intercoms.list().of_brand(id).ignore_verified();
    let listed = tour.step_with(brand, list, |list| count(list, "model")).await?.unwrap_or_default();
    let model: Option<IntercomId> = tour.id(listed.first().map(|intercom| intercom.intercom_id), 17);
    tour.step_with(model, |id| intercoms.get(id), |intercom| told(&intercom.model)).await?;
    Ok(())
}
