//! Timers of all executions, one task that sleeps until the next is due, and what time it is.
//!
//! Executions that start one another are a family and share a clock. With real time that clock is the
//! wall's. With virtual time it goes as fast as the wall's while anything of the family is under way, and
//! leaps to the next timer once nothing else can happen. Somebody outside who holds a task token may still
//! answer: for those a family is patient before it leaps.
//!
//! The queue is a cache of the store's `timers` table: what is lost with the process is read back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

/// The longest sleep without a look at the wall clock: a suspended laptop's monotonic clock stands still.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The queues.
#[derive(Default)]
pub(crate) struct Timers {
    /// With virtual time: how long a family waits for somebody outside.
    patience: Option<Duration>,
    lines: Mutex<Lines>,
    changed: Notify,
}

#[derive(Default)]
struct Lines {
    last: u64,
    of: HashMap<u64, Line>,
    /// When each family is to be woken next.
    due: BTreeSet<(Timestamp, u64)>,
}

/// The timers of one family.
struct Line {
    family: Weak<Family>,
    timers: BTreeSet<(Timestamp, String, u64)>,
    /// The same by execution and number.
    times: BTreeMap<(String, u64), Timestamp>,
    /// How far its clock is ahead of the wall's.
    ahead: SignedDuration,
    /// How much of it is under way in this process.
    busy: usize,
    /// How many of its tasks wait for somebody outside, and since when nobody was heard.
    outside: usize,
    heard: Timestamp,
    /// Where it stands in the queue.
    due: Option<Timestamp>,
}

/// Executions that share a clock.
pub(crate) struct Family {
    id: u64,
    timers: Arc<Timers>,
}

/// While it lives, something of the family is under way.
pub(crate) struct Busy(Arc<Family>);

/// A timer that came due.
pub(crate) struct Due {
    pub(crate) execution: String,
    pub(crate) timer: u64,
    pub(crate) busy: Busy,
}

impl Timers {
    /// Real time, or virtual time with that much patience.
    pub(crate) fn new(patience: Option<Duration>) -> Self {
        Self { patience, ..Self::default() }
    }

    /// A new family, whose clock is the wall's so far.
    pub(crate) fn family(self: &Arc<Self>) -> Arc<Family> {
        let mut lines = self.lines();
        lines.last += 1;
        let id = lines.last;
        let family = Arc::new(Family { id, timers: self.clone() });
        lines.of.insert(id, Line::new(&family));
        family
    }

    /// Waits until a timer is due, and takes it. Its family is busy with it from then on.
    pub(crate) async fn next(&self) -> Due {
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
    fn due(&self, now: Timestamp) -> Result<Due, Option<Duration>> {
        let mut lines = self.lines();
        let Some((at, family)) = lines.due.first().copied() else { return Err(None) };
        if at > now {
            let left = Duration::try_from(at.duration_since(now)).unwrap_or_default();
            return Err(Some(left.clamp(Duration::from_millis(1), LONGEST_SLEEP)));
        }
        let taken = lines.of.get_mut(&family).and_then(|line| {
            let (at, execution, timer) = line.timers.first().cloned()?;
            let family = line.family.upgrade()?;
            line.timers.pop_first();
            line.times.remove(&(execution.clone(), timer));
            line.ahead = line.ahead.max(at.duration_since(now));
            line.busy += 1;
            Some(Due { execution, timer, busy: Busy(family) })
        });
        lines.settle(family, self.patience);
        // A family without members is about to leave the queue.
        taken.ok_or(Some(Duration::from_millis(1)))
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a family's line and looks when it is due now.
    fn change(&self, family: u64, change: impl FnOnce(&mut Line)) {
        let mut lines = self.lines();
        if let Some(line) = lines.of.get_mut(&family) {
            change(line);
        }
        if lines.settle(family, self.patience) {
            self.changed.notify_one();
        }
    }
}

impl Lines {
    /// Puts a family where it belongs in the queue; whether it became the first.
    fn settle(&mut self, family: u64, patience: Option<Duration>) -> bool {
        let Some(line) = self.of.get_mut(&family) else { return false };
        let due = line.next_due(patience);
        let before = std::mem::replace(&mut line.due, due);
        if before == due {
            return false;
        }
        if let Some(before) = before {
            self.due.remove(&(before, family));
        }
        let Some(due) = due else { return false };
        self.due.insert((due, family));
        self.due.first() == Some(&(due, family))
    }
}

impl Line {
    fn new(family: &Arc<Family>) -> Self {
        Self {
            family: Arc::downgrade(family),
            timers: BTreeSet::new(),
            times: BTreeMap::new(),
            ahead: SignedDuration::ZERO,
            busy: 0,
            outside: 0,
            heard: Timestamp::UNIX_EPOCH,
            due: None,
        }
    }

    fn cancel(&mut self, execution: String, timer: u64) {
        if let Some((key, at)) = self.times.remove_entry(&(execution, timer)) {
            self.timers.remove(&(at, key.0, key.1));
        }
    }

    /// When, by the wall's clock, its first timer is to fire.
    fn next_due(&self, patience: Option<Duration>) -> Option<Timestamp> {
        let (at, _, _) = self.timers.first()?;
        let real = at.checked_sub(self.ahead).unwrap_or(Timestamp::MIN);
        Some(match patience {
            None => real,
            Some(_) if self.busy > 0 => real,
            Some(_) if self.outside == 0 => Timestamp::MIN,
            Some(patience) => real.min(self.heard.checked_add(patience).unwrap_or(Timestamp::MAX)),
        })
    }
}

impl Family {
    /// What time it is for this family.
    pub(crate) fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        if self.timers.patience.is_none() {
            return now;
        }
        let ahead = self.timers.lines().of.get(&self.id).map_or(SignedDuration::ZERO, |line| line.ahead);
        now.checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Adds a timer.
    pub(crate) fn set(&self, at: Timestamp, execution: &str, timer: u64) {
        self.timers.change(self.id, |line| {
            line.timers.insert((at, execution.to_owned(), timer));
            line.times.insert((execution.to_owned(), timer), at);
        });
    }

    /// Forgets a timer; one that fired already is none.
    pub(crate) fn cancel(&self, execution: &str, timer: u64) {
        self.timers.change(self.id, |line| line.cancel(execution.to_owned(), timer));
    }

    /// Forgets every timer of an execution.
    pub(crate) fn cancel_all(&self, execution: &str) {
        self.timers.change(self.id, |line| {
            let all = line.times.range((execution.to_owned(), 0)..=(execution.to_owned(), u64::MAX));
            for (execution, timer) in all.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
                line.cancel(execution, timer);
            }
        });
    }

    /// Something begins that ends by itself: nothing leaps until it has.
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        self.timers.change(self.id, |line| line.busy += 1);
        Busy(self.clone())
    }

