//! API keys, their tokens, and the application for an Advanced API key.

use nuki_api::types::{AdvancedApiKeyCreate, AdvancedApiKeyType, WebhookFeature};
use nuki_api::{ApiKeyNumber, Error, TokenId};

use crate::tour::{Tour, count, told};

const KEY: i32 = 1042;

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let listed = tour.step(nuki.api_keys().list(), |list| count(list, "key")).await?.unwrap_or_default();
    tour.key = tour.id(listed.first().map(|key| key.api_key_id), KEY);
    tour.step_with(tour.key, |id| nuki.api_key(id).tokens().list(), |list| count(list, "token")).await?;
    let get = |id| nuki.api_key(id).advanced().get();
    tour.step_with(tour.key, get, |advanced| format!("it is {}", told(&advanced.status))).await?;
    if tour.only_reads {
        return Ok(());
    }

    // Of the listed key, which Nuki has approved.
    let update = |id| nuki.api_key(id).advanced().update("https://hooks.example.com/nuki", [WebhookFeature::DeviceAuths]);
    tour.step_with(tour.key, update, |()| "the webhook goes elsewhere").await?;
    tour.step_with(tour.key, |id| nuki.api_key(id).advanced().reactivate_webhook(), |()| "and starts again").await?;

    let create = nuki.api_keys().create("Front desk");
    let key = tour.step(create, |key| format!("key {}", key.api_key_id)).await?;
    let key: Option<ApiKeyNumber> = tour.id(key.map(|key| key.api_key_id), KEY);
    tour.step_with(key, |id| nuki.api_key(id).update().description("Bookings"), |()| "renamed").await?;
    let application = application();
    tour.step_with(key, |id| nuki.api_key(id).advanced().apply(&application), |()| "Nuki will look at it").await?;

    let create = |id| nuki.api_key(id).tokens().create().description("Dashboard").scopes(["smartlock.readOnly"]);
    let token = tour.step_with(key, create, |_| "a token (not shown)").await?;
    let token: Option<TokenId> = tour.id(token.as_ref().map(|token| token.id.as_str()), "token-1");
    let token = key.zip(token.as_ref());
    let update = |(id, token)| nuki.api_key(id).tokens().update(token).description("Wall").scopes(["smartlock.readOnly"]);
    tour.step_with(token, update, |()| "renamed").await?;

    tour.step_with(token, |(id, token)| nuki.api_key(id).tokens().delete(token), |()| "token deleted").await?;
    tour.step_with(key, |id| nuki.api_key(id).advanced().delete(), |()| "application taken back").await?;
    tour.step_with(key, |id| nuki.api_key(id).delete(), |()| "key deleted").await?;
    Ok(())
}

fn application() -> AdvancedApiKeyCreate {
    AdvancedApiKeyCreate::new(
        "Ada Rentals GmbH",
        "AT",
        "Guests get a code for the time of their booking.",
        AdvancedApiKeyType::ShortRental,
        "https://rentals.example.com",
        "api@rentals.example.com",
        "https://rentals.example.com/nuki",
        vec![WebhookFeature::DeviceAuths],
        false, // not restricted
    )
}

/// A key, for other groups. They are listed here if they were not before.
pub async fn any(tour: &mut Tour) -> Option<ApiKeyNumber> {
    if tour.key.is_none() {
        let listed = tour.nuki.api_keys().list().await.unwrap_or_default();
        tour.key = tour.id(listed.first().map(|key| key.api_key_id), KEY);
    }
    tour.key
}
