//! The anchor of a run: the head of its chain when the run closed, kept where nobody can change it.
//!
//! An anchor is named after what it holds, so that a list of names is a list of heads.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Head;
use super::daily::Daily;
use super::line::VERSION;
use crate::domain::{Run, RunId, Status};

/// What all keys of runs' anchors begin with.
pub const PREFIX: &str = "runs/";

/// What the archive holds: the content of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Anchored {
    /// The head of a run that closed.
    #[serde(rename = "drawbridge-anchor")]
    Run(Anchor),
    /// The heads of a day.
    #[serde(rename = "drawbridge-daily-anchor")]
    Day(Daily),
}

/// The content of a run's anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Version of the format.
    pub version: u64,
    /// The run.
    pub run_id: RunId,
    /// Number of its newest record.
    pub seq: u64,
    /// That record's hash, which covers all before.
    pub hash: String,
    /// Digest of the run.
    pub digest: String,
    /// How the run ended.
    pub status: Status,
    /// When the record was written.
    pub at: Timestamp,
}

/// The key of an anchor; it says what is anchored without being opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The key.
    pub key: String,
    /// Number of the record.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Anchor {
    /// The anchor of a run's head, written at that moment.
    pub fn new(run: &Run, head: &Head, at: Timestamp) -> Self {
        Self {
            version: VERSION,
            run_id: run.id,
            seq: head.seq,
            hash: head.hash.clone(),
            digest: run.digest.clone(),
            status: run.status,
            at,
        }
    }

    /// Where it is kept.
    pub fn key(&self) -> String {
        format!("{}{}-{}.json", prefix(self.run_id), self.seq, self.hash)
    }

    /// The head that it vouches for.
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }
}

impl Named {
    /// What a key says; none where it is not the key of a run's anchor.
    pub fn parse(key: &str) -> Option<Self> {
        let (run, name) = key.strip_prefix(PREFIX)?.split_once('/')?;
        run.parse::<RunId>().ok()?;
        let (seq, hash) = name.strip_suffix(".json")?.split_once('-')?;
        Some(Self { key: key.to_owned(), seq: seq.parse().ok()?, hash: hash.to_owned() })
    }

    /// The head that it vouches for.
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }
}

/// What the keys of a run's anchors begin with.
pub fn prefix(run_id: RunId) -> String {
    format!("{PREFIX}{run_id}/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::line;
    use crate::domain::audit::sample::chain;

    #[test]
    fn a_key_says_what_is_anchored() {
        let (run, _) = chain(7);
        let anchor = Anchor::new(&run, &run.audit, run.created_at);
        let key = anchor.key();
        assert_eq!(key, format!("runs/{}/7-{}.json", run.id, run.audit.hash));
        assert_eq!(Named::parse(&key).map(|named| named.head()), Some(run.audit));
        for other in ["daily/2026-11-28.json", "runs/x/7-a.json", "runs/019a/7.json", ""] {
            assert_eq!(Named::parse(other), None, "{other}");
        }
    }

    #[test]
    fn is_read_as_it_was_written() {
        let (run, _) = chain(1);
        let anchor = Anchor::new(&run, &run.audit, run.created_at);
        let anchored = Anchored::Run(anchor);
        let text = line::write(&anchored).expect("canonical");
        assert!(text.contains(r#""kind":"drawbridge-anchor""#), "{text}");
        assert_eq!(line::read::<Anchored>(&text).expect("readable"), anchored);
        assert!(line::read::<Anchored>(&text.replace("drawbridge-anchor", "another")).is_err());
    }
}