    /// So many tasks more, or fewer, wait for somebody outside; somebody was heard.
    pub(crate) fn outside(&self, before: usize, after: usize) {
        self.timers.change(self.id, |line| {
            line.outside = (line.outside + after).saturating_sub(before);
            line.heard = Timestamp::now();
        });
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        let mut lines = self.timers.lines();
        if let Some(Line { due: Some(due), .. }) = lines.of.remove(&self.id) {
            lines.due.remove(&(due, self.id));
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.timers.change(self.0.id, |line| line.busy = line.busy.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn fired(due: Result<Due, Option<Duration>>) -> (String, u64) {
        let due = due.expect("it is due");
        (due.execution.clone(), due.timer)
    }

    #[test]
    fn timers_come_due_in_order_and_not_before_their_time() {
        let timers = Arc::new(Timers::default());
        let (one, two) = (timers.family(), timers.family());
        two.set(at(20), "b", 1);
        one.set(at(10), "a", 1);
        one.set(at(10), "a", 2);
        one.cancel("a", 2);
        assert_eq!(timers.due(at(9)).err(), Some(Some(Duration::from_secs(1))));
        assert_eq!(fired(timers.due(at(10))), ("a".to_owned(), 1));
        two.cancel_all("b");
        assert_eq!(timers.due(at(99)).err(), Some(None));
    }

    #[test]
    fn virtual_time_leaps_when_nothing_else_can_happen() {
        let timers = Arc::new(Timers::new(Some(Duration::from_secs(5))));
        let (calls, waits) = (timers.family(), timers.family());
        let far = Timestamp::now() + SignedDuration::from_hours(24 * 30);
        let call = calls.busy();
        calls.set(far, "calls", 1);
        waits.set(far, "waits", 1);
        let now = Timestamp::now();
        assert_eq!(fired(timers.due(now)), ("waits".to_owned(), 1));
        assert!(waits.now() >= far, "its clock leapt");
        assert!(calls.now() < far, "and no other's");
        assert!(timers.due(now).is_err(), "a call is under way");
        calls.outside(0, 1);
        drop(call);
        assert!(timers.due(now).is_err(), "somebody outside may answer");
        let later = Timestamp::now() + SignedDuration::from_secs(5);
        assert_eq!(fired(timers.due(later)), ("calls".to_owned(), 1));
    }

    #[tokio::test]
    async fn an_earlier_timer_wakes_the_sleeper() {
        let timers = Arc::new(Timers::default());
        let family = timers.family();
        family.set(Timestamp::now() + SignedDuration::from_secs(3600), "late", 1);
        let sleeper = tokio::spawn({
            let timers = timers.clone();
            async move { timers.next().await }
        });
        tokio::task::yield_now().await;
        family.set(Timestamp::now(), "early", 1);
        assert_eq!(sleeper.await.expect("no panic").execution, "early");
    }
}
