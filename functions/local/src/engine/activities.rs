//! Tasks of activities that wait for a worker, first come, first served.
//!
//! The queues are a cache of the store: a task that no worker has taken is queued again after a restart.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl::Event;
use serde_json::Value;
use tokio::sync::Notify;

use super::host::Host;
use super::integrations::Call;
use crate::services::sqlite::StoreError;

/// What a worker is given.
pub(crate) struct Work {
    pub(crate) token: String,
    pub(crate) input: Value,
}

/// The queues by the activity's ARN.
#[derive(Default)]
pub(crate) struct Queues {
    queues: Mutex<HashMap<String, Queue>>,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Arc<Call>>,
    arrived: Arc<Notify>,
}

impl Queues {
    /// Adds a task and wakes the workers.
    pub(crate) fn push(&self, call: Call) {
        let mut queues = self.queues();
        let queue = queues.entry(call.request.integration.resource.clone()).or_default();
        queue.tasks.push_back(Arc::new(call));
        queue.arrived.notify_waiters();
    }

    /// Forgets what waits for an activity that is deleted: those tasks have nobody to wait for.
    pub(crate) fn forget(&self, activity: &str) {
        self.queues().remove(activity);
    }

    fn first(&self, activity: &str) -> (Option<Arc<Call>>, Arc<Notify>) {
        let mut queues = self.queues();
        let queue = queues.entry(activity.to_owned()).or_default();
        (queue.tasks.front().cloned(), queue.arrived.clone())
    }

    /// Takes a task out; false when another worker was faster.
    fn take(&self, activity: &str, task: &Arc<Call>) -> bool {
        let mut queues = self.queues();
        let Some(queue) = queues.get_mut(activity) else { return false };
        let place = queue.tasks.iter().position(|queued| Arc::ptr_eq(queued, task));
        place.map(|place| queue.tasks.remove(place)).is_some()
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    /// Waits until the activity has a task for the worker. Whoever drops this future takes nothing.
    pub(crate) async fn work(
        self: &Arc<Self>,
        activity: &str,
        worker: Option<&str>,
    ) -> Result<Work, StoreError> {
        loop {
            let (first, arrived) = self.activities.first(activity);
            let mut arrival = std::pin::pin!(arrived.notified());
            // From here on an arrival is noticed, so the second look misses none.
            arrival.as_mut().enable();
            match first.or_else(|| self.activities.first(activity).0) {
                None => arrival.await,
                Some(task) => {
                    if let Some(work) = self.hand_out(activity, &task, worker).await? {
                        return Ok(work);
                    }
                }
            }
        }
    }

    /// Gives a task to a worker; none when it was taken meanwhile, or nobody waits for it any more.
    async fn hand_out(
        self: &Arc<Self>,
        activity: &str,
        task: &Arc<Call>,
        worker: Option<&str>,
    ) -> Result<Option<Work>, StoreError> {
        let running = self.find(&task.execution);
        let mut running = match &running {
            Some(running) => Some(running.lock().await),
            None => None,
        };
        if !self.activities.take(activity, task) {
            return Ok(None);
        }
        let token = task.request.token.clone().unwrap_or_default();
        let Some(running) =
            running.as_mut().filter(|running| running.execution.task_of_token(&token).is_some())
        else {
            return Ok(None);
        };
        let started = Event::TaskStarted { task: task.request.task, worker: worker.map(str::to_owned) };
        if let Err(error) = self.step(running, &started) {
            self.activities.push(Call::clone(task));
            return Err(error);
        }
        // A machine that is being deleted ends its executions with whatever happens to them.
        if running.execution.task_of_token(&token).is_none() {
            return Ok(None);
        }
        Ok(Some(Work { token, input: task.request.arguments.clone() }))
    }
}
