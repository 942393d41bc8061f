//! Everything that a policy can ask for: gates side by side, distinct groups, risk, silence, reminders,
//! escalation, conditions on the requester.

use std::time::Duration;

use catalog_model::approval::Channel;
use portal::app::decide::decide;
use portal::app::inbox::inbox;
use portal::domain::verdict::{Ballot, Refusal};
use portal::domain::{Caller, Decision, GateStatus, Run, Status};
use portal::store::outbox::{Message, Notice};
use serde_json::{Value, json};

use crate::support::{World, ballot, refusal};

async fn notices(world: &World, run: &Run) -> Vec<Notice> {
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    let notices = rows.into_iter().filter_map(|row| match row.message {
        Message::Notify { notice, .. } => Some(notice),
        _ => None,
    });
    notices.collect()
}

#[tokio::test]
async fn gates_side_by_side_are_asked_at_once_and_all_count() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    let open: Vec<_> = run.open_gates().map(|gate| gate.name.as_str()).collect();
    assert_eq!(open, ["pair", "uma"]);
    let next = world.next(run.id).await;
    assert_eq!(next, Ok(json!({"next": "WAIT", "gate": "uma", "seconds": 7_200})), "the first to close");
    for who in ["uma", "bob", "sven"] {
        let asked = inbox(&world.portal, &Caller::person(who)).await.expect("an inbox");
        assert_eq!(asked.len(), 1, "{who}");
    }
    world.wait_with(&run, "uma", "token-of-uma").await;
    for who in ["bob", "sven"] {
        world.vote(&run, "pair", who, Decision::Approve).await.expect("counts");
    }
    let woken = world.engine.calls("SendTaskSuccess");
    assert_eq!(woken.len(), 1, "the gateway waits at one gate and hears of both");
    assert_eq!(woken[0]["taskToken"], "token-of-uma");
    assert_eq!(world.run(run.id).await.status, Status::Waiting, "Uma has not decided");
    world.vote_now(&run, "uma", "uma").await.expect("counts");
    assert_eq!(world.run(run.id).await.status, Status::Approved);
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "APPROVED"})));
}

#[tokio::test]
async fn one_rejection_closes_what_is_beside_it() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    world.vote(&run, "pair", "sven", Decision::Reject).await.expect("counts");
    let after = world.run(run.id).await;
    assert_eq!((after.status, after.gates[1].status), (Status::Rejected, GateStatus::Skipped));
    let left = inbox(&world.portal, &Caller::person("uma")).await.expect("an inbox");
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(refusal(world.vote_now(&run, "uma", "uma").await), Refusal::NotOpen);
}

#[tokio::test]
async fn distinct_groups_want_one_of_each() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    for who in ["bob", "cleo", "finn"] {
        world.vote(&run, "pair", who, Decision::Approve).await.expect("counts");
    }
    assert_eq!(world.run(run.id).await.gate("pair").map(|gate| gate.status), Some(GateStatus::Open));
    world.vote(&run, "pair", "sven", Decision::Approve).await.expect("counts");
    assert_eq!(world.run(run.id).await.gate("pair").map(|gate| gate.status), Some(GateStatus::Approved));
}

#[tokio::test]
async fn high_risk_is_decided_in_the_portal_soon_after_signing_in() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    let uma = Caller::person("uma");
    let check = async |channel, minutes_ago: Option<i64>, expect| {
        let signed_in_at =
            minutes_ago.map(|minutes| world.portal.now() - jiff::SignedDuration::from_mins(minutes));
        let ballot = Ballot { channel, signed_in_at, ..ballot(&run, "uma", Decision::Approve) };
        let answer = decide(&world.portal, &uma, run.id, ballot).await;
        assert_eq!(refusal(answer), expect, "{channel:?} {minutes_ago:?}");
    };
    for channel in [Channel::Api, Channel::Slack, Channel::Email] {
        check(channel, Some(1), Refusal::WrongChannel).await;
    }
    check(Channel::Portal, None, Refusal::SignInAgain).await;
    check(Channel::Portal, Some(16), Refusal::SignInAgain).await;
    assert_eq!(world.run(run.id).await, run, "nothing was written");
    world.vote_now(&run, "uma", "uma").await.expect("counts");
}

