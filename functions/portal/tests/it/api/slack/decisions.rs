//! Votes from Slack: recorded once, refused in the portal's words, never lost when the tables are slow.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use portal::domain::Status;
use portal::steps::dispatch;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::super::world::told;
use super::{Desk, signature};

async fn votes(desk: &Desk, run: &str) -> Vec<(String, String)> {
    let id = run.parse().expect("a run id");
    let votes = desk.world.portal.store.votes(id).await.expect("votes");
    let words = |vote: portal::domain::Vote| {
        (vote.person, serde_json::to_value(vote.channel).expect("a word").to_string())
    };
    votes.into_iter().map(words).collect()
}

#[tokio::test]
async fn an_approver_decides_with_a_click_and_a_reason() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "approved").await;
    let answer = desk.decide("UBOB", "approve", &value, "Looks right").await;
    assert_eq!(answer, json!({"response_action": "clear"}));
    assert_eq!(desk.world.run(&run).await.status, Status::Approved);
    assert_eq!(votes(&desk, &run).await, [("bob".to_owned(), "\"slack\"".to_owned())]);
    let updates = desk.slack.calls("chat.update");
    let last = updates.last().expect("the message is updated");
    assert_eq!((&last["channel"], &last["blocks"][0]["text"]["text"]), (&json!("CTEAM"), &json!("Approved")));
    assert!(!last.to_string().contains("\"approve\""), "nothing is left to press: {last:#}");
    assert!(desk.slack.replies("CTEAM")[0].starts_with("Bob approved: “Looks right”  (1 of 1 approvals)"));
}

#[tokio::test]
async fn refusals_stand_at_the_field_in_the_words_of_the_portal() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "refused").await;
    let silent = desk.modal_of("UBOB", "reject", &value, "  ").await;
    let answer = told(desk.send(&silent).await, StatusCode::OK).await;
    let says = json!({"reason": "A reason is needed: the requester will read it."});
    assert_eq!(answer, json!({"response_action": "errors", "errors": says}));
    // Decided elsewhere while the modal was open.
    let late = desk.modal_of("UBOB", "approve", &value, "x").await;
    desk.decide("UOLGA", "reject", &value, "Not today").await;
    let answer = told(desk.send(&late).await, StatusCode::OK).await;
    let says = answer["errors"]["reason"].as_str().expect("a refusal");
    assert!(says.starts_with("This approval is not open"), "{says}");
    assert_eq!(desk.world.run(&run).await.status, Status::Rejected);
}

#[tokio::test]
async fn f25_an_exact_replay_is_answered_as_before_and_votes_once() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "replayed").await;
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    let at = Timestamp::now();
    let tag = signature(&body, at);
    let send = async || told(desk.send_signed(&body, at, &tag).await, StatusCode::OK).await;
    let (one, other) = tokio::join!(send(), send());
    assert_eq!((&one, &other), (&json!({"response_action": "clear"}), &one));
    let recorded = desk.world.run(&run).await;
    // Even if the vote were not there any more: this request was carried out.
    let main = desk.world.database.items("main");
    let sort = |item: &Value| item["SK"]["S"].as_str().unwrap_or_default().to_owned();
    let vote = main.iter().find(|item| sort(item).starts_with("VOTE#")).expect("a vote");
    desk.world.database.delete("main", vote);
    assert_eq!(send().await, one);
    assert_eq!(votes(&desk, &run).await, [], "a replay votes for nobody");
    assert_eq!(desk.world.run(&run).await.version, recorded.version);
    let seen =
        main.iter().filter(|item| item["PK"]["S"].as_str().is_some_and(|key| key.starts_with("SEEN#")));
    assert_eq!(seen.count(), 1);
}

#[tokio::test]
async fn f26_slow_tables_are_acknowledged_in_time_and_the_queue_records_it() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "slow").await;
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    desk.tables.close(true);
    let begun = Instant::now();
    let answer = told(desk.send(&body).await, StatusCode::OK).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(answer["response_action"], "update", "{answer:#}");
    assert_eq!(answer["view"]["title"]["text"], "Being recorded");
    desk.tables.close(false);
    let batch = desk.queue.batch();
    assert_eq!(batch["Records"].as_array().expect("records").len(), 1);
    for _ in 0..2 {
        let outcome = Box::pin(dispatch("interaction", batch.clone(), &desk.world.portal)).await;
        assert_eq!(outcome.expect("carried out"), json!({"batchItemFailures": []}), "twice is once");
    }
    assert_eq!(votes(&desk, &run).await, [("bob".to_owned(), "\"slack\"".to_owned())]);
    let told = desk.slack.calls("views.update");
    assert_eq!((&told[0]["view_id"], &told[0]["view"]["title"]["text"]), (&json!("V1"), &json!("Recorded")));
    let updates = desk.slack.calls("chat.update");
    assert_eq!(updates.last().expect("updated")["blocks"][0]["text"]["text"], "Approved");
}

