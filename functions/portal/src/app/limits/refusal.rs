//! What whoever is refused is told: the limit in words, what is in the way, and when to come again.

use catalog_model::limits::{at_a_time, in_a_while, target_word};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Portal;
use super::About;
use crate::catalog::LoadedWorkflow;
use crate::domain::breaker::{Breaker, State};
use crate::domain::limits::{Count, Scope};
use crate::domain::mandate::Decider;
use crate::domain::{Person, Run, RunId, Status, visibility};

/// A run that holds a place which somebody else would need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunInTheWay {
    /// The run.
    pub id: RunId,
    /// Its page.
    pub url: String,
    /// Who asked for it.
    pub requester: String,
    /// Where it is.
    pub status: Status,
}

/// A limit that lets nothing more through for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exceeded {
    /// The limit, and what to do, as a sentence.
    pub says: String,
    /// The seconds after which a request may be let through, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The runs in the way, as far as the person may see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunInTheWay>,
    /// The page that shows what is used, for those who may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// A circuit that lets nothing through for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitOpen {
    /// Why, since when and until when, as a sentence.
    pub says: String,
    /// The seconds after which a probe is let through, where that is known.
    pub retry_after: Option<u64>,
    /// The circuit.
    pub breaker: Breaker,
}

impl Exceeded {
    /// The error's name for machines.
    pub const NAME: &str = "Drawbridge.LimitExceeded";

    /// Every place is taken.
    pub(super) fn places(
        portal: &Portal,
        person: &Person,
        about: About<'_>,
        scope: Scope,
        limit: u32,
        runs: &[Run],
    ) -> Self {
        let decider = Decider { person: person.clone(), deputy_for: vec![] };
        let seen: Vec<_> = runs.iter().filter(|run| visibility::may_see(run, &decider)).collect();
        let (count, when) = match runs.len() {
            1 => ("one is".to_owned(), "it has"),
            more => (format!("{more} are"), "one has"),
        };
        let limit = at_a_time(limit, &of_what(about, scope));
        let says = format!(
            "{} {count} under way{}{}; request it again when {when} ended.",
            limit.trim_end_matches('.').to_owned() + ", and",
            for_what(about, scope),
            hidden(runs.len() - seen.len(), runs.len()),
        );
        let in_the_way = |run: &&Run| RunInTheWay {
            id: run.id,
            url: format!("{}/runs/{}", portal.config.url, run.id),
            requester: run.requester.name.clone(),
            status: run.status,
        };
        let runs = seen.iter().map(in_the_way).collect();
        Self { says, retry_after: None, runs, page: page(portal, person, about) }
    }

    /// As many as the window takes were requested.
    pub(super) fn window(
        portal: &Portal,
        person: &Person,
        about: About<'_>,
        count: &Count,
        now: Timestamp,
    ) -> Self {
        let limit = in_a_while(count.limit, count.seconds, &of_what(about, count.scope));
        let requested = if count.limit == 1 { "it was".to_owned() } else { "as many were".to_owned() };
        let says = format!(
            "{} {requested} requested{} since {}; request it again from {}.",
            limit.trim_end_matches('.').to_owned() + ", and",
            for_what(about, count.scope),
            moment(count.since),
            moment(count.until),
        );
        let retry_after = Some(seconds_until(count.until, now));
        Self { says, retry_after, runs: vec![], page: page(portal, person, about) }
    }
}

impl CircuitOpen {
    /// The error's name for machines.
    pub const NAME: &str = "Drawbridge.CircuitOpen";

    pub(super) fn new(workflow: &LoadedWorkflow, breaker: Breaker, now: Timestamp) -> Self {
        let retry_after = breaker.until().map(|until| seconds_until(until, now));
        Self { says: reason(&workflow.compiled.workflow.title, &breaker), retry_after, breaker }
    }
}

/// Why a circuit is not closed.
pub(super) fn reason(title: &str, breaker: &Breaker) -> String {
    let runs = breaker.failures;
    let last = breaker.last.as_ref();
    let last = last.map(|last| format!(", the last with {} at {}", last.name, moment(last.at)));
    let failed =
        format!("{runs} runs of “{title}” in a row failed for this caller{}", last.unwrap_or_default());
    match &breaker.state {
        State::Closed => format!("{failed}."),
        State::Open { until, .. } => {
            format!("{failed}; from {} one run is let through to find out whether it works.", moment(*until))
        }
        State::Probing { .. } => {
            format!(
                "{failed}; one run was let through to find out whether it works, and no other until it ends."
            )
        }
    }
}

/// " per cluster"; nothing where all runs are counted.
pub(super) fn of_what(about: About<'_>, scope: Scope) -> String {
    let workflow = &about.workflow.compiled.workflow;
    match scope {
        Scope::Workflow => String::new(),
        Scope::Target => format!(" per {}", target_word(workflow.target.as_deref(), &workflow.parameters)),
    }
}

/// " for prod-orders"; nothing where all runs are counted.
fn for_what(about: About<'_>, scope: Scope) -> String {
    about.counted_by(scope).map(|target| format!(" for {}", target_text(target))).unwrap_or_default()
}

/// Canonical JSON as people read it: text without its quotes.
pub(super) fn target_text(target: &str) -> String {
    serde_json::from_str::<String>(target).unwrap_or_else(|_| target.to_owned())
}

/// Whoever may not see a run learns no more than that there is one.
fn hidden(hidden: usize, all: usize) -> String {
    match hidden {
        0 => String::new(),
        _ if hidden == all => " (requested by others)".to_owned(),
        _ => format!(" ({hidden} of them requested by others)"),
    }
}

/// Only the owner team may see the page.
fn page(portal: &Portal, person: &Person, about: About<'_>) -> Option<String> {
    let compiled = &about.workflow.compiled;
    let may = super::view::may_see(person, &compiled.workflow.owner);
    may.then(|| format!("{}{}", portal.config.url, super::view::path(&compiled.slug)))
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn seconds_until(until: Timestamp, now: Timestamp) -> u64 {
    let millis = until.duration_since(now).as_millis();
    u64::try_from(millis).unwrap_or_default().div_ceil(1000).max(1)
}
