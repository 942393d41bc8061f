//! The running executions. One door for events: transitions of one execution happen one after the
//! other, each stored before its commands are carried out; executions run side by side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl::{Definition, Event, Execution, Status};
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::EngineOptions;
use super::entropy::System;
use super::integrations::{Functions, Simulated};
use super::store::{Change, Store};
use super::timers::Timers;
use crate::services::sqlite::StoreError;

/// The service's state.
pub(crate) struct Host {
    pub(crate) options: EngineOptions,
    pub(crate) store: Store,
    pub(crate) functions: Arc<dyn Functions>,
    pub(crate) simulated: Arc<dyn Simulated>,
    pub(crate) timers: Timers,
    running: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Running>>>>,
    definitions: Mutex<HashMap<String, Arc<Definition>>>,
    spawned: Mutex<JoinSet<()>>,
}

/// An execution that runs.
pub(crate) struct Running {
    pub(crate) arn: String,
    /// The machine's ARN, without a version.
    pub(crate) machine: String,
    pub(crate) definition: Arc<Definition>,
    pub(crate) execution: Execution,
}

impl Host {
    /// Opens the store; nothing runs yet.
    pub(crate) fn open(
        options: EngineOptions,
        functions: Arc<dyn Functions>,
        simulated: Arc<dyn Simulated>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::open(&options.data)?,
            options,
            functions,
            simulated,
            timers: Timers::default(),
            running: Mutex::default(),
            definitions: Mutex::default(),
            spawned: Mutex::default(),
        })
    }

    /// Continues what runs: all executions first, since a child's end reaches its parent at once.
    pub(crate) fn resume(self: &Arc<Self>) -> Result<(), StoreError> {
        for (row, execution) in self.store.running()? {
            let definition = self.definition(&row.definition)?;
            let running = Running { arn: row.arn, machine: row.machine, definition, execution };
            self.running().insert(running.arn.clone(), Arc::new(tokio::sync::Mutex::new(running)));
        }
        for (at, execution, timer) in self.store.timers()? {
            self.timers.set(at, &execution, timer);
        }
        for task in self.store.open_tasks()? {
            self.resume_task(task);
        }
        for task in self.store.cancelled_tasks()? {
            self.stop_children(task);
        }
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
    pub(crate) fn find(&self, arn: &str) -> Option<Arc<tokio::sync::Mutex<Running>>> {
        self.running().get(arn).cloned()
    }

    /// One transition: computed on a copy, so that a failing store leaves the execution as it was.
    pub(crate) fn step(self: &Arc<Self>, running: &mut Running, event: &Event) -> Result<(), StoreError> {
        if running.execution.status() != Status::Running {
            return Ok(());
        }
        let now = Timestamp::now();
        let mut execution = running.execution.clone();
        let mut transition = execution.apply(&running.definition, event.clone(), now, &mut System);
        self.cap_waits(&execution, &mut transition, now);
        self.store.transition(&Change {
            arn: &running.arn,
            execution: &execution,
            event: Some(event),
            history: &transition.history,
            commands: &transition.commands,
            now,
        })?;
        running.execution = execution;
        self.carry_out(running, transition.commands);
        self.note_end(running);
        Ok(())
    }

    /// Takes a new execution in: `store` must succeed for it to run. Nobody can reach it before its first
    /// commands are on their way.
    pub(crate) fn admit<T>(
        self: &Arc<Self>,
        running: Running,
        commands: Vec<asl::Command>,
        store: impl FnOnce() -> Result<(bool, T), StoreError>,
    ) -> Result<T, StoreError> {
        let shared = Arc::new(tokio::sync::Mutex::new(running));
        let Ok(locked) = shared.clone().try_lock_owned() else {
            return Err(StoreError::Content("a new execution is locked by somebody else".to_owned()));
        };
        let result = {
            let mut all = self.running();
            let (stored, result) = store()?;
            if !stored {
                return Ok(result);
            }
            all.insert(locked.arn.clone(), shared);
            result
        };
        self.carry_out(&locked, commands);
        self.note_end(&locked);
        Ok(result)
    }

    /// A definition by its digest, parsed once.
    pub(crate) fn definition(&self, digest: &str) -> Result<Arc<Definition>, StoreError> {
        let mut definitions = self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(definition) = definitions.get(digest) {
            return Ok(definition.clone());
        }
        let text = self.store.definition(digest)?;
        let parsed = Definition::parse(&text).map_err(|diagnostics| {
            let first = diagnostics.into_iter().next().map_or_else(String::new, |first| first.message);
            StoreError::Content(format!("a definition that was accepted once is refused now: {first}"))
        })?;
        let parsed = Arc::new(parsed);
        definitions.insert(digest.to_owned(), parsed.clone());
        Ok(parsed)
    }

    /// Runs a future until it ends or the engine is closed.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let mut spawned = self.spawned();
        while spawned.try_join_next().is_some() {}
        spawned.spawn(future);
    }

    /// After an end: out of memory, timers off, and whoever waits for it hears of it.
    fn note_end(self: &Arc<Self>, running: &Running) {
        if running.execution.status() == Status::Running {
            return;
        }
        self.running().remove(&running.arn);
        self.timers.cancel_all(&running.arn);
        self.stop_all_children(&running.arn);
        self.tell_parent(&running.arn);
    }

    /// Delivers timers as they come due.
    fn run_timers(self: &Arc<Self>) {
        let host = self.clone();
        self.spawn(async move {
            loop {
                let (_, execution, timer) = host.timers.next().await;
                let deliver = host.clone();
                host.spawn(async move { deliver.report(&execution, Event::TimerFired { timer }).await });
            }
        });
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<Running>>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawned(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.spawned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
