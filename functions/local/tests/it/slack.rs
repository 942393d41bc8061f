//! Deciding in Slack against the running system: who may, who may not, and what becomes of message and run.

use serde_json::{Value, json};

use crate::desk::{Desk, pointer, user};
use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::{Visitor, World, eventually};

/// Somebody else who may decide, and whose name and address somebody imitates.
const IMITATED: &str = "ingrid.solheim";

/// A run that waits, who requested it, and the message that asks for a decision.
async fn waiting(world: &World, desk: &Desk) -> (Visitor, String, Value) {
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "in-slack", &parameters()).await;
    requester.until(&run, "WAITING").await;
    let asked = desk.asked(&run).await;
    (requester, run, asked)
}

/// Presses Approve, which must open nothing; what the user alone is told.
async fn refused(desk: &Desk, user: &str, asked: &Value) -> String {
    let before = desk.whispers(user).await.len();
    let pressed = desk.press(user, asked, "approve").await;
    assert_eq!((&pressed["outcome"], &pressed["view"]), (&json!("taken"), &Value::Null), "{pressed:#}");
    let told = desk.whispers(user).await;
    assert_eq!(told.len(), before + 1, "told once, and nobody else: {told:?}");
    told[before].clone()
}

async fn votes(person: &Visitor, run: &str) -> Value {
    person.json(&format!("/api/runs/{run}")).await["approvals"][0]["votes"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_links_their_account_and_decides_in_slack() {
    let world = World::start().await;
    let desk = Desk::of(&world);
    let approver = desk.link(&world.person(APPROVER).await, APPROVER).await;
    let (requester, run, asked) = waiting(&world, &desk).await;
    assert_eq!(asked["channel_name"], "cloud-ops", "where its owner reads");
    assert_eq!(pointer(&asked).expect("buttons")["gate"], GATE);

    let view = desk.press(&approver, &asked, "approve").await["view"].clone();
    let shown = view["blocks"].to_string();
    for fact in ["prod-orders", "Declan Moriarty", &run] {
        assert!(shown.contains(fact), "the modal says {fact}: {shown}");
    }
    let view = view["id"].as_str().expect("a modal");
    let sent = desk.submit(&approver, view, "The campaign needs it").await;
    assert_eq!((&sent["outcome"], &sent["errors"]), (&json!("taken"), &json!({})), "{sent:#}");
    requester.until(&run, "SUCCEEDED").await;

    let votes = votes(&requester, &run).await;
    assert_eq!(votes.as_array().map(Vec::len), Some(1), "{votes:#}");
    let vote = &votes[0];
    assert_eq!((&vote["person"]["id"], &vote["channel"]), (&json!(APPROVER), &json!("slack")), "{vote:#}");
    assert_eq!(vote["reason"], "The campaign needs it");
    tells_the_story(&desk, &asked).await;
}

/// The message says what became of it, in its old place, and its thread how.
async fn tells_the_story(desk: &Desk, asked: &Value) {
    let story = ["Tomasz Wieczorek approved: “The campaign needs it”", "Enough people", "The run succeeded."];
    eventually("message and thread tell the end", async || {
        let (thread, now) = (desk.thread(asked).await, desk.again(asked).await["blocks"].to_string());
        thread.len() == story.len() && now.contains("The run succeeded.")
    })
    .await;
    let thread = desk.thread(asked).await;
    for (says, expected) in thread.iter().zip(story) {
        assert!(says.starts_with(expected), "{thread:#?}");
    }
    let now = desk.again(asked).await;
    assert!(now["text"].as_str().expect("text").starts_with("Approved: "), "{now:#}");
    assert!(now["blocks"].to_string().contains("The campaign needs it"), "{now:#}");
    assert_eq!(pointer(&now), None, "nobody can press what is decided");
    let asking = desk.slack().await.into_iter().filter(|message| message["thread_ts"].is_null());
    assert_eq!(asking.filter(|message| message["channel"] == asked["channel"]).count(), 1, "one message");
}

#[tokio::test(flavor = "multi_thread")]
async fn f27_whoever_is_not_linked_or_from_elsewhere_is_told_what_to_do() {
    let world = World::start().await;
    let desk = Desk::of(&world);
    let (requester, run, asked) = waiting(&world, &desk).await;
    let told = refused(&desk, &user(APPROVER), &asked).await;
    let settings = format!("{}/settings", world.running.endpoints().portal);
    assert!(told.contains("not linked") && told.contains(&settings), "{told}");
    let stranger = desk.member_with("somebody@elsewhere.example").await["id"].clone();
    let told = refused(&desk, stranger.as_str().expect("an id"), &asked).await;
    assert!(told.contains("does not belong to your Slack workspace"), "{told}");
    assert_eq!(votes(&requester, &run).await, json!([]));

    // What they are told is enough: linked, the same button of the same message works.
    let linked = desk.link(&world.person(APPROVER).await, APPROVER).await;
    let view = desk.modal(&linked, &asked).await;
    desk.submit(&linked, &view, "Now that I am linked").await;
    requester.until(&run, "SUCCEEDED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f28_an_approvers_name_and_address_prove_nothing() {
    let world = World::start().await;
    let desk = Desk::of(&world);
    let original = desk.link(&world.person(IMITATED).await, IMITATED).await;
    let (requester, run, asked) = waiting(&world, &desk).await;
    let impostor = desk.member_with("ingrid.solheim@hollinrnere.example").await;
    assert_eq!(impostor["real_name"], "Ingrid Solheim");
    let impostor = impostor["id"].as_str().expect("an id");
    let told = refused(&desk, impostor, &asked).await;
    assert!(told.contains("not linked"), "{told}");

    // Nor does the modal of whoever is imitated open to them.
    let view = desk.modal(&original, &asked).await;
    let inbox = &world.running.endpoints().inbox;
    let stolen = json!({"user": impostor, "view_id": view, "values": {"reason": "Mine"}});
    let stolen = reqwest::Client::new().post(format!("{inbox}/submit")).json(&stolen).send().await;
    assert_eq!(stolen.expect("an answer").status(), 404, "Slack shows a modal to one user");
    assert_eq!(votes(&requester, &run).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn f35_a_requester_does_not_decide_in_slack_either() {
    let world = World::start().await;
    let desk = Desk::of(&world);
    let owner = world.person(APPROVER).await;
    let linked = desk.link(&owner, APPROVER).await;
    let run = owner.run(SLUG, "own", &parameters()).await;
    owner.until(&run, "WAITING").await;
    let told = refused(&desk, &linked, &desk.asked(&run).await).await;
    assert!(told.contains("requested this run"), "{told}");
    assert_eq!(votes(&owner, &run).await, json!([]));
}
