//! Looking at runs: lists, one run, its steps.

use serde_json::{Value, json};

use super::check::person;
use super::view::{Actions, GateView, RunLine, RunPage, RunView};
use super::{AppError, Portal};
use crate::domain::verdict::may_decide;
use crate::domain::{Caller, Person, Run, RunId, Status, visibility};
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
    let person = person(portal, caller).await?;
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
                && visibility::may_see(run, &person)
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
    let person = person(portal, caller).await?;
    let run = visible(portal, &person, run_id).await?;
    let votes = portal.store.votes(run_id).await?;
    let audit = portal.store.audit(run_id).await?;
    let result = portal.store.result(run_id).await?;
    let now = portal.now();
    let open = run.gates.iter().find(|gate| run.status == Status::Waiting && gate.is_open(now));
    let decide = open.filter(|gate| may_decide(&run, gate, caller, &person).is_ok());
    let undecided = decide.filter(|gate| !votes.iter().any(|v| v.gate == gate.name && v.person == person.id));
    let may_stop = !run.status.is_final() && run.status != Status::Cancelling;
    Ok(RunView {
        line: RunLine::from(&run),
        actions: Actions {
            cancel: may_stop && visibility::may_cancel(&run, &person),
            decide: undecided.map(|gate| gate.name.clone()),
        },
        approvals: run.gates.iter().map(|gate| GateView::new(gate, &votes)).collect(),
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
    let person = person(portal, caller).await?;
    let run = visible(portal, &person, run_id).await?;
    Ok(portal.engine.progress(&run).await?)
}

/// The run itself, for "run again with these values": secrets are references and not for a form.
pub async fn get(portal: &Portal, caller: &Caller, run_id: RunId) -> Result<Run, AppError> {
    let person = person(portal, caller).await?;
    visible(portal, &person, run_id).await
}

pub(super) async fn visible(portal: &Portal, person: &Person, run_id: RunId) -> Result<Run, AppError> {
    let run = portal.store.run(run_id).await?;
    run.filter(|run| visibility::may_see(run, person)).ok_or(AppError::NotFound("run"))
}

fn result_view(stored: StoredResult) -> Value {
    let StoredResult { text, digest, bytes, execution } = stored;
    let kept = text.and_then(|text| serde_json::from_str(&text).ok());
    kept.unwrap_or_else(|| json!({"too_large": {"digest": digest, "bytes": bytes, "execution": execution}}))
}
