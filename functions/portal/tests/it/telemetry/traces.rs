//! One trace from the request to the gateway, which hands it on.

use portal::app::asker::Asker;
use portal::app::trigger::{Request, trigger};
use portal::domain::Caller;
use portal::telemetry::Trace;
use serde_json::json;

use crate::support::World;

const ROOT: &str = "1-65f0c2a4-0123456789abcdef01234567";

#[tokio::test]
async fn the_gateway_goes_on_with_the_trace_of_the_request() {
    let world = World::start().await;
    let request = Request {
        slug: "resize".to_owned(),
        parameters: json!({"environment": "production"}),
        key: "key".to_owned(),
        trace: Trace::of_request(|name| {
            (name == "traceparent").then_some("00-65f0c2a40123456789abcdef01234567-0123456789abcdef-01")
        }),
    };
    let ada = Asker::of(&world.portal, &Caller::person("ada")).await.expect("she is known");
    let asked = trigger(&world.portal, &ada, request).await.expect("accepted");
    let started = world.engine.calls("StartExecution");
    assert_eq!(started[0]["traceHeader"], format!("Root={ROOT}"));
    assert_eq!(started[0]["input"].as_str().expect("an input").matches("trace").count(), 0);
    let first = &world.portal.store.audit(asked.run_id).await.expect("the audit")[0];
    assert_eq!(first.detail["trace"], ROOT);
}

#[tokio::test]
async fn whatever_starts_a_run_later_uses_the_same_trace() {
    let world = World::start().await;
    world.engine.break_down(true);
    let asked = world.ask("ada", "key", json!({"environment": "production"})).await.expect("accepted");
    let trace = world.run(asked.run_id).await.trace.expect("one of its own");
    world.engine.break_down(false);
    world.pass(std::time::Duration::from_mins(1));
    portal::steps::relay::run(&world.portal).await;
    let started = world.engine.calls("StartExecution");
    assert!(started.len() > 1, "{started:?}");
    assert!(started.iter().all(|call| call["traceHeader"] == trace.header()), "{started:?}");
}
