//! What the gateway calls, in the order in which it calls it.

mod ask;
mod await_approval;
mod commit_gate;
mod door_ended;
mod finish;
mod next_gate;
mod release;
mod throttled;

use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn what_nobody_knows_is_refused_by_name() {
    let world = World::start().await;
    let run = world.waiting().await;
    let check = async |name: &str, payload, expect: &str| {
        let error = portal::steps::dispatch(name, payload, &world.portal).await.expect_err("refused");
        assert_eq!(error.name, expect, "{name}: {error}");
    };
    let foreign = portal::domain::RunId::new(world.portal.now(), [3; 10]);
    check("next-gate", json!({"run_id": foreign, "digest": run.digest}), "Drawbridge.NoSuchRun").await;
    check("next-gate", json!({"run_id": run.id, "digest": "x"}), "Drawbridge.DigestMismatch").await;
    check("next-gate", json!({"run_id": "x", "digest": "x"}), "Drawbridge.InvalidPayload").await;
    check("unknown", json!({}), "Drawbridge.InvalidPayload").await;
}
