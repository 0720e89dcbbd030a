//! The sandbox itself: the service with its doors, its faults and its log. `control.rs` and `reading.rs` have the rest of
//! its methods.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use http::{Request, Response};

use super::builder::SandboxBuilder;
use super::fault::FaultBuilder;
use super::faults::{Effect, Faults, NewFault};
use super::port::Port;
use super::record::{RecordedRequest, assert_lines, record};
use super::service::{answer, operation_of};
use super::state::State;
use super::{Delivery, Server};
use nuki_api_gen::Operation;

/// A Nuki account service in this process. Clones share one state.
///
/// ```
/// use bytes::Bytes;
/// use http::Request;
/// use nuki_api::testkit::Sandbox;
///
/// # fn main() -> Result<(), http::Error> {
/// let sandbox = Sandbox::new();
/// let request = Request::get("/account").header("authorization", "Bearer sandbox-token").body(Bytes::new())?;
/// assert_eq!(sandbox.handle(request).status(), 200);
///
/// let without_token = Request::get("/account").body(Bytes::new())?;
/// assert_eq!(sandbox.handle(without_token).status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    faults: Mutex<Faults>,
    log: Mutex<VecDeque<RecordedRequest>>,
    ports: Mutex<Vec<Weak<Port>>>,
}

/// What a panicking test leaves behind is still the state.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starting one.
impl Sandbox {
    /// The token of the account of [`Sandbox::new`].
    pub const TOKEN: &str = "sandbox-token";
    /// The id of the account of [`Sandbox::new`].
    pub const ACCOUNT_ID: i32 = 1001;

    /// The id of a Smart Lock 4 of that account, with a keypad and a user. Each type of device is there once, with the same
    /// printed id, `1A2B3C4D`.
    pub const SMARTLOCK_ID: i64 = 17_618_910_285;
    /// The id of an Opener of that account.
    pub const OPENER_ID: i64 = 9_028_975_693;

    /// A sandbox with one master account, `master@example.com`, its token [`Sandbox::TOKEN`] and two integrations,
    /// without sub-accounts and settings, at the system's time. The account has one device of each type, a user with an
    /// authorization, a keypad code, an API key, an address with a reservation, and two listing services to link; so that
    /// every operation has something to show.
    pub fn new() -> Sandbox {
        Sandbox::builder().build()
    }

    /// A sandbox that starts from something else.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(super) fn start(state: State) -> Sandbox {
        Sandbox(Arc::new(Inner {
            state: Mutex::new(state),
            faults: Mutex::default(),
            log: Mutex::default(),
            ports: Mutex::default(),
        }))
    }
}

impl Default for Sandbox {
    fn default() -> Sandbox {
        Sandbox::new()
    }
}

/// The doors.
impl Sandbox {
    /// What the service answers. No faults strike and nothing is recorded. Never panics, whatever the request.
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        answer(&mut self.state(), &request)
    }

    /// Takes a request as a connection would: it is recorded, faults strike, and what is left is carried out.
    ///
    /// Delays pass on tokio's clock, so a test that pauses it does not wait. Dropped while a delay passes, the request is
    /// not carried out.
    pub async fn deliver(&self, request: Request<Bytes>) -> Delivery {
        let struck = lock(&self.0.faults).strike(operation_of(request.method(), request.uri().path()));
        self.update_ports();
        // What is refused never comes.
        if !matches!(struck, Some((_, Effect::Refuse))) {
            record(&mut lock(&self.0.log), &request);
        }
        let Some((delay, effect)) = struck else {
            return Delivery::Response(self.handle(request));
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        match effect {
            Effect::Late => Delivery::Response(self.handle(request)),
            Effect::Respond(response) => Delivery::Response(response),
            Effect::Refuse => Delivery::Refused,
            Effect::ResetBefore => Delivery::ResetBefore,
            Effect::ResetAfter => {
                self.handle(request);
                Delivery::ResetAfter
            }
            Effect::Truncate(keep) => {
                let response = self.handle(request);
                let keep = keep.min(response.body().len().saturating_sub(1));
                Delivery::Truncated { response, keep }
            }
            Effect::SlowBody(delay) => {
                let response = self.handle(request);
                if !response.body().is_empty() {
                    return Delivery::SlowBody { response, delay };
                }
                tokio::time::sleep(delay).await;
                Delivery::Response(response)
            }
        }
    }

    /// Serves it on this port of 127.0.0.1, or on any free one when it is 0, until the [`Server`] is dropped.
    ///
    /// # Errors
    ///
    /// When the port cannot be had.
    pub async fn serve(&self, port: u16) -> std::io::Result<Server> {
        Server::start(self.clone(), port)
    }
}

