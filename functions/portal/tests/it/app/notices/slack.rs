//! Slack hears of everything once, says what is true now, and never holds up a decision.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_sesv2::Client as Ses;
use jiff::SignedDuration;
use portal::app::break_glass::break_glass;
use portal::app::cancel::cancel;
use portal::app::decide::decide;
use portal::domain::break_glass::Plea;
use portal::domain::gate::{Circle, Escalation};
use portal::domain::verdict::Ballot;
use portal::domain::{Caller, Decision, GroupName, PersonName, Run, Status};
use portal::store::commit::Change;
use portal::store::outbox::{Medium, Message, Notice, Row, RowState};
use portal::store::preferences::{Media, Preferences};
use portal::store::slack::Link;
use serde_json::{Value, json};

use crate::support::mailbox::Mailbox;
use crate::support::slack::{Slack, TEAM};
use crate::support::{World, ballot, sdk};

struct Office {
    world: World,
    slack: Slack,
    mailbox: Mailbox,
}

impl Office {
    async fn start() -> Self {
        let slack = Slack::start().await;
        let (mailbox, ses) = Mailbox::start().await;
        let world = World::start_with(|config, clients| {
            slack.configure(config);
            config.email_sender = Some("drawbridge@example.com".to_owned());
            clients.sesv2 = Ses::new(&sdk(&ses)).into();
        });
        Self { world: world.await, slack, mailbox }
    }

    async fn link(&self, person: &str, user: &str) {
        let (person, team, user) = (person.to_owned(), TEAM.to_owned(), user.to_owned());
        let link = Link { person, team, user, at: self.world.portal.now() };
        self.world.portal.store.link_slack(&link).await.expect("linked");
    }

    /// Changes a run behind everybody's back.
    async fn alter(&self, run: &Run, act: impl FnOnce(&mut Run)) -> Run {
        let mut change = Change::of(run, self.world.portal.now());
        act(change.run());
        self.world.portal.store.commit(change).await.expect("written").run
    }

    /// Has a notice sent by the relay.
    async fn notify(&self, run: &Run, notice: Notice) {
        let mut change = Change::of(run, self.world.portal.now());
        change.send(Message::Notify { notice, medium: Medium::Slack }, self.world.portal.now());
        self.world.portal.store.commit(change).await.expect("written");
        self.world.relay().await;
    }

    /// The row of the newest notice that Slack was to be told.
    async fn row(&self, run: &Run, wanted: &Notice, medium: Medium) -> Option<Row> {
        let rows = self.world.portal.store.outbox(run.id).await.expect("rows");
        let message = Message::Notify { notice: wanted.clone(), medium };
        rows.into_iter().rfind(|row| row.message == message)
    }

    /// What the newest version of a channel's message is headed by.
    fn headline(&self, channel: &str) -> String {
        let updates = self.slack.calls("chat.update").into_iter();
        let mut updates: Vec<_> = updates.filter(|body| body["channel"] == channel).collect();
        let last = updates.pop().expect("it was updated");
        last["blocks"][0]["text"]["text"].as_str().expect("a headline").to_owned()
    }
}

fn asked(gate: &str) -> Notice {
    Notice::Asked { gate: gate.to_owned() }
}

fn group(id: &str, name: &str) -> Circle {
    Circle { groups: vec![GroupName { id: id.to_owned(), name: name.to_owned() }], people: Vec::new() }
}

