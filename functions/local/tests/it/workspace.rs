//! The Slack workspace of a whole local mode: the catalog's people, and those who are there to be refused.

use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn f28_everybody_of_the_catalog_is_a_member_and_so_is_somebody_who_imitates_one() {
    let world = World::start().await;
    let inbox = world.running.endpoints().inbox.clone();
    let members = reqwest::get(format!("{inbox}/members.json")).await.expect("an answer");
    let members: Value = members.json().await.expect("JSON");
    let members = members["members"].as_array().expect("a list");
    let named = |name: &str| members.iter().filter(|member| member["real_name"] == name).collect::<Vec<_>>();
    for name in ["Tomasz Wieczorek", "Declan Moriarty"] {
        assert_eq!(named(name).len(), 1, "{name}");
    }
    let impostor =
        members.iter().find(|member| member["profile"]["title"] == "Contractor").expect("an impostor");
    assert_eq!(impostor["real_name"], "Ingrid Solheim", "she approves for most groups");
    let both = named("Ingrid Solheim");
    assert_eq!(both.len(), 2, "the name is somebody else's, too");
    assert_ne!(both[0]["id"], both[1]["id"]);
    assert_ne!(both[0]["profile"]["email"], both[1]["profile"]["email"]);
    let last = members.last().expect("somebody");
    assert_eq!(last["team_id"], "T0ELSEWHERE");

    // What the page does reaches the portal, whatever the portal makes of a button that it never sent.
    let bot =
        reqwest::Client::new().post(format!("{inbox}/api/chat.postMessage")).bearer_auth("xoxb-local-mode");
    let blocks = json!([{"type": "actions", "elements": [{"type": "button", "action_id": "x",
        "text": {"type": "plain_text", "text": "Nothing"}}]}]);
    let message = json!({"channel": "#cloud-ops", "text": "x", "blocks": blocks});
    let sent: Value = bot.json(&message).send().await.expect("sent").json().await.expect("JSON");
    let act = json!({"user": both[0]["id"], "channel": sent["channel"], "ts": sent["ts"], "action_id": "x"});
    let acted = reqwest::Client::new().post(format!("{inbox}/act")).json(&act).send().await.expect("sent");
    let acted: Value = acted.json().await.expect("JSON");
    assert!(acted["status"].is_u64(), "the portal answered: {acted}");
}
