//! On what terms a run is asked for: until when it must have ended, on whose behalf it is, who waits for it.

use jiff::Timestamp;

use super::{AppError, Portal};
use crate::domain::{Caller, OuterRun, Run, RunId, Status};
use crate::store::subscriber::Subscriber;

/// What a caller may say besides the parameters. The first request under a key says it for all of them.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// When the run ends at the latest, should its own deadline be later.
    pub deadline: Option<Timestamp>,
    /// The run whose owner's steps ask.
    pub for_run: Option<RunId>,
    /// The door's execution that waits for the end.
    pub waits: Option<Subscriber>,
}

/// Terms that were looked into.
pub(super) struct Settled {
    not_after: Option<Timestamp>,
    for_run: Option<OuterRun>,
}

impl Settled {
    /// Looks into the terms: a deadline must be ahead, the outer run the caller's own and under way.
    pub(super) async fn of(
        portal: &Portal,
        caller: &Caller,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let outer = match terms.for_run {
            Some(id) => Some(outer(portal, caller, id).await?),
            None => None,
        };
        let not_after = terms.deadline.into_iter().chain(outer.as_ref().map(|run| run.deadline)).min();
        match not_after {
            Some(at) if at <= now => Err(AppError::PastDeadline(at)),
            _ => Ok(Self { not_after, for_run: outer.as_ref().map(Run::as_outer) }),
        }
    }

    /// Puts them on a run that is about to be written.
    pub(super) fn put_on(self, run: &mut Run) {
        run.for_run = self.for_run;
        run.deadline = self.not_after.map_or(run.deadline, |at| at.min(run.deadline));
    }
}

/// Only the steps of a run can ask on its behalf, and they belong to its workflow's owner. One answer for whatever
/// is not so: a team learns nothing about runs of others.
async fn outer(portal: &Portal, caller: &Caller, id: RunId) -> Result<Run, AppError> {
    let run = portal.store.run(id).await?;
    let own = run.filter(|run| run.target.owner == caller.id && run.status == Status::Executing);
    own.ok_or_else(|| {
        let says = format!(
            "for_run must be a run of a workflow that {} owns, and its steps must be under way; {id} is not",
            caller.id
        );
        AppError::NotAllowed(says)
    })
}
