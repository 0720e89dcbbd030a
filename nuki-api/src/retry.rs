//! Which failed attempts are made again, and when.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use nuki_api_gen::{OperationInfo, RetryClass};

/// How an attempt failed, as far as it matters for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedBecause {
    /// The request never left: there was no connection, or none in time.
    NeverSent,
    /// The request left, and nobody knows what became of it: no answer, a part of one, or 408, 502, 503 or 504.
    Lost,
    /// The service answered 429.
    RateLimited,
    /// Anything else. It is never tried again: the service has decided, or has failed at it (500).
    Final,
}

/// A failed attempt, for a [`RetryPolicy`] to judge.
///
/// A test of a policy makes its own:
///
/// ```
/// use std::time::Duration;
/// use nuki_api::{FailedAttempt, FailedBecause, Retry, RetryClass, RetryPolicy};
///
/// let mut failed = FailedAttempt::new(RetryClass::Read, FailedBecause::RateLimited);
/// failed.retry_after = Some(Duration::from_secs(7));
/// assert_eq!(Retry::default().delay(&failed), Some(Duration::from_secs(7)));
/// failed.attempts = 3;
/// assert_eq!(Retry::default().delay(&failed), None);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// The operation; `None` for an endpoint of [`Client::request`](crate::Client::request).
    pub operation: Option<&'static OperationInfo>,
    /// What may be done twice.
    pub class: RetryClass,
    /// How the attempt failed.
    pub because: FailedBecause,
    /// How many attempts were made so far, 1 or more. One that ended in a renewed token does not count.
    pub attempts: u32,
    /// How long the service asks to wait; [`Duration::MAX`] if that is longer than a duration can be.
    pub retry_after: Option<Duration>,
}

impl FailedAttempt {
    /// A first attempt that failed, of no operation in particular.
    pub fn new(class: RetryClass, because: FailedBecause) -> Self {
        Self { operation: None, class, because, attempts: 1, retry_after: None }
    }

    /// Whether another attempt could do harm, whatever a policy says.
    pub(crate) fn is_forbidden(&self) -> bool {
        match (self.class, self.because) {
            (RetryClass::Guarded, _) | (_, FailedBecause::Final) => true,
            (RetryClass::Once, because) => because == FailedBecause::Lost,
            _ => false,
        }
    }
}

/// Decides whether a failed attempt is made again, and after how long.
///
/// A policy is asked only where another attempt can do no harm: never for a guarded operation, and never for one that
/// creates or triggers something once its request has left. The deadline of the call holds whatever the policy says.
///
/// A 401 is no matter of a policy: it is a refusal, and the [`TokenProvider`](crate::TokenProvider) decides.
///
/// ```
/// use std::time::Duration;
/// use nuki_api::{FailedAttempt, RetryPolicy};
///
/// #[derive(Debug)]
/// struct OnceASecond;
///
/// impl RetryPolicy for OnceASecond {
///     fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
///         (failed.attempts < 10).then_some(Duration::from_secs(1))
///     }
/// }
/// ```
pub trait RetryPolicy: fmt::Debug + Send + Sync + 'static {
    /// Returns how long to wait before the next attempt, or `None` to give up. Waits of zero are a storm of requests until
    /// the deadline.
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration>;
}

/// Lets you keep a policy that you give to a client.
impl<T: RetryPolicy + ?Sized> RetryPolicy for Arc<T> {
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
        T::delay(self, failed)
    }
}

/// The default policy: two retries. The first comes within 0.5 s, each later one within twice the time of the one before, up
/// to 8 s; the wait is a random part of that.
///
/// | class | never sent | sent, then lost · 408 502 503 504 | 429 |
/// |---|---|---|---|
/// | read | retry | retry | retry |
/// | idempotent | retry | with [`updates_after_loss`](Self::updates_after_loss) | retry |
/// | once | retry | never | with [`creates_when_rate_limited`](Self::creates_when_rate_limited) |
/// | guarded | never | never | never |
///
/// A `Retry-After` of up to 60 s is waited for instead. A longer one ends the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    max_retries: u32,
    first: Duration,
    longest: Duration,
    updates_after_loss: bool,
    creates_when_rate_limited: bool,
}

/// The longest `Retry-After` that a call waits for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_retries: 2,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(8),
            updates_after_loss: false,
            creates_when_rate_limited: false,
        }
    }
}

impl Retry {
    /// No retries.
    pub fn never() -> Self {
        Self::default().max_retries(0)
    }

