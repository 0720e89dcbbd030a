//! Invitations into a unit of an address. Whoever knows the id of one can redeem it, so none is shown.

use nuki_api::{AddressTokenId, Error};

use crate::address;
use crate::tour::{Tour, count, told};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let address = address::any(tour).await;
    let list = |id| nuki.address(id).tokens().list();
    let listed = tour.step_with(address, list, |list| count(list, "invitation")).await?.unwrap_or_default();

    let tokens = nuki.address_tokens();
    let token: Option<AddressTokenId> = tour.id(listed.first().map(|token| token.id.as_str()), "5f0c1ab2c3d4e5f6a7b8c9d2");
    let token = token.as_ref();
    tour.step_with(token, |id| tokens.get(id), |offer| format!("into {}", told(&offer.address_name))).await?;
    if !tour.only_reads {
        tour.step_with(token, |id| tokens.redeem(id).without_email(), |()| "redeemed, without a mail").await?;
    }
    // Of a real account, one that was redeemed before.
    let redeemed = listed.iter().find(|token| token.redeem_date.is_some()).map(|token| token.id.as_str());
    let redeemed = if tour.only_reads { redeemed } else { token.map(|token| token.as_str()) };
    tour.step_with(redeemed, |id| tokens.get_redeemed(id), |token| format!("result: {}", told(&token.redeem_result))).await?;
    Ok(())
}