#[tokio::test]
async fn owner_and_asked_teams_hear_of_it_once_each_and_named_people_by_themselves() {
    let office = Office::start().await;
    office.link("sven", "USVEN").await;
    office.link("bob", "UBOB").await;
    let asked = office.world.ask("dan", "key", json!({"environment": "staging", "audited": true})).await;
    let run = office.world.run(asked.expect("accepted").run_id).await;
    let finn = PersonName { id: "finn".to_owned(), name: "FINN".to_owned() };
    let bob = PersonName { id: "bob".to_owned(), name: "BOB".to_owned() };
    let run = office.alter(&run, |run| run.gates[1].circle.people = vec![finn, bob]).await;
    office.world.next(run.id).await.expect("the gate opens");
    let to: Vec<_> =
        office.slack.calls("chat.postMessage").iter().map(|body| body["channel"].clone()).collect();
    assert_eq!(to, ["#data", "#apps", "UBOB"], "Finn is not linked, Sven is asked as a member");
    let post = &office.slack.posts("UBOB")[0];
    assert_eq!((&post["unfurl_links"], &post["unfurl_media"]), (&json!(false), &json!(false)));
    let own = office.world.ask("ada", "own", json!({"environment": "production"})).await.expect("accepted");
    office.world.next(own.run_id).await.expect("the gate opens");
    assert_eq!(office.slack.posts("#data").len(), 2, "its owner is the asked team: once");
}

#[tokio::test]
async fn every_vote_is_in_the_thread_and_the_message_says_how_it_stands() {
    let office = Office::start().await;
    office.link("ada", "UADA").await;
    let run = office.world.waiting().await;
    office.world.vote(&run, "owners", "bob", Decision::Approve).await.expect("counts");
    assert_eq!(office.slack.replies("CDATA"), ["BOB approved  (1 of 2 approvals)"]);
    assert_eq!(office.headline("CDATA"), "Approval needed");
    let reasoned = Ballot { reason: Some("Fine".to_owned()), ..ballot(&run, "owners", Decision::Approve) };
    decide(&office.world.portal, &Caller::person("cleo"), run.id, reasoned).await.expect("counts");
    assert_eq!(office.headline("CDATA"), "Approved");
    let replies = office.slack.replies("CDATA");
    assert_eq!(replies[1..], ["CLEO approved: “Fine”  (2 of 2 approvals)", "Enough people have approved."]);
    let update = office.slack.calls("chat.update").pop().expect("an update");
    assert_eq!(update["ts"], "1795000000.000001", "the message that was posted first");
    let run = office.world.run(run.id).await;
    office.world.commit(&run, &crate::support::gateway_of(&run)).await.expect("passes");
    office.world.pass(Duration::from_hours(30));
    office.world.finish(&run, json!({"outcome": "SUCCEEDED", "output": {}})).await;
    assert_eq!(office.slack.replies("CDATA")[3], "The run succeeded.");
    let direct = office.slack.posts("UADA");
    assert_eq!(direct.len(), 1);
    assert!(
        direct[0]["text"].as_str().is_some_and(|text| text.ends_with("The run succeeded.")),
        "{direct:?}"
    );
}

#[tokio::test]
async fn a_request_that_is_decided_while_it_is_posted_does_not_look_open() {
    let office = Office::start().await;
    let asked = office.world.ask("ada", "key", json!({"environment": "production"})).await.expect("accepted");
    office.slack.pause();
    let decide = async {
        office.slack.paused().await;
        let run = office.world.run(asked.run_id).await;
        office.world.vote(&run, "owners", "bob", Decision::Reject).await.expect("counts");
        assert!(office.slack.calls("chat.update").is_empty(), "nobody knows of the message yet");
        office.slack.go_on();
    };
    let (next, ()) = tokio::join!(office.world.next(asked.run_id), decide);
    next.expect("the gate opens");
    assert_eq!(office.slack.posts("#data").len(), 1);
    assert_eq!(office.headline("CDATA"), "Rejected");
}

/// Ends a request of Ada's and looks at what the channel reads then.
async fn closed(end: impl AsyncFnOnce(&Office, &Run), headline: &str, reply: &str) -> Office {
    let office = Office::start().await;
    let run = office.world.waiting().await;
    end(&office, &run).await;
    assert_eq!(office.headline("CDATA"), headline);
    let update = office.slack.calls("chat.update").pop().expect("an update").to_string();
    assert!(!update.contains("\"reject\"") && update.contains("Open in portal"), "{update}");
    assert_eq!(office.slack.replies("CDATA").last().map(String::as_str), Some(reply));
    office
}

