//! What has closed is anchored, once and for good; every day anchors what changed.

use std::time::Duration;

use portal::app::cancel::cancel;
use portal::domain::audit::anchor::{Anchored, Named};
use portal::domain::audit::daily::{Daily, verify};
use portal::domain::audit::line;
use portal::domain::{Caller, Decision, Run, Status};
use portal::store::outbox::{Message, Row, RowState};
use serde_json::{Value, json};

use crate::support::World;

/// The keys of runs' anchors.
fn runs_anchored(world: &World) -> Vec<String> {
    world.archive.objects().into_keys().filter(|key| key.starts_with("runs/")).collect()
}

/// The outbox row that anchors a run.
async fn row(world: &World, run: &Run) -> Row {
    let rows = world.portal.store.outbox(run.id).await.expect("rows are read");
    let anchors = rows.into_iter().filter(|row| matches!(row.message, Message::Anchor { .. }));
    let [row]: [Row; 1] = anchors.collect::<Vec<_>>().try_into().expect("one row");
    row
}

/// A run that ended a moment ago, and has not been anchored.
async fn ended(world: &World) -> Run {
    let run = world.executing().await;
    world.finish(&run, json!({"outcome": "SUCCEEDED", "output": {}})).await;
    world.run(run.id).await
}

/// A run that waits for its approvers.
async fn waiting(world: &World, who: &str, key: &str) -> Run {
    let run = world.ask(who, key, json!({"environment": "production"})).await.expect("accepted");
    world.next(run.run_id).await.expect("the gate opens");
    world.run(run.run_id).await
}

#[tokio::test]
async fn f55_every_end_of_a_run_is_anchored() {
    let world = World::start().await;
    let succeeded = ended(&world).await;
    assert_eq!(runs_anchored(&world), [""; 0], "that is left to the relay");

    let rejected = waiting(&world, "ada", "rejected").await;
    world.vote(&rejected, "owners", "bob", Decision::Reject).await.expect("the vote counts");
    let cancelled = waiting(&world, "dan", "cancelled").await;
    cancel(&world.portal, &Caller::person("dan"), cancelled.id).await.expect("cancelled");
    let expired = waiting(&world, "dan", "expired").await;
    world.pass(Duration::from_hours(5));
    world.next(expired.id).await.expect("the gate closes");

    world.relay().await;
    let ends = [
        (succeeded, Status::Succeeded),
        (rejected, Status::Rejected),
        (cancelled, Status::Cancelled),
        (expired, Status::Expired),
    ];
    let objects = world.archive.objects();
    for (run, status) in ends {
        let run = world.run(run.id).await;
        assert_eq!(run.status, status);
        let key = format!("runs/{}/{}-{}.json", run.id, run.audit.seq, run.audit.hash);
        let content = objects.get(&key).unwrap_or_else(|| panic!("{status}: no {key}"));
        let content: Value = serde_json::from_str(content).expect("JSON");
        let expected = json!({
            "kind": "drawbridge-anchor", "version": 1, "run_id": run.id, "seq": run.audit.seq,
            "hash": run.audit.hash, "digest": run.digest, "status": status, "at": run.updated_at,
        });
        assert_eq!(content, expected);
    }
    assert_eq!(runs_anchored(&world).len(), 4);
}

#[tokio::test]
async fn an_archive_that_is_down_holds_nothing_up_and_is_asked_again() {
    let world = World::start().await;
    world.archive.break_down(true);
    let run = ended(&world).await;
    assert_eq!(run.status, Status::Succeeded);
    assert_eq!(world.relay().await["failed"], 1);
    assert!(world.archive.puts() > 0, "it was tried");
    world.archive.break_down(false);
    world.pass(Duration::from_mins(1));
    world.relay().await;
    assert_eq!(row(&world, &run).await.state, RowState::Done);
    assert_eq!(Named::parse(&runs_anchored(&world)[0]).expect("a key").head(), run.audit);
}

