//! Fifty records, each in turn edited, removed, swapped, cut off: the verifier names it every time.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Broken, Fault, verify};
use crate::domain::audit::sample::chain;
use crate::domain::audit::{Entry, Head, Record, append};
use crate::domain::{Run, RunId};

const LENGTH: usize = 50;

/// A run of fifty records.
static FIFTY: LazyLock<(Run, Vec<Record>)> = LazyLock::new(|| chain(LENGTH));

/// What the verifier says about its records after a change of them.
fn after(change: impl FnOnce(&mut Vec<Record>)) -> Result<(), Broken> {
    let (run, mut records) = FIFTY.clone();
    change(&mut records);
    verify(run.id, &records, &run.audit, &[])
}

fn named(seq: usize, what: Fault) -> Result<(), Broken> {
    Err(Broken { seq: seq as u64, what })
}

/// Each record's number.
fn each() -> std::ops::RangeInclusive<usize> {
    1..=LENGTH
}

#[test]
fn f55_an_untouched_chain_holds() {
    assert_eq!(after(|_| {}), Ok(()));
}

/// What is done to a record.
type Edit = fn(&mut Record);

#[test]
fn f55_an_edit_of_any_field_of_any_record_is_named() {
    let edits: [(&str, Fault, Edit); 11] = [
        ("run_id", Fault::OtherRun, |r| r.run_id = RunId::new(r.at, [9; 10])),
        ("seq", Fault::Missing, |r| r.seq += 1000),
        ("at", Fault::Edited, |r| r.at += SignedDuration::from_millis(1)),
        ("actor", Fault::Edited, |r| r.actor = "person:eve".to_owned()),
        ("channel", Fault::Edited, |r| r.channel = Some("slack".to_owned())),
        ("no channel", Fault::Edited, |r| r.channel = None),
        ("action", Fault::Edited, |r| r.action = "approved".to_owned()),
        ("digest", Fault::Edited, |r| r.digest = "another".to_owned()),
        ("detail", Fault::Edited, |r| r.detail["n"] = json!("0")),
        ("prev_hash", Fault::Edited, |r| r.prev_hash = "0".repeat(64)),
        ("hash", Fault::Edited, |r| r.hash = "0".repeat(64)),
    ];
    for seq in each() {
        for (field, fault, edit) in edits {
            assert_eq!(after(|r| edit(&mut r[seq - 1])), named(seq, fault), "{field} of {seq}");
        }
    }
}

#[test]
fn f55_an_edit_with_a_new_hash_is_named() {
    for seq in each() {
        let forged = after(|records| {
            records[seq - 1].actor = "person:eve".to_owned();
            records[seq - 1].hash = records[seq - 1].computed().expect("canonical");
        });
        let fault = if seq == LENGTH { Fault::NotTheHead } else { Fault::Replaced };
        assert_eq!(forged, named(seq, fault), "{seq}");
        let moved = after(|records| {
            records[seq - 1].prev_hash = "0".repeat(64);
            records[seq - 1].hash = records[seq - 1].computed().expect("canonical");
        });
        assert_eq!(moved, named(seq, Fault::Unlinked), "{seq}");
    }
}

#[test]
fn f55_a_removed_record_is_named() {
    for seq in each() {
        assert_eq!(after(|r| drop(r.remove(seq - 1))), named(seq, Fault::Missing), "{seq}");
    }
}

#[test]
fn f55_a_record_that_was_swapped_with_any_other_is_named() {
    for left in each() {
        for right in left + 1..=LENGTH {
            let swapped = after(|r| r.swap(left - 1, right - 1));
            assert_eq!(swapped, named(left, Fault::Misplaced), "{left} with {right}");
        }
    }
}

#[test]
fn f55_a_cut_tail_is_named_wherever_it_was_cut() {
    for kept in 0..LENGTH {
        assert_eq!(after(|r| r.truncate(kept)), named(kept + 1, Fault::Missing), "{kept} kept");
    }
}

#[test]
fn f55_what_was_put_in_or_added_is_named() {
    for seq in each() {
        let doubled = after(|r| r.insert(seq, r[seq - 1].clone()));
        let fault = if seq == LENGTH { Fault::Added } else { Fault::Misplaced };
        assert_eq!(doubled, named(seq + 1, fault), "{seq}");
    }
    let (mut run, mut records) = FIFTY.clone();
    let head = run.audit.clone();
    let forged = Entry::new("person:eve", "approved", json!({}));
    records.push(append(&mut run, forged, Timestamp::UNIX_EPOCH).expect("canonical"));
    assert_eq!(verify(run.id, &records, &head, &[]), named(LENGTH + 1, Fault::Added));
}

/// A chain of the same length that was written anew from a record on, with a head of its own.
fn rewritten(from: usize) -> (Run, Vec<Record>, Vec<Record>) {
    let (mut run, records) = FIFTY.clone();
    let mut forged = records[..from - 1].to_vec();
    run.audit = forged.last().map(Record::as_head).unwrap_or_default();
    for _ in from..=LENGTH {
        let entry = Entry::new("person:eve", "did", json!({}));
        forged.push(append(&mut run, entry, Timestamp::UNIX_EPOCH).expect("canonical"));
    }
    (run, records, forged)
}

#[test]
fn f55_a_rewritten_tail_does_not_meet_the_head() {
    for from in each() {
        let (run, records, forged) = rewritten(from);
        let head = records[LENGTH - 1].as_head();
        assert_eq!(verify(run.id, &forged, &head, &[]), named(LENGTH, Fault::NotTheHead), "{from}");
    }
}

#[test]
fn f55_a_chain_rewritten_with_its_head_is_named_by_its_anchors() {
    for from in each() {
        let (run, records, forged) = rewritten(from);
        assert_eq!(verify(run.id, &forged, &run.audit, &[]), Ok(()), "nothing else can notice");
        // Anchored after every record: then the very first that was rewritten is named.
        let every: Vec<Head> = records.iter().rev().map(Record::as_head).collect();
        assert_eq!(verify(run.id, &forged, &run.audit, &every), named(from, Fault::NotAnchored), "{from}");
        // Anchored once: it is one of those since the anchor before.
        let last = verify(run.id, &forged, &run.audit, &every[..1]);
        assert_eq!(last, named(1, Fault::Rewritten(LENGTH as u64)), "{from}");
        assert_eq!(verify(run.id, &records, &every[0], &every), Ok(()));
    }
}

#[test]
fn f55_a_tail_cut_with_its_head_is_named_by_its_anchor() {
    for kept in 0..LENGTH {
        let (run, records) = FIFTY.clone();
        let head = records[..kept].last().map(Record::as_head).unwrap_or_default();
        assert_eq!(verify(run.id, &records[..kept], &head, &[]), Ok(()), "nothing else can notice");
        let cut = verify(run.id, &records[..kept], &head, &[run.audit]);
        assert_eq!(cut, named(kept + 1, Fault::Missing), "{kept} kept");
    }
}

#[test]
fn f55_the_earlier_fault_is_named() {
    let (run, records, mut forged) = rewritten(20);
    forged[39].actor = "person:mallory".to_owned();
    let anchors = [records[19].as_head(), records[18].as_head()];
    assert_eq!(verify(run.id, &forged, &run.audit, &anchors), named(20, Fault::NotAnchored));
    assert_eq!(verify(run.id, &forged, &run.audit, &[records[49].as_head()]), named(40, Fault::Edited));
}
