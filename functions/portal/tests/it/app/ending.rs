//! Runs that nobody ended in time.

use std::time::Duration;

use portal::domain::Status;
use serde_json::{Value, json};

use crate::support::{World, gateway_of};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn steps_that_end_in_the_moment_they_are_stopped_have_the_last_word() {
    let check = async |said: Value, expect: Status| {
        let world = World::start().await;
        let run = world.approved().await;
        let passed = world.commit(&run, &gateway_of(&run)).await.expect("passes");
        let machine = passed["machine_arn"].as_str().expect("an ARN").trim_end_matches(":1");
        let child = format!("{}:{}", machine.replace(":stateMachine:", ":execution:"), run.id);
        let described = |status: &str| json!({"executionArn": child, "stateMachineArn": machine, "startDate": 1, "status": status});
        world.engine.describe(&child, described("RUNNING"));
        let mut after = described(said["status"].as_str().expect("a status"));
        after.as_object_mut().expect("an object").extend(said.as_object().expect("an object").clone());
        world.engine.on_stop(&child, after);
        world.pass(2 * DAY);
        portal::steps::relay::run(&world.portal).await;
        assert_eq!(world.engine.calls("StopExecution").len(), 1);
        let run = world.run(run.id).await;
        assert_eq!(run.status, expect, "{said}");
        run
    };
    check(json!({"status": "SUCCEEDED", "output": "{}"}), Status::Succeeded).await;
    let failed =
        check(json!({"status": "FAILED", "error": "Own", "cause": "It broke."}), Status::Failed).await;
    assert_eq!(failed.failure.expect("why").name, "Own");
    let stopped =
        check(json!({"status": "ABORTED", "error": "Drawbridge.Cancelled"}), Status::TimedOut).await;
    assert_eq!(stopped.failure.expect("why").name, "Drawbridge.TimedOut");
}
