//! A change of a run is written whole, from the version that was read, along the table of transitions.

use portal::domain::Status;
use portal::domain::audit::Entry;
use portal::store::StoreError;
use portal::store::commit::Change;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn whoever_read_an_older_version_writes_nothing() {
    let world = World::start().await;
    let run = world.waiting().await;
    let now = world.portal.now();
    let change = |action: &str| {
        let mut change = Change::of(&run, now);
        change.record(Entry::new("test", action, json!({})));
        change
    };
    world.portal.store.commit(change("first")).await.expect("the first is written");
    let second = world.portal.store.commit(change("second")).await;
    assert!(matches!(second, Err(StoreError::Changed)), "{second:?}");
    let records = world.portal.store.audit(run.id).await.expect("records");
    assert_eq!(
        records.iter().filter(|r| r.actor == "test").map(|r| &*r.action).collect::<Vec<_>>(),
        ["first"]
    );
}

#[tokio::test]
async fn the_version_alone_refuses_a_change_without_audit() {
    let world = World::start().await;
    let run = world.waiting().await;
    let change = || Change::of(&run, world.portal.now());
    world.portal.store.commit(change()).await.expect("the first is written");
    let second = world.portal.store.commit(change()).await;
    assert!(matches!(second, Err(StoreError::Changed)), "{second:?}");
    assert_eq!(world.run(run.id).await.version, run.version + 1);
}

#[tokio::test]
async fn what_the_table_does_not_allow_is_not_written() {
    let world = World::start().await;
    let run = world.waiting().await;
    for status in [Status::Executing, Status::Succeeded, Status::Starting, Status::Cancelling] {
        let mut change = Change::of(&run, world.portal.now());
        change.run().status = status;
        let refused = world.portal.store.commit(change).await;
        assert!(matches!(refused, Err(StoreError::NoSuchTransition { .. })), "{status}: {refused:?}");
    }
    assert_eq!(world.run(run.id).await, run);
}

#[tokio::test]
async fn f48_a_run_that_does_not_fit_is_refused() {
    let world = World::start().await;
    let run = world.waiting().await;
    let mut change = Change::of(&run, world.portal.now());
    change.run().parameters = json!({"text": "x".repeat(400_000)});
    let refused = world.portal.store.commit(change).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })), "{refused:?}");
    assert_eq!(world.run(run.id).await, run);
}
