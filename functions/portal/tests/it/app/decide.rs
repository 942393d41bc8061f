//! One vote a person, never the requester, and nothing after the gate is closed.

use std::time::Duration;

use catalog_model::approval::Channel;
use portal::app::AppError;
use portal::app::cancel::cancel;
use portal::app::decide::decide;
use portal::domain::verdict::{Ballot, Refusal};
use portal::domain::{Caller, CallerKind, Decision, GateStatus, Person, Status, audit};
use portal::store::outbox::Message;

use crate::support::{World, ballot, refusal};

#[tokio::test]
async fn f33_two_final_approvers_at_once_are_both_recorded_with_one_transition() {
    let world = World::start().await;
    let run = world.waiting().await;
    let vote = |who: &'static str| world.vote(&run, "owners", who, Decision::Approve);
    let (bob, cleo, finn) = tokio::join!(vote("bob"), vote("cleo"), vote("finn"));
    for decided in [bob, cleo, finn] {
        decided.expect("whoever decided while the gate was open is recorded");
    }
    let after = world.run(run.id).await;
    assert_eq!((after.status, after.gates[0].status), (Status::Approved, GateStatus::Approved));
    assert_eq!(world.portal.store.votes(run.id).await.expect("votes").len(), 3);
    let wakes = world.portal.store.outbox(run.id).await.expect("rows");
    let wakes = wakes.iter().filter(|row| matches!(row.message, Message::Wake { .. })).count();
    assert_eq!(wakes, 1, "one transition, one wake-up");
    let records = world.portal.store.audit(run.id).await.expect("records");
    assert_eq!(audit::verify::verify(run.id, &records, &after.audit, &[]), Ok(()));
}

#[tokio::test]
async fn f34_the_same_person_by_two_channels_is_one_vote() {
    let world = World::start().await;
    let run = world.waiting().await;
    let by = |channel: Channel| Ballot { channel, ..ballot(&run, "owners", Decision::Approve) };
    let bob = Caller::person("bob");
    let (slack, email) = tokio::join!(
        decide(&world.portal, &bob, run.id, by(Channel::Slack)),
        decide(&world.portal, &bob, run.id, by(Channel::Email)),
    );
    let (slack, email) = (slack.expect("answered"), email.expect("answered"));
    assert!(slack.repeated != email.repeated, "{slack:?} {email:?}");
    assert_eq!(world.run(run.id).await.status, Status::Waiting, "two are needed, one person voted");
    assert_eq!(world.portal.store.votes(run.id).await.expect("votes").len(), 1);
    assert_eq!(
        refusal(world.vote(&run, "owners", "bob", Decision::Reject).await),
        Refusal::AlreadyVoted,
        "nobody changes their mind behind the requester's back"
    );
}

#[tokio::test]
async fn f35_the_requester_never_approves() {
    let world = World::start().await;
    let run = world.waiting().await;
    for channel in [Channel::Api, Channel::Portal, Channel::Slack, Channel::Email] {
        let own = Ballot { channel, ..ballot(&run, "owners", Decision::Approve) };
        let answer = decide(&world.portal, &Caller::person("ada"), run.id, own).await;
        assert_eq!(refusal(answer), Refusal::IsRequester, "{channel:?}");
    }
    assert_eq!(world.run(run.id).await, run);
}

#[tokio::test]
async fn f36_first_commit_wins() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.vote(&run, "owners", "bob", Decision::Reject).await.expect("the first counts");
    assert_eq!(refusal(world.vote(&run, "owners", "cleo", Decision::Approve).await), Refusal::NotOpen);
    let after = world.run(run.id).await;
    assert_eq!((after.status, after.gates[0].status), (Status::Rejected, GateStatus::Rejected));
    assert_eq!(world.actions(run.id).await, ["requested", "approval asked", "rejected"]);
}

#[tokio::test]
async fn f36_approve_against_reject_at_once_has_one_winner() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.vote(&run, "owners", "finn", Decision::Approve).await.expect("counts");
    let (yes, no) = tokio::join!(
        world.vote(&run, "owners", "bob", Decision::Approve),
        world.vote(&run, "owners", "cleo", Decision::Reject),
    );
    let after = world.run(run.id).await;
    match after.status {
        Status::Approved => assert_eq!((yes.is_ok(), refusal(no)), (true, Refusal::NotOpen)),
        Status::Rejected => assert_eq!((no.is_ok(), refusal(yes)), (true, Refusal::NotOpen)),
        other => panic!("the gate is closed one way or the other: {other}"),
    }
    assert_eq!(world.portal.store.votes(run.id).await.expect("votes").len(), 2);
}

#[tokio::test]
async fn f37_late_votes_change_nothing() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.pass(Duration::from_hours(4));
    assert_eq!(refusal(world.vote(&run, "owners", "bob", Decision::Approve).await), Refusal::NotOpen);
    assert_eq!(world.run(run.id).await, run, "nothing was written");

    let world = World::start().await;
    let run = world.waiting().await;
    cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("cancelled");
    let cancelled = world.run(run.id).await;
    assert_eq!(refusal(world.vote(&run, "owners", "bob", Decision::Approve).await), Refusal::NotOpen);
    assert_eq!(world.run(run.id).await, cancelled, "nothing was written");
}

#[tokio::test]
async fn f16_whoever_left_the_group_does_not_decide() {
    let world = World::start().await;
    let run = world.waiting().await;
    let bob = world.portal.store.person("bob").await.expect("read").expect("known");
    let left = Person { groups: Vec::new(), teams: Vec::new(), ..bob };
    world.portal.store.put_person(&left).await.expect("written");
    assert_eq!(refusal(world.vote(&run, "owners", "bob", Decision::Approve).await), Refusal::NotInGroup);
    // Without the request's digest there is not even that much to learn.
    let blind = Ballot { digest: "guess".to_owned(), ..ballot(&run, "owners", Decision::Approve) };
    let answer = decide(&world.portal, &Caller::person("bob"), run.id, blind).await;
    assert!(matches!(answer, Err(AppError::NotFound("run"))), "{answer:?}");
}

#[tokio::test]
async fn f17_a_machine_never_approves() {
    let world = World::start().await;
    let run = world.waiting().await;
    let machine = Caller { kind: CallerKind::Machine, id: "bob".to_owned(), channel: None };
    let answer = decide(&world.portal, &machine, run.id, ballot(&run, "owners", Decision::Approve)).await;
    assert_eq!(refusal(answer), Refusal::IsMachine);
}

#[tokio::test]
async fn f23_a_vote_is_for_its_gate_and_digest() {
    let world = World::start().await;
    let run = world.waiting().await;
    let other = Ballot { digest: "other".to_owned(), ..ballot(&run, "owners", Decision::Approve) };
    let answer = decide(&world.portal, &Caller::person("bob"), run.id, other).await;
    assert_eq!(refusal(answer), Refusal::OtherDigest);
    assert_eq!(refusal(world.vote(&run, "none", "bob", Decision::Approve).await), Refusal::NoSuchGate);
    assert_eq!(refusal(world.vote(&run, "security", "sven", Decision::Approve).await), Refusal::NotOpen);
    let silent = Ballot { reason: Some("  ".to_owned()), ..ballot(&run, "owners", Decision::Reject) };
    let answer = decide(&world.portal, &Caller::person("bob"), run.id, silent).await;
    assert_eq!(refusal(answer), Refusal::ReasonNeeded);
}
