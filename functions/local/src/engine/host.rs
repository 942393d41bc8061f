//! The running executions. One door for events: transitions of one execution happen one after the
//! other, each stored before its commands are carried out; executions run side by side.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl::{Definition, Event, Execution, Status};
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::EngineOptions;
use super::activities::Queues;
use super::calls::Calls;
use super::definitions::Definitions;
use super::entropy::Informed;
use super::express::Express;
use super::integrations::Integration;
use super::map_runs::MapRuns;
use super::roles::Roles;
use super::store::{Change, Store};
use super::timers::{Busy, Due, Family, Timers};
use crate::services::sqlite::StoreError;

/// The service's state.
pub(crate) struct Host {
    pub(crate) options: EngineOptions,
    pub(crate) store: Store,
    pub(crate) outside: Arc<dyn Integration>,
    pub(crate) timers: Arc<Timers>,
    pub(crate) activities: Queues,
    pub(crate) definitions: Definitions,
    pub(crate) calls: Calls,
    pub(crate) map_runs: MapRuns,
    pub(crate) roles: Roles,
    running: Mutex<HashMap<String, (Arc<Family>, Shared)>>,
    /// Machines that end with their last execution.
    deleting: Mutex<HashSet<String>>,
    spawned: Mutex<JoinSet<()>>,
}

/// An execution that others may want at the same time.
pub(crate) type Shared = Arc<tokio::sync::Mutex<Running>>;

/// An execution that runs.
pub(crate) struct Running {
    pub(crate) arn: String,
    /// The machine's ARN, without a version.
    pub(crate) machine: String,
    pub(crate) definition: Arc<Definition>,
    pub(crate) execution: Execution,
    pub(crate) family: Arc<Family>,
    /// How many of its tasks wait for somebody outside.
    pub(crate) outside: usize,
    /// Nothing of an Express execution is stored.
    pub(crate) express: Option<Express>,
}

