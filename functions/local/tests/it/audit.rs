//! The audit of a run, from its facts over its export to the verifier, against the running system.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::{Item, Visitor, World, eventually};
use crate::verify::{Said, verify};

/// A run that was approved and succeeded, and whoever asked for it.
async fn succeeded(world: &World) -> (Visitor, String) {
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "audited", &parameters()).await;
    requester.until(&run, "WAITING").await;
    world.person(APPROVER).await.decide(&run, GATE, "approve", "Looks right").await;
    requester.until(&run, "SUCCEEDED").await;
    eventually("its anchor is written", async || world.anchors(&run).len() == 1).await;
    (requester, run)
}

/// Exports a run and has it verified with the archive.
async fn exported(world: &World, visitor: &Visitor, run: &str) -> Said {
    let answer = visitor.get(&format!("/api/runs/{run}/audit.jsonl")).await;
    assert_eq!(answer.headers()["content-type"], "application/jsonl");
    let path = world.data().join("export.jsonl");
    std::fs::write(&path, answer.text().await.expect("text")).expect("a file");
    let archive = world.data().join("s3");
    verify(&[path.to_str().expect("UTF-8"), "--anchors", archive.to_str().expect("UTF-8")])
}

#[tokio::test(flavor = "multi_thread")]
async fn f55_the_audit_of_a_run_is_exported_verified_and_its_forgery_named() {
    let world = World::start().await;
    let (requester, run) = succeeded(&world).await;
    let said = exported(&world, &requester, &run).await;
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(said.out.starts_with(&format!("ok   {run}  5 records, anchored at ")), "{}", said.out);

    let records = world.audit(&run).await;
    assert_eq!(records.len(), 5, "requested, asked, approved, started, ended");
    let named = async |what: &str| {
        let said = exported(&world, &requester, &run).await;
        assert_eq!(said.status, 1, "{}{}", said.out, said.err);
        assert!(said.out.starts_with(&format!("BAD  {run}  record {what}\n")), "{what}: {}", said.out);
    };
    for (n, record) in (1..).zip(&records) {
        let mut edited = record.clone();
        edited.insert("actor".to_owned(), AttributeValue::S("person:eve".to_owned()));
        world.put_audit(&edited).await;
        named(&format!("{n} was edited")).await;
        world.delete_audit(record).await;
        named(&format!("{n} is missing")).await;
        world.put_audit(record).await;
        let other = &records[n % records.len()];
        world.put_audit(&at(record, other)).await;
        world.put_audit(&at(other, record)).await;
        let first = if n == records.len() { 1 } else { n };
        named(&format!("{first} is not in its place")).await;
        world.put_audit(record).await;
        world.put_audit(other).await;
    }
    for record in records.iter().rev() {
        world.delete_audit(record).await;
        let AttributeValue::N(seq) = &record["seq"] else { panic!("no number") };
        named(&format!("{seq} is missing")).await;
    }
    for record in &records {
        world.put_audit(record).await;
    }
    assert_eq!(exported(&world, &requester, &run).await.status, 0, "restored");
}

/// An item in another one's place.
fn at(item: &Item, place: &Item) -> Item {
    let mut moved = item.clone();
    moved.insert("SK".to_owned(), place["SK"].clone());
    moved
}

#[tokio::test(flavor = "multi_thread")]
async fn f55_a_tail_cut_with_its_head_is_named_by_the_anchor() {
    let world = World::start().await;
    let (requester, run) = succeeded(&world).await;
    let records = world.audit(&run).await;
    let head = HashMap::from([
        ("seq".to_owned(), records[3]["seq"].clone()),
        ("hash".to_owned(), records[3]["hash"].clone()),
    ]);
    world.set_head(&run, head).await;
    world.delete_audit(&records[4]).await;
    let said = exported(&world, &requester, &run).await;
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.out.starts_with(&format!("BAD  {run}  record 5 is missing\n")), "{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_anchored_and_a_workflow_is_exported_whole() {
    let world = World::start().await;
    let (_, run) = succeeded(&world).await;
    let auditor = world.person(APPROVER).await;
    let answer = auditor.get(&format!("/api/workflows/{SLUG}/audit.jsonl")).await;
    let text = answer.text().await.expect("text");
    assert!(text.contains(&run) && text.lines().last().expect("lines").contains("drawbridge-audit-list-end"));
    let path = world.data().join("all.jsonl");
    std::fs::write(&path, text).expect("a file");
    let archive = world.data().join("s3");
    let daily = archive.join("drawbridge-anchors/daily");
    let anchored = || std::fs::read_dir(&daily).is_ok_and(|mut files| files.next().is_some());
    eventually("the last day is anchored", async || anchored()).await;
    let said =
        verify(&[path.to_str().expect("UTF-8"), "--json", "--anchors", archive.to_str().expect("UTF-8")]);
    assert_eq!(said.status, 0, "{}", said.out);
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["runs"][0]["run_id"], *run);
    assert_eq!(report["runs"][0]["anchored"]["seq"], 5);
    assert_eq!(report["daily_anchors"]["count"], 1);
}
