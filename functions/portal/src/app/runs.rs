//! Looking at runs: lists, one run, its steps.

use serde_json::{Value, json};

use super::check::decider;
use super::view::{Actions, GateView, ProposalView, RunLine, RunPage, RunView};
use super::{AppError, Portal, facts};
use crate::domain::break_glass;
use crate::domain::mandate::Decider;
use crate::domain::verdict::may_decide;
use crate::domain::{Caller, Gate, Run, RunId, Status, visibility};
use crate::store::lists::{Cursor, List};
use crate::store::result::StoredResult;
use crate::workflow::Progress;

/// How many runs a page has.
const PAGE: i32 = 25;
/// How many index pages are read at most to fill one; a filter may drop whole pages.
const READS: usize = 8;

/// Which runs.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only of this workflow.
    pub workflow: Option<String>,
    /// All of the workflow's runs that the person may see, not only their own.
    pub everybody: bool,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// A page of runs that the person may see, newest first.
pub async fn list(portal: &Portal, caller: &Caller, query: &Query) -> Result<RunPage, AppError> {
    let decider = decider(portal, caller).await?;
    let decode = |text: &String| Cursor::decode(text).ok_or(AppError::BadCursor);
    let mut cursor = query.cursor.as_ref().map(decode).transpose()?;
    let key = caller.key();
    let list = match &query.workflow {
        Some(slug) if query.everybody => List::Workflow(slug),
        _ => List::Requester(&key),
    };
    let mut runs = Vec::new();
    for _ in 0..READS {
        let page = portal.store.list(list, cursor.as_ref(), PAGE).await?;
        let wanted = |run: &&Run| {
            query.workflow.as_ref().is_none_or(|slug| *slug == run.workflow)
                && visibility::may_see(run, &decider)
        };
        runs.extend(page.runs.iter().filter(wanted).map(RunLine::from));
        cursor = page.next;
        if cursor.is_none() || runs.len() >= PAGE as usize {
            break;
        }
    }
    Ok(RunPage { runs, cursor: cursor.map(|cursor| cursor.encode()) })
}

/// A run with everything about it.
pub async fn view(portal: &Portal, caller: &Caller, run_id: RunId) -> Result<RunView, AppError> {
    let decider = decider(portal, caller).await?;
    let run = visible(portal, &decider, run_id).await?;
    let votes = portal.store.votes(run_id).await?;
    let audit = portal.store.audit(run_id).await?;
    let result = portal.store.result(run_id).await?;
    let proposal = proposal(portal, &run).await?;
    let now = portal.now();
    let open = run.open_gates().filter(|gate| run.status == Status::Waiting && gate.is_open(now));
    let mine = open.filter(|gate| may_decide(&run, gate, caller, &decider).is_ok());
    let has_decided =
        |gate: &Gate| votes.iter().any(|v| v.gate == gate.name && v.person == decider.person.id);
    let decide: Vec<_> = mine.filter(|gate| !has_decided(gate)).map(|gate| gate.name.clone()).collect();
    let may_stop = !run.status.is_final() && run.status != Status::Cancelling;
    Ok(RunView {
        line: RunLine::from(&run),
        actions: Actions {
            cancel: may_stop && visibility::may_cancel(&run, &decider.person),
            decide,
            break_glass: break_glass::may(&run, caller, &decider.person).is_ok(),
            answer: proposal.is_some() && run.belongs_to(&decider.person),
        },
        approvals: run.gates.iter().map(|gate| GateView::new(gate, &votes)).collect(),
        for_run: run.for_run,
        supersedes: run.supersedes,
        superseded_by: run.superseded_by,
        edited_by: run.edited_by,
        proposal,
        result: result.map(result_view),
        error: run.failure,
        audit: audit.into_iter().map(Into::into).collect(),
        deadline: run.deadline,
        digest: run.digest,
        workflow_digest: run.workflow_digest,
        parameters: run.rows,
    })
}

/// The steps of a run so far: the gateway's and the owner's.
pub async fn steps(portal: &Portal, caller: &Caller, run_id: RunId) -> Result<Progress, AppError> {
    let decider = decider(portal, caller).await?;
    let run = visible(portal, &decider, run_id).await?;
    Ok(portal.engine.progress(&run).await?)
}

/// The run itself, for "run again with these values": secrets are references and not for a form.
pub async fn get(portal: &Portal, caller: &Caller, run_id: RunId) -> Result<Run, AppError> {
    let decider = decider(portal, caller).await?;
    visible(portal, &decider, run_id).await
}

/// The proposal that the requester has not answered yet.
async fn proposal(portal: &Portal, run: &Run) -> Result<Option<ProposalView>, AppError> {
    if run.status != Status::Waiting {
        return Ok(None);
    }
    let found = portal.store.proposal(run.id).await?;
    let open = found.filter(|one| one.digest == run.digest && !run.declined.contains(&one.at));
    Ok(open.map(|one| ProposalView {
        parameters: facts::compare(&one.rows, Some(&run.rows)),
        editor: one.editor,
        reason: one.reason,
        at: one.at,
    }))
}

pub(super) async fn visible(portal: &Portal, decider: &Decider, run_id: RunId) -> Result<Run, AppError> {
    let run = portal.store.run(run_id).await?;
    run.filter(|run| visibility::may_see(run, decider)).ok_or(AppError::NotFound("run"))
}

/// A result, or where it is to be found.
pub(super) fn result_view(stored: StoredResult) -> Value {
    let StoredResult { text, digest, bytes, execution } = stored;
    let kept = text.and_then(|text| serde_json::from_str(&text).ok());
    kept.unwrap_or_else(|| json!({"too_large": {"digest": digest, "bytes": bytes, "execution": execution}}))
}
