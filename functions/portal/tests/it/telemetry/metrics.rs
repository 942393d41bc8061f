//! The lines that a function writes while a run goes its way.

use std::time::Duration;

use portal::telemetry::emf::Emf;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::prelude::*;

use crate::support::World;

/// The metrics of that name, in the order in which they were written.
fn of(file: &NamedTempFile, name: &str) -> Vec<Value> {
    let written = std::fs::read_to_string(file).expect("UTF-8");
    let lines = written.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line.get(name).is_some()).collect()
}

#[tokio::test]
async fn a_run_is_counted_once_at_each_station() {
    let file = NamedTempFile::new().expect("a file");
    let subscriber = tracing_subscriber::registry().with(Emf::new(file.reopen().expect("the same file")));
    async {
        let world = World::start().await;
        let run = world.waiting().await;
        let again = world.ask("ada", "key", json!({"environment": "production"})).await.expect("the same");
        assert_eq!(again.run_id, run.id, "a repetition is not counted");
        world.pass(Duration::from_secs(90));
        portal::steps::relay::run(&world.portal).await;
        world.pass(Duration::from_hours(72));
        world.next(run.id).await.expect("it has expired");
    }
    .with_subscriber(subscriber)
    .await;
    let triggered = of(&file, "Triggered");
    assert_eq!(triggered.len(), 1);
    assert_eq!(triggered[0]["Workflow"], "resize");
    assert_eq!(of(&file, "Waiting").len(), 1);
    assert_eq!(of(&file, "OldestApprovalSeconds")[0]["OldestApprovalSeconds"], 90.0);
    assert_eq!(of(&file, "OutboxAgeSeconds").len(), 1);
    assert_eq!(of(&file, "Ended")[0]["Status"], "EXPIRED");
    assert_eq!(of(&file, "Failed").len(), 0, "nobody decided: nothing is out of order");
}
