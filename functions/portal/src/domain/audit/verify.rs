//! Judges the records of a run: by their own hashes, by the head of the chain, and by its anchors.
//!
//! 1. forward, each record must be in its place, say what its hash covers, and follow from the one before;
//! 2. the last must be the head;
//! 3. each anchor must be met by the record of its number.
//!
//! The first two notice whoever changed records; only the third notices who rewrote records and head.

use std::fmt;

use super::{Head, Record};
use crate::domain::RunId;

/// A chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {seq} {what}")]
pub struct Broken {
    /// The first bad sequence number.
    pub seq: u64,
    /// What is wrong with it.
    pub what: Fault,
}

/// What can be wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is none of this number.
    Missing,
    /// It lies among others.
    Misplaced,
    /// It says that it is about another run.
    OtherRun,
    /// It is no record at all any more.
    Unreadable,
    /// Its hash covers something else.
    Edited,
    /// Its hash covers it, but the next record and the head vouch for another one.
    Replaced,
    /// It names another predecessor than the one that is there.
    Unlinked,
    /// The chain ends before it.
    Added,
    /// The chain ends here with another record.
    NotTheHead,
    /// It is not the one that was anchored.
    NotAnchored,
    /// It, or one of those up to this number, was rewritten: the last of them is not the one that was
    /// anchored.
    Rewritten(u64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Missing => "is missing",
            Self::Misplaced => "is not in its place",
            Self::OtherRun => "belongs to another run",
            Self::Unreadable => "cannot be read",
            Self::Edited => "was edited",
            Self::Replaced => "was edited and hashed anew",
            Self::Unlinked => "does not follow from the record before",
            Self::Added => "was added after the head of the chain",
            Self::NotTheHead => "is not the head of the chain: it was rewritten, perhaps with some before it",
            Self::NotAnchored => "was rewritten: it is not the one that was anchored",
            Self::Rewritten(to) => {
                return write!(
                    f,
                    "was rewritten, or one of the next: record {to} is not the one that was anchored"
                );
            }
        };
        f.write_str(words)
    }
}

/// Checks a run's records, in the order in which they were read, against the head of their chain and
/// against the anchors of the run, in any order.
pub fn verify(run_id: RunId, records: &[Record], head: &Head, anchors: &[Head]) -> Result<(), Broken> {
    let rewritten = unmet(records, anchors);
    let Err(broken) = chain(run_id, records, head) else { return rewritten.map_or(Ok(()), Err) };
    // An anchor that an earlier record does not meet says more than what is broken later.
    let earlier = rewritten.filter(|rewritten| rewritten.last() < broken.seq);
    Err(earlier.unwrap_or(broken))
}

impl Broken {
    /// The last record that this is about.
    fn last(&self) -> u64 {
        if let Fault::Rewritten(to) = self.what { to } else { self.seq }
    }
}

/// Checks that the first `count` records hold together, whatever comes after them.
pub fn links(run_id: RunId, records: &[Record], count: usize) -> Result<(), Broken> {
    let mut prev = "";
    for (seq, record) in (1..).zip(records).take(count) {
        let fault = if record.run_id != run_id {
            Fault::OtherRun
        } else if record.seq != seq {
            absence(records, seq)
        } else if record.computed().ok().as_ref() != Some(&record.hash) {
            Fault::Edited
        } else if record.prev_hash != prev {
            Fault::Unlinked
        } else {
            prev = &record.hash;
            continue;
        };
        return Err(Broken { seq, what: fault });
    }
    Ok(())
}

fn chain(run_id: RunId, records: &[Record], head: &Head) -> Result<(), Broken> {
    let within = usize::try_from(head.seq).unwrap_or(usize::MAX).min(records.len());
    let linked = links(run_id, records, within);
    if let Err(Broken { seq, what: Fault::Unlinked }) = linked
        && seq > 1
        && reaches(&records[position(seq)..within], head)
    {
        return Err(Broken { seq: seq - 1, what: Fault::Replaced });
    }
    linked?;
    let bad = |seq, what| Err(Broken { seq, what });
    let last = records.len() as u64;
    match last.cmp(&head.seq) {
        std::cmp::Ordering::Less => bad(last + 1, Fault::Missing),
        std::cmp::Ordering::Greater => bad(head.seq + 1, Fault::Added),
        std::cmp::Ordering::Equal if records.last().map_or("", |record| &record.hash) == head.hash => Ok(()),
        std::cmp::Ordering::Equal => bad(last.max(1), Fault::NotTheHead),
    }
}

fn absence(records: &[Record], seq: u64) -> Fault {
    if records.iter().any(|record| record.seq == seq) { Fault::Misplaced } else { Fault::Missing }
}

/// Whether these records hold together and end in the head: then the head vouches for each of them, and
/// through the first for the one that must come before.
fn reaches(records: &[Record], head: &Head) -> bool {
    let hashed = records.iter().all(|record| record.computed().ok().as_ref() == Some(&record.hash));
    let linked = records.windows(2).all(|pair| pair[1].prev_hash == pair[0].hash);
    hashed && linked && records.last().is_some_and(|last| last.as_head() == *head)
}

/// The first anchor that the records do not meet.
fn unmet(records: &[Record], anchors: &[Head]) -> Option<Broken> {
    let mut anchors: Vec<_> = anchors.iter().collect();
    anchors.sort_by_key(|anchor| anchor.seq);
    let mut met = 0;
    for anchor in anchors {
        let record = anchor.seq.checked_sub(1).and_then(|_| records.get(position(anchor.seq)));
        match record {
            Some(record) if record.hash == anchor.hash => met = anchor.seq,
            Some(_) if met + 1 >= anchor.seq => {
                return Some(Broken { seq: anchor.seq, what: Fault::NotAnchored });
            }
            Some(_) => return Some(Broken { seq: met + 1, what: Fault::Rewritten(anchor.seq) }),
            // Nothing was recorded yet, or nothing is left.
            None if anchor.seq == 0 => {}
            None => return Some(Broken { seq: records.len() as u64 + 1, what: Fault::Missing }),
        }
    }
    None
}

/// Where the record of this number belongs.
fn position(seq: u64) -> usize {
    usize::try_from(seq.saturating_sub(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
