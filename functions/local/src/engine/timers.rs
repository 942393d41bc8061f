//! Timers of all executions in one queue, and one task that sleeps until the next is due.
//!
//! The queue is a cache of the store's `timers` table: what is lost with the process is read back.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

/// The longest sleep without a look at the wall clock: a suspended laptop's monotonic clock stands still.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// A timer: when it is due, the execution's ARN, its number there.
pub(crate) type Timer = (Timestamp, String, u64);

/// The queue.
#[derive(Default)]
pub(crate) struct Timers {
    queue: Mutex<BTreeSet<Timer>>,
    changed: Notify,
}

impl Timers {
    /// Adds a timer.
    pub(crate) fn set(&self, at: Timestamp, execution: &str, timer: u64) {
        self.queue().insert((at, execution.to_owned(), timer));
        self.changed.notify_one();
    }

    /// Forgets a timer; one that fired already is none.
    pub(crate) fn cancel(&self, execution: &str, timer: u64) {
        self.queue().retain(|(_, arn, number)| arn != execution || *number != timer);
    }

    /// Forgets every timer of an execution.
    pub(crate) fn cancel_all(&self, execution: &str) {
        self.queue().retain(|(_, arn, _)| arn != execution);
    }

    /// Waits until a timer is due, and takes it.
    pub(crate) async fn next(&self) -> Timer {
        loop {
            let sleep = match self.due(Timestamp::now()) {
                Ok(timer) => return timer,
                Err(sleep) => sleep,
            };
            match sleep {
                None => self.changed.notified().await,
                Some(sleep) => {
                    tokio::select! {
                        () = tokio::time::sleep(sleep) => {}
                        () = self.changed.notified() => {}
                    }
                }
            }
        }
    }

    /// The first timer if it is due, else how long to sleep; forever when there is none.
    fn due(&self, now: Timestamp) -> Result<Timer, Option<Duration>> {
        let mut queue = self.queue();
        let Some(first) = queue.first() else { return Err(None) };
        if first.0 <= now {
            return queue.pop_first().ok_or(None);
        }
        let left = Duration::try_from(first.0.duration_since(now)).unwrap_or_default();
        Err(Some(left.clamp(Duration::from_millis(1), LONGEST_SLEEP)))
    }

    fn queue(&self) -> MutexGuard<'_, BTreeSet<Timer>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_due_in_order_and_not_before_their_time() {
        let timers = Timers::default();
        let at = |second| Timestamp::from_second(second).expect("in range");
        timers.set(at(20), "b", 1);
        timers.set(at(10), "a", 1);
        timers.set(at(10), "a", 2);
        timers.cancel("a", 2);
        assert_eq!(timers.due(at(9)), Err(Some(Duration::from_secs(1))));
        assert_eq!(timers.due(at(10)), Ok((at(10), "a".to_owned(), 1)));
        timers.cancel_all("b");
        assert_eq!(timers.due(at(99)), Err(None));
    }

    #[tokio::test]
    async fn an_earlier_timer_wakes_the_sleeper() {
        let timers = std::sync::Arc::new(Timers::default());
        timers.set(Timestamp::now() + jiff::SignedDuration::from_secs(3600), "late", 1);
        let sleeper = tokio::spawn({
            let timers = timers.clone();
            async move { timers.next().await }
        });
        tokio::task::yield_now().await;
        timers.set(Timestamp::now(), "early", 1);
        assert_eq!(sleeper.await.expect("no panic").1, "early");
    }
}
