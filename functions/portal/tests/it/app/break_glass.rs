//! Breaking the glass: who may, and that nobody can do it quietly.

use jiff::SignedDuration;
use portal::app::AppError;
use portal::app::break_glass::break_glass;
use portal::domain::break_glass::Plea;
use portal::domain::verdict::Refusal;
use portal::domain::{Caller, CallerKind, GateStatus, Run, Status};
use portal::store::outbox::{Message, Notice};
use serde_json::json;

use crate::support::{World, refusal};

fn plea(world: &World, run: &Run) -> Plea {
    Plea {
        reason: "Checkout is down and Uma is on a plane.".to_owned(),
        digest: run.digest.clone(),
        signed_in_at: Some(world.portal.now()),
    }
}

#[tokio::test]
async fn a_broken_glass_lets_the_run_go_on_and_is_told_and_recorded() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    let status = break_glass(&world.portal, &Caller::person("sven"), run.id, &plea(&world, &run)).await;
    assert_eq!(status.expect("let through"), Status::Approved);
    let after = world.run(run.id).await;
    let statuses: Vec<_> = after.gates.iter().map(|gate| gate.status).collect();
    assert_eq!(statuses, [GateStatus::Overridden, GateStatus::Overridden, GateStatus::Skipped]);
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "APPROVED"})));
    let records = world.portal.store.audit(run.id).await.expect("records");
    let last = records.last().expect("a record");
    assert_eq!((last.actor.as_str(), last.action.as_str()), ("person:sven", "glass broken"));
    assert_eq!(last.detail["gates"], json!(["pair", "uma"]));
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    let told = |row: &&portal::store::outbox::Row| {
        matches!(&row.message, Message::Notify { notice: Notice::GlassBroken, .. })
    };
    assert_eq!(rows.iter().filter(told).count(), 2, "by Slack and by e-mail");
    assert_eq!(refusal(world.vote_now(&run, "uma", "uma").await), Refusal::NotOpen);
}

#[tokio::test]
async fn nobody_else_breaks_it_and_nobody_without_a_reason() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    let check = async |caller: Caller, plea: Plea, expect: Refusal| {
        let answer = break_glass(&world.portal, &caller, run.id, &plea).await;
        assert_eq!(refusal(answer), expect, "{caller:?}");
    };
    let plea = plea(&world, &run);
    check(Caller::person("bob"), plea.clone(), Refusal::NotInGroup).await;
    check(Caller::person("ada"), plea.clone(), Refusal::IsRequester).await;
    let silent = Plea { reason: " ".to_owned(), ..plea.clone() };
    check(Caller::person("sven"), silent, Refusal::ReasonNeeded).await;
    let other = Plea { digest: "other".to_owned(), ..plea.clone() };
    check(Caller::person("sven"), other, Refusal::OtherDigest).await;
    let stale =
        Plea { signed_in_at: plea.signed_in_at.map(|at| at - SignedDuration::from_mins(16)), ..plea.clone() };
    check(Caller::person("sven"), stale, Refusal::SignInAgain).await;
    let machine = Caller { kind: CallerKind::Machine, id: "sven".to_owned(), channel: None };
    let answer = break_glass(&world.portal, &machine, run.id, &plea).await;
    assert!(matches!(answer, Err(AppError::NotAllowed(_))), "{answer:?}");
    assert_eq!(world.run(run.id).await, run, "nothing was written");
}

#[tokio::test]
async fn where_the_catalog_names_nobody_there_is_no_glass() {
    let world = World::start().await;
    let run = world.waiting().await;
    let answer = break_glass(&world.portal, &Caller::person("bob"), run.id, &plea(&world, &run)).await;
    assert_eq!(refusal(answer), Refusal::NotInGroup);
}
