//! The audit chain of a run: each record names the hash of the one before, the run item holds the
//! head. Whoever edits, removes or reorders a record breaks the chain at a sequence number that
//! [`verify`] names; whoever rewrites the whole chain, head and all, does not meet its anchors.
//!
//! 1. [`append`] chains a fact;
//! 2. [`anchor`] and [`daily`] are what goes to where nobody can change it;
//! 3. [`export`] is a chain as lines of JSON, [`verify`] the judgement over it.

pub mod anchor;
pub mod daily;
pub mod export;
pub mod line;
pub mod verify;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::digest::{self, NotCanonical};
use super::{Caller, Run, RunId};

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
    /// How it reached the portal: `portal`, `api`, `slack`, `email`; none for what machines of ours do.
    pub channel: Option<String>,
    /// What was done, as a stable word: `requested`, `approved`, `cancelled`.
    pub action: String,
    /// More about it; never a secret.
    pub detail: Value,
}

impl Entry {
    /// An entry with details.
    pub fn new(actor: impl Into<String>, action: &str, detail: Value) -> Self {
        Self { actor: actor.into(), channel: None, action: action.to_owned(), detail }
    }

    /// What a caller did, by the channel they came by.
    pub fn of(caller: &Caller, action: &str, detail: Value) -> Self {
        Self { channel: caller.channel.clone(), ..Self::new(caller.key(), action, detail) }
    }

    /// The same, with the channel it came by.
    #[must_use]
    pub fn by(self, channel: impl Into<String>) -> Self {
        Self { channel: Some(channel.into()), ..self }
    }
}

/// One fact, chained to the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The run.
    pub run_id: RunId,
    /// Number within the run, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// By which channel.
    pub channel: Option<String>,
    /// What.
    pub action: String,
    /// The run's digest at that moment: what the fact is about.
    pub digest: String,
    /// More about it.
    pub detail: Value,
    /// Hash of the record before; empty for the first.
    pub prev_hash: String,
    /// SHA-256 over everything above.
    pub hash: String,
}

/// Chains an entry to the head of a run, and moves the head.
pub fn append(run: &mut Run, entry: Entry, at: Timestamp) -> Result<Record, NotCanonical> {
    let mut record = Record {
        run_id: run.id,
        seq: run.audit.seq + 1,
        at,
        actor: entry.actor,
        channel: entry.channel,
        action: entry.action,
        digest: run.digest.clone(),
        detail: entry.detail,
        prev_hash: run.audit.hash.clone(),
        hash: String::new(),
    };
    record.hash = record.computed()?;
    run.audit = record.as_head();
    Ok(record)
}

impl Record {
    /// The hash of what the record says, whatever hash it carries.
    pub fn computed(&self) -> Result<String, NotCanonical> {
        digest::of_value(&json!({
            "run_id": self.run_id,
            "seq": self.seq,
            "at": self.at,
            "actor": self.actor,
            "channel": self.channel,
            "action": self.action,
            "digest": self.digest,
            "detail": self.detail,
            "prev_hash": self.prev_hash,
        }))
    }

    /// The head of a chain that ends here.
    pub fn as_head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }
}

/// Chains for tests.
#[cfg(test)]
pub(crate) mod sample {
    use super::*;
    use crate::domain::run::sample::run;

    /// A run and the records of its life, `length` of them.
    pub(crate) fn chain(length: usize) -> (Run, Vec<Record>) {
        let mut run = run();
        let records = (0..length)
            .map(|n| {
                let entry = Entry::new("person:ada", "did", json!({ "n": n })).by("portal");
                let at = run.created_at + jiff::SignedDuration::from_secs(i64::try_from(n).expect("small"));
                append(&mut run, entry, at).expect("canonical")
            })
            .collect();
        (run, records)
    }
}