    /// Sets how often a call is made again at most. Defaults to 2.
    #[must_use]
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = max_retries;
        self
    }

    /// Sets the longest wait before the first retry and the longest before any. It doubles from the one to the other.
    /// Defaults to 0.5 s and 8 s.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest);
        self
    }

    /// Retries updates and deletions after the request has left, too. Done twice they have the effect of once, but somebody
    /// else's change in between is overwritten. Defaults to false.
    #[must_use]
    pub fn updates_after_loss(mut self, yes: bool) -> Self {
        self.updates_after_loss = yes;
        self
    }

    /// Retries creations after a 429, on the assumption that it carried out nothing. Defaults to false.
    #[must_use]
    pub fn creates_when_rate_limited(mut self, yes: bool) -> Self {
        self.creates_when_rate_limited = yes;
        self
    }

    fn covers(&self, failed: &FailedAttempt) -> bool {
        match (failed.class, failed.because) {
            (RetryClass::Read, _) | (_, FailedBecause::NeverSent) => true,
            (RetryClass::Idempotent, FailedBecause::Lost) => self.updates_after_loss,
            (RetryClass::Idempotent, FailedBecause::RateLimited) => true,
            (RetryClass::Once, FailedBecause::RateLimited) => self.creates_when_rate_limited,
            _ => false,
        }
    }
}

impl RetryPolicy for Retry {
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
        if failed.attempts > self.max_retries || !self.covers(failed) {
            return None;
        }
        match failed.retry_after {
            Some(wait) => (wait <= MAX_RETRY_AFTER).then_some(wait),
            None => {
                let doubled = self.first.saturating_mul(2_u32.saturating_pow(failed.attempts.saturating_sub(1)));
                Some(doubled.min(self.longest).mul_f64(fastrand::f64()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSES: [RetryClass; 4] = [RetryClass::Read, RetryClass::Idempotent, RetryClass::Once, RetryClass::Guarded];
    const BECAUSE: [FailedBecause; 4] =
        [FailedBecause::NeverSent, FailedBecause::Lost, FailedBecause::RateLimited, FailedBecause::Final];

    fn failed(class: RetryClass, because: FailedBecause, attempts: u32) -> FailedAttempt {
        FailedAttempt { operation: None, class, because, attempts, retry_after: None }
    }

    fn table(retry: Retry) -> [[bool; 4]; 4] {
        CLASSES.map(|class| {
            BECAUSE.map(|because| {
                let failed = failed(class, because, 1);
                !failed.is_forbidden() && retry.delay(&failed).is_some()
            })
        })
    }

    #[test]
    fn the_table_holds_cell_by_cell() {
        let expected = [[true, true, true, false], [true, false, true, false], [true, false, false, false], [false; 4]];
        assert_eq!(table(Retry::default()), expected);
    }

    #[test]
    fn what_is_asked_for_opens_its_cell_and_no_other() {
        let all = Retry::default().updates_after_loss(true).creates_when_rate_limited(true);
        let expected = [[true, true, true, false], [true, true, true, false], [true, false, true, false], [false; 4]];
        assert_eq!(table(all), expected);
    }

    #[test]
    fn never_is_never() {
        assert_eq!(table(Retry::never()), [[false; 4]; 4]);
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let retry = Retry::default().max_retries(u32::MAX);
        for (attempts, most) in [(1, 500), (2, 1000), (3, 2000), (5, 8000), (6, 8000), (4_000_000, 8000)] {
            let waits = (0..200).filter_map(|_| retry.delay(&failed(RetryClass::Read, FailedBecause::Lost, attempts)));
            let waits = waits.map(|wait| wait.as_millis()).collect::<Vec<_>>();
            assert_eq!(waits.len(), 200);
            assert!(waits.iter().all(|wait| *wait <= most), "{waits:?}");
            assert!(waits.iter().any(|wait| *wait < most / 2) && waits.iter().any(|wait| *wait > most / 2), "{waits:?}");
        }
    }

    #[test]
    fn retry_after_is_kept_to_unless_it_is_too_long() {
        let ask = |seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            Retry::default().delay(&FailedAttempt { retry_after, ..failed(RetryClass::Read, FailedBecause::RateLimited, 1) })
        };
        assert_eq!(ask(0), Some(Duration::ZERO));
        assert_eq!(ask(60), Some(Duration::from_secs(60)));
        assert_eq!(ask(61), None);
    }
}
