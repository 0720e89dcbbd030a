//! Nothing that was said in confidence is said again: not by errors, not by `Debug`, not by the log.
//!
//! Every secret of every case, and of every answer, has the word `canary` in it.

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use nuki_api::account::OtpSecret;
use nuki_api::testkit::{AccountFixture, Sandbox};
use nuki_api::{
    AccountId, ApiKeyId, Client, CountryCode, EmailAddress, Error, ErrorKind, Language, Method, Operation, OtpCode, Password,
    RetryClass, Secret, Token, TokenId, types,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::answers;
use crate::case::Case;
use crate::lab::{Lab, response};
use crate::world::{TOKEN, World, tried};

/// Panics where a text holds a secret.
#[track_caller]
pub fn shows_no_secret(text: &str) {
    assert!(!text.to_lowercase().contains("canary"), "this tells a secret: {text}");
}

/// Panics where an error holds a secret, an address, a query or a URL in any of its texts, or those of its causes.
#[track_caller]
pub fn tells_no_secret(error: &Error) {
    let mut texts = vec![error.to_string(), format!("{error:?}"), format!("{error:#?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        texts.extend([cause.to_string(), format!("{cause:?}"), format!("{cause:#?}")]);
        source = cause.source();
    }
    for text in texts {
        shows_no_secret(&text);
        for part in ["example", "apiKeyId=", "?email=", "http://", "https://"] {
            assert!(!text.contains(part), "this tells {part}: {text}");
        }
    }
    assert!(!error.to_string().contains('\n'), "more than a line: {error}");
}

/// A subscriber that nobody uses. As long as there is but one, a thread that comes to a span first asks its own subscriber
/// whether anybody cares, and where it has none that holds for all threads; with two, every subscriber is asked.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// What was logged.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Logs everything that happens on this thread from now on, down to the lowest level, with the fields of spans.
    pub fn listen(&self) -> tracing::subscriber::DefaultGuard {
        self.listen_at(tracing::Level::TRACE)
    }

    fn listen_at(&self, level: tracing::Level) -> tracing::subscriber::DefaultGuard {
        LazyLock::force(&SECOND);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .without_time()
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Panics where a log has more than the names of things.
#[track_caller]
fn logs_no_secret(text: &str) {
    for line in text.lines() {
        shows_no_secret(line);
        for part in ["example", "client-1", "token-1", "Bearer", "deleteApiTokens", "Ada", "/2002", "detailMessage"] {
            assert!(!line.contains(part), "this tells {part}: {line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_of_every_fault_has_the_names_of_things_only() {
    let log = Log::default();
    let listening = log.listen();
    let mut cases = 0;
    for case in Case::all() {
        let repeats = json!({"detailMessage": format!("{TOKEN} canary-password ada@example.com")}).to_string();
        for status in [200, 400, 401, 409, 429, 500, 503] {
            let body = if status == 200 { case.answer.unwrap_or_default() } else { &repeats };
            let lab = Lab::new();
            lab.on(case.operation).always().respond(response(status, "application/json", body.to_owned()));
            assert_eq!(case.call(&lab.nuki).await.is_ok(), status == 200);
            cases += 1;
        }
        for (name, strike) in [
            ("reset", (|lab, operation| _ = lab.on(operation).always().reset_after()) as fn(&Lab, Operation)),
            ("late", |lab, operation| _ = lab.on(operation).always().delay(Duration::from_secs(3600))),
            ("unreadable", |lab, operation| _ = lab.on(operation).always().respond(response(200, "x/y", "canary"))),
        ] {
            let lab = Lab::new();
            strike(&lab, case.operation);
            assert!(case.call(&lab.nuki).await.is_err(), "{name} {:?}", case.operation);
            cases += 1;
        }
    }
    drop(listening);
    let text = log.text();
    logs_no_secret(&text);
    for part in ["nuki_api.call", "trying again", "url.template=\"/account/sub/{accountId}\"", "http.response.status_code=409"] {
        assert!(text.contains(part), "the log lacks {part}");
    }
    tried(cases, "operation x fault, with the log at its lowest level");
}

#[tokio::test]
async fn the_log_of_a_connection_has_the_names_of_things_only() {
    for case in Case::all() {
        let log = Log::default();
        let world = World::answering(case.operation.info().success, case.answer.unwrap_or_default()).await;
        let listening = log.listen();
        case.call(&world.nuki).await.unwrap();
        drop(listening);
        let text = log.text();
        assert!(text.contains(&format!("url.template=\"{}\"", case.operation.info().path)), "{text}");
        logs_no_secret(&text);
    }
    tried(Operation::ALL.len(), "operation on the wire, with the log at its lowest level");
}

#[tokio::test(start_paused = true)]
async fn a_span_has_the_names_of_opentelemetry() {
    let (log, lab) = (Log::default(), Lab::new());
    lab.on(Operation::SubAccountGet).respond_status(503);
    let listening = log.listen_at(tracing::Level::DEBUG);
    let error = lab.nuki.account().sub_accounts().get(77).await.unwrap_err();
    drop(listening);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 2));
    let text = log.text();
    let close = text.lines().find(|line| line.contains("close")).unwrap();
    for field in [
        "otel.kind=\"client\"",
        "otel.name=\"GET /account/sub/{accountId}\"",
        "http.request.method=\"GET\"",
        "url.template=\"/account/sub/{accountId}\"",
        "server.address=\"sandbox.invalid\"",
        "http.response.status_code=404",
        "http.request.resend_count=1",
        "error.type=NotFound",
    ] {
        assert!(close.contains(field), "{field} is not in {close}");
    }
}

#[tokio::test]
async fn no_debug_shows_a_secret() {
    fn shown(values: &[&dyn Debug]) {
        for value in values {
            assert_ne!(format!("{value:?}"), "", "a value that shows nothing at all helps nobody");
            shows_no_secret(&format!("{value:?} {value:#?}"));
        }
    }
    let fixture = AccountFixture::new(2002, "ops@example.com").password("canary-password");
    let sandbox = Sandbox::builder().account(fixture.clone()).token(TOKEN, Sandbox::ACCOUNT_ID).build();
    shown(&[&fixture, &Sandbox::builder().account(fixture.clone()), &sandbox.on(Operation::AccountGet)]);
    let nuki = sandbox.client_builder().token(TOKEN).build().unwrap();
    let raw = nuki.account().get().send_raw().await.unwrap();
    shows_no_secret(&format!("{raw:?}"));
    for case in Case::all() {
        let text = (case.show)(nuki.clone());
        assert!(text.starts_with("Call { operation: "), "{text}");
        shows_no_secret(&text);
        let _ = case.call(&nuki).await;
    }
    let server = sandbox.serve(0).await.unwrap();
    let builder = Client::builder().token(TOKEN);
    let way_out = nuki.request(Method::POST, "/smartlock").query("pin", "canary-pin").json(&json!({"pin": "canary-pin"}));
    let way_out = way_out.header("x-canary", "canary");
    let retried = nuki.request(Method::GET, "/smartlock").retry(RetryClass::Read, nuki_api::Retry::default());
    let token = TOKEN.parse::<Token>().unwrap();
    let password = "canary-password".parse::<Password>().unwrap();
    let code = "canary-otp".parse::<OtpCode>().unwrap();
    let otp = answers::OTP_SECRET.parse::<OtpSecret>().unwrap();
    let mut update = types::AccountUpdate::new("de");
    update.password = Some(Secret::from("canary-password"));
    let mut sub_update = types::AccountSubUpdate::default();
    sub_update.password = Some(Secret::from("canary-password"));
    let rights = nuki_api::CreateRights::empty();
    let create = types::AccountSubCreate::new("ops@example.com", Secret::from("canary-password"), "Ops", rights, "de");
    let enable = types::AccountOtpEnable::new(Secret::from("canary-otp"));
    let me: types::MyAccount = serde_json::from_str(answers::MY_ACCOUNT).unwrap();
    let account: types::Account = serde_json::from_str(answers::ACCOUNT).unwrap();
    let problems = nuki.account().update("canary").password("canary").email("canary").await.unwrap_err();
    shown(&[&sandbox, &sandbox.requests(), &server, &nuki, &builder, &way_out, &retried, &token, &password, &code, &otp]);
    shown(&[&update, &sub_update, &create, &enable, &me, &account, &Some(me.secret.clone()), &problems]);
    shown(&[&nuki.account(), &nuki.account().otp(), &nuki.account().password(), &sandbox.account(2002)]);
}

#[tokio::test]
async fn no_debug_of_a_raw_answer_shows_its_body() {
    let world = World::answering(200, r#"{"pin":"canary-pin"}"#).await;
    let raw = world.nuki.request(Method::GET, "/smartlock").send_raw().await;
    shows_no_secret(&format!("{raw:?} {raw:#?}"));
    let raw = raw.unwrap();
    assert_eq!(&raw[..], br#"{"pin":"canary-pin"}"#);
    assert_eq!(format!("{:?}", raw.map(|body| body.to_vec())), "ResponseValue { status: 200, attempts: 1, .. }");
}

#[test]
fn no_error_of_serde_repeats_a_secret() {
    fn refused<T: DeserializeOwned + Debug>(texts: &[&str]) {
        for text in texts {
            let error = serde_json::from_str::<T>(text).unwrap_err();
            shows_no_secret(&format!("{error} {error:?}"));
        }
    }
    let wrong = [r#"["canary"]"#, r#"{"canary":"canary"}"#, "true", "1.5", "null"];
    refused::<Secret>(&wrong);
    refused::<Password>(&wrong);
    refused::<Password>(&[r#""canary""#]);
    refused::<OtpCode>(&wrong);
    refused::<AccountId>(&[r#""canary""#, r#"["canary"]"#]);
    refused::<types::AccountSubCreate>(&[r#"{"password":["canary"]}"#]);
    refused::<EmailAddress>(&[r#""canary""#, r#"["canary"]"#]);
    refused::<Language>(&[r#""a canary""#]);
    refused::<CountryCode>(&[r#""canary""#]);
    refused::<ApiKeyId>(&[r#"["canary"]"#]);
    refused::<TokenId>(&[r#"{"canary":1}"#]);
    for pin in [r#"["canary"]"#, r#"{"canary":"canary"}"#] {
        refused::<types::AccountConfig>(&[&format!(r#"{{"alexaPin":{pin}}}"#), &format!(r#"{{"gactionsHomePin":{pin}}}"#)]);
        refused::<types::MyAccount>(&[&format!(r#"{{"accountId":1,"email":"","secret":[{pin}]}}"#)]);
        refused::<types::AccountOtpEnable>(&[&format!(r#"{{"otp":{pin}}}"#)]);
    }
}

#[test]
fn no_error_of_a_parser_repeats_what_it_was_given() {
    let refusals = [
        "canary".parse::<Password>().unwrap_err(),
        "canary".parse::<AccountId>().unwrap_err(),
        "canary".parse::<EmailAddress>().unwrap_err(),
        "a canary".parse::<Language>().unwrap_err(),
        "canary".parse::<CountryCode>().unwrap_err(),
        "a canary".parse::<Token>().unwrap_err(),
        "a canary!".parse::<OtpSecret>().unwrap_err(),
    ];
    for refusal in refusals {
        shows_no_secret(&format!("{refusal} {refusal:?}"));
    }
}

/// Fills a buffer with what a place in the memory of this process holds, whoever it belongs to by now.
#[cfg(target_os = "linux")]
fn read_memory(at: usize, into: &mut [u8]) {
    use std::os::unix::fs::FileExt;

    into.fill(0);
    // A place that is gone holds nothing.
    let _ = std::fs::File::open("/proc/self/mem").unwrap().read_exact_at(into, at as u64);
}

#[cfg(target_os = "linux")]
#[test]
fn a_secret_is_wiped_when_it_is_dropped() {
    fn is_left(memory: &[u8]) -> bool {
        memory.windows(8).any(|window| window == b"CANARY23")
    }
    fn is_wiped<T>(secret: T, expose: fn(&T) -> &str) -> bool {
        let (at, mut memory) = (expose(&secret).as_ptr() as usize, vec![0; expose(&secret).len()]);
        read_memory(at, &mut memory);
        assert_eq!(memory, expose(&secret).as_bytes());
        drop(secret);
        read_memory(at, &mut memory);
        !is_left(&memory)
    }
    let text = "CANARY23".repeat(500);
    assert!(is_wiped(Secret::from(&*text), Secret::expose));
    assert!(is_wiped(text.parse::<Password>().unwrap(), Password::expose));
    assert!(is_wiped(text.parse::<OtpCode>().unwrap(), OtpCode::expose));
    assert!(is_wiped(text.parse::<OtpSecret>().unwrap(), OtpSecret::expose));
    assert!(is_wiped(serde_json::from_str::<Secret>(&format!("\"{text}\"")).unwrap(), Secret::expose));
    // What is handed in is wiped, although the password is a copy.
    let (at, mut memory) = (text.as_ptr() as usize, vec![0; text.len()]);
    let password = Password::try_from(text).unwrap();
    read_memory(at, &mut memory);
    assert!(!is_left(&memory) && is_left(password.expose().as_bytes()));
}

#[test]
fn what_a_webhook_sent_is_not_shown() {
    let json = r#"{"headers":{"authorization":"Bearer canary"},"body":{"smartlockAuth":{"code":"canary"}}}"#;
    let message: nuki_api::types::WebhookMessage = serde_json::from_str(json).unwrap();
    let shown = format!("{message:?} {message:#?}");
    assert!(shown.contains("authorization") && shown.contains("smartlockAuth") && !shown.contains("canary"), "{shown}");
    assert_eq!(serde_json::to_value(&message).unwrap(), serde_json::from_str::<serde_json::Value>(json).unwrap());
}
