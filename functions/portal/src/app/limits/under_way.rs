//! The runs that hold the places of a workflow, as they are themselves: the set of names is only where to look.

use std::collections::HashMap;

use super::super::{AppError, Portal};
use crate::domain::limits::Scope;
use crate::domain::{Run, RunId};
use crate::store::slots::Places;

/// The runs that hold places of a workflow, or of one thing that its runs act on.
pub(super) async fn runs(portal: &Portal, slug: &str, target: Option<&str>) -> Result<Vec<Run>, AppError> {
    let places = portal.store.places(slug, target).await?;
    holding(portal, slug, target, &places).await
}

/// The runs that hold these places. A place whose run has ended, or never was, is given back: a run gives its places
/// back with its end, so this only mends what was done to the tables from outside.
pub(super) async fn holding(
    portal: &Portal,
    slug: &str,
    target: Option<&str>,
    places: &Places,
) -> Result<Vec<Run>, AppError> {
    let ids: Vec<_> = places.holders.iter().copied().collect();
    let mut known: HashMap<_, _> =
        portal.store.runs(&ids).await?.into_iter().map(|run| (run.id, run)).collect();
    let mut runs = Vec::new();
    for holder in &places.holders {
        if let Some(run) = current(portal, *holder, known.remove(holder), target).await? {
            runs.push(run);
        } else {
            tracing::warn!(slug, run = %holder, "a place was held by no run under way and is given back");
            portal.store.forget(slug, target, *holder).await?;
        }
    }
    Ok(runs)
}

/// The run that holds a place now: the one that took it, or the last of those that supersede it.
async fn current(
    portal: &Portal,
    holder: RunId,
    first: Option<Run>,
    target: Option<&str>,
) -> Result<Option<Run>, AppError> {
    let mut next = first;
    while let Some(run) = next {
        if !run.status.is_final() {
            let counts_here = target.is_none() || Scope::Target.counts_by(run.acts_on.as_deref()) == target;
            let holds = counts_here && run.slots.iter().any(|slot| slot.holder == holder);
            return Ok(holds.then_some(run));
        }
        next = match run.superseded_by {
            Some(id) => portal.store.run(id).await?,
            None => None,
        };
    }
    Ok(None)
}
