//! Webhooks, and calls whose outcome they tell.

use nuki_api::types::WebhookFeature;
use nuki_api::{DecentralWebhookId, Error};

use crate::tour::{LOCK, SECOND_LOCK, Tour, count};
use crate::{account_user, api_key};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let nuki = tour.nuki.clone();
    let webhooks = nuki.decentral_webhooks();
    tour.step(webhooks.list(), |list| count(list, "webhook")).await?;
    let key = api_key::any(tour).await;
    tour.step_with(key, |id| nuki.api_key(id).webhook_logs().list().limit(10), |list| count(list, "message")).await?;
    if tour.only_reads {
        return Ok(());
    }

    let create = webhooks.create("https://hooks.example.com/nuki", [WebhookFeature::DeviceStatus]);
    let webhook = tour.step(create, |webhook| format!("webhook {}, with a secret (not shown)", webhook.id)).await?;

    let auths = nuki.smartlocks().auths().with_webhook();
    let user = account_user::any(tour).await;
    let create = |user| auths.create([SECOND_LOCK], user, "Phone of the guest").remote_allowed(true);
    tour.step_with(user, create, |_| "a webhook will tell of the access").await?;
    let door = nuki.smartlock(LOCK).with_webhook();
    tour.step(door.press_unlock_button(), |_| "it unlocks, a webhook will tell").await?;
    tour.wait().await;
    // On a lock 3 pulls the latch.
    tour.step(door.action(3), |_| "it opens, a webhook will tell").await?;
    tour.wait().await;
    tour.step(door.lock(), |_| "it locks, a webhook will tell").await?;
    tour.wait().await;

    let id: Option<DecentralWebhookId> = tour.id(webhook.map(|webhook| webhook.id), 54_294_256);
    tour.step_with(id, |id| webhooks.delete(id), |()| "webhook deleted").await?;
    Ok(())
}
