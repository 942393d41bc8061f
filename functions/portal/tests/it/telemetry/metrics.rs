//! The lines that a function writes while a run goes its way.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal::telemetry::emf::Emf;
use serde_json::{Value, json};
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::prelude::*;

use crate::support::World;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// The values of a metric, in the order in which they were written.
    fn of(&self, name: &str) -> Vec<Value> {
        let written = String::from_utf8(self.0.lock().expect("nobody panicked").clone()).expect("UTF-8");
        let lines = written.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line.get(name).is_some()).collect()
    }
}

#[tokio::test]
async fn a_run_is_counted_once_at_each_station() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::registry().with(Emf::new(lines.clone()));
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
    .instrument(tracing::Span::none())
    .with_subscriber(subscriber)
    .await;
    let triggered = lines.of("Triggered");
    assert_eq!(triggered.len(), 1);
    assert_eq!(triggered[0]["Workflow"], "resize");
    assert_eq!(lines.of("Waiting").len(), 1);
    assert_eq!(lines.of("OldestApprovalSeconds")[0]["OldestApprovalSeconds"], 90.0);
    assert_eq!(lines.of("OutboxAgeSeconds").len(), 1);
    assert_eq!(lines.of("Ended")[0]["Status"], "EXPIRED");
    assert_eq!(lines.of("Failed").len(), 0, "nobody decided: nothing is out of order");
}
