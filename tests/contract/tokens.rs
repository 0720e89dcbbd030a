//! Where tokens come from, and what becomes of a refused one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nuki_api::testkit::Sandbox;
use nuki_api::{Client, ErrorKind, Operation, Retry, Token, TokenFuture, TokenProvider};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::case::Case;
use crate::lab::{Lab, response};
use crate::secrets::tells_no_secret;
use crate::world::{TOKEN, tried};

/// Has a stale token until it is asked for another one, which takes it a second.
#[derive(Clone, Default)]
struct Vault(Arc<Counts>);

#[derive(Default)]
struct Counts {
    asked: AtomicUsize,
    renewals: AtomicUsize,
}

impl Vault {
    fn renewals(&self) -> usize {
        self.0.renewals.load(Ordering::Relaxed)
    }
}

impl TokenProvider for Vault {
    fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
        Box::pin(async move {
            if rejected.is_some() {
                tokio::time::sleep(Duration::from_secs(1)).await;
                self.0.renewals.fetch_add(1, Ordering::Relaxed);
            }
            self.0.asked.fetch_add(1, Ordering::Relaxed);
            let text = if self.renewals() > 0 { TOKEN } else { "canary-stale" };
            Ok(text.parse::<Token>()?)
        })
    }
}

/// A client of a vault, of a sandbox that knows the renewed token only.
fn with_vault(vault: &Vault) -> Lab {
    Lab::with(|builder| builder.token_provider(vault.clone()))
}

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_that_are_refused_at_once_share_one_renewal() {
    let vault = Vault::default();
    let lab = with_vault(&vault);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let nuki = lab.nuki.clone();
        calls.spawn(async move { nuki.account().get().send_raw().await.map(|response| response.attempts()) });
    }
    let results = calls.join_all().await;
    assert!(results.iter().all(|attempts| *attempts.as_ref().unwrap() == 2), "{results:?}");
    assert_eq!((vault.renewals(), lab.requests()), (1, 200));
    tried(100, "concurrent 401");
}

#[tokio::test(start_paused = true)]
async fn clients_of_other_users_share_the_transport_and_no_token() {
    let vault = Vault::default();
    let lab = Lab::new();
    lab.sandbox.on_any().respond_status(401);
    let other = lab.nuki.with_token_provider(vault.clone());
    assert!(other.account().get().await.is_ok());
    assert_eq!((vault.renewals(), lab.requests()), (1, 2));
    lab.sandbox.on_any().respond_status(401);
    assert_eq!(lab.nuki.account().get().await.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert_eq!((vault.renewals(), lab.requests()), (1, 3));

    let strangers = lab.nuki.with_token("canary-unknown").unwrap();
    assert_eq!(strangers.account().get().await.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert!(lab.nuki.account().get().await.is_ok());
    let error = lab.nuki.with_token("canary with spaces").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    tells_no_secret(&error);
}

#[tokio::test(start_paused = true)]
async fn a_401_is_replayed_once_with_a_renewed_token_unless_it_may_mean_a_wrong_code() {
    for case in Case::all() {
        let code = case.operation == Operation::OtpEnable;
        let vault = Vault::default();
        let lab = with_vault(&vault);
        lab.on(case.operation).always().respond_status(401);
        let error = case.call(&lab.nuki).await.unwrap_err();
        let expected = if code { (1, 0) } else { (2, 1) };
        assert_eq!((lab.requests(), vault.renewals()), expected, "{:?}", case.operation);
        assert_eq!((error.kind(), error.attempts() as usize), (ErrorKind::Unauthorized, expected.0));
        assert!(!error.may_have_been_applied());
        tells_no_secret(&error);

        let vault = Vault::default();
        let lab = with_vault(&vault);
        lab.on(case.operation).respond_status(401);
        lab.on(case.operation).nth(2).respond(response(200, "application/json", case.answer.unwrap_or_default()));
        let result = case.call(&lab.nuki).await;
        assert_eq!(result.is_ok(), !code, "{:?}", case.operation);
        if let Ok(outcome) = result {
            assert_eq!((outcome.attempts, outcome.value), (2, case.value()));
        }
    }
    tried(2 * Operation::ALL.len(), "401 with a token that can be renewed");
}

#[tokio::test(start_paused = true)]
async fn a_fixed_token_is_not_sent_twice() {
    for case in Case::all() {
        let lab = Lab::new();
        lab.on(case.operation).always().respond_status(401);
        assert_eq!(case.call(&lab.nuki).await.unwrap_err().kind(), ErrorKind::Unauthorized);
        assert_eq!(lab.requests(), 1, "{:?}", case.operation);
    }
    tried(Operation::ALL.len(), "401 with a fixed token");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_takes_no_retry_away() {
    let vault = Vault::default();
    let lab = with_vault(&vault);
    lab.on(Operation::AccountGet).respond_status(401);
    lab.on(Operation::AccountGet).nth(2).times(3).respond_status(503);
    let error = lab.nuki.account().get().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), lab.requests()), (503, 4));
}

