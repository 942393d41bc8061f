//! The audit of runs as JSON Lines: what is exported, and what `verify` reads.
//!
//! Each run is a header and then its records, one canonical JSON object a line, so that exports may be put
//! behind one another. The runs of a workflow stand between two lines of their own, which say how many they
//! are and where they go on: without them something is missing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::anchor::Named;
use super::line::{self, Unusable, VERSION};
use super::verify::{Broken, Fault, links, verify};
use super::{Head, Record};
use crate::domain::digest::NotCanonical;
use crate::domain::{Run, RunId, Status};

/// The media type of an export.
pub const MEDIA_TYPE: &str = "application/jsonl";

/// A daily anchor may hold what was recorded so long after the moment that it names.
const SETTLED: SignedDuration = SignedDuration::from_mins(15);

/// A line that says what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Known {
    #[serde(rename = "drawbridge-audit")]
    Run(Header),
    #[serde(rename = "drawbridge-audit-unreadable")]
    Unreadable(Unreadable),
    #[serde(rename = "drawbridge-audit-list")]
    List(List),
    #[serde(rename = "drawbridge-audit-list-end")]
    End(End),
}

/// A line of an export.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// A run begins.
    Run(Header),
    /// A record of it.
    Record(Record),
    /// What lay where a record should.
    Unreadable(Unreadable),
    /// The runs of a workflow begin.
    List(List),
    /// They end, or go on elsewhere.
    End(End),
}

/// What is said of a run before its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Version of the format.
    pub version: u64,
    /// When it was exported; everything below was read afterwards.
    pub at: Timestamp,
    /// The run.
    pub run_id: RunId,
    /// The workflow's slug.
    pub workflow: String,
    /// Digest of the run.
    pub digest: String,
    /// Where the run is.
    pub status: Status,
    /// Where its chain ends, as the run item says.
    pub head: Head,
    /// The anchors of the run in the archive.
    pub anchors: Vec<Named>,
}

/// An item of the audit table that is no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreadable {
    /// Version of the format.
    pub version: u64,
    /// Why it is none.
    pub why: String,
}

/// The runs of a workflow begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Version of the format.
    pub version: u64,
    /// The workflow's slug.
    pub workflow: String,
    /// Where the answer before ended; none for the first.
    pub from: Option<String>,
}

/// The runs of a workflow end here, or go on in another answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Version of the format.
    pub version: u64,
    /// The workflow's slug.
    pub workflow: String,
    /// How many there were.
    pub runs: u64,
    /// The cursor with which the rest is asked for; none at the end.
    pub next: Option<String>,
}

/// What an export says about one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// Its header.
    pub header: Header,
    /// Its records, up to the first that cannot be read.
    pub records: Vec<Record>,
    /// Whether one could not be read.
    pub cut: bool,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// When it is not one that the portal writes.
    pub fn read(text: &str) -> Result<Self, Unusable> {
        if line::parse(text)?.get("kind").is_none() {
            return line::read(text).map(Self::Record);
        }
        Ok(match line::read(text)? {
            Known::Run(header) => Self::Run(header),
            Known::Unreadable(unreadable) => Self::Unreadable(unreadable),
            Known::List(list) => Self::List(list),
            Known::End(end) => Self::End(end),
        })
    }

    /// The line as text, with its end.
    ///
    /// # Errors
    /// When a record holds a number that JSON cannot carry exactly.
    pub fn write(self) -> Result<String, NotCanonical> {
        let known = match self {
            Self::Record(record) => return Ok(line::write(&record)? + "\n"),
            Self::Run(header) => Known::Run(header),
            Self::Unreadable(unreadable) => Known::Unreadable(unreadable),
            Self::List(list) => Known::List(list),
            Self::End(end) => Known::End(end),
        };
        Ok(line::write(&known)? + "\n")
    }
}

impl Header {
    /// The header of a run that was read after these anchors, which were listed after that moment: so they
    /// can name no record that the run did not have.
    pub fn new(run: &Run, at: Timestamp, anchors: Vec<Named>) -> Self {
        Self {
            version: VERSION,
            at,
            run_id: run.id,
            workflow: run.workflow.clone(),
            digest: run.digest.clone(),
            status: run.status,
            head: run.audit.clone(),
            anchors,
        }
    }
}

