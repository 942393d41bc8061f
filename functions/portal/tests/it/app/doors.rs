//! Whoever waits behind a door learns how the run ended, by a name that can be matched; and nobody decides for it.

use std::time::Duration;

use catalog_model::approval::Channel;
use jiff::SignedDuration;
use portal::app::AppError;
use portal::app::break_glass::break_glass;
use portal::app::cancel::cancel;
use portal::app::decide::decide;
use portal::app::facts;
use portal::app::inbox::inbox;
use portal::app::propose::{Edit, answer, propose};
use portal::app::runs;
use portal::domain::break_glass::Plea;
use portal::domain::verdict::Refusal;
use portal::domain::{Caller, Decision, Run, Status};
use portal::store::deputy::Delegation;
use portal::store::outbox::{Message, RowState};
use serde_json::{Value, json};

use crate::support::doors::{production, request};
use crate::support::{World, ballot, refusal};

/// The one answer that was sent.
fn answered(world: &World) -> Value {
    let answers = world.answers();
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers[0].1.clone()
}

fn error(answer: &Value) -> (&str, &str) {
    let text = |member: &str| answer["error"][member].as_str().expect("a text");
    (text("name"), text("cause"))
}

#[tokio::test]
async fn a_rejection_names_the_approval_who_and_why() {
    let world = World::start().await;
    let run = world.called().await;
    world.vote(&run, "owners", "bob", Decision::Reject).await.expect("counts");
    let told = answered(&world);
    assert_eq!((&told["run_id"], &told["status"]), (&json!(run.id), &json!("REJECTED")));
    let (name, cause) = error(&told);
    assert_eq!(name, "Drawbridge.Rejected");
    assert_eq!(cause, "BOB rejected it at “Approval of owners”: Not on a Friday.");
}

#[tokio::test]
async fn every_way_to_end_is_answered() {
    let world = World::start().await;
    let run = world.called().await;
    cancel(&world.portal, &Caller::person("bob"), run.id).await.expect("the owner cancels");
    assert_eq!(error(&answered(&world)).0, "Drawbridge.Cancelled");

    let world = World::start().await;
    let run = world.called().await;
    world.pass(Duration::from_hours(4));
    world.next(run.id).await.expect("expired");
    assert_eq!(error(&answered(&world)).0, "Drawbridge.Expired");

    let world = World::start().await;
    let run = world.called_and_executing().await;
    world.finish(&run, json!({"outcome": "FAILED", "error": "Rds.Fault", "cause": "no space"})).await;
    assert_eq!(error(&answered(&world)), ("Rds.Fault", "no space"), "the owner's own name and words");

    let world = World::start().await;
    let run = world.called_and_executing().await;
    world.finish(&run, json!({"outcome": "TIMED_OUT", "error": "States.Timeout", "cause": "an hour"})).await;
    assert_eq!(error(&answered(&world)), ("Drawbridge.TimedOut", "an hour"));

    let world = World::start().await;
    let run = world.called_and_executing().await;
    world.pass(Duration::from_hours(2));
    world.relay().await;
    assert_eq!(world.run(run.id).await.status, Status::TimedOut, "nobody ended it, the relay does");
    world.pass(Duration::from_secs(11));
    world.relay().await;
    assert_eq!(error(&answered(&world)).0, "Drawbridge.TimedOut");
}

#[tokio::test]
async fn f41_an_answer_that_was_lost_is_sent_by_the_relay_and_said_twice_it_changes_nothing() {
    let world = World::start().await;
    let run = world.called_and_executing().await;
    world.engine.break_down(true);
    world.finish(&run, json!({"outcome": "SUCCEEDED", "output": 1})).await;
    world.engine.break_down(false);
    let before = world.answers().len();
    world.pass(Duration::from_secs(11));
    world.relay().await;
    let answers = world.answers();
    assert_eq!(answers.len(), before + 1, "{answers:?}");
    world.pass(Duration::from_mins(30));
    world.relay().await;
    assert_eq!(world.answers().len(), before + 1);
}

#[tokio::test]
async fn f53_an_answer_that_nobody_takes_is_put_aside_after_eight_tries() {
    let world = World::start().await;
    let run = world.called().await;
    world.engine.break_down(true);
    world.vote(&run, "owners", "bob", Decision::Reject).await.expect("counts");
    for _ in 0..8 {
        world.pass(Duration::from_mins(11));
        world.relay().await;
    }
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    let row = rows.iter().find(|row| row.message == Message::Answer).expect("an answer");
    assert_eq!((row.state, row.tries), (RowState::Quarantined, 8));
}

