//! What is used of a workflow's limits, and which callers are cut off: for the team that owns it.

use std::collections::BTreeMap;

use catalog_model::limits::{at_a_time, in_a_while};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::view::RunLine;
use super::super::{AppError, Portal};
use super::refusal::{of_what, reason, target_text};
use super::{About, under_way};
use crate::catalog::LoadedWorkflow;
use crate::domain::breaker::{Breaker, Failed, State};
use crate::domain::limits::{self, Count, Scope};
use crate::domain::{Caller, CallerKind, Person};

/// The limits of a workflow with what is used of them now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LimitsView {
    /// The workflow's slug.
    pub workflow: String,
    /// Its title.
    pub title: String,
    /// Its limits; none when it has none.
    pub limits: Vec<LimitView>,
    /// The teams whose state machines may call it, or have.
    pub callers: Vec<CallerView>,
}

/// A limit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LimitView {
    /// In words.
    pub says: String,
    /// Which runs it counts.
    pub scope: Scope,
    /// How many it lets through.
    pub most: u32,
    /// When it begins to count anew, where it counts in windows of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// What is used: of the workflow, or of each thing that its runs act on as far as there are any.
    pub uses: Vec<UseView>,
}

/// What is used of a limit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UseView {
    /// What the runs act on, where that is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// How many runs.
    pub used: u32,
    /// The runs under way, where those are counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunLine>,
}

/// A team whose state machines call the workflow.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CallerView {
    /// The team's id.
    pub team: String,
    /// The team's name.
    pub name: String,
    /// Whether its runs are let through.
    pub state: State,
    /// How many runs failed in a row.
    pub failures: u32,
    /// The last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Failed>,
    /// Why it is cut off, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Those who see all runs of a workflow see what they use.
pub fn may_see(person: &Person, owner: &str) -> bool {
    person.teams.iter().any(|team| team == owner)
}

/// The page's address in this portal.
pub fn path(slug: &str) -> String {
    format!("/workflows/{slug}/limits")
}

/// What is used of a workflow's limits. Whoever is not of the owner team gets the answer for one that does not exist.
pub async fn view(portal: &Portal, person: &Person, slug: &str) -> Result<LimitsView, AppError> {
    let workflow = portal.catalog.workflow(slug)?.ok_or(AppError::NotFound("workflow"))?;
    if !may_see(person, &workflow.compiled.workflow.owner) {
        return Err(AppError::NotFound("workflow"));
    }
    Ok(LimitsView {
        workflow: slug.to_owned(),
        title: workflow.compiled.workflow.title.clone(),
        limits: used(portal, &workflow).await?,
        callers: callers(portal, &workflow).await?,
    })
}

async fn used(portal: &Portal, workflow: &LoadedWorkflow) -> Result<Vec<LimitView>, AppError> {
    let about = About { workflow, acts_on: None };
    let limits = workflow.compiled.workflow.limits.as_ref();
    let counts = limits::counts(limits, portal.now());
    let mut shown = Vec::new();
    for (scope, limits) in limits::scopes(limits) {
        if let Some(most) = limits.concurrent {
            let uses = places(portal, about, scope).await?;
            shown.push(LimitView {
                says: at_a_time(most, &of_what(about, scope)),
                scope,
                most,
                until: None,
                uses,
            });
        }
        for count in counts.iter().filter(|count| count.scope == scope) {
            let says = in_a_while(count.limit, count.seconds, &of_what(about, scope));
            let uses = counted(portal, about, count).await?;
            shown.push(LimitView { says, scope, most: count.limit, until: Some(count.until), uses });
        }
    }
    Ok(shown)
}

async fn places(portal: &Portal, about: About<'_>, scope: Scope) -> Result<Vec<UseView>, AppError> {
    let slug = about.slug();
    let taken = match scope {
        Scope::Workflow => vec![portal.store.places(slug, None).await?],
        Scope::Target => portal.store.places_by_target(slug).await?,
    };
    let mut shown = Vec::new();
    for places in taken {
        let runs = under_way::holding(portal, slug, places.target.as_deref(), &places).await?;
        let runs: Vec<_> = runs.iter().map(RunLine::from).collect();
        let count = u32::try_from(runs.len()).unwrap_or(u32::MAX);
        if scope == Scope::Workflow || count > 0 {
            shown.push(UseView { target: places.target.as_deref().map(target_text), used: count, runs });
        }
    }
    Ok(shown)
}

async fn counted(portal: &Portal, about: About<'_>, count: &Count) -> Result<Vec<UseView>, AppError> {
    let counted = match count.scope {
        Scope::Workflow => vec![portal.store.counted(about.slug(), count, None).await?],
        Scope::Target => portal.store.counted_by_target(about.slug(), count).await?,
    };
    let one = |counted: crate::store::slots::Counted| UseView {
        target: counted.target.as_deref().map(target_text),
        used: counted.runs,
        runs: vec![],
    };
    Ok(counted.into_iter().map(one).collect())
}

/// Every team that may call, with its circuit; one that may not any more is shown as long as it is cut off.
async fn callers(portal: &Portal, workflow: &LoadedWorkflow) -> Result<Vec<CallerView>, AppError> {
    let compiled = &workflow.compiled;
    let key = |team: &String| Caller { kind: CallerKind::Machine, id: team.clone(), channel: None }.key();
    let known = compiled.workflow.callers.iter().map(|team| (key(team), Breaker::of(key(team))));
    let mut all: BTreeMap<_, _> = known.collect();
    for breaker in portal.store.breakers(&compiled.slug).await? {
        if breaker.state != State::Closed || all.contains_key(&breaker.caller) {
            all.insert(breaker.caller.clone(), breaker);
        }
    }
    let index = portal.catalog.index();
    let one = |breaker: Breaker| {
        let team = breaker.caller.strip_prefix("machine:").unwrap_or(&breaker.caller).to_owned();
        CallerView {
            name: index.teams.get(&team).map_or_else(|| team.clone(), |known| known.name.clone()),
            reason: (breaker.state != State::Closed).then(|| reason(&compiled.workflow.title, &breaker)),
            team,
            state: breaker.state,
            failures: breaker.failures,
            last: breaker.last,
        }
    };
    Ok(all.into_values().map(one).collect())
}
