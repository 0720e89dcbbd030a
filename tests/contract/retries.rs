//! The table of retries, cell by cell, with the requests counted and the time paused.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use nuki_api::testkit::Sandbox;
use nuki_api::{
    Client, ErrorKind, FailedAttempt, FailedBecause, Operation, Retry, RetryClass, RetryPolicy, Token, TokenFuture,
    TokenProvider, UpdateRights,
};
use tokio::net::TcpSocket;
use tokio::time::Instant;

use crate::case::Case;
use crate::lab::{Lab, response};
use crate::secrets::tells_no_secret;
use crate::world::{TOKEN, tried};

/// What an attempt that failed means for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No connection came about.
    NeverSent,
    /// Sent, then lost: no answer, a part of one, or 408, 502, 503 or 504.
    Lost,
    /// 429.
    RateLimited,
    /// The service has refused.
    Refused,
    /// It has an answer that proves nothing: a 500, a success that cannot be read.
    Doubtful,
}

/// How many requests a call makes at most by default.
pub fn requests(class: RetryClass, cause: Cause) -> usize {
    Policy::Default.requests(class, cause)
}

/// The policies of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    Default,
    Never,
    UpdatesAfterLoss,
    CreatesWhenRateLimited,
    Both,
    /// A user's own, which says yes to everything, five times.
    Always,
}

impl Policy {
    const ALL: [Self; 6] =
        [Self::Default, Self::Never, Self::UpdatesAfterLoss, Self::CreatesWhenRateLimited, Self::Both, Self::Always];

    /// The table of the design. What may do harm is never done, whatever a policy says.
    fn requests(self, class: RetryClass, cause: Cause) -> usize {
        use RetryClass::{Guarded, Idempotent, Once, Read};
        let again = match (class, cause) {
            (_, Cause::Refused | Cause::Doubtful) | (Guarded, _) => false,
            (Read, _) | (_, Cause::NeverSent) | (Idempotent, Cause::RateLimited) => true,
            (Idempotent, Cause::Lost) => matches!(self, Self::UpdatesAfterLoss | Self::Both | Self::Always),
            (Once, Cause::Lost) => false,
            (Once, Cause::RateLimited) => matches!(self, Self::CreatesWhenRateLimited | Self::Both | Self::Always),
            (class, cause) => panic!("how often is {class:?} sent after {cause:?}? say it here"),
        };
        match self {
            Self::Never => 1,
            _ if !again => 1,
            Self::Always => 6,
            _ => 3,
        }
    }

    fn policy(self) -> Arc<dyn RetryPolicy> {
        match self {
            Self::Default => Arc::new(Retry::default()),
            Self::Never => Arc::new(Retry::never()),
            Self::UpdatesAfterLoss => Arc::new(Retry::default().updates_after_loss(true)),
            Self::CreatesWhenRateLimited => Arc::new(Retry::default().creates_when_rate_limited(true)),
            Self::Both => Arc::new(Retry::default().updates_after_loss(true).creates_when_rate_limited(true)),
            Self::Always => Arc::new(Always),
        }
    }
}

#[derive(Debug)]
struct Always;

impl RetryPolicy for Always {
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
        (failed.attempts <= 5).then_some(Duration::ZERO)
    }
}

/// How an attempt fails.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Status(u16),
    ResetBefore,
    ResetAfter,
    Late,
    LateBody,
    Unreadable,
    TooLarge,
}

impl Fault {
    const ALL: [(Self, Cause); 22] = [
        (Self::Status(408), Cause::Lost),
        (Self::Status(502), Cause::Lost),
        (Self::Status(503), Cause::Lost),
        (Self::Status(504), Cause::Lost),
        (Self::ResetBefore, Cause::Lost),
        (Self::ResetAfter, Cause::Lost),
        (Self::Late, Cause::Lost),
        (Self::LateBody, Cause::Lost),
        (Self::Status(429), Cause::RateLimited),
        (Self::Status(400), Cause::Refused),
        (Self::Status(401), Cause::Refused),
        (Self::Status(403), Cause::Refused),
        (Self::Status(404), Cause::Refused),
        (Self::Status(405), Cause::Refused),
        (Self::Status(409), Cause::Refused),
        (Self::Status(425), Cause::Refused),
        (Self::Status(302), Cause::Doubtful),
        (Self::Status(500), Cause::Doubtful),
        (Self::Status(501), Cause::Doubtful),
        (Self::Status(505), Cause::Doubtful),
        (Self::Unreadable, Cause::Doubtful),
        (Self::TooLarge, Cause::Doubtful),
    ];