/// Gives what it is told to.
struct Gives(fn(Option<&Token>) -> Result<Token, nuki_api::TokenError>);

impl TokenProvider for Gives {
    fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
        Box::pin(std::future::ready((self.0)(rejected)))
    }
}

#[tokio::test]
async fn a_provider_without_another_token_leaves_the_401() {
    let lab = Lab::with(|builder| builder.token_provider(Gives(|_| Ok("canary-only".parse()?))));
    let error = lab.nuki.account().get().await.unwrap_err();
    assert_eq!((error.kind(), lab.requests()), (ErrorKind::Unauthorized, 1));
}

/// Always begins with a stale token; of the two that it renews to, the service takes the second.
#[derive(Default)]
struct Forgetful(AtomicUsize);

impl TokenProvider for Forgetful {
    fn token<'a>(&'a self, rejected: Option<&'a Token>) -> TokenFuture<'a> {
        let text = match rejected.map(|_| self.0.fetch_add(1, Ordering::Relaxed)) {
            None => "canary-stale",
            Some(0) => "canary-revoked",
            Some(_) => TOKEN,
        };
        Box::pin(async move { Ok(text.parse::<Token>()?) })
    }
}

#[tokio::test]
async fn a_renewed_token_that_is_refused_as_well_is_not_used_again() {
    let provider = Arc::new(Forgetful::default());
    let lab = Lab::with(|builder| builder.token_provider(Arc::clone(&provider)));
    let renewals = || provider.0.load(Ordering::Relaxed);
    let error = lab.nuki.account().get().await.unwrap_err();
    assert_eq!((error.kind(), lab.requests(), renewals()), (ErrorKind::Unauthorized, 2, 1));
    assert!(lab.nuki.account().get().await.is_ok());
    assert_eq!((lab.requests(), renewals()), (4, 2));
    // What is good is kept, although the provider begins with the stale one again.
    assert!(lab.nuki.account().get().await.is_ok());
    assert_eq!((lab.requests(), renewals()), (6, 2));
}

#[tokio::test]
async fn a_provider_that_fails_is_an_error_of_the_token() {
    let lab = Lab::with(|builder| builder.token_provider(Gives(|_| Err("the vault\n is sealed".into()))));
    for case in Case::all() {
        let error = case.call(&lab.nuki).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts(), lab.requests()), (ErrorKind::Token, 0, 0), "{:?}", case.operation);
        assert!(error.to_string().contains("the vault is sealed"), "{error}");
    }
    let renewal = Gives(|rejected| if rejected.is_some() { Err("no refresh token".into()) } else { Ok("canary-old".parse()?) });
    let lab = Lab::with(|builder| builder.token_provider(renewal));
    let error = lab.nuki.account().otp().disable().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), lab.requests()), (ErrorKind::Token, 1, 1));
    assert!(error.to_string().contains("no refresh token"), "{error}");
}

/// Never comes back.
struct Hangs;