impl Host {
    /// Opens the store; nothing runs yet.
    pub(crate) fn open(options: EngineOptions, outside: Arc<dyn Integration>) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::open(options.data.as_deref())?,
            timers: Arc::new(Timers::new(options.virtual_time)),
            options,
            outside,
            activities: Queues::default(),
            definitions: Definitions::default(),
            calls: Calls::default(),
            map_runs: MapRuns::default(),
            roles: Roles::default(),
            running: Mutex::default(),
            deleting: Mutex::default(),
            spawned: Mutex::default(),
        })
    }

    /// Continues what runs: all executions first, since a child's end reaches its parent at once.
    pub(crate) fn resume(self: &Arc<Self>) -> Result<(), StoreError> {
        *self.deleting() = self.store.deleting()?.into_iter().collect();
        for (row, execution) in self.store.running()? {
            let definition = self.definition_of(&row)?;
            let family = self.timers.family();
            let (arn, machine) = (row.arn, row.machine);
            let entry = (family.clone(), arn.clone());
            let running = Running { arn, machine, definition, execution, family, outside: 0, express: None };
            self.running().insert(entry.1, (entry.0, Arc::new(tokio::sync::Mutex::new(running))));
        }
        for (at, execution, timer) in self.store.timers()? {
            if let Some(family) = self.family(&execution) {
                family.set(at, &execution, timer);
            }
        }
        for task in self.store.open_tasks()? {
            self.resume_task(task);
        }
        for task in self.store.cancelled_tasks(None)? {
            self.stop_children(task);
        }
        self.resume_map_runs()?;
        self.run_timers();
        Ok(())
    }

    /// Stops everything that was spawned.
    pub(crate) fn close(&self) {
        self.spawned().abort_all();
    }

    /// Lets an execution that runs hear of an event; one that is over hears nothing.
    pub(crate) async fn deliver(self: &Arc<Self>, arn: &str, event: Event) -> Result<(), StoreError> {
        let Some(running) = self.find(arn) else { return Ok(()) };
        let mut running = running.lock().await;
        self.step(&mut running, &event)
    }

    /// The same for events nobody waits for: what goes wrong is logged.
    pub(crate) async fn report(self: &Arc<Self>, arn: &str, event: Event) {
        if let Err(error) = self.deliver(arn, event).await {
            tracing::error!(%error, execution = arn, "an event could not be stored; it is repeated after a restart");
        }
    }

    /// An execution, if it runs.
    pub(crate) fn find(&self, arn: &str) -> Option<Shared> {
        self.running().get(arn).map(|(_, shared)| shared.clone())
    }

    /// One transition: computed on a copy, so that a failing store leaves the execution as it was.
    pub(crate) fn step(self: &Arc<Self>, running: &mut Running, event: &Event) -> Result<(), StoreError> {
        if running.execution.status() != Status::Running {
            return Ok(());
        }
        let _busy = running.family.busy();
        let now = running.family.now();
        let stop = Event::Stop { error: None, cause: None };
        // As on AWS: executions of a machine that is being deleted end with their next transition.
        let event = if self.deleting().contains(&running.machine) { &stop } else { event };
        let mut execution = running.execution.clone();
        let mut transition =
            execution.apply(&running.definition, event.clone(), now, &mut Informed(&self.store));
        self.cap_waits(&execution, &mut transition, now);
        if running.express.is_none() {
            self.store.transition(&Change {
                arn: &running.arn,
                execution: &execution,
                event: Some(event),
                history: &transition.history,
                commands: &transition.commands,
                now,
            })?;
        }
        running.execution = execution;
        self.carry_out(running, transition.commands);
        self.note_end(running, now);
        Ok(())
    }

    /// Takes an execution in: `store` must succeed for it to run. Nobody can reach it before its first
    /// commands are on their way.
    pub(crate) fn admit<T>(
        self: &Arc<Self>,
        running: Running,
        commands: Vec<asl::Command>,
        store: impl FnOnce() -> Result<(bool, T), StoreError>,
    ) -> Result<T, StoreError> {
        let _busy = running.family.busy();
        let now = running.family.now();
        let shared = Arc::new(tokio::sync::Mutex::new(running));
        let Ok(mut locked) = shared.clone().try_lock_owned() else {
            return Err(StoreError::Content("a new execution is locked by somebody else".to_owned()));
        };
        let result = {
            let mut all = self.running();
            let (stored, result) = store()?;
            if !stored {
                return Ok(result);
            }
            all.insert(locked.arn.clone(), (locked.family.clone(), shared));
            result
        };
        self.carry_out(&mut locked, commands);
        self.note_end(&mut locked, now);
        Ok(result)
    }

    /// Runs a future until it ends or the engine is closed.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let mut spawned = self.spawned();
        while spawned.try_join_next().is_some() {}
        spawned.spawn(future);
    }

    /// The same on behalf of an execution: its clock does not leap meanwhile.
    pub(crate) fn spawn_for(&self, busy: Busy, future: impl Future<Output = ()> + Send + 'static) {
        self.spawn(async move {
            future.await;
            drop(busy);
        });
    }

    /// Deletes a machine: at once when nothing of it runs, else with the end of its last execution.
    pub(crate) fn delete_machine(&self, arn: &str) -> Result<(), StoreError> {
        self.store.delete_machine(arn)?;
        if self.store.machine(arn)?.is_some() {
            self.deleting().insert(arn.to_owned());
        }
        Ok(())
    }

    /// A machine of a name that was deleted before is another one.
    pub(crate) fn machine_created(&self, arn: &str) {
        self.deleting().remove(arn);
    }

    /// The family of an execution that runs.
    pub(crate) fn family(&self, arn: &str) -> Option<Arc<Family>> {
        self.running().get(arn).map(|(family, _)| family.clone())
    }

    /// After an end: out of memory, timers off, and whoever waits for it hears of it.
    fn note_end(self: &Arc<Self>, running: &mut Running, now: Timestamp) {
        if running.execution.status() == Status::Running {
            return;
        }
        self.running().remove(&running.arn);
        running.family.cancel_all(&running.arn);
        self.calls.forget_all(&running.arn);
        running.family.outside(running.outside, 0);
        running.outside = 0;
        if let Some(express) = running.express.take() {
            express.end(&running.execution, now);
        } else {
            self.stop_all_children(running);
            self.tell_parents(running);
            self.tell_map_run_of(running);
            self.tell_rules(running, now);
        }
    }

    /// Delivers timers as they come due.
    fn run_timers(self: &Arc<Self>) {
        let host = self.clone();
        self.spawn(async move {
            loop {
                let Due { execution, timer, busy } = host.timers.next().await;
                let deliver = host.clone();
                host.spawn_for(busy, async move {
                    deliver.report(&execution, Event::TimerFired { timer }).await;
                });
            }
        });
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, (Arc<Family>, Shared)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deleting(&self) -> MutexGuard<'_, HashSet<String>> {
        self.deleting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawned(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.spawned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
