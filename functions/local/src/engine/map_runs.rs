//! Runs of distributed Maps: the engine's state machine of each, its children, its calls of S3.
//!
//! 1. An execution's command is stored with its transition, then told the map run ([`Host::wake_map_run`]).
//! 2. Like an execution, a map run hears one event at a time, and each of its transitions is stored
//!    before its commands are carried out ([`Host::tell_map_run`]).
//! 3. `children` starts, redrives and stops child executions, and notices how they end.
//!
//! A process that is killed loses nothing: [`Host::resume_map_runs`] asks every map run what is still to
//! be done and looks after children that were to be started.

mod children;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl::{Command, Definition, Event, MapRun, MapRunCommand, MapRunEvent, MapRunRequest, TaskRequest};

use super::entropy::System;
use super::host::{Host, Running};
use super::integrations::{self, Answer, Call};
use super::store::{ChildEnd, MapRunChange, Pinned};
use super::timers::Family;
use crate::services::sqlite::StoreError;

/// The map runs that are in memory.
#[derive(Default)]
pub(crate) struct MapRuns(Mutex<HashMap<String, Shared>>);

type Shared = Arc<tokio::sync::Mutex<Kept>>;

/// A map run in memory.
struct Kept {
    arn: String,
    request: MapRunRequest,
    /// None until it began.
    run: Option<MapRun>,
    /// That of the whole machine.
    definition: Arc<Definition>,
    /// What the execution that waits keeps of its machine, and so do the children.
    pinned: Pinned,
    family: Arc<Family>,
}

/// An event of a map run, with what the store keeps of it.
struct Heard {
    event: MapRunEvent,
    end: Option<ChildEnd>,
    /// The wish of its execution that this is.
    wanted: Option<String>,
}

impl Host {
    /// Carries out what an execution says about one of its map runs.
    pub(crate) fn command_map_run(self: &Arc<Self>, running: &Running, command: &Command) {
        let arn = match command {
            Command::StartMapRun(request) if running.express.is_some() => {
                return self.refuse_map_run(running, request.map_run);
            }
            Command::StartMapRun(request) => &request.arn,
            Command::RedriveMapRun { arn, .. } | Command::StopMapRun { arn, .. } => arn,
            _ => return,
        };
        self.wake_map_run(&running.family, arn.clone());
    }

    /// An Express execution is not stored, so it cannot be waited for.
    fn refuse_map_run(self: &Arc<Self>, running: &Running, map_run: u64) {
        let (host, execution) = (self.clone(), running.arn.clone());
        let error = "States.Runtime".to_owned();
        let cause = "Express workflows do not support distributed Map states.".to_owned();
        self.spawn_for(running.family.busy(), async move {
            host.report(&execution, Event::MapRunFailed { map_run, error, cause }).await;
        });
    }

    /// Lets a map run look, in the background, what its execution wants: the store has the last word,
    /// since two commands may overtake each other on their way here.
    fn wake_map_run(self: &Arc<Self>, family: &Arc<Family>, arn: String) {
        let host = self.clone();
        self.spawn_for(family.busy(), async move { host.inform_map_run(&arn, None, None).await });
    }

    /// Tells a map run; what goes wrong is logged.
    async fn inform_map_run(self: &Arc<Self>, arn: &str, event: Option<MapRunEvent>, end: Option<ChildEnd>) {
        let heard = event.map(|event| Heard { event, end, wanted: None });
        if let Err(error) = self.tell_map_run(arn, heard).await {
            tracing::error!(%error, map_run = arn, "a map run could not be stored; a restart goes on with it");
        }
    }

    /// Lets a map run hear of an event.
    async fn tell_map_run(self: &Arc<Self>, arn: &str, heard: Option<Heard>) -> Result<(), StoreError> {
        let Some(shared) = self.kept_map_run(arn)? else { return Ok(()) };
        let mut kept = shared.lock().await;
        let _busy = kept.family.busy();
        if kept.run.is_none() {
            self.begin_map_run(&mut kept)?;
        }
        let wanted = self.store.wanted_of_map_run(arn)?;
        if let Some(wanted) = wanted {
            let event = if wanted == "REDRIVE" { MapRunEvent::Redrive } else { MapRunEvent::Stop };
            self.step_map_run(&mut kept, Heard { event, end: None, wanted: Some(wanted) })?;
        }
        if let Some(heard) = heard {
            self.step_map_run(&mut kept, heard)?;
        }
        drop(kept);
        self.forget_map_run(arn, &shared);
        Ok(())
    }

    fn begin_map_run(self: &Arc<Self>, kept: &mut Kept) -> Result<(), StoreError> {
        let request = kept.request.clone();
        let (run, transition) = MapRun::start(&kept.definition, request, kept.family.now(), &mut System);
        self.store.map_run_transition(&MapRunChange {
            arn: &kept.arn,
            run: &run,
            children: &transition.children,
            commands: &transition.commands,
            ended: None,
            heard: None,
        })?;
        kept.run = Some(run);
        self.carry_out_map_run(kept, transition.commands);
        Ok(())
    }

