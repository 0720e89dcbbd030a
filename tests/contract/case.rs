//! The table of cases: for each operation a call that sets everything there is to set, what it has to send, and what
//! comes back. Those of the account are written by hand; for all others, [`rows`](crate::rows) are made from the document.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use nuki_api::types::{AccountSetting, SmartlockActionOption};
use nuki_api::{Action, Call, Client, CreateRights, Error, Operation, Password, Profile, ResponseValue, UpdateRights};
use serde::Serialize;
use serde_json::{Value, json};

use crate::answers;
use crate::spec::endpoint;

/// A case of an operation.
pub struct Case {
    pub operation: Operation,
    pub call: fn(Client) -> Calling,
    /// The call as `Debug` shows it.
    pub show: fn(Client) -> String,
    /// The path with its parameters, and the query, as they have to be on the wire.
    pub target: &'static str,
    /// The body that has to be sent; null for none.
    pub body: Value,
    /// The JSON text of a success; none where there is nothing to read.
    pub answer: Option<&'static str>,
}

/// A call on its way.
pub type Calling = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

type Row = (&'static str, Value, Option<&'static str>, Code);
/// A call, and how it is shown.
pub type Code = (fn(Client) -> Calling, fn(Client) -> String);

/// What a call comes to, whatever its type.
#[derive(Debug)]
pub struct Outcome {
    pub status: u16,
    pub attempts: u32,
    /// The value as JSON; null for none.
    pub value: Value,
    /// The value as `Debug` shows it.
    pub debug: String,
}

/// A call, and how it is shown.
macro_rules! call {
    (|$nuki:ident| $call:expr) => {
        (|$nuki: nuki_api::Client| crate::case::run($call), |$nuki: nuki_api::Client| crate::case::show(&$call))
    };
    (|$nuki:ident| $call:expr, $read:expr) => {
        (|$nuki: Client| run_and($call, $read), |$nuki: Client| show(&$call))
    };
}

pub(crate) use call;

impl Case {
    /// The cases of all operations.
    pub fn all() -> impl Iterator<Item = Self> {
        Operation::ALL.into_iter().map(Self::of)
    }

    /// The case of an operation.
    pub fn of(operation: Operation) -> Self {
        let by_hand = Self::by_hand(operation);
        let case = by_hand.or_else(|| crate::rows::all().into_iter().find(|case| case.operation == operation));
        case.unwrap_or_else(|| panic!("{operation:?} has no case: write one where its call is by hand"))
    }

    pub fn new(operation: Operation, target: &'static str, body: Value, answer: Option<&'static str>, code: Code) -> Self {
        let (call, show) = code;
        Self { operation, call, show, target, body, answer }
    }

