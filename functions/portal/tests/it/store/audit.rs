//! The audit table of a run, and what the verifier says when it was touched.

use portal::domain::audit::verify::{Broken, Fault, verify};
use serde_json::{Value, json};

use crate::support::World;

async fn verdict(world: &World, run: &portal::domain::Run) -> Result<(), Broken> {
    let records = world.portal.store.audit(run.id).await.expect("records are read");
    verify(run.id, &records, &run.audit, &[])
}

#[tokio::test]
async fn f55_the_verifier_names_the_first_bad_record() {
    let world = World::start().await;
    let run = world.approved().await;
    let records = world.database.items("audit");
    assert_eq!(records.len(), 4, "requested, asked, two votes");
    assert_eq!(verdict(&world, &run).await, Ok(()));
    let by_seq = |seq: &str| records.iter().find(|item| item["seq"]["N"] == seq).expect("a record").clone();
    let second = by_seq("2");

    let mut edited = second.clone();
    edited["actor"] = json!({"S": "person:eve"});
    world.database.put("audit", &edited);
    assert_eq!(verdict(&world, &run).await, Err(Broken { seq: 2, what: Fault::Edited }));

    world.database.delete("audit", &second);
    assert_eq!(verdict(&world, &run).await.map_err(|broken| broken.seq), Err(2));

    let mut moved = by_seq("3");
    moved["SK"] = second["SK"].clone();
    world.database.put("audit", &moved);
    assert_eq!(verdict(&world, &run).await.map_err(|broken| broken.seq), Err(2), "reordered");

    world.database.put("audit", &second);
    assert_eq!(verdict(&world, &run).await, Ok(()), "restored");
    world.database.delete("audit", &by_seq("4"));
    assert_eq!(verdict(&world, &run).await, Err(Broken { seq: 4, what: Fault::Missing }));
}

#[tokio::test]
async fn every_fact_is_recorded_with_who_did_it() {
    let world = World::start().await;
    let run = world.executing().await;
    world.finish(&run, json!({"outcome": "SUCCEEDED", "output": {}})).await;
    let records = world.portal.store.audit(run.id).await.expect("records are read");
    let facts: Vec<_> = records.iter().map(|r| format!("{} {}", r.actor, r.action)).collect();
    assert_eq!(
        facts,
        [
            "person:ada requested",
            "gateway approval asked",
            "person:bob approved",
            "person:cleo approved",
            "gateway started",
            "gateway ended",
        ]
    );
    assert!(records.iter().all(|record| record.detail != Value::Null && record.digest == run.digest));
    let channels: Vec<_> = records.iter().map(|record| record.channel.as_deref()).collect();
    assert_eq!(channels, [None, None, Some("api"), Some("api"), None, None], "machines have none");
}
