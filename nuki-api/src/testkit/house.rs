//! What the account of [`Sandbox::new`] has, so that every operation has something to show. The ids are those of the
//! document's examples, so that requests made of these find something.

use serde_json::json;

use super::{Resource, Sandbox, SandboxBuilder, SmartlockFixture};

/// The number that is printed on every device.
const PRINTED: u32 = 0x1A2B_3C4D;
const USER: i32 = 7_654_321;
const ADDRESS: i32 = 4711;
const ADDRESS_TOKEN: &str = "5f0c1ab2c3d4e5f6a7b8c9d2";
const API_KEY: i32 = 1042;

pub(super) fn furnish(builder: SandboxBuilder) -> SandboxBuilder {
    let account = Sandbox::ACCOUNT_ID;
    let device = |kind, name: &str| SmartlockFixture::new(kind, PRINTED).name(name);
    let devices = [
        device(0, "Cellar"),
        device(1, "Key box"),
        device(2, "House door"),
        device(3, "Shop").battery(15),
        device(4, "Flat 1").keypad(),
        device(5, "Flat 2").keypad(),
    ];
    let ids = devices.each_ref().map(SmartlockFixture::id);
    let builder = devices.into_iter().fold(builder, |builder, device| builder.smartlock(account, device));
    let user = json!({"accountUserId": USER, "name": "Ada Lovelace", "email": "ada@example.com", "language": "en"});
    let builder = builder.resource(Resource::AccountUser, account, user);
    let builder = ids.into_iter().fold(builder, |builder, id| {
        let entry = |date: &str, action: i32| {
            let device_type = if id >> 32 == 1 { 0 } else { id >> 32 };
            json!({
                "date": date, "action": action, "name": "Ada Lovelace", "trigger": 5, "deviceType": device_type, "source": 0,
                "accountUserId": USER,
            })
        };
        builder.resource(Resource::SmartlockLog, id, entry("2026-05-12T08:00:00.000Z", 1)).resource(
            Resource::SmartlockLog,
            id,
            entry("2026-05-12T17:30:00.000Z", 2),
        )
    });
    of_guests(of_programs(builder))
}

fn of_guests(builder: SandboxBuilder) -> SandboxBuilder {
    let (account, lock) = (Sandbox::ACCOUNT_ID, Sandbox::SMARTLOCK_ID);
    let app = json!({"id": "5f0c1ab2c3d4e5f6a7b8c9d4", "type": 0, "authId": 11, "name": "Ada Lovelace", "accountUserId": USER});
    let code = json!({"id": "5f0c1ab2c3d4e5f6a7b8c9d1", "type": 13, "authId": 12, "name": "Neighbor", "code": 987_654});
    let address = json!({
        "addressId": ADDRESS, "name": "Main Street 1", "smartlockIds": [lock], "timeZone": "Europe/Vienna"
    });
    let unit = json!({"id": "5f0c1ab2c3d4e5f6a7b8c9d0", "name": "Top 1", "addressTokenId": ADDRESS_TOKEN});
    let stay = json!({
        "id": "5f0c1ab2c3d4e5f6a7b8c9d1", "name": "Grace Hopper", "email": "grace@example.com", "guests": 2,
        "reference": "HM2026", "serviceId": "airbnb",
    });
    builder
        .resource(Resource::SmartlockAuth, lock, app)
        .resource(Resource::SmartlockAuth, lock, code)
        .resource(Resource::Address, account, address)
        .resource(Resource::AddressToken, ADDRESS, json!({ "id": ADDRESS_TOKEN }))
        .resource(Resource::AddressUnit, ADDRESS, unit)
        .resource(Resource::AddressReservation, ADDRESS, stay)
        .resource(Resource::Service, account, json!({"serviceId": "airbnb", "linked": false}))
        .resource(Resource::Service, account, json!({"serviceId": "bookingsync", "linked": true}))
        .resource(Resource::Company, account, json!({"name": "Locks & Co", "email": "office@example.com"}))
}

fn of_programs(builder: SandboxBuilder) -> SandboxBuilder {
    let account = Sandbox::ACCOUNT_ID;
    let token = json!({
        "id": "5f1a2b3c4d5e6f7a8b9c0d1e", "description": "Night shift", "scopes": ["smartlock.readOnly"]
    });
    let advanced = json!({
        "name": "Ada Rentals", "country": "AT", "description": "Codes for the time of a booking", "type": "OTHER",
        "status": "ACTIVE", "url": "https://rentals.example.com", "email": "api@example.com", "restricted": false,
        "webhookUrl": "https://rentals.example.com/nuki", "webhookFeatures": ["DEVICE_STATUS"],
        "webhookStatus": "DEACTIVATED", "secret": "sandbox-client-secret",
    });
    let sent = json!({
        "response": {"headers": {"content-type": "application/json"}, "path": "/nuki"}, "responseStatus": 500,
        "succeeded": false, "duration": 120,
    });
    let webhook = json!({
        "id": 54_294_256, "webhookUrl": "https://rentals.example.com/doors", "webhookFeatures": ["DEVICE_STATUS"],
        "secret": "sandbox-webhook-secret",
    });
    let notification = json!({
        "notificationId": "5f0c1ab2c3d4e5f6a7b8c9d3", "os": 2, "pushId": "https://rentals.example.com/bell", "language": "en",
        "settings": [{"smartlockId": Sandbox::OPENER_ID, "triggerEvents": ["ring"]}], "secret": "sandbox-push-secret",
    });
    let intercom = |id: i32, brand: i32, model: &str, verified: i32| json!({"intercomId": id, "brandId": brand, "model": model, "verified": verified});
    builder
        .resource(Resource::ApiKey, account, json!({"apiKeyId": API_KEY, "description": "Front desk"}))
        .resource(Resource::ApiKeyToken, API_KEY, token)
        .resource(Resource::AdvancedApiKey, API_KEY, advanced)
        .resource(Resource::WebhookLog, API_KEY, sent)
        .resource(Resource::DecentralWebhook, account, webhook)
        .resource(Resource::Notification, account, notification)
        .resource(Resource::OpenerBrand, account, json!({"brandId": 3, "brand": "Siedle"}))
        .resource(Resource::OpenerBrand, account, json!({"brandId": 4, "brand": "Ritto"}))
        .resource(Resource::OpenerIntercom, account, intercom(17, 3, "HTS 811", 1))
        .resource(Resource::OpenerIntercom, account, intercom(18, 3, "HTC 711", 2))
        .resource(Resource::OpenerIntercom, account, intercom(19, 4, "Portier", 3))
}
