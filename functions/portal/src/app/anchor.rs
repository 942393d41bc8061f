//! Anchoring: heads of audit chains go to the archive, where nobody can change them any more.
//!
//! [`close`] is carried out for every run that has closed, by the relay; [`day`] once a day, for every run
//! that changed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{AppError, Portal};
use crate::archive::{ArchiveError, Kept};
use crate::domain::Run;
use crate::domain::audit::anchor::{Anchor, Anchored};
use crate::domain::audit::daily::{self, Daily, Link, Pin};
use crate::domain::audit::{Head, line};
use crate::domain::digest::NotCanonical;

/// Runs that changed so shortly before the daily anchor before are anchored again: the index may not have
/// had them yet.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);

/// How far the first daily anchor looks back.
const FIRST: SignedDuration = SignedDuration::from_hours(24 * 400);

/// A run that was not anchored.
#[derive(Debug, thiserror::Error)]
pub enum Unanchored {
    /// The archive did not take it; it will be asked again.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The anchor cannot be written down.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The run was anchored before, and not as it is now: one of the two was tampered with.
    #[error("the anchor {0} exists and says something else about this run")]
    Altered(String),
}

/// Anchors a run that has closed. Said twice, it is done once.
pub(super) async fn close(portal: &Portal, run: &Run, head: &Head, at: Timestamp) -> Result<(), Unanchored> {
    let anchor = Anchor::new(run, head, at);
    let key = anchor.key();
    let content = line::write(&Anchored::Run(anchor))?;
    match portal.archive.keep(&key, content.clone()).await? {
        Kept::New => Ok(()),
        Kept::Before(before) if before == content => Ok(()),
        Kept::Before(_) => Err(Unanchored::Altered(key)),
    }
}

/// What became of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The key of its anchor.
    pub key: String,
    /// How many runs are in it; none when the day had been anchored before.
    pub runs: Option<usize>,
}

/// Anchors the day that was over last, with all that changed since the daily anchor before.
pub async fn day(portal: &Portal) -> Result<Day, AppError> {
    let now = portal.now();
    let key = daily::key(daily::day_before(now));
    let before = portal.archive.keys(daily::PREFIX).await?.pop();
    if before.as_ref().is_some_and(|before| *before >= key) {
        return Ok(Day { key, runs: None });
    }
    let (previous, since) = match before {
        Some(before) => follow(portal, &before).await?,
        None => (None, now - FIRST),
    };
    let runs = changed(portal, since - OVERLAP, now).await?;
    let count = runs.len();
    let content = line::write(&Anchored::Day(Daily::new(now, previous, runs)))?;
    let kept = portal.archive.keep(&key, content).await?;
    Ok(Day { key, runs: (kept == Kept::New).then_some(count) })
}

/// The link to a daily anchor, and when it was made.
async fn follow(portal: &Portal, key: &str) -> Result<(Option<Link>, Timestamp), AppError> {
    let text = portal.archive.read(key).await?;
    match line::read(&text) {
        Ok(Anchored::Day(daily)) => Ok((Some(Link::to(key, &text)), daily.at)),
        Ok(Anchored::Run(_)) => {
            Err(ArchiveError::NotDaily(key.to_owned(), "it is a run's".to_owned()).into())
        }
        Err(error) => Err(ArchiveError::NotDaily(key.to_owned(), error.to_string()).into()),
    }
}

/// Where the chains of the runs ended that changed in this time. Only heads are kept in memory.
async fn changed(portal: &Portal, since: Timestamp, now: Timestamp) -> Result<Vec<Pin>, AppError> {
    let mut pins = BTreeMap::new();
    let mut day = daily::day_of(since);
    while day <= daily::day_of(now) {
        for ids in portal.store.changed_on(day).await?.chunks(100) {
            let runs = portal.store.runs(ids).await?;
            let fresh = runs.iter().filter(|run| run.updated_at >= since);
            pins.extend(fresh.map(|run| (run.id, Pin::from(run))));
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    Ok(pins.into_values().collect())
}
