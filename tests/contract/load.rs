//! Many calls at once, and calls that are given up half-way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use nuki_api::testkit::Sandbox;
use nuki_api::{Operation, Retry};
use tokio::task::JoinSet;

use crate::case::{Calling, Case};
use crate::lab::{Lab, sent};
use crate::world::{TOKEN, check, tried};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_at_once_over_one_client() {
    let sandbox = Sandbox::builder().token(TOKEN, Sandbox::ACCOUNT_ID).build();
    let server = sandbox.serve(0).await.unwrap();
    let nuki = nuki_api::Client::builder().base_url(server.base_url()).token(TOKEN).build().unwrap();
    let mut calls = JoinSet::new();
    for number in 0..1000 {
        let nuki = nuki.clone();
        calls.spawn(async move {
            let subs = nuki.account().sub_accounts();
            match number % 4 {
                0 => nuki.account().get().await.map(|me| assert_eq!(me.account_id, Sandbox::ACCOUNT_ID)),
                1 => nuki.account().integrations().list().await.map(|list| assert_eq!(list.len(), 2)),
                2 => {
                    let address = format!("ops-{number}@example.com");
                    let created = subs
                        .create(&*address, nuki_api::Password::new("1234567"), "Ops", nuki_api::CreateRights::empty(), "de")
                        .await;
                    created.map(|account| assert_eq!(account.email, address))
                }
                _ => nuki.account().update("de").name(format!("name {number}")).await,
            }
        });
    }
    for result in calls.join_all().await {
        result.unwrap();
    }
    assert_eq!(sandbox.requests().len(), 1000);
    assert_eq!(sandbox.sub_accounts(Sandbox::ACCOUNT_ID).len(), 250);
    check(&sent(&sandbox));
    tried(1000, "call at once, on the wire");
}

/// A call that is given up after it has been polled so many times.
struct GivenUp {
    call: Calling,
    polls: usize,
}

impl Future for GivenUp {
    type Output = bool;

    /// Whether the call came to its end.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        if self.polls == 0 {
            return Poll::Ready(false);
        }
        self.polls -= 1;
        match self.call.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if self.polls == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_sends_nothing_more_and_harms_no_other() {
    let mut points = 0;
    for case in Case::all() {
        for polls in 0.. {
            let lab =
                Lab::with(|builder| builder.retry(Retry::default().backoff(Duration::from_secs(1), Duration::from_secs(1))));
            // As many points to give up at as there can be: a wait, an answer, a wait to try again, an answer, its body.
            lab.on(case.operation).retry_after("2").delayed_by(Duration::from_secs(1)).respond_status(429);
            lab.on(case.operation).nth(2).slow_body(Duration::from_secs(1));
            let finished = GivenUp { call: (case.call)(lab.nuki.clone()), polls }.await;
            let requests = lab.requests();
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(lab.requests(), requests, "{:?} sent more after {polls} polls", case.operation);
            lab.sandbox.clear_faults();
            assert!(lab.nuki.account().integrations().list().await.is_ok() || case.operation == Operation::AccountDelete);
            points += 1;
            if finished {
                break;
            }
            assert!(polls < 100, "{:?} never ends", case.operation);
        }
    }
    tried(points, "call given up at each point");
}

#[tokio::test]
async fn a_call_that_is_given_up_on_the_wire_leaves_the_client_well() {
    let sandbox = Sandbox::builder().token(TOKEN, Sandbox::ACCOUNT_ID).build();
    let server = sandbox.serve(0).await.unwrap();
    let nuki = nuki_api::Client::builder().base_url(server.base_url()).token(TOKEN).build().unwrap();
    for polls in 0..40 {
        GivenUp { call: (Case::of(Operation::AccountGet).call)(nuki.clone()), polls: polls % 8 }.await;
        assert!(nuki.account().get().await.is_ok(), "after {polls} polls");
    }
    assert!((40..=80).contains(&sandbox.requests().len()));
    tried(40, "call given up on the wire");
}
