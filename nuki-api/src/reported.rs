//! Errors that a success carries: the service answers 200, and says in the answer what is wrong.

use nuki_api_gen::types::{AdvancedConfirmationResponse, Smartlock, SmartlockAuth, SmartlockLog};

use crate::error::{CallName, one_line};
use crate::{Error, ErrorKind};

/// An answer that may carry an error although its status is a success, mostly since a Smart Hosting subscription is missing.
///
/// ```no_run
/// # async fn example(nuki: nuki_api::Client) -> Result<(), nuki_api::Error> {
/// use nuki_api::Reported;
///
/// let lock = nuki.smartlock(17_618_910_285).get().await?.reported()?;
/// # Ok(())
/// # }
/// ```
pub trait Reported: Sized {
    /// What the service reports, if anything.
    fn report(&self) -> Option<&str>;

    /// The answer itself, unless the service reports an error in it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reported`] with what the service says.
    fn reported(self) -> Result<Self, Error> {
        match self.report().and_then(one_line) {
            None => Ok(self),
            Some(report) => Err(Error::new(ErrorKind::Reported, CallName::Answer, format!("carries an error: {report}"))),
        }
    }
}

macro_rules! reported {
    ($($answer:ty),*) => {
        $(impl Reported for $answer {
            fn report(&self) -> Option<&str> {
                self.error.as_deref().filter(|error| !error.trim().is_empty())
            }
        })*
    };
}

reported!(AdvancedConfirmationResponse, Smartlock, SmartlockAuth, SmartlockLog);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_success_is_an_error_when_asked_for() {
        let read = |json: &str| serde_json::from_str::<Smartlock>(json).unwrap();
        for json in [r#"{"smartlockId":1}"#, r#"{"smartlockId":1,"error":null}"#, r#"{"smartlockId":1,"error":" "}"#] {
            assert!(read(json).reported().is_ok(), "{json}");
        }
        let error = read(r#"{"smartlockId":1,"error":"No active\nsubscription"}"#).reported().unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_applied()), (ErrorKind::Reported, false));
        assert_eq!(error.to_string(), "the answer carries an error: No active subscription");
    }
}