    /// One transition: computed on a copy, so that a failing store leaves the map run as it was.
    fn step_map_run(self: &Arc<Self>, kept: &mut Kept, heard: Heard) -> Result<(), StoreError> {
        let Some(mut run) = kept.run.clone() else { return Ok(()) };
        let Heard { event, end, wanted } = heard;
        let ended = match &event {
            MapRunEvent::ChildEnded { index, .. } => Some((*index, end.as_ref())),
            _ => None,
        };
        let transition = run.apply(&kept.definition, event, kept.family.now(), &mut System);
        self.store.map_run_transition(&MapRunChange {
            arn: &kept.arn,
            run: &run,
            children: &transition.children,
            commands: &transition.commands,
            ended,
            heard: wanted.as_deref(),
        })?;
        kept.run = Some(run);
        self.carry_out_map_run(kept, transition.commands);
        Ok(())
    }

    /// Called under the map run's lock, so everything that comes back to it is spawned.
    fn carry_out_map_run(self: &Arc<Self>, kept: &Kept, commands: Vec<MapRunCommand>) {
        for command in commands {
            let (host, arn) = (self.clone(), kept.arn.clone());
            let execution = kept.request.execution_arn.clone();
            let machine = kept.request.machine_arn.clone();
            self.spawn_for(kept.family.busy(), async move {
                match command {
                    MapRunCommand::Call(request) => {
                        host.answer_map_run(&arn, Call { execution, machine, request: *request }).await;
                    }
                    MapRunCommand::StartChild { index, name } => host.start_child(&arn, index, &name).await,
                    MapRunCommand::RedriveChild { index } => host.redrive_child(&arn, index).await,
                    MapRunCommand::StopChildren => host.stop_map_run_children(&arn).await,
                    MapRunCommand::Collect => host.collect_map_run(&arn).await,
                    MapRunCommand::Report(event) => host.report(&execution, *event).await,
                }
            });
        }
    }

    async fn answer_map_run(self: &Arc<Self>, arn: &str, call: Call) {
        let TaskRequest { task: call_number, .. } = call.request;
        let event = match integrations::call(self, &call).await {
            Answer::Accepted(output) | Answer::Done(output) => {
                MapRunEvent::Answered { call: call_number, output }
            }
            Answer::Failed { error, cause } => MapRunEvent::CallFailed { call: call_number, error, cause },
            Answer::Gone => return,
        };
        self.inform_map_run(arn, Some(event), None).await;
    }

    async fn collect_map_run(self: &Arc<Self>, arn: &str) {
        match self.store.child_records(arn) {
            Ok(children) => {
                self.inform_map_run(arn, Some(MapRunEvent::Collected { children }), None).await;
            }
            Err(error) => {
                tracing::error!(%error, map_run = arn, "the children of a map run could not be read");
            }
        }
    }

    /// `UpdateMapRun`; false if there is no such map run.
    pub(crate) async fn update_map_run(
        self: &Arc<Self>,
        arn: &str,
        event: MapRunEvent,
    ) -> Result<bool, StoreError> {
        if self.store.map_run(arn)?.is_none() {
            return Ok(false);
        }
        self.tell_map_run(arn, Some(Heard { event, end: None, wanted: None })).await?;
        Ok(true)
    }

    /// Continues map runs after a restart, once the executions are there.
    pub(crate) fn resume_map_runs(self: &Arc<Self>) -> Result<(), StoreError> {
        for arn in self.store.open_map_runs()? {
            let Some(shared) = self.kept_map_run(&arn)? else { continue };
            let Ok(mut kept) = shared.try_lock() else { continue };
            let redrives = self.store.wanted_of_map_run(&arn)?.is_some_and(|wanted| wanted == "REDRIVE");
            if let Some(run) = &mut kept.run {
                // What the attempt before a redrive said at its end is no news for the next.
                let commands = if run.is_over() && redrives { Vec::new() } else { run.resume() };
                self.carry_out_map_run(&kept, commands);
                self.resume_children(&kept)?;
            }
            self.wake_map_run(&kept.family, arn);
        }
        Ok(())
    }

    /// A map run, from memory or from the store.
    fn kept_map_run(&self, arn: &str) -> Result<Option<Shared>, StoreError> {
        let mut all = self.map_runs.lock();
        if let Some(shared) = all.get(arn) {
            return Ok(Some(shared.clone()));
        }
        let Some(row) = self.store.map_run(arn)? else { return Ok(None) };
        let Some(parent) = self.store.execution(&row.execution)? else { return Ok(None) };
        let definition = self.definitions.get(&self.store, &parent.definition, false)?;
        let family = self.family(&row.execution).unwrap_or_else(|| self.timers.family());
        let kept = Kept {
            arn: arn.to_owned(),
            request: row.request,
            run: row.run,
            definition,
            pinned: pinned(&parent),
            family,
        };
        let shared = Arc::new(tokio::sync::Mutex::new(kept));
        all.insert(arn.to_owned(), shared.clone());
        Ok(Some(shared))
    }

    /// Out of memory, once it is over and nobody else is about to tell it something.
    fn forget_map_run(&self, arn: &str, shared: &Shared) {
        let mut all = self.map_runs.lock();
        let over = shared.try_lock().is_ok_and(|kept| kept.run.as_ref().is_some_and(MapRun::is_over));
        if over && Arc::strong_count(shared) == 2 {
            all.remove(arn);
        }
    }
}

impl MapRuns {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Shared>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pinned(row: &super::store::ExecutionRow) -> Pinned {
    Pinned {
        version: row.version,
        alias: row.alias.clone(),
        definition: row.definition.clone(),
        revision: row.revision.clone(),
        updated_at: row.updated_at,
    }
}
