//! The anchor of a day: the heads of all runs that changed, open ones too, chained to the day before.
//!
//! What is anchored when a run closes says nothing of runs that are open; this does.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::line::VERSION;
use crate::domain::{Run, RunId, Status, digest};

/// What all keys of daily anchors begin with.
pub const PREFIX: &str = "daily/";

/// The content of a daily anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Daily {
    /// Version of the format.
    pub version: u64,
    /// The day that is complete, in UTC.
    pub day: Date,
    /// When the heads were read.
    pub at: Timestamp,
    /// The daily anchor before; none for the first.
    pub previous: Option<Link>,
    /// The runs that changed since then.
    pub runs: Vec<Pin>,
}

/// A daily anchor by its key and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its key.
    pub key: String,
    /// SHA-256 of its bytes.
    pub hash: String,
}

/// Where the chain of a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The run.
    pub run_id: RunId,
    /// Number of its newest record.
    pub seq: u64,
    /// That record's hash, which covers all before.
    pub hash: String,
    /// Digest of the run.
    pub digest: String,
    /// Where the run was.
    pub status: Status,
}

/// The daily anchors do not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The next one names another.
    #[error("{0} is missing")]
    Missing(String),
    /// Its bytes are not those that the next one names.
    #[error("{0} was changed: the one after it names another content")]
    Changed(String),
}

impl Daily {
    /// The anchor of the day that was over last.
    pub fn new(at: Timestamp, previous: Option<Link>, runs: Vec<Pin>) -> Self {
        Self { version: VERSION, day: day_before(at), at, previous, runs }
    }

    /// Where it is kept.
    pub fn key(&self) -> String {
        key(self.day)
    }
}

impl Link {
    /// The link to an anchor that was read.
    pub fn to(key: &str, content: &str) -> Self {
        Self { key: key.to_owned(), hash: digest::of_text(content) }
    }
}

impl From<&Run> for Pin {
    fn from(run: &Run) -> Self {
        Self {
            run_id: run.id,
            seq: run.audit.seq,
            hash: run.audit.hash.clone(),
            digest: run.digest.clone(),
            status: run.status,
        }
    }
}

/// The key of a day's anchor.
pub fn key(day: Date) -> String {
    format!("{PREFIX}{day}.json")
}

/// The day of a moment, in UTC.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The last day that is over, in UTC.
pub fn day_before(at: Timestamp) -> Date {
    day_of(at.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN))
}

/// Checks that daily anchors, with their texts and oldest first, hold together. The first may follow one
/// that is not here.
pub fn verify(anchors: &[(Daily, String)]) -> Result<(), Broken> {
    let mut before: Option<Link> = None;
    for (daily, text) in anchors {
        if let Some(before) = before {
            match &daily.previous {
                Some(named) if *named == before => {}
                Some(named) if named.key != before.key => return Err(Broken::Missing(named.key.clone())),
                Some(_) => return Err(Broken::Changed(before.key)),
                // It says that nothing was before it, and something was.
                None => return Err(Broken::Changed(daily.key())),
            }
        }
        before = Some(Link::to(&daily.key(), text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::anchor::Anchored;
    use crate::domain::audit::line;
    use crate::domain::audit::sample::chain;

    fn days(count: i64) -> Vec<(Daily, String)> {
        let (run, _) = chain(3);
        let mut all: Vec<(Daily, String)> = Vec::new();
        for n in 0..count {
            let at = run.created_at + SignedDuration::from_hours(24 * n);
            let previous = all.last().map(|(daily, text)| Link::to(&daily.key(), text));
            let daily = Daily::new(at, previous, vec![Pin::from(&run)]);
            let text = line::write(&Anchored::Day(daily.clone())).expect("canonical");
            all.push((daily, text));
        }
        all
    }

    #[test]
    fn days_hold_together() {
        let all = days(4);
        assert_eq!(verify(&all), Ok(()));
        assert_eq!(verify(&all[2..]), Ok(()), "the first may follow one that is not here");
        assert_eq!(line::read::<Anchored>(&all[3].1).expect("readable"), Anchored::Day(all[3].0.clone()));
        assert_eq!(all[0].0.runs[0].seq, 3);
    }

    #[test]
    fn a_day_that_was_changed_or_taken_away_is_named() {
        let mut all = days(4);
        let second = all[1].0.key();
        all[1].1 = all[1].1.replace("STARTING", "EXPIRED");
        assert_eq!(verify(&all), Err(Broken::Changed(second.clone())));
        all.remove(1);
        assert_eq!(verify(&all), Err(Broken::Missing(second)));
    }

    #[test]
    fn is_named_after_the_day_that_is_over() {
        let check = |at: &str, day: &str| {
            assert_eq!(key(day_before(at.parse().expect("a time"))), format!("daily/{day}.json"));
        };
        check("2026-11-28T00:05:00Z", "2026-11-27");
        check("2026-11-28T23:59:59Z", "2026-11-27");
        check("2027-01-01T00:00:00Z", "2026-12-31");
    }
}
