//! `drawbridge verify` as a stranger runs it: a process, files, an exit status.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use portal::domain::audit::anchor::{Anchor, Anchored};
use portal::domain::audit::daily::{Daily, Link, Pin};
use portal::domain::audit::export::{End, Header, Line, List};
use portal::domain::audit::{Entry, append, line};
use portal::domain::{Record, Run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the command said.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `drawbridge verify`.
pub(crate) fn verify(arguments: &[&str]) -> Said {
    verify_input(arguments, "")
}

fn verify_input(arguments: &[&str], input: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_drawbridge"))
        .arg("verify")
        .args(arguments)
        // Nothing of the machine can help it: no home, no credentials, no proxy.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Said {
        status: output.status.code().expect("it exits"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// When the samples are exported, in seconds after their run was requested: two weeks.
const EXPORTED: i64 = 14 * 24 * 3600;

/// A run of fifty records, by the functions that write them.
struct Sample {
    folder: TempDir,
    run: Run,
    records: Vec<Record>,
}

impl Sample {
    fn new() -> Self {
        let mut run = run();
        let records = (0..50)
            .map(|n| {
                let entry = Entry::new("person:ada", "did", json!({ "n": n })).by("portal");
                append(&mut run, entry, run_at(n)).expect("canonical")
            })
            .collect();
        Self { folder: tempfile::tempdir().expect("a folder"), run, records }
    }

    /// The run's export with other records.
    fn text(&self, records: &[Record]) -> String {
        let header = Line::Run(Header::new(&self.run, run_at(EXPORTED), vec![])).write().expect("canonical");
        let lines = records.iter().map(|record| Line::Record(record.clone()).write().expect("canonical"));
        header + &lines.collect::<String>()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// A copy of an archive with an anchor of the run and one of the day.
    fn archive(&self) -> String {
        let anchor = Anchor::new(&self.run, &self.run.audit, run_at(50));
        self.write(
            &format!("archive/{}", anchor.key()),
            &line::write(&Anchored::Run(anchor.clone())).expect("ok"),
        );
        self.day(run_at(0) + SignedDuration::from_hours(24), None);
        self.folder.path().join("archive").to_str().expect("UTF-8").to_owned()
    }

    fn day(&self, at: Timestamp, previous: Option<Link>) -> (PathBuf, Link) {
        let daily = Daily::new(at, previous, vec![Pin::from(&self.run)]);
        let (key, text) = (daily.key(), line::write(&Anchored::Day(daily.clone())).expect("canonical"));
        (self.write(&format!("archive/{key}"), &text).into(), Link::to(&key, &text))
    }
}

fn run_at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).expect("in range")
}

fn run() -> Run {
    serde_json::from_value(json!({
        "id": "019a9f2c-7e00-7abc-8def-0123456789ab", "workflow": "resize", "title": "Resize",
        "workflow_digest": "w", "digest": "d", "status": "SUCCEEDED", "version": 1,
        "target": {"owner": "data", "account": "222222222222", "region": "eu-west-1", "timeout_seconds": 60},
        "requester": {"id": "ada", "name": "Ada"}, "created_at": run_at(0), "updated_at": run_at(0),
        "deadline": run_at(0), "parameters": "{}", "rows": [], "gates": [],
        "audit": {"seq": 0, "hash": ""}, "outbox": 0,
    }))
    .expect("a run")
}

/// What is done to the records, at one of them.
type Tampering = fn(&mut Vec<Record>, usize);

#[test]
fn f55_each_of_fifty_records_edited_removed_swapped_or_cut_is_named() {
    let sample = Sample::new();
    let tamperings: [(&str, Tampering, &str); 4] = [
        ("edited", |records, n| records[n].actor = "person:eve".to_owned(), "was edited"),
        ("removed", |records, n| drop(records.remove(n)), "is missing"),
        ("swapped", |records, n| records.swap(n, if n == 49 { 0 } else { n + 1 }), "is not in its place"),
        ("cut", |records, n| records.truncate(n), "is missing"),
    ];
    // All of them in one file: the verifier names each run on a line of its own.
    let mut exports = String::new();
    let mut expected = Vec::new();
    for (what, tamper, says) in tamperings {
        for n in 0..50 {
            let mut records = sample.records.clone();
            tamper(&mut records, n);
            exports += &sample.text(&records);
            let first = if what == "swapped" && n == 49 { 1 } else { n + 1 };
            expected.push(format!("BAD  {}  record {first} {says}", sample.run.id));
        }
    }
    let said = verify(&[&sample.write("tampered.jsonl", &exports)]);
    assert_eq!(said.status, 1);
    assert_eq!(said.out.lines().collect::<Vec<_>>(), expected);
    assert!(said.err.contains("200 runs, 200 bad"), "{}", said.err);
}

#[test]
fn an_honest_export_is_ok_and_says_what_would_not_be_noticed() {
    let sample = Sample::new();
    let export = sample.write("run.jsonl", &sample.text(&sample.records));
    let said = verify(&[&export]);
    assert_eq!(said.out, format!("ok   {}  50 records\n", sample.run.id));
    assert_eq!(said.status, 0);
    assert!(said.err.contains("1 run, 0 bad") && said.err.contains("without --anchors"), "{}", said.err);

    sample.write("archive/other.json", "{}");
    let said = verify(&[&export, "--anchors", &sample.archive()]);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines[0], format!("ok   {}  50 records, anchored at 2026-11-18T11:07:30Z", sample.run.id));
    assert_eq!(lines[1], "ok   daily anchors from 2026-11-18 to 2026-11-18, 1 day, hold together");
    assert_eq!((said.status, said.err.as_str()), (0, "1 run, 0 bad\n"));
}

#[test]
fn an_export_that_is_older_than_the_archive_is_ok_as_far_as_it_goes() {
    let mut sample = Sample::new();
    let (begun, honest) = (sample.records[..20].to_vec(), sample.run.audit.clone());
    sample.run.audit = begun[19].as_head();
    let export = sample.write("older.jsonl", &sample.text(&begun));
    sample.run.audit = honest;
    let anchor = Anchor::new(&sample.run, &sample.run.audit, run_at(EXPORTED + 60));
    let later = sample.write("later.jsonl", &line::write(&Anchored::Run(anchor)).expect("canonical"));
    let said = verify(&[&export, "--anchors", &later]);
    let expected =
        "20 records, not anchored yet; it went on to record 50 after it was exported at 2026-12-02T11:06:40Z";
    assert_eq!(said.out, format!("ok   {}  {expected}\n", sample.run.id));
    let said = verify(&[&export, "--anchors", &sample.archive()]);
    assert!(said.out.starts_with(&format!("BAD  {}  record 21 is missing\n", sample.run.id)), "{}", said.out);
}

#[test]
fn f55_a_chain_rewritten_whole_is_found_by_its_anchor() {
    let sample = Sample::new();
    let archive = sample.archive();
    let mut forger = Sample { run: run(), ..Sample::new() };
    forger.records = (0..50)
        .map(|n| {
            append(&mut forger.run, Entry::new("person:eve", "did", json!({})), run_at(n)).expect("canonical")
        })
        .collect();
    let export = forger.write("forged.jsonl", &forger.text(&forger.records));
    assert_eq!(verify(&[&export]).status, 0, "by itself it holds");
    let said = verify(&[&export, "--anchors", &archive]);
    assert_eq!(said.status, 1);
    let fault = "record 1 was rewritten, or one of the next: record 50 is not the one that was anchored";
    assert!(said.out.starts_with(&format!("BAD  {}  {fault}\n", sample.run.id)), "{}", said.out);
}

#[test]
fn f55_a_daily_anchor_that_was_changed_or_taken_away_is_named() {
    let sample = Sample::new();
    let export = sample.write("run.jsonl", &sample.text(&sample.records));
    let mut link = None;
    let mut files = Vec::new();
    for day in 1..=3 {
        let (path, next) = sample.day(run_at(0) + SignedDuration::from_hours(24 * day), link);
        files.push(path);
        link = Some(next);
    }
    let archive = sample.folder.path().join("archive");
    let archive = archive.to_str().expect("UTF-8");
    assert_eq!(verify(&[&export, "--anchors", archive]).status, 0);
    let second = std::fs::read_to_string(&files[1]).expect("a file");
    std::fs::write(&files[1], second.replace("SUCCEEDED", "FAILED")).expect("a file");
    let said = verify(&[&export, "--anchors", archive]);
    assert!(said.out.contains("BAD  daily/2026-11-19.json was changed"), "{}", said.out);
    std::fs::remove_file(&files[1]).expect("removed");
    let said = verify(&[&export, "--anchors", archive]);
    assert!(said.out.contains("BAD  daily/2026-11-19.json is missing"), "{}", said.out);
    assert_eq!(said.status, 1);
    std::fs::rename(&files[0], Path::new(&files[1])).expect("renamed");
    let said = verify(&[&export, "--anchors", archive]);
    assert!(said.out.contains("holds what belongs into daily/2026-11-18.json"), "{}", said.out);
}

#[test]
fn what_cannot_be_used_is_told_by_file_and_line() {
    let sample = Sample::new();
    let good = sample.text(&sample.records);
    let list = |runs, next: Option<&str>| {
        let (version, workflow) = (line::VERSION, "resize".to_owned());
        let begin = Line::List(List { version, workflow: workflow.clone(), from: None });
        let end = Line::End(End { version, workflow, runs, next: next.map(str::to_owned) });
        (begin.write().expect("canonical"), end.write().expect("canonical"))
    };
    let (begin, end) = list(1, None);
    let check = |name: &str, text: &str, place: &str, part: &str| {
        let path = sample.write(name, text);
        let said = verify(&[&path]);
        assert_eq!(said.status, 2, "{name}: {}{}", said.out, said.err);
        assert!(said.err.contains(&format!("error: {path}{place}: ")), "{name}: {}", said.err);
        assert!(said.err.contains(part), "{name}: {}", said.err);
    };
    check("cut.jsonl", &good[..good.len() - 40], ":51", "was the file cut off?");
    check("text.jsonl", "Hello\n", ":1", "not a line of JSON");
    check("empty.jsonl", "", "", "there is no run in it");
    check("headless.jsonl", good.split_once('\n').expect("lines").1, ":1", "without the header");
    let twice = good.replacen(r#""actor""#, r#""actor":"person:eve","actor""#, 1);
    check("twice.jsonl", &twice, ":2", "a key appears twice");
    check("version.jsonl", &good.replacen(r#""version":1"#, r#""version":2"#, 1), ":1", "format version 2");
    check("endless.jsonl", &format!("{begin}{good}"), ":1", "has no end");
    check("short.jsonl", &format!("{begin}{end}"), ":2", "ends with 1 runs, and 0 are here");
    let (_, more) = list(1, Some("abc"));
    check(
        "part.jsonl",
        &format!("{begin}{good}{more}"),
        ":53",
        "/api/workflows/resize/audit.jsonl?cursor=abc",
    );

    let other = sample.write("other.txt", &"Hello\n".repeat(50));
    let said = verify(&[&other]);
    assert_eq!(said.err.matches("error: ").count(), 10, "{}", said.err);
    assert!(said.err.contains("further lines of this file are not told"), "{}", said.err);

    let path = sample.write("good.jsonl", &good);
    let missing = verify(&[&path, "/no/such/file"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("error: /no/such/file: cannot be opened"), "{}", missing.err);
    let nothing = sample.folder.path().join("nothing");
    std::fs::create_dir(&nothing).expect("a folder");
    let said = verify(&[&path, "--anchors", nothing.to_str().expect("UTF-8")]);
    assert_eq!(said.status, 2, "an empty folder vouches for nothing");
    assert!(said.err.contains("there are no anchors in it"), "{}", said.err);
}

#[test]
fn several_files_and_standard_input_are_read_and_machines_are_told_in_json() {
    let sample = Sample::new();
    let mut edited = sample.records.clone();
    edited[16].detail = json!({"n": 0});
    let bad = sample.write("bad.jsonl", &sample.text(&edited));
    let said = verify_input(&["-", &bad, "--json"], &sample.text(&sample.records));
    assert_eq!((said.status, said.err.as_str()), (1, ""));
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["ok"], false);
    assert_eq!(
        report["runs"][0],
        json!({"run_id": sample.run.id, "ok": true, "records": 50, "exported_at": run_at(EXPORTED)})
    );
    assert_eq!(
        report["runs"][1],
        json!({
            "run_id": sample.run.id, "ok": false, "records": 50, "exported_at": run_at(EXPORTED),
            "first_bad": 17, "fault": "record 17 was edited",
        })
    );
}