    fn by_hand(operation: Operation) -> Option<Self> {
        let (target, body, answer, code): Row = match operation {
            Operation::AccountGet => ("/account", Value::Null, Some(answers::MY_ACCOUNT), call!(|nuki| nuki.account().get())),
            Operation::AccountUpdate => (
                "/account?deleteApiTokens=false",
                json!({
                    "language": "de", "name": "Ada", "email": "new@example.com", "password": "canary-password",
                    "config": {"alexaPin": "canary-alexa", "gactionsHomePin": "canary-google"}, "profile": profile_json()
                }),
                None,
                call!(|nuki| nuki
                    .account()
                    .update("de")
                    .name("Ada")
                    .email("new@example.com")
                    .password("canary-password")
                    .keep_api_tokens()
                    .alexa_pin("canary-alexa")
                    .google_home_pin("canary-google")
                    .profile(profile())),
            ),
            Operation::AccountDelete => ("/account", Value::Null, None, call!(|nuki| nuki.account().delete())),
            Operation::EmailChange => (
                "/account/email/change",
                json!({"email": "new@example.com"}),
                None,
                call!(|nuki| nuki.account().email().change("new@example.com")),
            ),
            Operation::EmailVerify => ("/account/email/verify", Value::Null, None, call!(|nuki| nuki.account().email().verify())),
            Operation::IntegrationList => (
                "/account/integration",
                Value::Null,
                Some(answers::INTEGRATIONS),
                call!(|nuki| nuki.account().integrations().list()),
            ),
            Operation::IntegrationDelete => (
                "/account/integration?apiKeyId=client-1&tokenId=token-1",
                json!({"apiKeyId": "client-1", "tokenId": "token-1"}),
                None,
                call!(|nuki| nuki.account().integrations().delete("client-1").token("token-1")),
            ),
            Operation::OtpCreate => (
                "/account/otp",
                Value::Null,
                Some(answers::OTP_SECRET),
                call!(|nuki| nuki.account().otp().create(), |enrolment| json!(enrolment.secret().expose())),
            ),
            Operation::OtpEnable => {
                ("/account/otp", json!({"otp": "canary-otp"}), None, call!(|nuki| nuki.account().otp().enable("canary-otp")))
            }
            Operation::OtpDisable => ("/account/otp", Value::Null, None, call!(|nuki| nuki.account().otp().disable())),
            Operation::PasswordReset => (
                "/account/password/reset",
                json!({"email": "ada@example.com", "deleteApiTokens": false}),
                None,
                call!(|nuki| nuki.account().password().reset("ada@example.com").keep_api_tokens()),
            ),
            Operation::SettingGet => {
                ("/account/setting", Value::Null, Some(answers::SETTINGS), call!(|nuki| nuki.account().settings().get()))
            }
            Operation::SettingPut => (
                "/account/setting",
                json(answers::SETTINGS),
                Some(answers::SETTINGS),
                call!(|nuki| nuki.account().settings().put(&settings())),
            ),
            Operation::SettingDelete => ("/account/setting", Value::Null, None, call!(|nuki| nuki.account().settings().delete())),
            Operation::SmartlockActionAdvanced => (
                "/smartlock/17618910285/action/advanced",
                json!({"action": 2, "option": 4}),
                Some(r#"{"error":"text","requestId":"5f0c1ab2c3d4e5f6a7b8c9d4"}"#),
                call!(|nuki| nuki.smartlock(17_618_910_285).with_webhook().action(2).option(SmartlockActionOption::FULL_LOCK)),
            ),
            Operation::SmartlockAction => (
                "/smartlock/17618910285/action",
                json!({"action": 1, "option": 2}),
                None,
                call!(|nuki| nuki.smartlock(17_618_910_285).action(1).forced()),
            ),
            Operation::SubAccountList => (
                "/account/sub?email=ops%40example%5C.com%24",
                Value::Null,
                Some(answers::ACCOUNTS),
                call!(|nuki| nuki.account().sub_accounts().list().email_matching("ops@example\\.com$")),
            ),
            Operation::SubAccountCreate => (
                "/account/sub",
                json!({
                    "email": "ops@example.com", "password": "canary-password", "name": "Ops", "rights": 31, "language": "en",
                    "profile": profile_json()
                }),
                Some(answers::MY_ACCOUNT),
                call!(|nuki| nuki
                    .account()
                    .sub_accounts()
                    .create("ops@example.com", Password::new("canary-password"), "Ops", CreateRights::from_bits_retain(31), "en")
                    .profile(profile())),
            ),
            Operation::SubAccountGet => {
                ("/account/sub/2002", Value::Null, Some(answers::ACCOUNT), call!(|nuki| nuki.account().sub_accounts().get(2002)))
            }
            Operation::SubAccountUpdate => (
                "/account/sub/2002",
                json!({
                    "name": "Ops", "email": "ops@example.com", "password": "canary-password", "rights": 127, "language": "en",
                    "config": {"alexaPin": "canary-alexa", "gactionsHomePin": "canary-google"}, "profile": profile_json()
                }),
                None,
                call!(|nuki| nuki
                    .account()
                    .sub_accounts()
                    .update(2002)
                    .name("Ops")
                    .email("ops@example.com")
                    .password("canary-password")
                    .rights(UpdateRights::from_bits_retain(127))
                    .language("en")
                    .alexa_pin("canary-alexa")
                    .google_home_pin("canary-google")
                    .profile(profile())),
            ),
            Operation::SubAccountDelete => {
                ("/account/sub/2002", Value::Null, None, call!(|nuki| nuki.account().sub_accounts().delete(2002)))
            }
            #[allow(unreachable_patterns, reason = "as long as the account is all that there is")]
            _ => return None,
        };
        Some(Self::new(operation, target, body, answer, code))
    }

    /// Whether its success may have no value.
    pub fn may_be_empty(&self) -> bool {
        let successes = endpoint(self.operation).statuses().into_iter().filter(|status| *status < 300);
        self.answer.is_some() && successes.count() > 1
    }

    /// Makes the call.
    pub async fn call(&self, nuki: &Client) -> Result<Outcome, Error> {
        (self.call)(nuki.clone()).await
    }

    /// Method and target, as they have to be on the wire.
    pub fn line(&self) -> String {
        format!("{} {}", self.operation.info().method, self.target)
    }

    /// The value that its answer has to become; null for none.
    pub fn value(&self) -> Value {
        self.answer.map_or(Value::Null, json)
    }
}

/// Makes a call, and notes what it comes to as JSON.
pub fn run<A: Action<Output: Debug + Serialize>>(call: Call<A>) -> Calling {
    run_and(call, |value| serde_json::to_value(value).unwrap())
}

/// A value of its JSON.
pub fn value<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// A date of its text.
pub fn date(text: &str) -> chrono::DateTime<chrono::Utc> {
    text.parse().unwrap()
}

pub fn show(call: &impl Debug) -> String {
    format!("{call:?} {call:#?}")
}

fn run_and<A: Action<Output: Debug>>(call: Call<A>, read: fn(&A::Output) -> Value) -> Calling {
    Box::pin(async move {
        let response: ResponseValue<A::Output> = call.send_raw().await?;
        let debug = format!("{:?} {response:?} {:#?}", &*response, &*response);
        Ok(Outcome { status: response.status().as_u16(), attempts: response.attempts(), value: read(&response), debug })
    })
}

/// JSON of its text.
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A postal address.
pub fn profile() -> Profile {
    Profile::new("Olga", "Ops", "Street 2", "1010", "Wien", "AT").unwrap()
}

/// The same, as it is sent.
pub fn profile_json() -> Value {
    json!({"firstName": "Olga", "lastName": "Ops", "address": "Street 2", "zip": "1010", "city": "Wien", "country": "AT"})
}

/// Settings with every member.
pub fn settings() -> AccountSetting {
    serde_json::from_str(answers::SETTINGS).unwrap()
}