#[tokio::test]
async fn f37_a_rejected_request_says_so_in_its_message() {
    let reject = async |office: &Office, run: &Run| {
        office.world.vote(run, "owners", "bob", Decision::Reject).await.expect("counts");
    };
    let office = closed(reject, "Rejected", "The run was rejected.").await;
    assert_eq!(office.slack.replies("CDATA"), ["BOB rejected: “Not on a Friday.”", "The run was rejected."]);
}

#[tokio::test]
async fn f37_a_cancelled_request_says_so_in_its_message() {
    let give_up = async |office: &Office, run: &Run| {
        cancel(&office.world.portal, &Caller::person("ada"), run.id).await.expect("cancelled");
    };
    closed(give_up, "Cancelled", "The run was cancelled.").await;
}

#[tokio::test]
async fn f37_an_expired_request_says_so_in_its_message_also_days_later() {
    let expire = async |office: &Office, run: &Run| {
        office.world.pass(Duration::from_hours(50));
        office.world.next(run.id).await.expect("expires");
    };
    closed(expire, "Expired", "The run expired before enough people had decided.").await;
}

#[tokio::test]
async fn reminders_and_escalations_go_on_in_the_threads() {
    let office = Office::start().await;
    office.link("cleo", "UCLEO").await;
    office.link("sven", "USVEN").await;
    let run = office.world.waiting().await;
    office.world.vote(&run, "owners", "bob", Decision::Approve).await.expect("counts");
    let run = office
        .alter(&office.world.run(run.id).await, |run| run.gates[0].remind_seconds = vec![60, 120])
        .await;
    let reminded = || Notice::Reminded { gate: "owners".to_owned() };
    office.world.pass(Duration::from_secs(61));
    office.notify(&run, reminded()).await;
    office.notify(&office.world.run(run.id).await, reminded()).await;
    let replies = office.slack.replies("CDATA");
    assert_eq!(replies.len(), 2, "said twice at the same time, it is heard once: {replies:?}");
    assert!(replies[1].starts_with("Still waiting: 1 of 2 approvals, open until <!date^"), "{replies:?}");
    assert_eq!(office.slack.posts("UCLEO").len(), 1, "Cleo has not decided, and is linked");
    office.world.pass(Duration::from_mins(1));
    office.notify(&office.world.run(run.id).await, reminded()).await;
    assert_eq!((office.slack.posts("UCLEO").len(), office.slack.replies("DCLEO").len()), (1, 1));

    let now = office.world.portal.now();
    let escalation = Escalation { after_seconds: 60, circle: group("security", "Security"), at: Some(now) };
    let run = office.world.run(run.id).await;
    let run = office.alter(&run, |run| run.gates[0].escalation = Some(escalation)).await;
    office.notify(&run, Notice::Escalated { gate: "owners".to_owned() }).await;
    assert_eq!((office.slack.posts("#apps").len(), office.slack.posts("USVEN").len()), (1, 1));
    let replies = office.slack.calls("chat.postMessage");
    let told = replies
        .iter()
        .find(|body| body["text"].as_str().is_some_and(|text| text.contains("Nobody has decided")));
    assert_eq!(told.expect("the thread is told")["reply_broadcast"], true);
}

