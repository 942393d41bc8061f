//! The model's table and rules, held against the code and against what the database refuses.

use catalog_model::approval::Channel;
use portal::domain::audit::Head;
use portal::domain::status::TRANSITIONS;
use portal::domain::{Decision, Run, RunId, Status, Vote};
use portal::store::StoreError;
use portal::store::commit::{Change, Extra};
use portal::store::error::Kind;
use portal::store::idempotency::{Claim, Used};
use serde_json::{Value, json};

use super::{table, words};
use crate::support::World;

#[test]
fn the_code_has_the_models_table() {
    let code: Vec<_> = TRANSITIONS.iter().flat_map(|(from, to)| to.iter().map(|to| (*from, *to))).collect();
    assert_eq!(words(&code), words(&table::TABLE));
    assert!(table::ALL.into_iter().all(|status| status.is_final() == table::is_end(status)));
}

#[tokio::test]
async fn the_store_takes_what_the_table_allows_and_nothing_else() {
    let world = World::start().await;
    let pattern = world.waiting().await;
    for from in table::ALL {
        for to in table::ALL {
            let run = written(&world, &pattern, from).await;
            let sent = world.portal.store.commit(becoming(&world, &run, to)).await;
            let allowed = from == to || table::allows(from, to);
            match sent {
                Ok(committed) => assert!(allowed && committed.run.status == to, "{from} → {to} was written"),
                Err(StoreError::NoSuchTransition { .. }) => assert!(!allowed, "{from} → {to} was refused"),
                Err(other) => panic!("{from} → {to}: {other}"),
            }
            let now = world.run(run.id).await;
            assert_eq!((now.status, now.version), if allowed { (to, 2) } else { (from, 1) });
        }
    }
}

/// Two calls read the run; whichever writes second is refused, however right its transition is.
#[tokio::test]
async fn the_database_refuses_an_older_version() {
    let world = World::start().await;
    let pattern = world.waiting().await;
    for (from, to) in table::TABLE {
        let run = written(&world, &pattern, from).await;
        world.portal.store.commit(becoming(&world, &run, from)).await.expect("the first is written");
        let late = world.portal.store.commit(becoming(&world, &run, to)).await;
        assert!(matches!(late, Err(StoreError::Changed)), "{from} → {to}: {late:?}");
        let now = world.run(run.id).await;
        assert_eq!((now.status, now.version), (from, 2));
    }
}

/// The condition names the status, too: it holds even where a version says nothing.
#[tokio::test]
async fn the_database_refuses_another_status_of_the_same_version() {
    let world = World::start().await;
    let pattern = world.waiting().await;
    for (from, to) in table::TABLE {
        let run = written(&world, &pattern, from).await;
        for other in table::ALL.into_iter().filter(|other| *other != from) {
            move_behind_its_back(&world, run.id, other);
            let sent = world.portal.store.commit(becoming(&world, &run, to)).await;
            assert!(matches!(sent, Err(StoreError::Changed)), "{other}, not {from} → {to}: {sent:?}");
            assert_eq!(world.run(run.id).await.status, other);
        }
        move_behind_its_back(&world, run.id, from);
        world.portal.store.commit(becoming(&world, &run, to)).await.expect("nothing else was in the way");
    }
}

#[tokio::test]
async fn votes_tokens_and_keys_are_written_once() {
    let world = World::start().await;
    let pattern = world.waiting().await;
    let claim = |run: &Run| Claim {
        caller: "person:ada".to_owned(),
        operation: "run",
        key: "once".to_owned(),
        used: Used { payload_digest: "one".to_owned(), run_id: run.id, at: run.created_at },
    };
    let token = |_: &Run| Extra::Token { gate: "owners".to_owned(), generation: 1, token: "one".to_owned() };
    written_once(&world, &pattern, Kind::Vote, |run| Extra::Vote(vote(run))).await;
    written_once(&world, &pattern, Kind::Token, token).await;
    written_once(&world, &pattern, Kind::Key, |run| Extra::Key(claim(run))).await;
}

async fn written_once(world: &World, pattern: &Run, kind: Kind, extra: impl Fn(&Run) -> Extra) {
    let run = written(world, pattern, Status::Waiting).await;
    let first = world.portal.store.commit(with(world, &run, extra(&run))).await.expect("is written").run;
    let again = world.portal.store.commit(with(world, &first, extra(&first))).await;
    assert!(matches!(again, Err(StoreError::Exists(exists)) if exists == kind), "{kind}: {again:?}");
    assert_eq!(world.run(run.id).await, first, "nor is anything that came with it");
}

/// A new run in this status.
async fn written(world: &World, pattern: &Run, status: Status) -> Run {
    let id = RunId::new(world.portal.now(), portal::app::random().expect("random bytes"));
    let run = Run { id, status, version: 0, audit: Head::default(), outbox: 0, ..pattern.clone() };
    let created = world.portal.store.commit(Change::create(run, world.portal.now())).await;
    created.expect("a run is written").run
}

fn becoming(world: &World, run: &Run, status: Status) -> Change {
    let mut change = Change::of(run, world.portal.now());
    change.run().status = status;
    change
}

fn with(world: &World, run: &Run, extra: Extra) -> Change {
    let mut change = Change::of(run, world.portal.now());
    change.with(extra);
    change
}

fn vote(run: &Run) -> Vote {
    Vote {
        gate: "owners".to_owned(),
        generation: 1,
        person: "bob".to_owned(),
        name: "Bob".to_owned(),
        decision: Decision::Approve,
        reason: None,
        at: run.created_at,
        channel: Channel::Api,
        groups: Vec::new(),
        on_behalf_of: None,
        digest: run.digest.clone(),
    }
}

fn move_behind_its_back(world: &World, id: RunId, status: Status) {
    let key = (json!({ "S": format!("RUN#{id}") }), json!({ "S": "META" }));
    let items = world.database.items("main");
    let found = items.into_iter().find(|item| (&item["PK"], &item["SK"]) == (&key.0, &key.1));
    let mut item: Value = found.expect("the run is in the table");
    item["status"] = json!({ "S": status.as_str() });
    world.database.put("main", &item);
}