    fn strike(self, lab: &Lab, operation: Operation) {
        let fault = lab.on(operation).always();
        let long = Duration::from_secs(3600);
        let _ = match self {
            Self::Status(status) => fault.respond_status(status),
            Self::ResetBefore => fault.reset_before(),
            Self::ResetAfter => fault.reset_after(),
            Self::Late => fault.delay(long),
            Self::LateBody => fault.slow_body(long),
            Self::Unreadable => fault.respond(response(200, "text/html", "<html>")),
            Self::TooLarge => fault.respond(response(200, "text/html", "x".repeat(20_001))),
        };
    }
}

#[tokio::test(start_paused = true)]
async fn the_table_holds_cell_by_cell() {
    let mut cells = 0;
    for policy in Policy::ALL {
        for case in Case::all() {
            let class = case.operation.info().retry_class;
            for (fault, cause) in Fault::ALL {
                let set_up = |builder: nuki_api::ClientBuilder| {
                    builder.retry(policy.policy()).timeout(Duration::from_secs(600)).max_body_size(20_000)
                };
                // Of a failure, a late body loses nothing but itself.
                let is_refused = matches!(fault, Fault::LateBody) && Lab::refusal(&case).await.is_some();
                let cause = if is_refused { Cause::Refused } else { cause };
                let lab = Lab::with(set_up);
                fault.strike(&lab, case.operation);
                let error = case.call(&lab.nuki).await.unwrap_err();
                let cell = format!("{policy:?}, {:?}, {fault:?}", case.operation);
                // The first attempt was carried out, and the second is refused for that: its status has come, late body or not.
                let requests = policy.requests(class, cause);
                let is_settled = requests > 1 && matches!(fault, Fault::LateBody) && Lab::refuses_again(&case).await;
                assert_eq!(lab.requests(), if is_settled { 2 } else { requests }, "{cell}");
                assert_eq!(error.attempts() as usize, lab.requests(), "{cell}");
                let doubt = class != RetryClass::Read && matches!(cause, Cause::Lost | Cause::Doubtful);
                assert_eq!(error.may_have_been_applied(), doubt, "{cell}");
                let passing = matches!(cause, Cause::Lost | Cause::RateLimited) && !is_settled;
                let harmless = match class {
                    RetryClass::Read | RetryClass::Idempotent => true,
                    RetryClass::Once => !doubt,
                    _ => false,
                };
                assert_eq!(error.is_retryable(), passing && harmless, "{cell}");
                tells_no_secret(&error);
                cells += 1;
            }
        }
    }
    tried(cells, "policy x operation x fault");
}

#[tokio::test]
async fn what_never_left_is_sent_again_unless_guarded() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let at_once = |retry: Retry| retry.backoff(Duration::ZERO, Duration::ZERO);
    for case in Case::all() {
        let class = case.operation.info().retry_class;
        let builder = || Client::builder().base_url(&url).token(TOKEN);
        for (policy, nuki) in [
            (Policy::Default, builder().retry(at_once(Retry::default()))),
            (Policy::Never, builder().retry(at_once(Retry::never()))),
            (Policy::Always, builder().retry(Always)),
        ] {
            let error = case.call(&nuki.build().unwrap()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect);
            assert_eq!(error.attempts() as usize, policy.requests(class, Cause::NeverSent), "{policy:?} {:?}", case.operation);
            assert!(!error.may_have_been_applied(), "{:?}", case.operation);
        }
    }
    tried(3 * Operation::ALL.len(), "policy x operation, never sent");
}

#[tokio::test(start_paused = true)]
async fn what_succeeds_in_the_end_is_a_success() {
    for case in Case::all().filter(|case| case.operation.info().retry_class == RetryClass::Read) {
        let lab = Lab::new();
        lab.on(case.operation).respond_status(503);
        lab.on(case.operation).nth(2).reset_after();
        lab.on(case.operation).nth(3).respond(response(200, "application/json", case.answer.unwrap()));
        let start = Instant::now();
        let outcome = case.call(&lab.nuki).await.unwrap();
        assert_eq!((outcome.attempts, outcome.value), (3, case.value()));
        // Up to half a second, then up to a whole one.
        assert!(start.elapsed() <= Duration::from_millis(1510), "{:?}", start.elapsed());
    }
}

/// Notes what it is asked, and says yes twice.
#[derive(Clone, Debug, Default)]
struct Asked(Arc<Mutex<Vec<FailedAttempt>>>);

