//! Who is mailed what and when, through the outbox and the real protocol of SES.

use std::time::Duration;

use catalog_model::approval::Channel;
use portal::app::break_glass::break_glass;
use portal::app::propose::{Edit, propose};
use portal::domain::break_glass::Plea;
use portal::domain::gate::Escalation;
use portal::domain::{Caller, Decision, PersonName, Run};
use portal::steps::dispatch;
use portal::store::commit::Change;
use portal::store::outbox::{Medium, Message, Notice, RowState};
use portal::store::preferences::{Media, Preferences};
use portal::store::slack::Link;
use serde_json::json;

use crate::support::World;
use crate::support::ses::Mail;

/// What somebody chooses; whoever chooses Slack has an account there.
async fn prefer(world: &World, who: &str, medium: Media, daily_at: Option<u8>) {
    if medium == Media::Slack {
        let (person, team, user) = (who.to_owned(), "T0ONE".to_owned(), format!("U0{who}"));
        let link = Link { person, team, user, at: world.portal.now() };
        world.portal.store.link_slack(&link).await.expect("linked");
    }
    let chosen = Preferences { medium, daily_at };
    world.portal.store.put_preferences(who, &chosen).await.expect("written");
}

async fn mail_rows(world: &World, run: &Run) -> Vec<(Notice, RowState, u32)> {
    let rows = world.portal.store.outbox(run.id).await.expect("rows").into_iter();
    let mails = rows.filter_map(|row| match row.message {
        Message::Notify { notice, medium: Medium::Email } => Some((notice, row.state, row.tries)),
        _ => None,
    });
    mails.collect()
}

fn people(mails: &[Mail]) -> Vec<String> {
    let mut people: Vec<_> = mails.iter().map(|mail| mail.to.replace("@example.com", "")).collect();
    people.sort();
    people
}

fn mail_of(notice: Notice) -> Message {
    Message::Notify { notice, medium: Medium::Email }
}

/// Those who have not decided are reminded.
async fn remind(world: &World, run: &Run) {
    let now = world.portal.now();
    let mut change = Change::of(&world.run(run.id).await, now);
    change.send(mail_of(Notice::Reminded { gate: "owners".to_owned() }), now);
    world.portal.store.commit(change).await.expect("written");
    world.relay().await;
}

async fn digest(world: &World) -> serde_json::Value {
    dispatch("digest", json!({}), &world.portal).await.expect("the digest goes round")
}

#[tokio::test]
async fn approvers_are_mailed_one_by_one_and_never_the_requester() {
    let world = World::start().await;
    world.waiting().await;
    assert_eq!(people(&world.ses.mails()), ["bob", "cleo", "finn"], "Ada is an owner and asked for it");
    let mail = &world.ses.to("bob")[0];
    assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(mail.header("X-Auto-Response-Suppress"), Some("All"));
    assert_eq!((mail.header("In-Reply-To"), mail.header("List-Unsubscribe")), (None, None));
    for part in [
        "ADA",
        "Resize a cluster",
        "222222222222",
        "DrawbridgeInvoke-resize",
        "production",
        "carries customers",
    ] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part} in {}", mail.text);
    }
}

#[tokio::test]
async fn updates_stay_in_the_conversation_that_the_first_mail_began() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.vote(&run, "owners", "cleo", Decision::Approve).await.expect("counts");
    remind(&world, &run).await;
    let bob = world.ses.to("bob");
    assert_eq!((bob.len(), world.ses.to("cleo").len()), (2, 1), "who has decided is not reminded");
    assert!(bob[1].text.contains("Still waiting".to_uppercase().as_str()), "{}", bob[1].text);
    assert!(bob[1].text.contains("approved"), "and the mail says who has voted");
    world.pass(Duration::from_mins(241));
    world.next(run.id).await.expect("the gate closes");
    let bob = world.ses.to("bob");
    assert!(bob[2].text.contains("NO LONGER NEEDED") && bob[2].text.contains("expired"), "{}", bob[2].text);
    assert_eq!(world.ses.to("cleo").len(), 1, "who has decided knows");
    let (first, second) = (bob[0].message_id.as_str(), bob[1].message_id.as_str());
    assert_eq!((bob[1].header("In-Reply-To"), bob[1].header("References")), (Some(first), Some(first)));
    assert_eq!(bob[2].header("In-Reply-To"), Some(second));
    assert_eq!(bob[2].header("References"), Some(format!("{first} {second}").as_str()));
    assert!(
        bob.iter().all(|mail| mail.subject == bob[0].subject),
        "one subject, so that clients put them together"
    );
    let ada = world.ses.to("ada");
    assert!(ada.len() == 1 && ada[0].subject != bob[0].subject && ada[0].header("References").is_none());
}