#[tokio::test]
async fn f48_a_result_that_does_not_fit_is_answered_by_a_pointer() {
    let world = World::start().await;
    let run = world.called_and_executing().await;
    // It fits by itself, and not with what the caller's Task gets besides.
    let text = "x".repeat(261_000);
    world.finish(&run, json!({"outcome": "SUCCEEDED", "output": {"text": text}})).await;
    let kept = world.portal.store.result(run.id).await.expect("read").expect("a result");
    assert!(kept.text.is_some(), "the portal has it");
    let told = answered(&world);
    let pointer = &told["result"]["too_large"];
    assert_eq!((&pointer["digest"], &pointer["bytes"]), (&json!(kept.digest), &json!(kept.bytes)));
    assert!(pointer["execution"].as_str().expect("an ARN").ends_with(&run.id.to_string()));
}

fn edit(run: &Run) -> Edit {
    Edit {
        gate: "owners".to_owned(),
        parameters: json!({"environment": "production", "audited": true}),
        reason: "Only with an audit.".to_owned(),
        digest: run.digest.clone(),
        channel: Channel::Api,
        signed_in_at: None,
    }
}

fn plea(world: &World, run: &Run) -> Plea {
    let reason = "It is urgent.".to_owned();
    Plea { reason, digest: run.digest.clone(), signed_in_at: Some(world.portal.now()) }
}

#[tokio::test]
async fn a_superseded_run_is_answered_as_what_it_is() {
    let world = World::start().await;
    let run = world.called().await;
    propose(&world.portal, &Caller::person("bob"), run.id, &edit(&run)).await.expect("proposed");
    let stranger = answer(&world.portal, &Caller::person("cleo"), run.id, true).await;
    assert!(matches!(stranger, Err(AppError::NotAllowed(_))), "{stranger:?}");
    let next = answer(&world.portal, &Caller::person("dan"), run.id, true).await.expect("for the team");
    let next = next.expect("a run");
    let told = answered(&world);
    let (name, cause) = error(&told);
    assert_eq!((&told["status"], name), (&json!("CANCELLED"), "Drawbridge.Cancelled"));
    assert!(cause.contains(&next.to_string()), "{cause}");
    assert_eq!(world.run(next).await.requester.id, "dan", "whoever confirmed for the state machine asks now");
}

#[tokio::test]
async fn f17_a_machine_decides_nothing() {
    let world = World::start().await;
    let run = world.called().await;
    let machine = Caller::machine("data");
    let vote = decide(&world.portal, &machine, run.id, ballot(&run, "owners", Decision::Approve)).await;
    assert_eq!(refusal(vote), Refusal::IsMachine);
    let check = |what: &str, refused: Option<AppError>| {
        assert!(
            matches!(refused, Some(AppError::NotAllowed(_) | AppError::Refused(_))),
            "{what}: {refused:?}"
        );
    };
    check("edit", propose(&world.portal, &machine, run.id, &edit(&run)).await.err());
    check("answer", answer(&world.portal, &machine, run.id, true).await.err());
    check("glass", break_glass(&world.portal, &machine, run.id, &plea(&world, &run)).await.err());
    check("cancel", cancel(&world.portal, &machine, run.id).await.err());
    check("inbox", inbox(&world.portal, &machine).await.err());
    assert_eq!(world.run(run.id).await, run);
}

#[tokio::test]
async fn the_members_of_the_calling_team_see_and_may_cancel() {
    let world = World::start().await;
    let run = world.called().await;
    let stranger = runs::view(&world.portal, &Caller::person("stranger"), run.id).await;
    assert!(stranger.is_err());
    let seen = runs::view(&world.portal, &Caller::person("mia"), run.id).await.expect("hers to see");
    assert!(seen.actions.cancel && seen.actions.decide.is_empty());
    cancel(&world.portal, &Caller::person("mia"), run.id).await.expect("cancelled");
    assert_eq!(world.run(run.id).await.status, Status::Cancelled);
}

/// Ada asked for a run; while its steps are under way they ask for another one on her behalf.
async fn on_behalf(world: &World) -> (Run, Run) {
    let outer = world.executing().await;
    let mut asked = request("inner", production());
    asked["for_run"] = json!(outer.id);
    let asked = world.call("data", "inner", "token-1", asked).await.expect("accepted");
    let inner = world.run_of(&asked).await;
    world.next(inner.id).await.expect("its gate opens");
    (outer, world.run(inner.id).await)
}

