//! The account itself: its e-mail address, password, one-time passwords, integrations, settings and sub-accounts.

use nuki_api::types::{AccountSetting, DeviceViewType};
use nuki_api::{AccountId, ApiKeyId, CreateRights, Error, Language, Password, UpdateRights};

use crate::tour::{Tour, count, told};

pub async fn visit(tour: &mut Tour) -> Result<(), Error> {
    if tour.only_reads { reads(tour).await } else { everything(tour).await }
}

/// What changes nothing. A real account may well have no settings and no sub-account.
async fn reads(tour: &mut Tour) -> Result<(), Error> {
    let account = tour.nuki.account();
    tour.first_step(account.get(), |me| format!("account {}", me.account_id)).await?;
    tour.step(account.integrations().list(), |list| count(list, "integration")).await?;
    tour.step(account.settings().get(), |_| "the settings").await?;

    let subs = account.sub_accounts();
    let listed = tour.step(subs.list(), |list| count(list, "sub-account")).await?.unwrap_or_default();
    let first = listed.first().map(|sub| sub.account_id);
    tour.step_with(first, |id| subs.get(id), |sub| format!("sub-account {}", sub.account_id)).await?;
    Ok(())
}

async fn everything(tour: &mut Tour) -> Result<(), Error> {
    let account = tour.nuki.account();
    tour.step(account.get(), |me| format!("you are {} <{}>", told(&me.name), me.email)).await?;
    tour.step(account.update(Language::DE).name("Ada Lovelace"), |()| "renamed, in German from now on").await?;

    tour.step(account.email().change("ada@example.com"), |()| "a mail is on its way to the new address").await?;
    tour.step(account.email().verify(), |()| "and once more").await?;
    tour.step(account.password().reset("ada@example.com").keep_api_tokens(), |()| "a mail to set a new password").await?;

    let integrations = account.integrations();
    let listed = tour.step(integrations.list(), |list| count(list, "integration")).await?.unwrap_or_default();
    let key = listed.iter().find_map(|integration| integration.client_id.as_ref());
    let key: Option<ApiKeyId> = tour.id(key.map(|id| id.as_str()), "1042");
    tour.step_with(key, |key| integrations.delete(key), |()| "one integration less").await?;

    let otp = account.otp();
    let enrolment = tour.step(otp.create(), |_| "a secret for the authenticator app (not shown)").await?;
    let code = enrolment.and_then(|enrolment| enrolment.code_now().ok());
    let code = code.or_else(|| "123456".parse().ok());
    tour.step_with(code, |code| otp.enable(code), |()| "two-factor authentication is on").await?;
    tour.step(otp.disable(), |()| "and off again").await?;

    let settings = account.settings();
    let mut tiles = AccountSetting::default();
    tiles.web.get_or_insert_default().device_view_type = Some(DeviceViewType::Tile);
    tour.step(settings.put(&tiles), |_| "devices as tiles").await?;
    let view = |stored: &AccountSetting| told(&stored.web.as_ref().and_then(|web| web.device_view_type.clone()));
    tour.step(settings.get(), |stored| format!("stored: {}", view(stored))).await?;
    tour.step(settings.delete(), |()| "settings deleted").await?;

    sub_accounts(tour).await
}

async fn sub_accounts(tour: &mut Tour) -> Result<(), Error> {
    let subs = tour.nuki.account().sub_accounts();
    let rights = CreateRights::OPERATE_SMARTLOCKS | CreateRights::VIEW_SMARTLOCK_LOGS;
    let create = subs.create("ops@example.com", Password::new("correct horse battery"), "Ops", rights, Language::EN);
    let sub = tour.step(create, |sub| format!("sub-account {} may {:?}", sub.account_id, sub.rights.unwrap_or_default())).await?;
    let id: Option<AccountId> = tour.id(sub.map(|sub| sub.account_id), 1002);

    let list = subs.list().email_matching("@example\\.com$");
    tour.step(list, |list| format!("{} at example.com", count(list, "sub-account"))).await?;
    let rights = UpdateRights::OPERATE_SMARTLOCKS;
    tour.step_with(id, |id| subs.update(id).name("Operations").rights(rights), |()| "renamed, with fewer rights").await?;
    tour.step_with(id, |id| subs.get(id), |sub| format!("{} may {:?}", sub.email, sub.rights.unwrap_or_default())).await?;
    tour.step_with(id, |id| subs.delete(id), |()| "sub-account deleted").await?;
    Ok(())
}

/// The end of the tour.
pub async fn leave(tour: &mut Tour) -> Result<(), Error> {
    println!("\naccount, to end with");
    tour.step(tour.nuki.account().delete(), |()| "the account is gone").await?;
    Ok(())
}
