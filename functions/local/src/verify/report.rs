//! Says what was found.

use std::fmt::Write;

use jiff::Timestamp;
use portal::domain::audit::Head;
use portal::domain::audit::export::Exported;
use serde::Serialize;
use serde_json::json;

use super::Problem;
use super::anchors::{Anchors, Days};

/// Everything that there is to say.
pub(super) struct Report {
    pub(super) runs: Vec<Verdict>,
    pub(super) days: Option<Days>,
    pub(super) bad_anchors: Vec<String>,
    pub(super) problems: Vec<Problem>,
    /// Whether anchors were given.
    pub(super) anchored: bool,
}

/// What there is to say of a run.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    run_id: String,
    ok: bool,
    records: usize,
    exported_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchored: Option<Met>,
    /// The last record that was anchored after the export.
    #[serde(skip_serializing_if = "Option::is_none")]
    goes_on_to: Option<u64>,
    /// Anchors that the export names and nobody gave.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_given: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_bad: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// The newest anchor that a run meets.
#[derive(Debug, Serialize)]
struct Met {
    seq: u64,
    at: Timestamp,
}

impl Verdict {
    /// Judges a run.
    pub(super) fn new(run: &Exported, anchors: &Anchors) -> Self {
        let known = anchors.of(run.header.run_id);
        let heads: Vec<Head> = known.iter().map(|(head, _)| head.clone()).collect();
        let broken = run.verify(known).err();
        let length = run.records.len() as u64;
        let met = known.iter().filter(|(head, _)| head.seq <= length && broken.is_none());
        let newest = met.max_by_key(|(head, at)| (head.seq, std::cmp::Reverse(*at)));
        let goes_on = heads.iter().map(|head| head.seq).filter(|seq| *seq > length).max();
        let missing = run.header.anchors.iter().filter(|named| !heads.contains(&named.head()));
        Self {
            run_id: run.header.run_id.to_string(),
            ok: broken.is_none(),
            records: run.records.len(),
            exported_at: run.header.at,
            anchored: newest.map(|(head, at)| Met { seq: head.seq, at: *at }),
            goes_on_to: goes_on.filter(|_| broken.is_none()),
            not_given: missing.map(|named| named.key.clone()).collect(),
            first_bad: broken.as_ref().map(|broken| broken.seq),
            fault: broken.map(|broken| broken.to_string()),
        }
    }

    fn text(&self, anchors_given: bool) -> String {
        if let Some(fault) = &self.fault {
            return format!("BAD  {}  {fault}", self.run_id);
        }
        let records = counted(self.records, "record");
        let anchored = match &self.anchored {
            Some(met) if met.seq == self.records as u64 => format!(", anchored at {}", met.at),
            Some(met) => format!(", anchored up to record {} at {}", met.seq, met.at),
            None if !anchors_given => String::new(),
            None if self.not_given.is_empty() => ", not anchored yet".to_owned(),
            None => format!(", but its anchor {} was not given", self.not_given.join(", ")),
        };
        let goes_on = self
            .goes_on_to
            .map(|seq| format!("; it went on to record {seq} after it was exported at {}", self.exported_at));
        format!("ok   {}  {records}{anchored}{}", self.run_id, goes_on.unwrap_or_default())
    }
}

impl Report {
    /// 1 when something is bad, 2 when something could not be used.
    pub(super) fn status(&self) -> u8 {
        match (self.bad(), self.problems.is_empty()) {
            (1.., _) => 1,
            (0, false) => 2,
            (0, true) => 0,
        }
    }

    fn bad(&self) -> usize {
        self.runs.iter().filter(|run| !run.ok).count() + self.bad_anchors.len()
    }

    /// A line for each run and for the daily anchors.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let runs = self.runs.iter().map(|run| run.text(self.anchored));
        let anchors = self.bad_anchors.iter().map(|bad| format!("BAD  {bad}"));
        let days = self.days.iter().map(|Days { first, last, count }| {
            format!("ok   daily anchors from {first} to {last}, {}, hold together", counted(*count, "day"))
        });
        for line in runs.chain(anchors).chain(days) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// What people should know besides: problems, the sum, and what this could not notice.
    pub(super) fn remarks(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        for Problem { file, line, message } in &self.problems {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            let _ = writeln!(text, "error: {file}{line}: {message}");
        }
        let _ = writeln!(text, "{}, {} bad", counted(self.runs.len(), "run"), self.bad());
        if !self.anchored {
            text.push_str(
                "note: without --anchors, a chain that was rewritten as a whole would not be noticed: copy the \
                 archive's bucket to a folder and give it\n",
            );
        }
        text
    }

    /// The same for machines.
    pub(super) fn json(&self) -> String {
        let report = json!({
            "ok": self.status() == 0,
            "runs": self.runs,
            "daily_anchors": self.days,
            "bad_anchors": self.bad_anchors,
            "problems": self.problems,
            "anchors_given": self.anchored,
        });
        format!("{report:#}\n")
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
