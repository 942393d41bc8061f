//! The audit chain of a run: each record names the hash of the one before, the run item holds the
//! head. Whoever edits, removes or reorders a record breaks the chain at a sequence number that
//! [`verify`] names.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::RunId;
use super::digest::{self, NotCanonical};

/// Where a run's chain ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of the newest record; 0 before the first.
    pub seq: u64,
    /// Its hash; empty before the first.
    pub hash: String,
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who did it: `person:ada`, `gateway`, `relay`.
    pub actor: String,
    /// What was done, as a stable word: `requested`, `approved`, `cancelled`.
    pub action: String,
    /// More about it; never a secret.
    pub detail: Value,
}

impl Entry {
    /// An entry with details.
    pub fn new(actor: impl Into<String>, action: &str, detail: Value) -> Self {
        Self { actor: actor.into(), action: action.to_owned(), detail }
    }
}

/// One fact, chained to the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The run.
    pub run_id: RunId,
    /// Number within the run, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// More about it.
    pub detail: Value,
    /// Hash of the record before; empty for the first.
    pub prev_hash: String,
    /// SHA-256 over everything above.
    pub hash: String,
}

/// The chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {seq} {what}")]
pub struct Broken {
    /// The first bad sequence number.
    pub seq: u64,
    /// What is wrong with it.
    pub what: &'static str,
}

/// Chains an entry to the head, and moves the head.
pub fn append(head: &mut Head, run_id: RunId, entry: Entry, at: Timestamp) -> Result<Record, NotCanonical> {
    let mut record = Record {
        run_id,
        seq: head.seq + 1,
        at,
        actor: entry.actor,
        action: entry.action,
        detail: entry.detail,
        prev_hash: head.hash.clone(),
        hash: String::new(),
    };
    record.hash = hash_of(&record)?;
    *head = Head { seq: record.seq, hash: record.hash.clone() };
    Ok(record)
}

/// Checks a run's records, in the order in which they were read, against the head of its chain.
pub fn verify(run_id: RunId, records: &[Record], head: &Head) -> Result<(), Broken> {
    let mut prev = "";
    for (seq, record) in (1..).zip(records) {
        let broken = |what| Err(Broken { seq, what });
        if record.run_id != run_id {
            return broken("belongs to another run");
        }
        if record.seq != seq {
            return broken("is missing or out of order");
        }
        if record.prev_hash != prev {
            return broken("does not follow from the record before");
        }
        if hash_of(record).ok().as_ref() != Some(&record.hash) {
            return broken("was edited");
        }
        prev = &record.hash;
    }
    let last = records.len() as u64;
    match (last.cmp(&head.seq), prev == head.hash) {
        (std::cmp::Ordering::Less, _) => Err(Broken { seq: last + 1, what: "is missing at the end" }),
        (std::cmp::Ordering::Greater, _) => Err(Broken { seq: head.seq + 1, what: "was added" }),
        (std::cmp::Ordering::Equal, false) => Err(Broken { seq: last, what: "is not the head" }),
        (std::cmp::Ordering::Equal, true) => Ok(()),
    }
}

fn hash_of(record: &Record) -> Result<String, NotCanonical> {
    digest::of_value(&json!({
        "run_id": record.run_id,
        "seq": record.seq,
        "at": record.at,
        "actor": record.actor,
        "action": record.action,
        "detail": record.detail,
        "prev_hash": record.prev_hash,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> (RunId, Vec<Record>, Head) {
        let at = Timestamp::from_second(1_795_000_000).expect("in range");
        let run_id = RunId::new(at, [1; 10]);
        let mut head = Head::default();
        let records = ["requested", "opened", "approved", "started"]
            .map(|action| {
                let entry = Entry::new("person:ada", action, json!({"n": 1}));
                append(&mut head, run_id, entry, at).expect("canonical")
            })
            .to_vec();
        (run_id, records, head)
    }

    #[test]
    fn f55_every_change_is_found_at_its_first_bad_record() {
        let check = |change: fn(&mut Vec<Record>), expect: Option<u64>| {
            let (run_id, mut records, head) = chain();
            change(&mut records);
            assert_eq!(verify(run_id, &records, &head).err().map(|broken| broken.seq), expect);
        };
        check(|_| {}, None);
        check(|r| r[1].actor = "person:eve".to_owned(), Some(2));
        check(|r| r[2].detail = json!({"n": 2}), Some(3));
        check(|r| r[3].at = Timestamp::UNIX_EPOCH, Some(4));
        check(|r| drop(r.remove(1)), Some(2));
        check(|r| r.swap(1, 2), Some(2));
        check(|r| r.truncate(3), Some(4));
        check(Vec::clear, Some(1));
        check(|r| r.push(r[3].clone()), Some(5));
    }

    #[test]
    fn f55_a_rewritten_tail_does_not_meet_the_head() {
        let (run_id, mut records, head) = chain();
        let mut rewritten = Head { seq: 3, hash: records[2].hash.clone() };
        let forged = Entry::new("person:eve", "started", json!({}));
        records[3] = append(&mut rewritten, run_id, forged, records[3].at).expect("canonical");
        assert_eq!(verify(run_id, &records, &head), Err(Broken { seq: 4, what: "is not the head" }));
    }
}
