//! In which order gates are asked.

use std::cmp::Ordering;

use serde_json::Value;

use super::both;
use crate::diff::at::{At, list};
use crate::diff::finding::Severity::{Changes, Strengthens, Weakens};
use crate::diff::matching::{self, Pair};
use crate::diff::report::Report;
use crate::diff::say::inert;
use crate::words;

/// Compares the order of those gates that are on both sides; whether there was anything to say.
///
/// Whoever is asked later decides knowing what was decided before. That is lost when gates that were asked one
/// after the other are asked together or the other way round, and gained when those that were asked together are not.
pub(super) fn compare(at: &At<'_>, pairs: &[Pair], report: &mut Report<'_>) -> bool {
    let kept = both(pairs);
    let (before, after) = (rounds(list(at.before)), rounds(list(at.after)));
    let (mut lost, mut reversed, mut gained) = (false, false, false);
    for (index, one) in kept.iter().enumerate() {
        for other in &kept[index + 1..] {
            let was = before[one.0].cmp(&before[other.0]);
            let is = after[one.1].cmp(&after[other.1]);
            lost |= was != is && was != Ordering::Equal;
            reversed |= was != is && is != Ordering::Equal && was != Ordering::Equal;
            gained |= was != is && was == Ordering::Equal;
        }
    }
    let (severity, message) = match (lost, gained) {
        (true, _) if reversed => (Weakens, "Gates are asked in another order"),
        (true, _) => (Weakens, "Gates are asked at the same time, no longer one after the other"),
        (false, true) => (Strengthens, "Gates are asked one after the other"),
        (false, false) if matching::reordered(pairs) => (Changes, "Gates are listed in another order"),
        (false, false) => return false,
    };
    report.words(severity, at, message, Some(said(list(at.before))), Some(said(list(at.after))));
    true
}

/// The round that each gate is asked in.
fn rounds(gates: &[Value]) -> Vec<usize> {
    let mut round = 0;
    let number = |(index, gate): (usize, &Value)| {
        round += usize::from(index > 0 && !beside(gate));
        round
    };
    gates.iter().enumerate().map(number).collect()
}

fn beside(gate: &Value) -> bool {
    gate.get("alongside").and_then(Value::as_bool).unwrap_or_default()
}

/// "a, then b and c at the same time".
fn said(gates: &[Value]) -> String {
    let rounds = gates.chunk_by(|_, next| beside(next)).map(|round| {
        let name = |gate: &Value| inert(gate.get("name").and_then(Value::as_str).unwrap_or("?"));
        let names: Vec<String> = round.iter().map(name).collect();
        let together = if names.len() > 1 { " at the same time" } else { "" };
        format!("{}{together}", words::and(&names))
    });
    rounds.collect::<Vec<_>>().join(", then ")
}
