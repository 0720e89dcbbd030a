//! What the groups share: a line for each operation, and ids that are passed on.

use std::fmt::Display;
use std::process::ExitCode;
use std::time::Duration;

use nuki_api::testkit::Sandbox;
use nuki_api::{
    AccountUserId, Action, AddressId, ApiKeyNumber, Call, Client, Error, ErrorKind, Operation, OperationInfo, ResponseValue,
};

/// How long the sandbox takes to bring a change to a device, and a bit more.
const PATIENCE: Duration = Duration::from_millis(3100);

/// Devices of the default sandbox, which has one of each type.
pub const BOX: i64 = 4_734_008_397;
pub const OPENER: i64 = 9_028_975_693;
pub const SMART_DOOR: i64 = 13_323_942_989;
pub const LOCK: i64 = 17_618_910_285;
pub const SECOND_LOCK: i64 = 21_913_877_581;

pub struct Tour {
    pub nuki: Client,
    /// Whether it is a real account, in which nothing may change.
    pub only_reads: bool,
    /// The sandbox of this process, whose time can be moved.
    sandbox: Option<Sandbox>,
    /// How many operations there are to perform. While only reading that is what was tried.
    total: usize,
    succeeded: usize,
    /// How wide the paths of the group are.
    width: usize,
    /// What groups listed that others need.
    pub user: Option<AccountUserId>,
    pub address: Option<AddressId>,
    pub key: Option<ApiKeyNumber>,
}

impl Tour {
    pub fn new(nuki: Client) -> Self {
        Self { nuki, only_reads: false, sandbox: None, total: 0, succeeded: 0, width: 0, user: None, address: None, key: None }
    }

    pub fn only_reading(self) -> Self {
        Self { only_reads: true, ..self }
    }

    pub fn on(sandbox: Sandbox) -> Result<Self, Error> {
        let nuki = sandbox.client()?;
        Ok(Self { sandbox: Some(sandbox), ..Self::new(nuki) })
    }

    /// Gives devices the time that they take to do what they were told: a call is answered before.
    pub async fn wait(&self) {
        match &self.sandbox {
            Some(sandbox) => sandbox.advance(PATIENCE),
            None => tokio::time::sleep(PATIENCE).await,
        }
    }

    /// Begins a group with its heading.
    pub fn enter(&mut self, group: &str) {
        let paths = Operation::ALL.iter().map(|operation| operation.info()).filter(|info| info.group == group);
        let lengths = paths.map(|info| info.path.len()).collect::<Vec<_>>();
        self.width = lengths.iter().copied().max().unwrap_or_default();
        if !self.only_reads {
            self.total += lengths.len();
        }
        println!("\n{group}");
    }

    /// Makes a call, and prints its method, path, status and what it did. A failure is shown, and the tour goes on, unless
    /// there is nobody to talk to.
    pub async fn step<A: Action, S: Display>(
        &mut self,
        call: Call<A>,
        says: impl FnOnce(&A::Output) -> S,
    ) -> Result<Option<A::Output>, Error> {
        match call.send_raw().await {
            Ok(response) => Ok(Some(self.succeed(A::OPERATION.info(), response, says))),
            Err(error) if matches!(error.kind(), ErrorKind::Connect | ErrorKind::Token) => Err(error),
            Err(error) => {
                self.fail(A::OPERATION.info(), &error);
                Ok(None)
            }
        }
    }

    /// As [`step`](Self::step), for a call that needs an id.
    pub async fn step_with<I, A: Action, S: Display>(
        &mut self,
        id: Option<I>,
        call: impl FnOnce(I) -> Call<A>,
        says: impl FnOnce(&A::Output) -> S,
    ) -> Result<Option<A::Output>, Error> {
        match id {
            Some(id) => self.step(call(id), says).await,
            None => {
                self.line(A::OPERATION.info(), "-", "there is none to ask for");
                Ok(None)
            }
        }
    }

    /// As [`step`](Self::step), for the first call: where it fails, so will all others.
    pub async fn first_step<A: Action, S: Display>(
        &mut self,
        call: Call<A>,
        says: impl FnOnce(&A::Output) -> S,
    ) -> Result<A::Output, Error> {
        let response = call.send_raw().await?;
        Ok(self.succeed(A::OPERATION.info(), response, says))
    }

    /// An id of an answer. Where that has none that can be one, the tour goes on with `otherwise`, so that each operation is
    /// performed; a real account is only asked for what it listed.
    pub fn id<I: TryFrom<T>, T>(&self, answered: Option<T>, otherwise: T) -> Option<I> {
        let otherwise = if self.only_reads { None } else { Some(otherwise) };
        let valid = |id| I::try_from(id).ok();
        answered.and_then(valid).or_else(|| otherwise.and_then(valid))
    }

    /// Ends the tour with a count.
    pub fn end(self) -> ExitCode {
        let Self { total, succeeded, .. } = self;
        if succeeded == total {
            println!("\n{total} operation{} succeeded.", if total == 1 { "" } else { "s" });
        } else {
            println!("\n{succeeded} of {total} operations succeeded.");
        }
        // A real account need not have everything.
        if self.only_reads || succeeded == total { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn succeed<T, S: Display>(&mut self, operation: &OperationInfo, response: ResponseValue<T>, says: impl FnOnce(&T) -> S) -> T {
        self.total += usize::from(self.only_reads);
        self.succeeded += 1;
        self.line(operation, response.status().as_str(), says(&response));
        ResponseValue::into_inner(response)
    }

    fn fail(&mut self, operation: &OperationInfo, error: &Error) {
        self.total += usize::from(self.only_reads);
        match error.status().filter(|status| !status.is_success()) {
            Some(status) => {
                let meaning = operation.meaning(status.as_u16()).or(status.canonical_reason()).unwrap_or("unknown status");
                self.line(operation, status.as_str(), format!("failed: {}", error.detail().unwrap_or(meaning)));
            }
            // It was not sent, was lost on the way, or cannot be read. The text says which, after what the line has already.
            None => {
                let text = error.to_string();
                let name = format!("{} ({} {}) ", operation.id, operation.method, operation.path);
                self.line(operation, "-", text.strip_prefix(&name).unwrap_or(&text));
            }
        }
    }

    fn line(&self, operation: &OperationInfo, status: &str, says: impl Display) {
        println!("{:<6} {:<width$} {status:<3}  {says}", operation.method, operation.path, width = self.width);
    }
}

/// A value of an answer, where the service has told it.
pub fn told<T: ToString>(value: &Option<T>) -> String {
    let text = value.as_ref().map(T::to_string).unwrap_or_default();
    if text.is_empty() { "(not told)".to_owned() } else { text }
}

/// How much a list has of what: `2 users`.
pub fn count<T>(list: &[T], what: &str) -> String {
    match (list.len(), what) {
        (1, one) => format!("1 {one}"),
        (many, "address") => format!("{many} addresses"),
        (many, "company") => format!("{many} companies"),
        (many, what) => format!("{many} {what}s"),
    }
}
