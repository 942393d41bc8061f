//! Child executions of map runs: started, redriven, stopped; their ends.

use std::sync::Arc;

use asl::{Definition, Event, MapRunEvent, Status};

use super::super::express::{Ended, Express};
use super::super::host::{Host, Running};
use super::super::start::{Beginning, in_milliseconds};
use super::super::store::{ChildEnd, ExecutionRow, status_of};
use super::Kept;
use crate::services::aws_json::ApiError;
use crate::services::sqlite::StoreError;

/// What became of the wish to start a child.
enum Begun {
    /// It runs, or ran already.
    Runs,
    /// It runs as an Express execution since then, whose end arrives here.
    Express(jiff::Timestamp, tokio::sync::oneshot::Receiver<Ended>),
    /// The map run is being stopped.
    Unwanted,
}

impl Host {
    /// The definition that an execution runs: a child of a map run runs the Map's processor.
    pub(crate) fn definition_of(&self, row: &ExecutionRow) -> Result<Arc<Definition>, StoreError> {
        let whole = self.definitions.get(&self.store, &row.definition, false)?;
        let Some(map_run) = &row.map_run else { return Ok(whole) };
        let state = self.store.map_run(map_run)?.map(|map_run| map_run.request.state);
        let processor = state.and_then(|state| whole.processor(&state));
        processor
            .map(Arc::new)
            .ok_or_else(|| StoreError::Content(format!("the execution {} is a child of no map run", row.arn)))
    }

    pub(super) async fn start_child(self: &Arc<Self>, arn: &str, place: usize, name: &str) {
        let begun = match self.begin_child(arn, place, name).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(error = error.message, map_run = arn, place, "a child could not be started");
                return self.child_ended(arn, place, Status::Failed, None).await;
            }
        };
        match begun {
            Begun::Runs => {}
            Begun::Unwanted => self.child_ended(arn, place, Status::Aborted, None).await,
            Begun::Express(started_at, receiver) => {
                // Without an answer the engine is being closed: the next one starts the child again.
                if let Ok(ended) = receiver.await {
                    let status = status_of(ended.status);
                    self.child_ended(arn, place, status, Some(ChildEnd { started_at, ended })).await;
                }
            }
        }
    }

    /// Under the map run's lock, so that a stop comes either before or after.
    async fn begin_child(self: &Arc<Self>, arn: &str, place: usize, name: &str) -> Result<Begun, ApiError> {
        let Some(shared) = self.kept_map_run(arn)? else { return Ok(Begun::Unwanted) };
        let kept = shared.lock().await;
        let Some(run) = kept.run.as_ref().filter(|run| !run.is_stopping()) else {
            return Ok(Begun::Unwanted);
        };
        let input = self.store.child_input(arn, place)?.unwrap_or_default();
        let value = serde_json::from_str(&input).map_err(StoreError::from)?;
        let Some(definition) = kept.definition.processor(&kept.request.state) else {
            return Ok(Begun::Unwanted);
        };
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let (express, now) = (kept.request.express, in_milliseconds(kept.family.now()));
        self.begin(Beginning {
            start: run.child(name, value, now),
            input,
            definition: Arc::new(definition),
            pinned: kept.pinned.clone(),
            map_run: Some(arn.to_owned()),
            trace_header: None,
            parent: None,
            family: kept.family.clone(),
            express: express.then(|| Express { waiter: Some(sender) }),
        })?;
        Ok(if express { Begun::Express(now, receiver) } else { Begun::Runs })
    }

    pub(super) async fn redrive_child(self: &Arc<Self>, arn: &str, place: usize) {
        let status = match self.redrive_ended(arn, place) {
            Ok(None) => return,
            Ok(Some(status)) => status,
            Err(error) => {
                tracing::error!(error = error.message, map_run = arn, place, "a child could not be redriven");
                Status::Failed
            }
        };
        self.child_ended(arn, place, status, None).await;
    }

    /// Redrives a child; its status, if it cannot be.
    fn redrive_ended(self: &Arc<Self>, arn: &str, place: usize) -> Result<Option<Status>, ApiError> {
        let child = self.store.open_children(arn)?.into_iter().find(|child| child.place == place);
        let Some(child) = child else { return Ok(None) };
        let Some(row) = self.store.execution(&child.execution)? else { return Ok(Some(Status::Failed)) };
        if row.is_running() || self.redrive(&row, None).is_ok() {
            return Ok(None);
        }
        Ok(Some(status_of(&row.status)))
    }

    pub(super) async fn stop_map_run_children(self: &Arc<Self>, arn: &str) {
        let children = match self.store.open_children(arn) {
            Ok(children) => children,
            Err(error) => {
                return tracing::error!(%error, map_run = arn, "the children of a map run could not be read");
            }
        };
        // One that does not run yet finds out by itself.
        for child in children {
            self.report(&child.execution, Event::Stop { error: None, cause: None }).await;
        }
    }

    /// Tells the map run that an execution is a child of, in the background.
    pub(crate) fn tell_map_run_of(self: &Arc<Self>, child: &Running) {
        if !child.machine.contains('/') {
            return;
        }
        let status = child.execution.status();
        match self.store.place_of_child(&child.arn) {
            Ok(Some((map_run, place))) => {
                let host = self.clone();
                self.spawn_for(child.family.busy(), async move {
                    host.child_ended(&map_run, place, status, None).await;
                });
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, child.arn, "a map run cannot be told of its child's end"),
        }
    }

    async fn child_ended(self: &Arc<Self>, arn: &str, index: usize, status: Status, end: Option<ChildEnd>) {
        self.inform_map_run(arn, Some(MapRunEvent::ChildEnded { index, status }), end).await;
    }

    /// Looks after children that were to be started, or ended without the map run's knowing.
    pub(super) fn resume_children(self: &Arc<Self>, kept: &Kept) -> Result<(), StoreError> {
        for child in self.store.open_children(&kept.arn)? {
            let row = self.store.execution(&child.execution)?;
            if row.as_ref().is_some_and(ExecutionRow::is_running) {
                continue;
            }
            let (host, arn) = (self.clone(), kept.arn.clone());
            self.spawn_for(kept.family.busy(), async move {
                match row {
                    Some(_) if child.redrive => host.redrive_child(&arn, child.place).await,
                    Some(row) => host.child_ended(&arn, child.place, status_of(&row.status), None).await,
                    None => host.start_child(&arn, child.place, &child.name).await,
                }
            });
        }
        Ok(())
    }
}