#[tokio::test]
async fn silence_is_a_no_where_the_owner_says_so() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    world.pass(Duration::from_hours(2));
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "STOP", "status": "REJECTED"})));
    let after = world.run(run.id).await;
    let statuses: Vec<_> = after.gates.iter().map(|gate| gate.status).collect();
    assert_eq!(statuses, [GateStatus::Skipped, GateStatus::Rejected, GateStatus::Skipped]);
}

#[tokio::test]
async fn those_who_have_not_decided_are_reminded_and_then_others_are_asked() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    assert_eq!(refusal(world.vote(&run, "pair", "mia", Decision::Approve).await), Refusal::NotInGroup);
    world.relay().await;
    assert!(!world.actions(run.id).await.contains(&"reminded".to_owned()), "not before its time");
    world.pass(Duration::from_mins(61));
    world.relay().await;
    world.relay().await;
    let reminded = Notice::Reminded { gate: "pair".to_owned() };
    assert_eq!(
        notices(&world, &run).await.iter().filter(|notice| **notice == reminded).count(),
        2,
        "by each medium once"
    );
    world.pass(Duration::from_mins(30));
    world.relay().await;
    assert_eq!(world.actions(run.id).await[3..], ["reminded", "escalated"]);
    assert!(notices(&world, &run).await.contains(&Notice::Escalated { gate: "pair".to_owned() }));
    let asked = inbox(&world.portal, &Caller::person("mia")).await.expect("an inbox");
    assert_eq!(asked.len(), 1);
    world.vote(&run, "pair", "mia", Decision::Approve).await.expect("counts from now on");
    world.vote(&run, "pair", "bob", Decision::Approve).await.expect("counts");
    assert_eq!(world.run(run.id).await.gate("pair").map(|gate| gate.status), Some(GateStatus::Approved));
    world.pass(Duration::from_mins(90));
    world.relay().await;
    let again = world.actions(run.id).await.iter().filter(|action| *action == "reminded").count();
    assert_eq!(again, 1, "nobody is reminded of what is decided");
}

#[tokio::test]
async fn who_asks_decides_which_gates_are_asked() {
    let world = World::start().await;
    let check = async |who: &str, expect| {
        let run = world.guarded(who).await;
        assert_eq!(run.gate("contractor").map(|gate| gate.status), Some(expect), "{who}");
    };
    check("ada", GateStatus::Skipped).await;
    check("dan", GateStatus::Pending).await;
}

#[tokio::test]
async fn the_request_chooses_who_is_asked_and_how_many() {
    let world = World::start().await;
    let ask = async |key: &str, parameters: Value| {
        let asked = world.ask_for("chosen", "ada", key, parameters).await.expect("accepted");
        world.next(asked.run_id).await.expect("the gate opens");
        world.run(asked.run_id).await
    };
    let run = ask("both", json!({"from": ["security", "owners", "security"], "number": 2})).await;
    let gate = run.gate("decision").expect("a gate");
    assert_eq!((gate.circle_words().as_str(), gate.quorum), ("Security, Database owners", 2));
    assert_eq!(refusal(world.vote(&run, "decision", "mia", Decision::Approve).await), Refusal::NotInGroup);
    world.vote(&run, "decision", "sven", Decision::Approve).await.expect("counts");
    assert_eq!(world.run(run.id).await.status, Status::Waiting, "one of two");
    world.vote(&run, "decision", "bob", Decision::Approve).await.expect("counts");
    assert_eq!(world.run(run.id).await.status, Status::Approved);

    let run = ask("one", json!({"from": ["managers"], "number": 1})).await;
    assert_eq!(refusal(world.vote(&run, "decision", "sven", Decision::Approve).await), Refusal::NotInGroup);
    world.vote(&run, "decision", "mia", Decision::Approve).await.expect("counts");
    assert_eq!(world.run(run.id).await.status, Status::Approved);
    let other = world.ask_for("chosen", "ada", "other", json!({"from": ["askers"], "number": 1})).await;
    assert!(other.is_err(), "the schema bounds the choice");
}