#[tokio::test]
async fn an_anchor_that_says_the_same_already_is_as_good_as_written() {
    let world = World::start().await;
    let run = ended(&world).await;
    let anchor = portal::domain::audit::anchor::Anchor::new(&run, &run.audit, run.updated_at);
    let key = anchor.key();
    world.archive.plant(&key, &line::write(&Anchored::Run(anchor)).expect("canonical"));
    world.relay().await;
    assert_eq!(row(&world, &run).await.state, RowState::Done);
}

#[tokio::test]
async fn f55_an_anchor_that_says_something_else_is_an_alarm() {
    let world = World::start().await;
    let run = ended(&world).await;
    let key = format!("runs/{}/{}-{}.json", run.id, run.audit.seq, run.audit.hash);
    world.archive.plant(&key, "{}");
    assert_eq!(world.relay().await["quarantined"], 1, "trying again would not help");
    let row = row(&world, &run).await;
    assert_eq!((row.state, row.tries), (RowState::Quarantined, 1));
    let reason = format!("the anchor {key} exists and says something else about this run");
    assert_eq!(row.reason.as_deref(), Some(&*reason));
    assert_eq!(world.archive.objects()[&key], "{}");
}

/// The daily anchors with their texts, oldest first.
fn days(world: &World) -> Vec<(Daily, String)> {
    let objects = world.archive.objects().into_iter().filter(|(key, _)| key.starts_with("daily/"));
    let each = objects.map(|(key, text)| match line::read(&text).expect("an anchor") {
        Anchored::Day(daily) => {
            assert_eq!(daily.key(), key);
            (daily, text)
        }
        Anchored::Run(_) => panic!("a run's anchor among the days"),
    });
    each.collect()
}

#[tokio::test]
async fn f55_each_day_anchors_what_changed_open_runs_too() {
    let world = World::start().await;
    let anchor = async || {
        let step = portal::steps::dispatch("anchor", json!({}), &world.portal);
        Box::pin(step).await.expect("the day is anchored")
    };
    let (open, closed) = (waiting(&world, "dan", "open").await, ended(&world).await);
    // What changed a moment before an anchor is in the next one too.
    world.pass(Duration::from_mins(20));
    assert_eq!(anchor().await["runs"], 2);
    assert_eq!(anchor().await.get("runs"), None, "a day is anchored once");
    world.pass(Duration::from_hours(24));
    assert_eq!(anchor().await["runs"], 0, "nothing has changed");
    for who in ["bob", "cleo"] {
        let vote = world.vote(&open, "owners", who, Decision::Approve).await;
        assert!(vote.is_err(), "its four hours are over");
    }
    cancel(&world.portal, &Caller::person("dan"), open.id).await.expect("cancelled");
    world.pass(Duration::from_hours(72));
    assert_eq!(anchor().await["runs"], 1, "days without an anchor are in the next");

    let days = days(&world);
    assert_eq!(verify(&days), Ok(()));
    assert_eq!((days.len(), days[0].0.previous.as_ref()), (3, None));
    let heads: Vec<_> = days[0].0.runs.iter().map(|pin| (pin.run_id, pin.seq)).collect();
    assert!(heads.contains(&(open.id, open.audit.seq)) && heads.contains(&(closed.id, closed.audit.seq)));
    let cancelled = &days[2].0.runs[0];
    assert_eq!((cancelled.run_id, cancelled.status), (open.id, Status::Cancelled));
    assert_eq!(cancelled.hash, world.run(open.id).await.audit.hash);
}

#[tokio::test]
async fn an_archive_that_is_down_lets_the_day_fail_by_name() {
    let world = World::start().await;
    world.archive.break_down(true);
    let failed = portal::steps::dispatch("anchor", json!({}), &world.portal).await;
    assert_eq!(failed.expect_err("no archive").name, "Drawbridge.Unavailable");
}
