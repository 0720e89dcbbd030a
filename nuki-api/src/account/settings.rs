//! `/account/setting`: the settings of Nuki Web.

use nuki_api_gen::types::AccountSetting;
use nuki_api_gen::{Error as GenError, Operation, ResponseValue};

use crate::ErrorKind;
use crate::call::{Action, Call, Generated, GeneratedError, failure};
use crate::client::Client;

/// The calls below `/account/setting`.
#[derive(Clone, Copy, Debug)]
pub struct SettingsApi<'c> {
    client: &'c Client,
}

impl<'c> SettingsApi<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        Self { client }
    }

    /// Gets the settings: `GET /account/setting`. They are an [`ErrorKind::NotFound`] until they are stored once.
    ///
    /// Retry class read: tried again after any passing failure.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Forbidden`](crate::ErrorKind::Forbidden): the token may not read the settings.
    /// - [`NotFound`](crate::ErrorKind::NotFound): the settings were never stored.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::types::AccountSetting;

nuki.account().settings().put(&AccountSetting::default()).await?;
let settings = nuki.account().settings().get().await?;"#
    )]
    pub fn get(&self) -> Call<GetSettings> {
        Call::new(self.client, |_| GetSettings)
    }

    /// Stores the settings as a whole, and returns them as they are then: `PUT /account/setting`.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - [`Rejected`](crate::ErrorKind::Rejected): 400, a member of the settings is not acceptable.
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"use nuki_api::types::{AccountSetting, DeviceViewType};

let mut settings = AccountSetting::default();
settings.web.get_or_insert_default().device_view_type = Some(DeviceViewType::Tile);
let stored = nuki.account().settings().put(&settings).await?;
assert_eq!(stored, settings);"#
    )]
    pub fn put(&self, settings: &AccountSetting) -> Call<PutSettings> {
        Call::new(self.client, |_| PutSettings { settings: settings.clone() })
    }

    /// Reads the settings, lets `change` edit them, and stores them: `GET /account/setting`, then `PUT`. Members that
    /// this version does not know stay as they are; settings that were never stored start out empty.
    ///
    /// What somebody else stores between the two calls is overwritten: the service has no way to notice.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - As for [`get`](Self::get), but for `NotFound`, and [`put`](Self::put).
    ///
    #[doc = example!(
        r#"use nuki_api::types::DeviceViewType;

let settings = nuki.account().settings();
settings.update(|s| s.web.get_or_insert_default().device_view_type = Some(DeviceViewType::Tile)).await?;"#
    )]
    pub fn update<F: FnOnce(&mut AccountSetting) + Send + 'static>(&self, change: F) -> Call<UpdateSettings<F>> {
        Call::new(self.client, |_| UpdateSettings { change: Some(change) })
    }

    /// Deletes the settings as a whole: `DELETE /account/setting`.
    ///
    /// Retry class idempotent: tried again unless its request was lost on the way.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Forbidden`](crate::ErrorKind::Forbidden): the token may not delete the settings.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"nuki.account().settings().delete().await?;"#
    )]
    pub fn delete(&self) -> Call<DeleteSettings> {
        Call::new(self.client, |_| DeleteSettings)
    }
}

/// Gets the settings.
#[derive(Debug)]
pub struct GetSettings;

impl Action for GetSettings {
    const OPERATION: Operation = Operation::SettingGet;
    type Output = AccountSetting;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<AccountSetting>, GeneratedError> {
        nuki.setting_get().await
    }
}

/// Stores the settings.
#[derive(Debug)]
pub struct PutSettings {
    settings: AccountSetting,
}

impl Action for PutSettings {
    const OPERATION: Operation = Operation::SettingPut;
    type Output = AccountSetting;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<AccountSetting>, GeneratedError> {
        nuki.setting_put(&self.settings).await
    }
}

/// Reads the settings, edits and stores them.
pub struct UpdateSettings<F> {
    change: Option<F>,
}

impl<F: FnOnce(&mut AccountSetting) + Send + 'static> Action for UpdateSettings<F> {
    const OPERATION: Operation = Operation::SettingPut;
    type Output = AccountSetting;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<AccountSetting>, GeneratedError> {
        let mut settings = match nuki.setting_get().await {
            Ok(settings) => settings.into_inner(),
            Err(GenError::Failure(error)) if error.kind() == ErrorKind::NotFound => AccountSetting::default(),
            Err(error) => return Err(GenError::Failure(failure(Operation::SettingGet, error))),
        };
        if let Some(change) = self.change.take() {
            change(&mut settings);
        }
        nuki.setting_put(&settings).await
    }
}

/// Deletes the settings.
#[derive(Debug)]
pub struct DeleteSettings;

impl Action for DeleteSettings {
    const OPERATION: Operation = Operation::SettingDelete;
    type Output = ();

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<()>, GeneratedError> {
        nuki.setting_delete().await
    }
}
