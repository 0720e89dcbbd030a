//! One poll for all who wait for the same device.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use nuki_api_gen::Operation;
use nuki_api_gen::types::Smartlock;
use tokio::time::{Instant, timeout};

use crate::error::CallName;
use crate::{Client, Error, ErrorKind};

/// What the waits of all clients of one builder share. A client of another token has polls of its own: it may not see the
/// same.
#[derive(Default)]
pub(crate) struct Polls(Mutex<HashMap<(usize, i64), Weak<Poll>>>);

/// What was last seen of one device, and when it was asked for.
#[derive(Default)]
pub(super) struct Poll(tokio::sync::Mutex<Option<(Instant, Arc<Smartlock>)>>);

impl Polls {
    pub(super) fn of(client: &Client, smartlock_id: i64) -> Arc<Poll> {
        let mut polls = client.shared.polls.0.lock().unwrap_or_else(PoisonError::into_inner);
        polls.retain(|_, poll| poll.strong_count() > 0);
        let key = (Arc::as_ptr(&client.token) as usize, smartlock_id);
        polls.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let poll = Arc::default();
            polls.insert(key, Arc::downgrade(&poll));
            poll
        })
    }
}

impl Poll {
    /// The device as the service knew it after `after`, and when it was asked for: `GET /smartlock/{smartlockId}`, unless
    /// another wait has just done that.
    pub(super) async fn see(
        &self,
        client: &Client,
        smartlock_id: i64,
        after: Instant,
        left: Duration,
    ) -> Result<(Instant, Arc<Smartlock>), Error> {
        let began = Instant::now();
        // Another one may be reading for longer than this one has time.
        let Ok(mut seen) = timeout(left, self.0.lock()).await else {
            let name = CallName::Operation(Operation::SmartlockGet.info());
            return Err(Error::new(ErrorKind::Timeout, name, "had no time left to be sent"));
        };
        match &*seen {
            Some((asked, smartlock)) if *asked > after => Ok((*asked, smartlock.clone())),
            _ => {
                let asked = Instant::now();
                let left = left.saturating_sub(began.elapsed()).min(client.shared.limits.deadline);
                let smartlock = Arc::new(client.smartlock(smartlock_id).get().timeout(left).await?);
                *seen = Some((asked, smartlock.clone()));
                Ok((asked, smartlock))
            }
        }
    }
}