#[tokio::test]
async fn whoever_would_have_been_asked_hears_who_broke_the_glass_and_why() {
    let office = Office::start().await;
    let asked = office.world.ask("ada", "key", json!({"environment": "production", "audited": true})).await;
    let run = office.world.run(asked.expect("accepted").run_id).await;
    let run = office.alter(&run, |run| run.break_glass = group("security", "Security")).await;
    office.world.next(run.id).await.expect("the first gate opens");
    assert!(office.slack.posts("#apps").is_empty(), "its gate comes second");
    let plea = Plea {
        reason: "Customers cannot pay <!channel>".to_owned(),
        digest: run.digest.clone(),
        signed_in_at: Some(office.world.portal.now()),
    };
    let broken = break_glass(&office.world.portal, &Caller::person("sven"), run.id, &plea).await;
    assert_eq!(broken.expect("broken"), Status::Approved);
    let says =
        "SVEN let this run past its approvals in an emergency: “Customers cannot pay &lt;!channel&gt;”";
    for channel in ["CDATA", "CAPPS"] {
        assert_eq!(office.slack.replies(channel).last().map(String::as_str), Some(says), "{channel}");
    }
    assert_eq!(office.headline("CDATA"), "Let through in an emergency");
    let post = &office.slack.posts("#apps")[0];
    assert_eq!(post["blocks"][0]["text"]["text"], "Let through in an emergency");
}

#[tokio::test]
async fn f52_slack_that_is_busy_is_left_alone_for_so_long_and_the_try_does_not_count() {
    let office = Office::start().await;
    office.slack.fail(1, 429, Some(120));
    let run = office.world.waiting().await;
    let row = office.row(&run, &asked("owners"), Medium::Slack).await.expect("a row");
    assert_eq!((row.state, row.tries), (RowState::Due, 0));
    assert_eq!(row.due_at.duration_since(office.world.portal.now()), SignedDuration::from_secs(120));
    assert_eq!(row.reason.as_deref(), Some("Slack takes no more for 2m"));
    // The approval does not wait for Slack.
    office.world.vote(&run, "owners", "bob", Decision::Approve).await.expect("counts");
    office.world.pass(Duration::from_secs(119));
    office.world.relay().await;
    assert!(office.slack.posts("#data").is_empty(), "not before");
    office.world.pass(Duration::from_secs(1));
    office.world.relay().await;
    assert_eq!(office.slack.posts("#data").len(), 1);
    let row = office.row(&run, &asked("owners"), Medium::Slack).await.expect("a row");
    assert_eq!((row.state, row.tries), (RowState::Done, 1));
}

#[tokio::test]
async fn f52_nobody_waits_for_ever_on_a_slack_that_is_always_busy() {
    let office = Office::start().await;
    office.slack.fail(1_000, 429, Some(600));
    let run = office.world.waiting().await;
    let row = async || office.row(&run, &asked("owners"), Medium::Slack).await.expect("a row");
    for _ in 0..5 {
        office.world.pass(Duration::from_mins(11));
        office.world.relay().await;
    }
    assert_eq!((row().await.state, row().await.tries), (RowState::Due, 0), "for an hour no try counts");
    for _ in 0..10 {
        office.world.pass(Duration::from_mins(11));
        office.world.relay().await;
    }
    assert_eq!((row().await.state, row().await.tries), (RowState::Quarantined, 8));
}

#[tokio::test]
async fn f52_a_slack_that_is_down_is_given_up_and_people_have_their_mail() {
    let office = Office::start().await;
    office.slack.fail(1_000, 503, None);
    let run = office.world.waiting().await;
    let mut mailed: Vec<_> = office.mailbox.mails().into_iter().map(|(to, _)| to).collect();
    mailed.sort();
    assert_eq!(
        mailed,
        ["bob@example.com", "cleo@example.com", "finn@example.com"],
        "mail does not wait for Slack"
    );
    office.world.vote(&run, "owners", "bob", Decision::Approve).await.expect("counts");
    let decided = Notice::Decided { gate: "owners".to_owned() };
    assert_eq!(office.row(&run, &decided, Medium::Email).await, None, "Slack alone is told of each vote");
    for _ in 0..10 {
        office.world.pass(Duration::from_mins(11));
        office.world.relay().await;
    }
    let row = office.row(&run, &asked("owners"), Medium::Slack).await.expect("a row");
    assert_eq!(
        (row.state, row.tries, row.reason.as_deref()),
        (RowState::Quarantined, 8, Some("Slack refused: HTTP 503"))
    );
    let run = office.world.run(run.id).await;
    assert_eq!(run.status, Status::Waiting);
    office.world.vote(&run, "owners", "cleo", Decision::Approve).await.expect("people decide in the portal");
    assert_eq!(office.world.run(run.id).await.status, Status::Approved);
}

