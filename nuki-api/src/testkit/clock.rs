//! What time it is for a sandbox: the system's time, or one that stands still until a test moves it.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::time::Instant;

/// The time of a sandbox.
///
/// It dates what is created, judges one-time passwords, and says when a device has done what it was told.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// From a time of the system on, as tokio counts it.
    System {
        from: DateTime<Utc>,
        since: Instant,
        ahead: TimeDelta,
    },
    Still(DateTime<Utc>),
}

impl Clock {
    /// The time of the system, as real one-time password generators see it. Where a test has paused tokio's clock, it stands
    /// still with it and moves on with it.
    pub fn system() -> Clock {
        Clock(Kind::System { from: Utc::now(), since: Instant::now(), ahead: TimeDelta::zero() })
    }

    /// A time that stands still until it is set or advanced.
    pub fn still(at: DateTime<Utc>) -> Clock {
        Clock(Kind::Still(at))
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        match self.0 {
            Kind::System { from, since, ahead } => {
                let passed = TimeDelta::from_std(since.elapsed()).unwrap_or(TimeDelta::MAX);
                later(later(from, passed), ahead)
            }
            Kind::Still(at) => at,
        }
    }

    pub(super) fn advance(&mut self, by: Duration) {
        let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
        match &mut self.0 {
            Kind::System { ahead, .. } => *ahead = ahead.checked_add(&by).unwrap_or(TimeDelta::MAX),
            Kind::Still(at) => *at = later(*at, by),
        }
    }
}

/// A time so far ahead that it cannot be written stays at the last one that can.
pub(super) fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The way the service writes dates: `2025-05-12T14:45:40.629Z`.
pub(super) fn date(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_747_061_140_629).expect("a date")
    }

    #[test]
    fn a_still_clock_moves_only_when_told() {
        let mut clock = Clock::still(noon());
        assert_eq!(clock.now(), noon());
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now() - noon(), TimeDelta::seconds(90));
    }

    #[test]
    fn the_system_clock_can_be_put_ahead() {
        let mut clock = Clock::system();
        clock.advance(Duration::from_secs(3600));
        assert!(clock.now() - Utc::now() > TimeDelta::minutes(59));
    }

    #[test]
    fn no_advance_is_too_far() {
        let mut clock = Clock::still(noon());
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), DateTime::<Utc>::MAX_UTC);
    }

    #[test]
    fn dates_are_written_as_the_service_does() {
        assert_eq!(date(noon()), "2025-05-12T14:45:40.629Z");
    }
}