#[tokio::test]
async fn f35_who_requested_the_run_around_it_does_not_decide_by_any_way() {
    let world = World::start().await;
    let (outer, inner) = on_behalf(&world).await;
    let facts = inner.for_run.clone().expect("it says on whose behalf it is");
    assert_eq!((facts.id, facts.requester.id.as_str()), (outer.id, "ada"));
    let told = facts::facts(&world.portal, &inner, &inner.gates[0]).await.expect("facts");
    assert_eq!(told.for_run, Some(facts), "approvers read it");
    let mail = world
        .ses
        .mails()
        .into_iter()
        .find(|mail| mail.to.contains("bob") && mail.text.contains(&inner.id.to_string()));
    let mail = mail.expect("Bob is asked about it");
    assert!(mail.text.contains("On behalf of") && mail.text.contains("requested by ADA"), "{}", mail.text);
    let ada = Caller::person("ada");
    assert_eq!(refusal(world.vote(&inner, "owners", "ada", Decision::Approve).await), Refusal::StandsBehind);
    assert_eq!(refusal(propose(&world.portal, &ada, inner.id, &edit(&inner)).await), Refusal::StandsBehind);
    let glass = break_glass(&world.portal, &ada, inner.id, &plea(&world, &inner)).await;
    assert_eq!(refusal(glass), Refusal::StandsBehind);
    assert!(inbox(&world.portal, &ada).await.expect("an inbox").is_empty(), "nor is she asked");
    let mailed = world.portal.store.all_mailed(inner.id).await.expect("mails");
    assert!(!mailed.is_empty() && mailed.iter().all(|one| one.person != "ada"), "{mailed:?}");

    let now = world.portal.now();
    let until = now + SignedDuration::from_hours(2);
    for (approver, deputy) in [("bob", "ada"), ("ada", "sven")] {
        let lent = Delegation {
            approver: approver.to_owned(),
            deputy: deputy.to_owned(),
            from: now,
            until,
            at: now,
        };
        world.portal.store.delegate(approver, Some(&lent)).await.expect("written");
    }
    let deputy = world.vote(&inner, "owners", "ada", Decision::Approve).await;
    assert_eq!(refusal(deputy), Refusal::StandsBehind, "nor as somebody's deputy");
    let lent = world.vote(&inner, "owners", "sven", Decision::Approve).await;
    assert_eq!(refusal(lent), Refusal::NotInGroup, "nor does she lend a right");
    for who in ["bob", "cleo"] {
        world.vote(&inner, "owners", who, Decision::Approve).await.expect("others do");
    }
    assert_eq!(world.run(inner.id).await.status, Status::Approved);
}

#[tokio::test]
async fn f35_who_changed_the_run_around_it_does_not_decide_either_however_far_out_it_is() {
    let world = World::start().await;
    let run = world.waiting().await;
    propose(&world.portal, &Caller::person("bob"), run.id, &edit(&run)).await.expect("proposed");
    let outer = answer(&world.portal, &Caller::person("ada"), run.id, true).await.expect("confirmed");
    let outer = world.run(outer.expect("a run")).await.as_outer();
    let names: Vec<_> = outer.barred.iter().map(|person| person.id.as_str()).collect();
    assert_eq!(names, ["ada", "bob"]);

    let world = World::start().await;
    let (_, inner) = on_behalf(&world).await;
    let innermost = inner.as_outer();
    let names: Vec<_> = innermost.barred.iter().map(|person| person.id.as_str()).collect();
    assert_eq!(names, ["ada"], "a state machine is nobody, and whoever is behind it is passed on");
}

#[tokio::test]
async fn a_run_on_behalf_of_another_is_not_later_than_it_and_only_its_owners() {
    let world = World::start().await;
    let (outer, inner) = on_behalf(&world).await;
    assert_eq!(inner.deadline, outer.deadline);

    let check = async |team: &str, id: Value| {
        let mut asked = request("other", production());
        asked["for_run"] = id;
        let refused = world.call(team, "other", "token", asked).await.expect_err("refused");
        assert_eq!(refused.name, "Drawbridge.NotAllowed", "{refused}");
    };
    check("apps", json!(outer.id)).await;
    check("data", json!(portal::domain::RunId::new(world.portal.now(), [7; 10]))).await;
    check("data", json!(inner.id)).await;
    let other = world.call("data", "inner", "token", request("inner", production())).await;
    assert_eq!(other.expect_err("for another run").name, "Drawbridge.KeyReused");
}