impl Exported {
    /// Checks the records against the header, its anchors, and further anchors of the run. What was anchored
    /// after the export may be about records that came after it.
    pub fn verify(&self, anchors: &[(Head, Timestamp)]) -> Result<(), Broken> {
        let run_id = self.header.run_id;
        if self.cut {
            links(run_id, &self.records, self.records.len())?;
            return Err(Broken { seq: self.records.len() as u64 + 1, what: Fault::Unreadable });
        }
        let mut all: Vec<_> = self.header.anchors.iter().map(Named::head).collect();
        let length = self.records.len() as u64;
        let due = |head: &Head, at: Timestamp| head.seq <= length || at + SETTLED <= self.header.at;
        all.extend(anchors.iter().filter(|(head, at)| due(head, *at)).map(|(head, _)| head.clone()));
        verify(run_id, &self.records, &self.header.head, &all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::sample::chain;

    #[test]
    fn lines_are_read_as_they_were_written() {
        let (run, records) = chain(2);
        let check = |line: Line| {
            let text = line.clone().write().expect("canonical");
            assert_eq!(text.lines().count(), 1, "{text}");
            assert_eq!(Line::read(text.trim_end()).expect("readable"), line);
        };
        check(Line::Run(Header::new(&run, run.created_at, vec![])));
        check(Line::Record(records[1].clone()));
        check(Line::Unreadable(Unreadable { version: VERSION, why: "no text".to_owned() }));
        check(Line::List(List { version: VERSION, workflow: "resize".to_owned(), from: None }));
        check(Line::End(End { version: VERSION, workflow: "resize".to_owned(), runs: 3, next: None }));
    }

    #[test]
    fn what_the_portal_does_not_write_is_refused() {
        let (_, records) = chain(1);
        let good = Line::Record(records[0].clone()).write().expect("canonical");
        let check = |text: &str, part: &str| {
            let refused = Line::read(text.trim_end()).expect_err(text).to_string();
            assert!(refused.contains(part), "{refused}");
        };
        check(&good[..good.len() / 2], "was the file cut off?");
        check("", "not a line of JSON");
        check("{]", "not a line of JSON");
        check(&good.replacen('{', "{ ", 1), "white space");
        check(&good.replacen(r#""actor""#, r#""actor":"person:eve","actor""#, 1), "appears twice");
        check(&good.replacen(r#""actor":"person:ada","#, "", 1), "missing field `actor`");
        check(r#"{"kind":"drawbridge-audit","version":2}"#, "format version 2");
        check(r#"{"kind":"something","version":1}"#, "unknown variant");
        check("[]", "not what belongs here");
    }

    #[test]
    fn f55_an_anchor_of_before_the_export_demands_its_record_and_a_later_one_does_not() {
        let (run, records) = chain(8);
        let head = records[4].as_head();
        let at = run.created_at + SignedDuration::from_hours(1);
        let header = Header { head, ..Header::new(&run, at, vec![]) };
        let exported = Exported { header, records: records[..5].to_vec(), cut: false };
        let check = |at: Timestamp, expected: Result<(), Broken>| {
            assert_eq!(exported.verify(&[(run.audit.clone(), at)]), expected, "{at}");
        };
        check(run.created_at, Err(Broken { seq: 6, what: Fault::Missing }));
        check(at, Ok(()));
        let forged = Head { hash: "0".repeat(64), ..records[4].as_head() };
        let later = exported.verify(&[(forged, at + SETTLED)]);
        assert_eq!(
            later,
            Err(Broken { seq: 1, what: Fault::Rewritten(5) }),
            "what is there is held against it"
        );
    }

    #[test]
    fn f55_a_record_that_cannot_be_read_is_named() {
        let (run, records) = chain(5);
        let mut exported = Exported {
            header: Header::new(&run, run.created_at, vec![]),
            records: records[..2].to_vec(),
            cut: true,
        };
        assert_eq!(exported.verify(&[]), Err(Broken { seq: 3, what: Fault::Unreadable }));
        exported.records[0].actor = "person:eve".to_owned();
        assert_eq!(exported.verify(&[]), Err(Broken { seq: 1, what: Fault::Edited }));
    }
}
