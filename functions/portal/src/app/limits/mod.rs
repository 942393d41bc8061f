//! Limits and circuit breakers: a new run is written where they let it, and whoever is refused is told why.
//!
//! 1. [`create`] writes a new run; the conditions of the write are what holds a limit, and what is read afterwards only
//!    explains it;
//! 2. [`look`] says the same before anything is written, for previews;
//! 3. [`under_way`] finds the runs in the way, and gives back places that nobody holds any more;
//! 4. [`view`] is the owner's: what is used now, and who is cut off.

mod refusal;
mod under_way;
pub mod view;

use jiff::Timestamp;
use serde_json::Value;

use super::draft::acts_on;
use super::{AppError, Portal};
use crate::catalog::LoadedWorkflow;
use crate::domain::limits::{self, Count, Full, Scope};
use crate::domain::{Person, Run};
use crate::store::StoreError;
use crate::store::commit::{Change, Committed, Extra};

pub use refusal::{CircuitOpen, Exceeded, RunInTheWay};

/// How often a write is tried again after places were found that nobody held.
const TRIES: usize = 3;

/// What a request is for: the workflow, and what a run of it acts on.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) workflow: &'a LoadedWorkflow,
    pub(super) acts_on: Option<&'a str>,
}

impl<'a> About<'a> {
    /// What a limit of this scope counts by.
    fn counted_by(self, scope: Scope) -> Option<&'a str> {
        scope.counts_by(self.acts_on)
    }

    fn slug(self) -> &'a str {
        &self.workflow.compiled.slug
    }
}

/// The counts that a new run adds to.
pub(super) fn count(change: &mut Change, counts: Vec<Count>) {
    for count in counts {
        change.with(Extra::Count(count));
    }
}

/// The same for a run that was requested now.
pub(super) fn counts(workflow: &LoadedWorkflow, now: Timestamp) -> Vec<Count> {
    limits::counts(workflow.compiled.workflow.limits.as_ref(), now)
}

/// Writes what makes a new run. `person` is whoever is told of the runs in the way.
pub(super) async fn create(
    portal: &Portal,
    person: &Person,
    workflow: &LoadedWorkflow,
    change: Change,
) -> Result<Committed, AppError> {
    let run = change.after().clone();
    for _ in 0..TRIES {
        match portal.store.commit(change.clone()).await {
            Err(StoreError::Full(full)) => explain(portal, person, workflow, &run, full).await?,
            Err(StoreError::CircuitOpen(breaker)) => {
                let open = CircuitOpen::new(workflow, *breaker, portal.now());
                return Err(AppError::CircuitOpen(Box::new(open)));
            }
            answer => return Ok(answer?),
        }
    }
    Err(StoreError::Busy.into())
}

/// Why a run was not let through; nothing when that was because of a place that nobody held, or one that became free
/// in the meantime: then it is tried again.
pub(super) async fn explain(
    portal: &Portal,
    person: &Person,
    workflow: &LoadedWorkflow,
    run: &Run,
    full: Full,
) -> Result<(), AppError> {
    let about = About { workflow, acts_on: run.acts_on.as_deref() };
    match exceeded(portal, person, about, Some(full), portal.now()).await? {
        Some(exceeded) => Err(AppError::LimitExceeded(Box::new(exceeded))),
        None => Ok(()),
    }
}

/// The limit that would stand in the way of a request with these parameters, if one would.
pub(super) async fn look(
    portal: &Portal,
    person: &Person,
    workflow: &LoadedWorkflow,
    parameters: &Value,
) -> Result<Option<Exceeded>, AppError> {
    let acts_on = acts_on(workflow.compiled.workflow.target.as_deref(), parameters);
    let about = About { workflow, acts_on: acts_on.as_deref() };
    exceeded(portal, person, about, None, portal.now()).await
}

/// The first limit that lets nothing more through; only this one, where one is named.
async fn exceeded(
    portal: &Portal,
    person: &Person,
    about: About<'_>,
    only: Option<Full>,
    now: Timestamp,
) -> Result<Option<Exceeded>, AppError> {
    let limits = about.workflow.compiled.workflow.limits.as_ref();
    let concerned = |full: Full| only.is_none_or(|only| only == full);
    for (scope, limits) in limits::scopes(limits) {
        let Some(limit) = limits.concurrent.filter(|_| concerned(Full::Slots(scope))) else { continue };
        let runs = under_way::runs(portal, about.slug(), about.counted_by(scope)).await?;
        if runs.len() >= limit as usize {
            return Ok(Some(Exceeded::places(portal, person, about, scope, limit, &runs)));
        }
    }
    for count in limits::counts(limits, now) {
        if !concerned(Full::Window(count.scope)) {
            continue;
        }
        let target = about.counted_by(count.scope);
        if portal.store.counted(about.slug(), &count, target).await?.runs >= count.limit {
            return Ok(Some(Exceeded::window(portal, person, about, &count, now)));
        }
    }
    Ok(None)
}
