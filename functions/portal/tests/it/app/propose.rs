//! Approve with edits: a superseding run that the requester confirms and the editor does not vote on.

use catalog_model::approval::Channel;
use portal::app::AppError;
use portal::app::propose::{Edit, answer, propose};
use portal::domain::verdict::Refusal;
use portal::domain::{Caller, Decision, Run, Status, audit};
use serde_json::{Value, json};

use crate::support::{World, refusal};

fn edit(run: &Run, parameters: Value) -> Edit {
    Edit {
        gate: "owners".to_owned(),
        parameters,
        reason: "Only with an audit.".to_owned(),
        digest: run.digest.clone(),
        channel: Channel::Api,
        signed_in_at: None,
    }
}

fn audited() -> Value {
    json!({"environment": "production", "audited": true})
}

async fn proposed(world: &World) -> Run {
    let run = world.waiting().await;
    propose(&world.portal, &Caller::person("bob"), run.id, &edit(&run, audited())).await.expect("proposed");
    world.run(run.id).await
}

#[tokio::test]
async fn the_requester_confirms_and_others_decide() {
    let world = World::start().await;
    let run = proposed(&world).await;
    assert_eq!(run.status, Status::Waiting, "the request as it is stays open");
    let ada = Caller::person("ada");
    let next = answer(&world.portal, &ada, run.id, true).await.expect("confirmed").expect("a run");
    let old = world.run(run.id).await;
    assert_eq!((old.status, old.superseded_by), (Status::Cancelled, Some(next)));
    let again = answer(&world.portal, &ada, run.id, true).await.expect("said twice");
    assert_eq!(again, Some(next), "done once");

    world.next(next).await.expect("its gates open");
    let new = world.run(next).await;
    assert_eq!(
        (new.supersedes, &new.parameters, new.requester.id.as_str()),
        (Some(run.id), &audited(), "ada")
    );
    assert_ne!(new.digest, run.digest);
    assert_eq!(refusal(world.vote(&new, "owners", "bob", Decision::Approve).await), Refusal::IsEditor);
    for who in ["cleo", "finn"] {
        world.vote(&new, "owners", who, Decision::Approve).await.expect("counts");
    }
    assert_eq!(world.run(next).await.status, Status::Waiting, "the edit asks for Security too");
    assert_eq!(world.actions(run.id).await, ["requested", "approval asked", "edits proposed", "superseded"]);
    for id in [run.id, next] {
        let records = world.portal.store.audit(id).await.expect("records");
        assert_eq!(audit::verify::verify(id, &records, &world.run(id).await.audit, &[]), Ok(()));
    }
}

#[tokio::test]
async fn votes_for_the_first_request_are_not_votes_for_the_next() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.vote(&run, "owners", "cleo", Decision::Approve).await.expect("counts");
    propose(&world.portal, &Caller::person("bob"), run.id, &edit(&run, audited())).await.expect("proposed");
    let next =
        answer(&world.portal, &Caller::person("ada"), run.id, true).await.expect("confirmed").expect("a run");
    assert!(world.portal.store.votes(next).await.expect("votes").is_empty());
}

#[tokio::test]
async fn an_answer_after_the_decision_changes_nothing() {
    let world = World::start().await;
    let run = proposed(&world).await;
    world.vote(&run, "owners", "cleo", Decision::Reject).await.expect("counts");
    let late = answer(&world.portal, &Caller::person("ada"), run.id, true).await;
    assert_eq!(refusal(late), Refusal::NotOpen);
    assert_eq!(world.run(run.id).await.superseded_by, None);
}

#[tokio::test]
async fn a_declined_proposal_is_gone() {
    let world = World::start().await;
    let run = proposed(&world).await;
    let ada = Caller::person("ada");
    assert_eq!(answer(&world.portal, &ada, run.id, false).await.expect("declined"), None);
    let gone = answer(&world.portal, &ada, run.id, true).await;
    assert!(matches!(gone, Err(AppError::NotFound("proposal"))), "{gone:?}");
    let others = answer(&world.portal, &Caller::person("cleo"), run.id, true).await;
    assert!(matches!(others, Err(AppError::NotAllowed(_))), "{others:?}");
    assert_eq!(world.run(run.id).await.status, Status::Waiting);
}

#[tokio::test]
async fn what_cannot_be_proposed_is_refused_with_the_reason() {
    let world = World::start().await;
    let run = world.waiting().await;
    let check = async |who: &str, edit: Edit, expect: &str| {
        let answer = propose(&world.portal, &Caller::person(who), run.id, &edit).await;
        let told = answer.expect_err("refused").to_string();
        assert!(told.contains(expect), "{told}");
    };
    check("ada", edit(&run, audited()), "you requested this run").await;
    check("dan", edit(&run, audited()), "no such run").await;
    check("bob", edit(&run, run.parameters.clone()), "nothing was changed").await;
    check("bob", edit(&run, json!({"environment": "moon"})), "not valid").await;
    check("bob", Edit { reason: String::new(), ..edit(&run, audited()) }, "a reason is needed").await;
    check(
        "bob",
        Edit { digest: "other".to_owned(), ..edit(&run, audited()) },
        "not the request you were shown",
    )
    .await;
    assert_eq!(world.run(run.id).await, run, "nothing was written");
}

#[tokio::test]
async fn f09_secrets_stay_what_the_requester_gave() {
    let world = World::start().await;
    let given = json!({"environment": "production", "password": "hunter2"});
    let id = world.ask("ada", "secret", given).await.expect("accepted").run_id;
    world.next(id).await.expect("the gate opens");
    let run = world.run(id).await;
    propose(&world.portal, &Caller::person("bob"), id, &edit(&run, audited())).await.expect("proposed");
    let next =
        answer(&world.portal, &Caller::person("ada"), id, true).await.expect("confirmed").expect("a run");
    assert_eq!(world.run(next).await.parameters["password"], run.parameters["password"]);
}
