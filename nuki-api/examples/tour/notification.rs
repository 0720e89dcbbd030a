//! Push messages about smart locks.
#![allow(deprecated, reason = "the vendor has deprecated the whole group, and the tour shows it all the same")]

use nuki_api::types::{NotificationOs, NotificationSettingInput, NotificationTriggerEvent};
use nuki_api::{Error, NotificationId};

use crate::tour::{Tour, count};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    let notifications = tour.nuki.notifications();
    let listed = tour.step(notifications.list(), |list| count(list, "notification")).await?.unwrap_or_default();
    let mut id = listed.first().map(|notification| notification.notification_id.clone());

    let (os, url) = (NotificationOs::Webhook, "https://hooks.example.com/nuki");
    if !tour.only_reads {
        let rings = NotificationSettingInput::new(vec![NotificationTriggerEvent::Ring]);
        let create = notifications.create(os, url, [rings]).reference_id("front-desk");
        let created = tour.step(create, |_| "it will tell of the doorbell").await?;
        id = created.map(|notification| notification.notification_id);
    }
    let id: Option<NotificationId> = tour.id(id.as_deref(), "5f0c1ab2c3d4e5f6a7b8c9d3");
    let id = id.as_ref();
    tour.step_with(id, |id| notifications.get(id), |it| count(it.settings.as_deref().unwrap_or_default(), "setting")).await?;
    if tour.only_reads {
        return Ok(());
    }

    let opens = NotificationSettingInput::new(vec![NotificationTriggerEvent::Open]);
    let update = |id| notifications.update(id, os, url, [opens]).reference_id("front-desk");
    tour.step_with(id, update, |_| "of the door instead").await?;
    tour.step_with(id, |id| notifications.delete(id), |()| "notification deleted").await?;
    Ok(())
}
