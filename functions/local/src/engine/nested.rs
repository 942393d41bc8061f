//! Executions that a task of another execution started: their end is the task's result, and the
//! task's end is theirs.

use std::sync::Arc;

use asl::{Event, Pattern};
use serde_json::Value;

use super::host::{Host, Running};
use super::integrations::states;
use super::store::{ExecutionRow, Parent};
use crate::services::sqlite::StoreError;

impl Host {
    /// Tells the parents of an execution that is over, in the background: they have locks of their own.
    pub(crate) fn tell_parents(self: &Arc<Self>, child: &Running) {
        let parents = match self.store.parents(&child.arn) {
            Ok(parents) => parents,
            Err(error) => {
                return tracing::error!(%error, child.arn, "nobody can be told that an execution is over");
            }
        };
        for parent in parents {
            let host = self.clone();
            let busy = self.family(&parent.execution).unwrap_or_else(|| child.family.clone()).busy();
            self.spawn_for(busy, async move { host.collect_child(&parent).await });
        }
    }

    /// Gives a task the result of its nested execution, once that is over and the task knows that it
    /// was started. Whoever notes the second of the two facts does it; twice does no harm.
    pub(crate) async fn collect_child(self: &Arc<Self>, parent: &Parent) {
        match self.child_event(parent) {
            Ok(Some(event)) => self.report(&parent.execution, event).await,
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the result of a nested execution could not be read"),
        }
    }

    fn child_event(&self, parent: &Parent) -> Result<Option<Event>, StoreError> {
        let Some(pattern) = self.store.awaited_child(parent)? else { return Ok(None) };
        let Some(child) = self.store.child(parent)?.filter(|child| !child.is_running()) else {
            return Ok(None);
        };
        let task = parent.task;
        Ok(Some(if child.status == "SUCCEEDED" {
            Event::TaskSucceeded { task, output: states::description(&child, pattern == Pattern::SyncV2) }
        } else {
            let cause = states::failure(&child);
            Event::TaskFailed { task, error: "States.TaskFailed".to_owned(), cause }
        }))
    }

    /// Stops what a cancelled task had started.
    pub(crate) fn stop_children(self: &Arc<Self>, task: Parent) {
        let host = self.clone();
        self.spawn(async move {
            if let Err(error) = host.stop_children_now(&task).await {
                tracing::error!(%error, "a nested execution could not be stopped; a restart tries again");
            }
        });
    }

    /// The same for every task of an execution that is over.
    pub(crate) fn stop_all_children(self: &Arc<Self>, parent: &Running) {
        match self.store.cancelled_tasks(Some(&parent.arn)) {
            Ok(tasks) => tasks.into_iter().for_each(|task| self.stop_children(task)),
            Err(error) => {
                tracing::error!(%error, parent.arn, "nested executions could not be looked up");
            }
        }
    }

    async fn stop_children_now(self: &Arc<Self>, task: &Parent) -> Result<(), StoreError> {
        if !self.store.is_cancelled(task)? {
            return Ok(());
        }
        if let Some(child) = self.store.child(task)?.filter(ExecutionRow::is_running) {
            let cause = Some("The execution that started it no longer waits for it.".to_owned());
            self.deliver(&child.arn, Event::Stop { error: None, cause }).await?;
        }
        self.store.forget_cancelled(task)
    }
}

/// JSON text as JSON; it was checked when it came in.
pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
