//! What a workflow's `limits` ask of a new run: a place among the runs under way, and to be counted in a window of time.
//!
//! A run pins its places when it is requested and holds them until it ends. A superseding run takes over those of the
//! run that it replaces, under the name that they were taken with: a limit never stands in the way of its own runs.

use catalog_model::limits::{Limits, Rate, TargetLimits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Run, RunId};

/// Which runs a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// All runs of the workflow.
    Workflow,
    /// Those that act on the same thing.
    Target,
}

impl Scope {
    /// What a limit of this scope counts by: nothing where it counts all runs, else what a run acts on, as canonical
    /// JSON. Runs that act on nothing count as those of one thing.
    pub fn counts_by(self, acts_on: Option<&str>) -> Option<&str> {
        match self {
            Self::Workflow => None,
            Self::Target => Some(acts_on.unwrap_or("null")),
        }
    }
}

/// A place among the runs that may be under way at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Among which runs.
    pub scope: Scope,
    /// How many places there were when it was taken.
    pub limit: u32,
    /// The run that took it: this one, or the first of those that it supersedes.
    pub holder: RunId,
}

/// One run more in a window of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Of which runs.
    pub scope: Scope,
    /// How many are let through in a window.
    pub limit: u32,
    /// How long a window is, in seconds.
    pub seconds: u64,
    /// When this one began.
    pub since: Timestamp,
    /// When the next one begins.
    pub until: Timestamp,
}

/// A limit that stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Every place is taken.
    Slots(Scope),
    /// As many runs as the window takes were requested.
    Window(Scope),
}

/// The places that a new run needs.
pub fn slots(limits: Option<&Limits>, holder: RunId) -> Vec<Slot> {
    let slot =
        |(scope, limits): (Scope, TargetLimits)| limits.concurrent.map(|limit| Slot { scope, limit, holder });
    scopes(limits).filter_map(slot).collect()
}

/// The windows that a run which is requested now is counted in.
pub fn counts(limits: Option<&Limits>, now: Timestamp) -> Vec<Count> {
    let count = |(scope, limits): (Scope, TargetLimits)| limits.rate.map(|rate| count_of(scope, &rate, now));
    scopes(limits).filter_map(count).collect()
}

/// The same for a run that supersedes another: it was counted, unless it acts on something else.
pub fn counts_anew(limits: Option<&Limits>, old: &Run, new: &Run, now: Timestamp) -> Vec<Count> {
    let elsewhere = old.acts_on != new.acts_on;
    let anew = |count: &Count| elsewhere && count.scope == Scope::Target;
    counts(limits, now).into_iter().filter(anew).collect()
}

/// What the runs of a scope are limited to, for each scope that has limits.
pub fn scopes(limits: Option<&Limits>) -> impl Iterator<Item = (Scope, TargetLimits)> {
    let all = limits.map(|limits| (Scope::Workflow, limits.of_all()));
    let each = limits.and_then(|limits| limits.per_target.clone()).map(|limits| (Scope::Target, limits));
    all.into_iter().chain(each)
}

/// Windows begin at multiples of their length, so that everybody counts in the same one.
fn count_of(scope: Scope, rate: &Rate, now: Timestamp) -> Count {
    let seconds = rate.per.seconds();
    let length = i64::try_from(seconds).unwrap_or(i64::MAX).max(1);
    let since = now.as_second().div_euclid(length) * length;
    let at = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
    Count { scope, limit: rate.runs, seconds, since: at(since), until: at(since.saturating_add(length)) }
}

/// A superseding run takes over the places of the run it replaces. One for something else that the new run acts on
/// it has to take like everybody.
pub fn hand_over(old: &mut Run, new: &mut Run) {
    let same_target = old.acts_on == new.acts_on;
    for slot in &mut new.slots {
        let fits = |held: &Slot| held.scope == slot.scope && (same_target || slot.scope == Scope::Workflow);
        if let Some(at) = old.slots.iter().position(fits) {
            slot.holder = old.slots.remove(at).holder;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::run::sample;

    fn limits() -> Limits {
        serde_json::from_value(json!({
            "concurrent": 4, "rate": {"runs": 20, "per": "PT1H"},
            "per_target": {"concurrent": 1, "rate": {"runs": 2, "per": "P1D"}},
        }))
        .expect("limits")
    }

    #[test]
    fn windows_begin_at_multiples_of_their_length() {
        let check = |now: &str, since: &str, until: &str| {
            let counts = counts(Some(&limits()), now.parse().expect("a time"));
            let [hour, day] = counts.as_slice() else { panic!("{counts:?}") };
            assert_eq!((hour.scope, hour.limit, hour.seconds), (Scope::Workflow, 20, 3600));
            assert_eq!((day.scope, day.limit, day.seconds), (Scope::Target, 2, 86_400));
            assert_eq!((hour.since.to_string().as_str(), hour.until.to_string().as_str()), (since, until));
        };
        check("2026-11-28T14:36:06Z", "2026-11-28T14:00:00Z", "2026-11-28T15:00:00Z");
        check("2026-11-28T14:00:00Z", "2026-11-28T14:00:00Z", "2026-11-28T15:00:00Z");
        check("2026-11-28T13:59:59.999Z", "2026-11-28T13:00:00Z", "2026-11-28T14:00:00Z");
    }

    #[test]
    fn without_limits_nothing_is_held_or_counted() {
        let run = sample::run();
        assert_eq!((slots(None, run.id), counts(None, run.created_at)), (vec![], vec![]));
        assert_eq!(slots(Some(&Limits::default()), run.id), []);
    }

    #[test]
    fn a_superseding_run_takes_over_the_places_that_are_the_same() {
        let check = |target: &str, handed: &[Scope], counted: &[Scope]| {
            let (mut old, mut new) = (sample::run(), sample::run());
            new.id = RunId::new(new.created_at, [2; 10]);
            (old.acts_on, new.acts_on) = (Some("orders".to_owned()), Some(target.to_owned()));
            (old.slots, new.slots) = (slots(Some(&limits()), old.id), slots(Some(&limits()), new.id));
            let first = old.id;
            hand_over(&mut old, &mut new);
            let of = |slots: &[Slot], holder: RunId| {
                slots.iter().filter(|slot| slot.holder == holder).map(|slot| slot.scope).collect::<Vec<_>>()
            };
            assert_eq!(of(&new.slots, first), handed, "{target}");
            assert_eq!(old.slots.len() + handed.len(), 2, "{target}: the rest stays to be given back");
            let counts = counts_anew(Some(&limits()), &old, &new, new.created_at);
            assert_eq!(counts.iter().map(|count| count.scope).collect::<Vec<_>>(), counted, "{target}");
        };
        check("orders", &[Scope::Workflow, Scope::Target], &[]);
        check("returns", &[Scope::Workflow], &[Scope::Target]);
    }
}