impl RetryPolicy for Asked {
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
        self.0.lock().unwrap().push(*failed);
        (failed.attempts <= 2).then_some(Duration::from_secs(7))
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_told_what_happened() {
    let asked = Asked::default();
    let lab = Lab::with(|builder| builder.retry(asked.clone()));
    lab.on(Operation::SettingPut).retry_after("3").respond_status(429);
    lab.on(Operation::SettingPut).nth(2).respond_status(502);
    lab.on(Operation::SettingPut).nth(3).reset_before();
    let start = Instant::now();
    let error = Case::of(Operation::SettingPut).call(&lab.nuki).await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert_eq!(start.elapsed(), Duration::from_secs(14));
    let asked = asked.0.lock().unwrap();
    let told = asked.iter().map(|failed| (failed.attempts, failed.because, failed.retry_after.map(|wait| wait.as_secs())));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(1, FailedBecause::RateLimited, Some(3)), (2, FailedBecause::Lost, None), (3, FailedBecause::Lost, None)]
    );
    assert!(asked.iter().all(|failed| failed.class == RetryClass::Idempotent));
    assert!(asked.iter().all(|failed| failed.operation.unwrap().id == "setting_put"));
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_not_asked_where_another_attempt_could_do_harm() {
    for case in Case::all() {
        let class = case.operation.info().retry_class;
        for (fault, cause) in Fault::ALL {
            let harmful = match class {
                RetryClass::Guarded => true,
                RetryClass::Once => cause != Cause::RateLimited,
                _ => matches!(cause, Cause::Refused | Cause::Doubtful),
            };
            if !harmful {
                continue;
            }
            let asked = Asked::default();
            let lab = Lab::with(|builder| builder.retry(asked.clone()).max_body_size(20_000));
            fault.strike(&lab, case.operation);
            let _ = case.call(&lab.nuki).await;
            assert_eq!((lab.requests(), asked.0.lock().unwrap().len()), (1, 0), "{:?} {fault:?}", case.operation);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_a_policy_of_its_own() {
    let lab = Lab::new();
    lab.sandbox.on_any().always().respond_status(503);
    let account = lab.nuki.account();
    assert_eq!(account.get().retry(Retry::never()).await.unwrap_err().attempts(), 1);
    assert_eq!(account.get().retry(Retry::default().max_retries(7)).await.unwrap_err().attempts(), 8);
    let subs = account.sub_accounts();
    let update = || subs.update(2002).rights(UpdateRights::OPERATE_SMARTLOCKS);
    assert_eq!(update().await.unwrap_err().attempts(), 1);
    assert_eq!(update().retry(Retry::default().updates_after_loss(true)).await.unwrap_err().attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_later_refusal_does_not_clear_the_doubt() {
    let lab = Lab::with(|builder| builder.retry(Retry::default().updates_after_loss(true)));
    lab.on(Operation::SubAccountDelete).reset_after();
    lab.on(Operation::SubAccountDelete).nth(2).respond_detail(404, "gone");
    let error = Case::of(Operation::SubAccountDelete).call(&lab.nuki).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 2));
    assert!(error.may_have_been_applied());
    assert!(error.to_string().contains("it may have been carried out all the same"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_renewed_token_does_not_clear_the_doubt() {
    struct Renews;

    impl TokenProvider for Renews {
        fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
            let text = if rejected.is_some() { TOKEN } else { "canary-stale" };
            Box::pin(async move { Ok(text.parse::<Token>()?) })
        }
    }

    let retry = Retry::default().updates_after_loss(true);
    let sandbox = Sandbox::builder().token(TOKEN, Sandbox::ACCOUNT_ID).build();
    let nuki = sandbox.client_builder().token_provider(Renews).retry(retry).build().unwrap();
    sandbox.on(Operation::SubAccountDelete).reset_after();
    sandbox.on(Operation::SubAccountDelete).nth(2).respond_status(401);
    sandbox.on(Operation::SubAccountDelete).nth(3).respond_detail(404, "gone");
    let error = Case::of(Operation::SubAccountDelete).call(&nuki).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 3));
    assert!(error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_kept_to_in_each_of_its_forms() {
    let date = |seconds: i64| {
        let now = SystemTime::now();
        let distance = Duration::from_secs(seconds.unsigned_abs());
        httpdate::fmt_http_date(if seconds < 0 { now - distance } else { now + distance })
    };
    let seconds = |range: std::ops::RangeInclusive<u64>| Some(range);
    let mut cases = 0;
    for case in Case::all() {
        let class = case.operation.info().retry_class;
        let most = requests(class, Cause::RateLimited);
        for (header, wait, waits) in [
            ("0".to_owned(), seconds(0..=0), 2),
            ("1".to_owned(), seconds(1..=1), 2),
            (" 40 ".to_owned(), seconds(40..=40), 2),
            // A second wait of a minute would end past the deadline.
            ("60".to_owned(), seconds(60..=60), 1),
            ("61".to_owned(), seconds(61..=61), 0),
            ("86400".to_owned(), seconds(86_400..=86_400), 0),
            ("18446744073709551615".to_owned(), seconds(u64::MAX..=u64::MAX), 0),
            // A date has no fractions of a second.
            ("date 30".to_owned(), seconds(28..=30), 2),
            ("date 3600".to_owned(), seconds(3590..=3600), 0),
            ("date -3600".to_owned(), seconds(0..=0), 2),
            ("soon".to_owned(), None, 2),
            ("-1".to_owned(), None, 2),
            ("1.5".to_owned(), None, 2),
            ("99999999999999999999".to_owned(), seconds(u64::MAX..=u64::MAX), 0),
            ("Fri, 31 Dec 9999 23:59:59 GMT".to_owned(), seconds(200_000_000_000..=300_000_000_000), 0),
            ("Sat, 01 Jan 99999 00:00:00 GMT".to_owned(), seconds(u64::MAX..=u64::MAX), 0),
            (String::new(), None, 2),
        ] {
            let lab = Lab::new();
            // As late as can be: the clock of the machine goes on.
            let header = header.strip_prefix("date ").map_or(header.clone(), |distance| date(distance.parse().unwrap()));
            lab.on(case.operation).always().retry_after(&header).respond_status(429);
            let start = Instant::now();
            let error = case.call(&lab.nuki).await.unwrap_err();
            let elapsed = start.elapsed();
            assert_eq!(error.kind(), ErrorKind::RateLimited);
            assert!(!error.may_have_been_applied());
            assert_eq!(lab.requests(), most.min(waits + 1), "{:?} {header}", case.operation);
            assert_eq!(error.retry_after().is_some(), wait.is_some(), "{header}");
            match (wait, error.retry_after()) {
                (Some(wait), Some(asked)) => {
                    assert!(wait.contains(&asked.as_secs()), "{header}: {asked:?}");
                    if most > 1 {
                        let waits = waits as u64;
                        let (least, most) = (waits.saturating_mul(*wait.start()), waits.saturating_mul(*wait.end()));
                        assert!((least..=most).contains(&elapsed.as_secs()), "{header}: {elapsed:?}");
                    }
                }
                _ => assert!(elapsed <= Duration::from_millis(1510), "{header}: {elapsed:?}"),
            }
            cases += 1;
        }
    }
    tried(cases, "429 with a form of Retry-After");
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_past_the_deadline_ends_the_call_at_once() {
    let lab = Lab::new();
    lab.on(Operation::AccountGet).always().retry_after("20").respond_status(503);
    let start = Instant::now();
    let error = lab.nuki.account().get().timeout(Duration::from_secs(20)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_over_all_attempts_and_bodies() {
    let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
    for slow_body in [false, true] {
        let lab = Lab::new();
        let fault = lab.on(Operation::AccountGet).always();
        if slow_body {
            fault.slow_body(hour);
        } else {
            fault.delay(hour);
        }
        let retry = Retry::default().backoff(Duration::ZERO, Duration::ZERO);
        for (deadline, attempts) in [(5, 1), (30, 1), (45, 2), (61, 3), (300, 3)] {
            let start = Instant::now();
            let error = lab.nuki.account().get().retry(retry).timeout(deadline * second).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, attempts), "{deadline}");
            assert_eq!(start.elapsed().as_secs(), u64::from(deadline.min(90)), "{deadline}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_limit_of_its_own_ends_after_90_seconds() {
    let lab = Lab::new();
    lab.on(Operation::AccountGet).always().delay(Duration::from_secs(3600));
    let start = Instant::now();
    let retry = Retry::default().max_retries(100).backoff(Duration::ZERO, Duration::ZERO);
    let error = lab.nuki.account().get().retry(retry).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3));
    assert_eq!(start.elapsed().as_secs(), 90);
    let error = lab.nuki.account().delete().await;
    assert!(error.is_ok(), "another operation is not slow: {error:?}");
}

#[tokio::test(start_paused = true)]
async fn no_limit_is_too_large() {
    let lab = Lab::new();
    lab.on(Operation::AccountGet).respond_status(503);
    assert!(lab.nuki.account().get().timeout(Duration::MAX).await.is_ok());
    let lab = Lab::with(|builder| builder.timeout(Duration::MAX).attempt_timeout(Duration::from_secs(86_400)));
    lab.on(Operation::AccountGet).delay(Duration::from_secs(3600));
    assert!(lab.nuki.account().get().await.is_ok());
}
