//! Calls under way that somebody waits for: while there are any, virtual time does not leap.
//!
//! A call whose task is over (it timed out, say) runs on, as on AWS, and holds nothing up.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::timers::Busy;

/// By execution and task.
#[derive(Default)]
pub(crate) struct Calls(Mutex<BTreeMap<(String, u64), Busy>>);

impl Calls {
    /// A call begins.
    pub(crate) fn begin(&self, execution: &str, task: u64, busy: Busy) {
        self.all().insert((execution.to_owned(), task), busy);
    }

    /// It ended, or nobody waits for it any more.
    pub(crate) fn forget(&self, execution: &str, task: u64) {
        // The mark is dropped after the lock is.
        let _busy = self.all().remove(&(execution.to_owned(), task));
    }

    /// The same for every call of an execution.
    pub(crate) fn forget_all(&self, execution: &str) {
        let mut all = self.all();
        let mut from = all.split_off(&(execution.to_owned(), 0));
        let mut after = from.split_off(&(execution.to_owned(), u64::MAX));
        all.append(&mut after);
        drop(all);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<(String, u64), Busy>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