#[tokio::test]
async fn f26_a_click_opens_the_modal_though_the_tables_are_slow() {
    let desk = Desk::start().await;
    let (_, value) = desk.waiting("ada", "brief").await;
    desk.tables.close(true);
    let begun = Instant::now();
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let view = desk.slack.calls("views.open")[0]["view"].to_string();
    assert!(view.contains("Resize a cluster") && view.contains("could not be read in time"), "{view}");
    desk.tables.close(false);
    assert_eq!(told(desk.send(&body).await, StatusCode::OK).await, json!({"response_action": "clear"}));
}

#[tokio::test]
async fn f26_without_a_queue_nothing_is_promised() {
    let desk = Desk::start_with(false).await;
    let (run, value) = desk.waiting("ada", "no-queue").await;
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    desk.tables.close(true);
    let answer = told(desk.send(&body).await, StatusCode::OK).await;
    let says = answer["errors"]["reason"].as_str().expect("a refusal");
    assert!(says.contains("Try again"), "{says}");
    desk.tables.close(false);
    assert_eq!(told(desk.send(&body).await, StatusCode::OK).await, json!({"response_action": "clear"}));
    assert_eq!(desk.world.run(&run).await.status, Status::Approved);
}

#[tokio::test]
async fn what_the_queue_cannot_record_is_told_or_tried_again() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "late").await;
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    desk.tables.close(true);
    told(desk.send(&body).await, StatusCode::OK).await;
    desk.tables.close(false);
    desk.decide("UOLGA", "reject", &value, "Not today").await;
    let mut batch = desk.queue.batch();
    let records = batch["Records"].as_array_mut().expect("records");
    records.push(json!({"messageId": "poison", "body": "not ours"}));
    let outcome = Box::pin(dispatch("interaction", batch, &desk.world.portal)).await.expect("carried out");
    assert_eq!(outcome, json!({"batchItemFailures": [{"itemIdentifier": "poison"}]}));
    assert_eq!(votes(&desk, &run).await.len(), 1, "Olga's");
    let direct = desk.slack.posts("UBOB");
    let text = direct[0]["text"].as_str().expect("a text");
    assert!(text.contains("was not recorded. This approval is not open"), "{text}");
}

#[tokio::test]
async fn f34_the_same_person_in_slack_and_in_the_portal_is_one_vote() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "twice").await;
    let digest = desk.world.run(&run).await.digest;
    let bob = desk.world.person("bob").await;
    let path = format!("/api/runs/{run}/approvals/owner/decisions");
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    told(bob.post(&path, &json!({"decision": "approve", "digest": digest})).await, StatusCode::OK).await;
    assert_eq!(told(desk.send(&body).await, StatusCode::OK).await, json!({"response_action": "clear"}));
    assert_eq!(votes(&desk, &run).await, [("bob".to_owned(), "\"api\"".to_owned())]);
}

#[tokio::test]
async fn f35_the_requester_never_decides_in_slack() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("bob", "own").await;
    assert_eq!(desk.press(&super::someone("UBOB"), "approve", &value).await.status(), StatusCode::OK);
    let whispers = desk.slack.calls("response_url");
    assert_eq!(whispers[0]["text"], "You requested this run, so somebody else has to decide.");
    // Nor with a modal that was made by hand.
    let about: Value = serde_json::from_str(&value).expect("a pointer");
    let metadata = json!({"about": about, "decision": "approve"}).to_string();
    let body = super::form(&super::submitted(&super::someone("UBOB"), &metadata, "mine"));
    let answer = told(desk.send(&body).await, StatusCode::OK).await;
    assert_eq!(answer["errors"]["reason"], "You requested this run, so somebody else has to decide.");
    assert_eq!(desk.world.run(&run).await.status, Status::Waiting);
}
