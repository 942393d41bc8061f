//! What an approver is told, the same on every channel: who asks, what will run and where, every parameter
//! with what is unusual about it, why this is asked, who has voted, until when, and the plan.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::GateView;
use super::{AppError, Portal};
use crate::domain::plan::PlannedStep;
use crate::domain::{Gate, OuterRun, ParameterRow, PersonName, Run, RunId, Status};
use crate::store::lists::List;
use crate::workflow::names;

/// How many of a workflow's latest runs are searched for the one before.
const LATEST: i32 = 25;

/// Everything that somebody needs to know to decide.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Facts {
    /// The run.
    pub run: RunId,
    /// What a decision is bound to.
    pub digest: String,
    /// Where the run is.
    pub status: Status,
    /// What will run.
    pub workflow: WorkflowFacts,
    /// Where.
    pub target: TargetFacts,
    /// Who asks.
    pub requester: RequesterFacts,
    /// The run whose steps asked, and who stands behind it: they do not decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_run: Option<OuterRun>,
    /// When they asked.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    /// Who changed the parameters of the request before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<PersonName>,
    /// The approval, with why it is asked, who has voted and when it closes.
    pub gate: GateView,
    /// Every parameter.
    pub parameters: Vec<ParameterFact>,
    /// The last successful run of the same target, which `before` compares with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousRun>,
    /// The steps.
    pub plan: Vec<PlannedStep>,
    /// The decision page; the address carries no authority.
    pub url: String,
}

/// What will run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WorkflowFacts {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Digest of the version that was asked for.
    pub digest: String,
    /// The published version of the owner's machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The guide's page.
    pub guide: String,
}

/// Where it will run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TargetFacts {
    /// The owner team's name.
    pub team: String,
    /// Its account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The role that starts it.
    pub role: String,
}

/// Who asks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RequesterFacts {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Names of their teams.
    pub teams: Vec<String>,
}

/// A parameter and what is unusual about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParameterFact {
    /// What was asked for, in words; a secret only says that it is set.
    #[serde(flatten)]
    pub row: ParameterRow,
    /// What it was in the run before, where it was something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// An earlier run of the same target.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PreviousRun {
    /// The run.
    pub run: RunId,
    /// When it was requested.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub requester: PersonName,
}

/// The facts about a gate of a run. Whoever asks for them has already seen to it that they are told to
/// nobody else than those who may decide, or see the run.
pub async fn facts(portal: &Portal, run: &Run, gate: &Gate) -> Result<Facts, AppError> {
    let votes = portal.store.votes(run.id).await?;
    let previous = previous(portal, run).await?;
    let workflow = portal.catalog.workflow(&run.workflow)?;
    // Another version of the catalog would show steps that will not run.
    let same = workflow.filter(|workflow| workflow.compiled.digest == run.workflow_digest);
    let machine = match &run.machine_version {
        Some(machine) => Some(machine.clone()),
        None => portal.store.version(&run.workflow, &run.workflow_digest).await?,
    };
    Ok(Facts {
        run: run.id,
        digest: run.digest.clone(),
        status: run.status,
        workflow: WorkflowFacts {
            slug: run.workflow.clone(),
            title: run.title.clone(),
            digest: run.workflow_digest.clone(),
            machine,
            guide: format!("{}/workflows/{}/", portal.config.url, run.workflow),
        },
        target: target(portal, run),
        requester: requester(portal, run).await?,
        for_run: run.for_run.clone(),
        requested_at: run.created_at,
        edited_by: run.edited_by.clone(),
        gate: GateView::new(gate, &votes),
        parameters: compare(&run.rows, previous.as_ref().map(|before| before.rows.as_slice())),
        previous: previous.map(|before| PreviousRun {
            run: before.id,
            at: before.created_at,
            requester: before.requester,
        }),
        plan: same.map(|workflow| workflow.plan.clone()).unwrap_or_default(),
        url: format!("{}/runs/{}/approvals/{}", portal.config.url, run.id, gate.name),
    })
}

fn target(portal: &Portal, run: &Run) -> TargetFacts {
    let index = portal.catalog.index();
    let owner = &run.target.owner;
    TargetFacts {
        team: index.teams.get(owner).map_or_else(|| owner.clone(), |team| team.name.clone()),
        account: run.target.account.clone(),
        region: run.target.region.clone(),
        role: names::invoke_role(run),
    }
}

async fn requester(portal: &Portal, run: &Run) -> Result<RequesterFacts, AppError> {
    let known = match run.calling_team() {
        Some(_) => None,
        None => portal.store.person(&run.requester.id).await?,
    };
    let (title, teams) = known.map(|person| (person.title, person.teams)).unwrap_or_default();
    let index = portal.catalog.index();
    let teams = teams.into_iter().map(|id| index.teams.get(&id).map_or(id, |team| team.name.clone()));
    Ok(RequesterFacts {
        id: run.requester.id.clone(),
        name: run.requester.name.clone(),
        title,
        teams: teams.collect(),
    })
}

/// The newest successful run that acted on the same thing, among the workflow's latest: every message about a
/// request reads them, so they are few.
async fn previous(portal: &Portal, run: &Run) -> Result<Option<Run>, AppError> {
    let page = portal.store.list(List::Workflow(&run.workflow), None, LATEST).await?;
    let same =
        |other: &Run| other.id < run.id && other.status == Status::Succeeded && other.acts_on == run.acts_on;
    Ok(page.runs.into_iter().find(same))
}

/// Each row with what it was before. Secrets are never compared: that would tell whether they are the same.
pub(crate) fn compare(rows: &[ParameterRow], before: Option<&[ParameterRow]>) -> Vec<ParameterFact> {
    let fact = |row: &ParameterRow| {
        let was = before.filter(|_| !row.secret).map(|rows| {
            let same = rows.iter().find(|other| other.pointer == row.pointer);
            same.map_or_else(|| "(not set)".to_owned(), |other| other.text.clone())
        });
        ParameterFact { before: was.filter(|text| *text != row.text), row: row.clone() }
    };
    rows.iter().map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pointer: &str, text: &str, secret: bool) -> ParameterRow {
        let (label, pointer, text) = (pointer.to_owned(), pointer.to_owned(), text.to_owned());
        ParameterRow { label, pointer, text, secret, is_default: false, default: None }
    }

    #[test]
    fn f09_what_differs_is_told_except_of_secrets() {
        let now =
            [row("/a", "2", false), row("/b", "x", false), row("/c", "new", false), row("/s", "set", true)];
        let was = [row("/a", "1", false), row("/b", "x", false), row("/s", "(none)", true)];
        let before =
            |facts: Vec<ParameterFact>| facts.into_iter().map(|fact| fact.before).collect::<Vec<_>>();
        let told = before(compare(&now, Some(&was)));
        assert_eq!(told, [Some("1".to_owned()), None, Some("(not set)".to_owned()), None]);
        assert_eq!(before(compare(&now, None)), [None, None, None, None]);
    }
}
