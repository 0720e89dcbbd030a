//! `/account/setting`: the read-modify-write of the settings.

use nuki_api_gen::types::AccountSetting;
use nuki_api_gen::{Error as GenError, Operation, ResponseValue};

use crate::ErrorKind;
use crate::account::SettingsApi;
use crate::call::{Action, Call, Generated, GeneratedError, failure};

impl SettingsApi {
    /// Reads the settings, lets `change` edit them, and stores them: `GET /account/setting`, then `PUT`. Members that
    /// this version does not know stay as they are. Settings that were never stored start out empty; that is what a 404
    /// with an empty or a JSON body says. A 404 with a page is a proxy's, and ends the call before anything is stored.
    ///
    /// What somebody else stores between the two calls is overwritten: the service has no way to notice.
    ///
    /// It is tried again unless its request may have arrived.
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
        Call::new(&self.client, |_| UpdateSettings { change: Some(change) })
    }
}

/// See [`update`](SettingsApi::update).
pub struct UpdateSettings<F> {
    change: Option<F>,
}

impl<F: FnOnce(&mut AccountSetting) + Send + 'static> Action for UpdateSettings<F> {
    const OPERATION: Operation = Operation::SettingPut;
    type Output = AccountSetting;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<AccountSetting>, GeneratedError> {
        let mut settings = match nuki.setting_get().await {
            Ok(settings) => settings.into_inner(),
            Err(GenError::Failure(error)) if error.kind() == ErrorKind::NotFound && error.is_of_the_service() => {
                AccountSetting::default()
            }
            Err(error) => return Err(GenError::Failure(failure(Operation::SettingGet, error))),
        };
        if let Some(change) = self.change.take() {
            change(&mut settings);
        }
        nuki.setting_put(&settings).await
    }
}