#[tokio::test]
async fn f52_a_mailbox_that_fails_holds_up_no_other_and_nobody_is_mailed_twice() {
    let world = World::start().await;
    world.ses.refuse("cleo", true);
    let run = world.waiting().await;
    assert_eq!(people(&world.ses.mails()), ["bob", "finn"]);
    let asked = Notice::Asked { gate: "owners".to_owned() };
    assert_eq!(mail_rows(&world, &run).await, [(asked.clone(), RowState::Due, 1)]);
    world.vote(&run, "owners", "bob", Decision::Approve).await.expect("the approval is unaffected");
    world.pass(Duration::from_secs(11));
    world.relay().await;
    assert_eq!(
        (people(&world.ses.mails()).len(), world.ses.tries("cleo")),
        (2, 2),
        "only Cleo is tried again"
    );
    world.ses.refuse("cleo", false);
    world.pass(Duration::from_secs(21));
    world.relay().await;
    assert_eq!(people(&world.ses.mails()), ["bob", "cleo", "finn"]);
    assert_eq!(mail_rows(&world, &run).await, [(asked, RowState::Done, 3)]);
}

#[tokio::test]
async fn f53_a_mailbox_that_never_works_is_put_aside_and_others_flow() {
    let world = World::start().await;
    world.ses.refuse("cleo", true);
    let run = world.waiting().await;
    let poisoned = async || {
        let rows = mail_rows(&world, &run).await.into_iter();
        rows.filter(|(notice, ..)| matches!(notice, Notice::Asked { .. }))
            .map(|(_, state, tries)| (state, tries))
            .next()
    };
    for _ in 0..7 {
        assert!(matches!(poisoned().await, Some((RowState::Due, _))));
        world.pass(Duration::from_mins(11));
        world.relay().await;
    }
    assert_eq!(poisoned().await, Some((RowState::Quarantined, 8)));
    world.pass(Duration::from_mins(11));
    world.relay().await;
    assert_eq!(world.ses.tries("cleo"), 8, "it is not tried any more");
    let other = world.ask("ada", "other", json!({"environment": "production"})).await.expect("accepted");
    world.next(other.run_id).await.expect("the gate opens");
    assert_eq!(world.ses.to("bob").len(), 2, "others flow");
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    let reason =
        rows.iter().find(|row| row.state == RowState::Quarantined).and_then(|row| row.reason.clone());
    assert!(reason.as_ref().is_some_and(|reason| reason.contains("mailbox does not exist")), "{reason:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_to_nobody() {
    let world = World::start().await;
    let mut cleo = world.portal.store.person("cleo").await.expect("read").expect("known");
    cleo.email = "cleo@example.com\r\nBcc: evil@example.com".to_owned();
    world.portal.store.put_person(&cleo).await.expect("written");
    let run = world.waiting().await;
    assert_eq!(people(&world.ses.mails()), ["bob", "finn"]);
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    assert!(
        rows.iter()
            .any(|row| row.reason.as_ref().is_some_and(|reason| reason.contains("not one plain address")))
    );
}

#[tokio::test]
async fn f09_a_secret_is_in_no_mail() {
    let world = World::start().await;
    let parameters = json!({"environment": "production", "password": "correct-horse-f09"});
    let run = world.ask("ada", "secret", parameters).await.expect("accepted").run_id;
    world.next(run).await.expect("the gate opens");
    let mails = world.ses.mails();
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert!(mail.text.contains("Password"), "it says that there is one: {}", mail.text);
        assert!(!format!("{mail:?}").contains("correct-horse"));
        assert!(!format!("{mail:?}").contains("secretsmanager"), "and not where it is");
    }
}