/// Faults and what was sent.
impl Sandbox {
    /// Begins a fault of this operation.
    pub fn on(&self, operation: Operation) -> FaultBuilder<'_> {
        FaultBuilder::new(self, Some(operation))
    }

    /// Begins a fault of every request, also of those that mean no operation.
    pub fn on_any(&self) -> FaultBuilder<'_> {
        FaultBuilder::new(self, None)
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        lock(&self.0.faults).clear();
        self.update_ports();
    }

    /// Ends a [refusal](FaultBuilder::refuse_connection) of connections, as if all its calls had come: what comes
    /// [after](super::FaultSequence::then) it is next.
    pub fn accept_connections(&self) {
        lock(&self.0.faults).end_refusals();
        self.update_ports();
    }

    /// Asserts that every fault struck as often as it was told to, and at least once where it
    /// [always](FaultBuilder::always) strikes. It knows nothing of faults that were [cleared](Self::clear_faults).
    ///
    /// ```should_panic
    /// use nuki_api::testkit::{Operation, Sandbox};
    ///
    /// let sandbox = Sandbox::new();
    /// sandbox.on(Operation::AccountGet).respond_status(503);
    /// sandbox.assert_all_faults_struck(); // the account was never asked for
    /// ```
    ///
    /// # Panics
    ///
    /// When one did not, with all those that did not.
    #[track_caller]
    pub fn assert_all_faults_struck(&self) {
        let left = lock(&self.0.faults).left();
        assert!(left.is_empty(), "faults that should have struck:\n  {}", left.join("\n  "));
    }

    /// The requests as they came through [`deliver`](Sandbox::deliver) and [`serve`](Sandbox::serve): the last 10 000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.0.log).iter().cloned().collect()
    }

    /// The requests of one operation.
    pub fn requests_of(&self, operation: Operation) -> Vec<RecordedRequest> {
        lock(&self.0.log).iter().filter(|request| request.operation() == Some(operation)).cloned().collect()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        lock(&self.0.log).clear();
    }

    /// Asserts that exactly these requests came, in this order, each as method, path and query:
    /// `"POST /account?deleteApiTokens=false"`.
    ///
    /// # Panics
    ///
    /// When others came, with each expected line beside what came.
    #[track_caller]
    pub fn assert_requests(&self, expected: &[&str]) {
        assert_lines(&self.requests(), expected);
    }

    /// The number of the first call after it, unless it never ends.
    pub(super) fn add_fault(&self, fault: NewFault) -> Option<u64> {
        let next = lock(&self.0.faults).add(fault);
        self.update_ports();
        next
    }

    /// From now on, the port is closed while a connection is to be refused.
    pub(super) fn watch(&self, port: &Arc<Port>) {
        lock(&self.0.ports).push(Arc::downgrade(port));
        self.update_ports();
    }

    /// Opens or closes the ports as the faults demand. The lock on the ports lets one thread at a time do so, with the
    /// faults as they are by then.
    fn update_ports(&self) {
        let mut ports = lock(&self.0.ports);
        ports.retain(|port| port.strong_count() > 0);
        if ports.is_empty() {
            return;
        }
        let mut faults = lock(&self.0.faults);
        let refuse = faults.refuse_next();
        if refuse {
            faults.note_refused();
        }
        drop(faults);
        ports.iter().filter_map(Weak::upgrade).for_each(|port| port.refuse(refuse));
    }

    /// Everything whose time has come has happened in it.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.0.state);
        state.settle();
        state
    }
}

/// Without tokens, passwords and secrets.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("accounts", &self.account_ids()).finish_non_exhaustive()
    }
}
