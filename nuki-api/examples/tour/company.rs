//! The companies of Nuki's partner network.

use nuki_api::Error;

use crate::tour::{Tour, count};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    tour.step(tour.nuki.companies().list(), |list| count(list, "company")).await?;
    Ok(())
}