#[tokio::test]
async fn the_medium_that_somebody_chose_is_the_one() {
    let world = World::start().await;
    prefer(&world, "bob", Media::Slack, None).await;
    prefer(&world, "cleo", Media::Email, None).await;
    world.waiting().await;
    assert_eq!(people(&world.ses.mails()), ["cleo", "finn"]);
}

#[tokio::test]
async fn f52_a_mail_service_that_does_not_answer_keeps_nobody_waiting() {
    let world = World::start().await;
    world.ses.fall_silent();
    let run = world.waiting().await;
    let tried: usize = ["bob", "cleo", "finn"].iter().map(|who| world.ses.tries(who)).sum();
    assert_eq!(tried, 1, "whoever is next would only wait as long again");
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    let reason = rows.iter().find_map(|row| row.reason.as_deref());
    assert_eq!(reason, Some("the e-mail service did not answer in time"));
    world.vote(&run, "owners", "bob", Decision::Approve).await.expect("the approval is unaffected");
}

#[tokio::test]
async fn a_gate_that_is_not_decided_by_mail_has_a_plain_address() {
    let world = World::start().await;
    let run = world.waiting().await;
    let address = format!("https://drawbridge.example.com/runs/{}/approvals/owners", run.id);
    assert!(world.ses.to("bob")[0].link().starts_with(&format!("{address}?link=")));
    let mut change = Change::of(&world.run(run.id).await, world.portal.now());
    change.run().gate_mut("owners").expect("the gate").channels = vec![Channel::Portal];
    world.portal.store.commit(change).await.expect("written");
    remind(&world, &run).await;
    assert_eq!(world.ses.to("bob")[1].link(), address);
}

#[tokio::test]
async fn f52_whoever_has_slack_alone_is_mailed_once_slack_is_given_up() {
    let world = World::start().await;
    prefer(&world, "bob", Media::Slack, None).await;
    let run = world.waiting().await;
    assert_eq!(people(&world.ses.mails()), ["cleo", "finn"]);
    let mut change = Change::of(&world.run(run.id).await, world.portal.now());
    let notice = Notice::Asked { gate: "owners".to_owned() };
    change.send(Message::Notify { notice, medium: Medium::EmailInstead }, world.portal.now());
    world.portal.store.commit(change).await.expect("written");
    world.relay().await;
    assert_eq!(people(&world.ses.mails()), ["bob", "cleo", "finn"], "nobody else is mailed again");
}

#[tokio::test]
async fn what_can_wait_comes_in_one_mail_a_day() {
    let world = World::start().await;
    let (now, daily) = (world.portal.now(), 24 * 60 * 60);
    // The next daily mail is 10 to 70 minutes away, the gates are open for four hours.
    let hour = (now.as_second() + 600).rem_euclid(daily) / 3600 + 1;
    prefer(&world, "bob", Media::Both, u8::try_from(hour % 24).ok()).await;
    let run = world.waiting().await;
    let again =
        world.ask("ada", "again", json!({"environment": "production"})).await.expect("accepted").run_id;
    world.next(again).await.expect("the gate opens");
    assert_eq!((world.ses.to("bob").len(), world.ses.to("cleo").len()), (0, 2));
    world.vote(&run, "owners", "bob", Decision::Reject).await.expect("counts");
    assert_eq!(digest(&world).await, json!({"done": 0, "failed": 0, "given_up": 0}), "not due yet");
    world.ses.refuse("bob", true);
    world.pass(Duration::from_mins(71));
    assert_eq!(digest(&world).await["failed"], 1);
    assert_eq!(
        digest(&world).await,
        json!({"done": 0, "failed": 0, "given_up": 0}),
        "the next round tries again"
    );
    world.ses.refuse("bob", false);
    world.pass(Duration::from_mins(51));
    assert_eq!(digest(&world).await["done"], 1);
    let bob = world.ses.to("bob");
    assert_eq!(bob.len(), 1);
    assert!(bob[0].subject.contains("One request waits"), "what he decided is not told: {}", bob[0].subject);
    assert!(bob[0].text.contains(&again.to_string()) && !bob[0].text.contains(&run.id.to_string()));
    world.pass(Duration::from_hours(30));
    digest(&world).await;
    assert_eq!(world.ses.to("bob").len(), 1, "told once");
}

