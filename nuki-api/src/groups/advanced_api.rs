//! `/smartlock/{smartlockId}/action/advanced`: an action by its number, whose outcome a webhook tells.

use nuki_api_gen::types::{AdvancedConfirmationResponse, SmartlockAction, SmartlockActionOption};
use nuki_api_gen::{Operation, ResponseValue};

use super::smartlock::by_number;
use crate::advanced_api::ActionsWithWebhookApi;
use crate::call::{Action, Call, Generated, GeneratedError};
use crate::input::{Check as _, DeviceAction, InvalidValue, Problems};

impl ActionsWithWebhookApi {
    /// Makes the device do an action by its number, and reports by webhook: `POST /smartlock/{smartlockId}/action/advanced`.
    /// What the numbers mean is in the docs of [`SmartlockApi`](crate::smartlock::SmartlockApi); one that
    /// the type of the device does not know is refused before it is sent.
    ///
    /// Queues the action and answers with a request id before the device has moved. A webhook of type `SmartlockAction` with
    /// the same id tells whether it did.
    ///
    /// It is never tried again.
    ///
    /// # Errors
    ///
    /// - As for [`action`](crate::smartlock::SmartlockApi::action) without a webhook.
    /// - [`Conflict`](crate::ErrorKind::Conflict), 409: The action contradicts the state of the device. Documented and never seen.
    ///
    #[doc = example!(
        r#"let asked = nuki.smartlock(17_618_910_285).with_webhook().action(2).await?;
println!("a webhook will answer {:?}", asked.request_id);"#
    )]
    pub fn action(&self, action: impl TryInto<DeviceAction, Error: Into<InvalidValue>>) -> Call<PerformActionWithWebhook> {
        Call::new(&self.client, |problems| {
            let (smartlock_id, body) = by_number(problems, &self.smartlock_id, action);
            PerformActionWithWebhook { smartlock_id, body }
        })
    }
}

/// See [`action`](ActionsWithWebhookApi::action).
#[derive(Debug)]
pub struct PerformActionWithWebhook {
    smartlock_id: i64,
    body: SmartlockAction,
}

impl Action for PerformActionWithWebhook {
    const OPERATION: Operation = Operation::SmartlockActionAdvanced;
    type Output = AdvancedConfirmationResponse;

    fn check(&self, problems: &mut Problems) {
        self.body.check(problems);
    }

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<AdvancedConfirmationResponse>, GeneratedError> {
        nuki.smartlock_action_advanced(&self.smartlock_id, &self.body).await
    }
}

impl Call<PerformActionWithWebhook> {
    /// How to do it. Without it, as the device is set up.
    pub fn option(self, option: SmartlockActionOption) -> Self {
        self.set(|action, _| action.body.option = Some(option))
    }
}