#[tokio::test]
async fn f52_what_only_slack_was_to_say_goes_by_mail_when_slack_is_given_up() {
    let office = Office::start().await;
    office.link("cleo", "U0CLEO").await;
    let chosen = Preferences { medium: Media::Slack, daily_at: None };
    office.world.portal.store.put_preferences("cleo", &chosen).await.expect("chosen");
    // Finn chose the same and has no account there, so that mail is all that reaches him.
    office.world.portal.store.put_preferences("finn", &chosen).await.expect("chosen");
    office.slack.fail(1_000, 500, None);
    let run = office.world.waiting().await;
    let mailed = || office.mailbox.mails().into_iter().map(|(to, _)| to).collect::<BTreeSet<_>>();
    let at_once = ["bob@example.com", "finn@example.com"].map(str::to_owned);
    assert_eq!(mailed(), BTreeSet::from(at_once), "Cleo is to hear of it in Slack");
    for _ in 0..10 {
        office.world.pass(Duration::from_mins(11));
        office.world.relay().await;
    }
    let given_up = office.row(&run, &asked("owners"), Medium::Slack).await.expect("a row");
    assert_eq!(given_up.state, RowState::Quarantined);
    let instead = office.row(&run, &asked("owners"), Medium::EmailInstead).await.expect("a row of its own");
    assert_eq!(instead.state, RowState::Done);
    assert!(mailed().contains("cleo@example.com"));
}

#[tokio::test]
async fn what_failed_halfway_is_finished_without_saying_anything_twice() {
    let office = Office::start().await;
    let asked = office.world.ask("dan", "key", json!({"environment": "staging", "audited": true})).await;
    let run = asked.expect("accepted").run_id;
    // The first channel is told, the second is not.
    office.slack.fail_after(1, 1, 500);
    office.world.next(run).await.expect("the gate opens");
    assert_eq!((office.slack.posts("#data").len(), office.slack.posts("#apps").len()), (1, 0));
    office.world.pass(Duration::from_secs(11));
    office.world.relay().await;
    assert_eq!((office.slack.posts("#data").len(), office.slack.posts("#apps").len()), (1, 1));
    // A reply that failed is made later, the others are not made again.
    let run = office.world.run(run).await;
    office.slack.fail_after(2, 1, 500);
    office.world.vote(&run, "security", "sven", Decision::Approve).await.expect("counts");
    office.world.pass(Duration::from_secs(11));
    office.world.relay().await;
    for channel in ["CDATA", "CAPPS"] {
        let expect = ["SVEN approved  (1 of 1 approvals)", "Enough people have approved."];
        let mut replies = office.slack.replies(channel);
        replies.sort_by_key(|text| text.starts_with("Enough"));
        assert_eq!(replies, expect, "{channel}");
    }
}

/// What is to be decided in the portal only has a link and nothing to press.
#[tokio::test]
async fn a_gate_of_high_risk_has_only_a_link() {
    let office = Office::start().await;
    let asked = office.world.ask("ada", "key", json!({"environment": "production"})).await.expect("accepted");
    let run = office.world.run(asked.run_id).await;
    let portal = vec![catalog_model::approval::Channel::Portal];
    office.alter(&run, |run| run.gates[0].channels = portal).await;
    office.world.next(run.id).await.expect("the gate opens");
    let post = &office.slack.posts("#data")[0];
    let last = post["blocks"].as_array().expect("blocks").last().expect("actions").clone();
    let actions: Vec<&Value> =
        last["elements"].as_array().expect("buttons").iter().map(|one| &one["action_id"]).collect();
    assert_eq!(actions, ["open"]);
    assert!(post.to_string().contains("decided in the portal"));
}