#[tokio::test]
async fn what_closes_before_the_daily_mail_is_mailed_at_once() {
    let world = World::start().await;
    // The daily mail was an hour ago; the next one comes after the gate has closed.
    let hour = (world.portal.now().as_second().rem_euclid(24 * 60 * 60) / 3600 + 23) % 24;
    prefer(&world, "bob", Media::Both, u8::try_from(hour).ok()).await;
    world.waiting().await;
    assert_eq!(world.ses.to("bob").len(), 1);
}

#[tokio::test]
async fn an_escalation_and_a_broken_glass_are_mailed_at_once_whatever_people_chose() {
    let world = World::start().await;
    let hour = (world.portal.now().as_second().rem_euclid(24 * 60 * 60) / 3600 + 2) % 24;
    for who in ["bob", "cleo", "finn", "ada"] {
        prefer(&world, who, Media::Slack, u8::try_from(hour).ok()).await;
    }
    let run = world.waiting().await;
    assert_eq!(world.ses.mails().len(), 0);
    let (owners, now) = (run.gates[0].circle.clone(), world.portal.now());
    let mut change = Change::of(&world.run(run.id).await, now);
    let gate = change.run().gate_mut("owners").expect("the gate");
    gate.escalation = Some(Escalation { after_seconds: 60, circle: owners, at: Some(now) });
    change.send(mail_of(Notice::Escalated { gate: "owners".to_owned() }), now);
    world.portal.store.commit(change).await.expect("written");
    world.relay().await;
    assert_eq!(people(&world.ses.mails()), ["bob", "cleo", "finn"]);
    assert!(world.ses.to("bob")[0].text.contains("Nobody has decided about this so far"));

    let mut change = Change::of(&world.run(run.id).await, world.portal.now());
    change.run().break_glass.people.push(PersonName { id: "sven".to_owned(), name: "SVEN".to_owned() });
    world.portal.store.commit(change).await.expect("written");
    let plea = Plea {
        reason: "Writes are lost.\nIncident 4711.".to_owned(),
        digest: run.digest.clone(),
        signed_in_at: Some(world.portal.now()),
    };
    break_glass(&world.portal, &Caller::person("sven"), run.id, &plea).await.expect("the glass is broken");
    let mails = world.ses.mails().split_off(3);
    assert_eq!(
        people(&mails),
        ["ada", "bob", "cleo", "finn", "team"],
        "who would have been asked, asked, and owns"
    );
    for mail in &mails {
        let told = ["SVEN", "Writes are lost.", "Incident 4711.", "Approval of owners"];
        assert!(told.iter().all(|part| mail.text.contains(part)), "{}", mail.text);
    }
    let (bob, ada) = (&world.ses.to("bob"), &world.ses.to("ada"));
    assert_eq!(bob[1].header("In-Reply-To"), Some(bob[0].message_id.as_str()), "where he was asked");
    assert!(ada[0].header("In-Reply-To").is_none() && ada[0].subject != bob[1].subject);
}

#[tokio::test]
async fn a_proposal_is_mailed_to_the_requester() {
    let world = World::start().await;
    let run = world.waiting().await;
    let edit = Edit {
        gate: "owners".to_owned(),
        parameters: json!({"environment": "production", "audited": true}),
        reason: "Only with an audit.".to_owned(),
        digest: run.digest.clone(),
        channel: Channel::Api,
        signed_in_at: None,
    };
    propose(&world.portal, &Caller::person("bob"), run.id, &edit).await.expect("proposed");
    let ada = world.ses.to("ada");
    assert_eq!(ada.len(), 1);
    let told = ["OTHER PARAMETERS PROPOSED", "BOB would let", "Only with an audit.", "before: (not set)"];
    assert!(told.iter().all(|part| ada[0].text.contains(part)), "{}", ada[0].text);
}

#[tokio::test]
async fn a_vote_is_mailed_to_nobody() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.vote(&run, "owners", "bob", Decision::Approve).await.expect("counts");
    assert_eq!(world.ses.mails().len(), 3, "only that it was asked");
    assert!(
        !mail_rows(&world, &run).await.iter().any(|(notice, ..)| matches!(notice, Notice::Decided { .. }))
    );
}