impl TokenProvider for Hangs {
    fn token<'a>(&'a self, _: Option<&'a Token>) -> TokenFuture<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_is_a_timeout() {
    let lab = Lab::with(|builder| builder.token_provider(Hangs));
    let start = Instant::now();
    let error = lab.nuki.account().get().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), lab.requests()), (ErrorKind::Timeout, 0, 0));
    assert_eq!(start.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_was_begun_is_finished_without_its_call() {
    for gives_up in ["the call is dropped", "its time is up"] {
        let vault = Vault::default();
        let lab = with_vault(&vault);
        let half = Duration::from_millis(500);
        if gives_up == "its time is up" {
            let error = lab.nuki.account().get().timeout(half).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        } else {
            assert!(tokio::time::timeout(half, lab.nuki.account().get().send()).await.is_err());
        }
        assert_eq!((vault.renewals(), lab.requests()), (0, 1), "{gives_up}");
        // Nobody asks for it any more, and a second passes.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!((vault.renewals(), lab.requests()), (1, 1), "{gives_up}");
        assert!(lab.nuki.account().get().await.is_ok());
        assert_eq!((vault.renewals(), lab.requests()), (1, 2), "{gives_up}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_goes_on_without_its_call_is_shared_with_the_next() {
    let vault = Vault::default();
    let lab = with_vault(&vault);
    let dropped = tokio::time::timeout(Duration::from_millis(500), lab.nuki.account().get().send());
    assert!(dropped.await.is_err());
    assert_eq!((vault.renewals(), lab.requests()), (0, 1));
    let start = Instant::now();
    assert!(lab.nuki.account().get().await.is_ok());
    assert_eq!((vault.renewals(), lab.requests()), (1, 3));
    assert_eq!(start.elapsed(), Duration::from_millis(500));
}

/// Renews before the service refuses: whoever asks for a token waits a second.
#[derive(Default)]
struct Early(AtomicUsize);

impl TokenProvider for Early {
    fn token<'a>(&'a self, _: Option<&'a Token>) -> TokenFuture<'a> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(TOKEN.parse::<Token>()?)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_asked_for_before_an_attempt_is_not_lost_either() {
    let provider = Arc::new(Early::default());
    let lab = Lab::with(|builder| builder.token_provider(Arc::clone(&provider)));
    let dropped = tokio::time::timeout(Duration::from_millis(500), lab.nuki.account().get().send());
    assert!(dropped.await.is_err());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((provider.0.load(Ordering::Relaxed), lab.requests()), (1, 0));
}

/// Panics after a while, as a mistake in a provider may.
struct Panics;

impl TokenProvider for Panics {
    fn token<'a>(&'a self, _: Option<&'a Token>) -> TokenFuture<'a> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            panic!("a mistake in the provider")
        })
    }
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "a mistake in the provider")]
async fn a_provider_that_panics_is_heard() {
    let lab = Lab::with(|builder| builder.token_provider(Panics));
    let _ = lab.nuki.account().get().await;
}

#[tokio::test]
async fn no_token_is_said_before_anything_is_sent() {
    let sandbox = Sandbox::new();
    let nuki = sandbox.client_builder().build().unwrap();
    for case in Case::all() {
        let result = case.call(&nuki).await;
        if !case.operation.info().token_required {
            assert!(result.is_ok() || result.unwrap_err().kind() != ErrorKind::Token, "{:?}", case.operation);
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Token, 0), "{:?}", case.operation);
        assert!(error.to_string().contains("NUKI_API_TOKEN"), "{error}");
    }
    let free = Operation::ALL.into_iter().filter(|operation| !operation.info().token_required).collect::<Vec<_>>();
    assert_eq!(
        sandbox.requests().iter().map(|request| request.operation()).collect::<Vec<_>>(),
        free.into_iter().map(Some).collect::<Vec<_>>()
    );
    assert!(sandbox.requests().iter().all(|request| !request.had_token()));
    tried(Operation::ALL.len(), "no token");
}

#[tokio::test]
async fn a_token_of_the_environment_is_sent() {
    let sandbox = Sandbox::new();
    let variables = |name: &str| (name == "NUKI_API_TOKEN").then(|| format!(" {}\n", Sandbox::TOKEN));
    let nuki = sandbox.client_builder().env_from(variables).build().unwrap();
    assert!(nuki.account().get().await.is_ok());
    let error = Client::builder().env_from(|_| None).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
}

#[tokio::test(start_paused = true)]
async fn a_retry_asks_for_the_token_anew() {
    let vault = Vault::default();
    let lab = with_vault(&vault);
    lab.on(Operation::AccountGet).times(2).respond_status(503);
    lab.on(Operation::AccountGet).nth(3).respond_status(418);
    let retry = Retry::default();
    assert_eq!(lab.nuki.account().get().retry(retry).await.unwrap_err().attempts(), 3);
    assert_eq!(vault.0.asked.load(Ordering::Relaxed), 3);
}
