//! Exporting the audit, for whoever wants to verify it without asking us: one run, or all of a workflow's
//! that the person may see.

use super::check::decider;
use super::runs::visible;
use super::{AppError, Portal};
use crate::domain::audit::anchor::{self, Named};
use crate::domain::audit::export::{End, Header, Line, List, Unreadable};
use crate::domain::audit::line::VERSION;
use crate::domain::{Caller, Record, Run, RunId, visibility};
use crate::store::StoreError;
use crate::store::lists::{self, Cursor};

/// How often a run is read again while records are added to it.
const TRIES: usize = 5;
/// How many runs are read at once.
const PAGE: i32 = 25;
/// How often that is done for one answer, which has half a minute.
const PAGES: usize = 16;
/// An answer that is so long is long enough: Lambda sends six megabytes at most.
const BYTES: usize = 2 << 20;

/// A run's audit as lines.
pub async fn export(portal: &Portal, caller: &Caller, run_id: RunId) -> Result<String, AppError> {
    let decider = decider(portal, caller).await?;
    visible(portal, &decider, run_id).await?;
    lines(portal, run_id).await
}

/// The audit of a workflow's runs that the person may see, as lines; as many as one answer may hold, from
/// where the answer before ended.
pub async fn export_workflow(
    portal: &Portal,
    caller: &Caller,
    slug: &str,
    from: Option<String>,
) -> Result<String, AppError> {
    let decider = decider(portal, caller).await?;
    let decode = |text: &String| Cursor::decode(text).ok_or(AppError::BadCursor);
    let mut cursor = from.as_ref().map(decode).transpose()?;
    let (version, workflow) = (VERSION, slug.to_owned());
    let mut text = Line::List(List { version, workflow: workflow.clone(), from }).write()?;
    let mut runs = 0;
    for _ in 0..PAGES {
        let page = portal.store.list(lists::List::Workflow(slug), cursor.as_ref(), PAGE).await?;
        for run in page.runs.into_iter().filter(|run| visibility::may_see(run, &decider)) {
            text.push_str(&lines(portal, run.id).await?);
            runs += 1;
        }
        cursor = page.next;
        if cursor.is_none() || text.len() >= BYTES {
            break;
        }
    }
    let next = cursor.map(|cursor| cursor.encode());
    Ok(text + &Line::End(End { version, workflow, runs, next }).write()?)
}

/// The header of a run and its records. Anchors are listed before the run is read, so that none can be ahead
/// of it; records that are added while it is read have it read again, so that its head fits them.
async fn lines(portal: &Portal, run_id: RunId) -> Result<String, AppError> {
    let at = portal.now();
    let anchors = portal.archive.keys(&anchor::prefix(run_id)).await?;
    let anchors = anchors.iter().filter_map(|key| Named::parse(key)).collect();
    let (mut run, mut records) = read(portal, run_id).await?;
    for _ in 1..TRIES {
        if records.len() as u64 <= run.audit.seq {
            break;
        }
        (run, records) = read(portal, run_id).await?;
    }
    let mut text = Line::Run(Header::new(&run, at, anchors)).write()?;
    for record in records {
        text.push_str(&line(record)?);
    }
    Ok(text)
}

/// A run, and then its records.
async fn read(portal: &Portal, run_id: RunId) -> Result<(Run, Vec<Result<Record, StoreError>>), AppError> {
    let run = portal.store.run(run_id).await?.ok_or(AppError::NotFound("run"))?;
    Ok((run, portal.store.audit_as_stored(run_id).await?))
}

/// What is no record any more, or holds what JSON cannot carry, has its place in the export all the same.
fn line(record: Result<Record, StoreError>) -> Result<String, AppError> {
    let why = match record.map(|record| Line::Record(record).write()) {
        Ok(Ok(line)) => return Ok(line),
        Ok(Err(error)) => crate::aws::chain(&error),
        Err(error) => crate::aws::chain(&error),
    };
    Ok(Line::Unreadable(Unreadable { version: VERSION, why }).write()?)
}
