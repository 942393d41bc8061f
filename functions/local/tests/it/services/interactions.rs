//! What people do in Slack reaches the portal signed, and what it answers is obeyed.

use serde_json::{Value, json};

use super::harness::{Local, ana, ben, buttons, modal};
use super::receiver::Reply;

/// A message with buttons; its channel and timestamp.
async fn asked(local: &Local) -> (String, String) {
    let sent = local
        .bot("chat.postMessage", &json!({"channel": "#ops", "text": "Decide", "blocks": buttons()}))
        .await;
    let text = |field: &str| sent[field].as_str().expect("text").to_owned();
    (text("channel"), text("ts"))
}

async fn press(local: &Local, user: &str, action: &str) -> Value {
    let (channel, ts) = asked(local).await;
    local.page("/act", &json!({"user": user, "channel": channel, "ts": ts, "action_id": action})).await
}

/// A modal in front of Ana.
async fn opened(local: &Local) -> Value {
    press(local, &ana().id, "reject").await;
    let payload = local.portal.one();
    let open = json!({"trigger_id": payload["trigger_id"], "view": modal()});
    local.bot("views.open", &open).await["view"].clone()
}

#[tokio::test]
async fn a_press_of_a_button_is_a_signed_request() {
    let local = Local::start().await;
    let (channel, ts) = asked(&local).await;
    let act = json!({"user": ana().id, "channel": channel, "ts": ts, "action_id": "approve"});
    let answer = local.page("/act", &act).await;
    assert_eq!((&answer["outcome"], &answer["status"]), (&json!("taken"), &json!(200)), "{answer}");
    assert_eq!(answer["warning"], Value::Null);

    let payload = local.portal.one();
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(
        payload["user"],
        json!({"id": ana().id, "username": "ana", "name": "ana", "team_id": "T0DRAWBRIDGE"})
    );
    assert_eq!(payload["team"], json!({"id": "T0DRAWBRIDGE", "domain": "drawbridge-local"}));
    assert_eq!(payload["channel"], json!({"id": channel, "name": "ops"}));
    assert_eq!(
        payload["container"],
        json!({"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false})
    );
    assert_eq!(payload["message"]["ts"], json!(ts));
    assert_eq!(payload["message"]["blocks"][1]["block_id"], "decide");
    assert!(payload["message"]["blocks"][0]["block_id"].is_string(), "every block has an id");
    let mut action = payload["actions"][0].clone();
    assert!(action["action_ts"].is_string());
    action["action_ts"] = Value::Null;
    assert_eq!(
        action,
        json!({"action_id": "approve", "block_id": "decide", "text": {"type": "plain_text", "text": "Approve"},
            "value": "run-1", "style": "primary", "type": "button", "action_ts": null})
    );
    let response_url = payload["response_url"].as_str().expect("an address");
    assert!(response_url.starts_with(&format!("{}/actions/T0DRAWBRIDGE/", local.url)), "{response_url}");
}

#[tokio::test]
async fn nobody_acts_where_slack_shows_nothing() {
    let local = Local::start().await;
    let (channel, ts) = asked(&local).await;
    let mut act = json!({"user": ana().id, "channel": channel, "ts": ts, "action_id": "other"});
    assert_eq!(local.post("/act", &act).await.1["error"], "action_not_found");
    act["action_id"] = json!("approve");
    act["user"] = json!("U0NOBODY");
    assert_eq!(local.post("/act", &act).await, (404, json!({"ok": false, "error": "user_not_found"})));
    let direct =
        local.bot("chat.postMessage", &json!({"channel": ben().id, "text": "x", "blocks": buttons()})).await;
    let act =
        json!({"user": ana().id, "channel": direct["channel"], "ts": direct["ts"], "action_id": "approve"});
    assert_eq!(local.post("/act", &act).await.1["error"], "message_not_found", "another's conversation");
    assert!(local.portal.taken().is_empty());
}

#[tokio::test]
async fn f27_somebody_of_another_workspace_carries_its_id() {
    let local = Local::start().await;
    let members: Value = serde_json::from_str(&local.get("/members.json").await).expect("JSON");
    let stranger = members["members"].as_array().expect("a list").last().expect("somebody")["id"].clone();
    press(&local, stranger.as_str().expect("an id"), "approve").await;
    let payload = local.portal.one();
    assert_eq!(
        (&payload["user"]["team_id"], &payload["team"]["id"]),
        (&json!("T0ELSEWHERE"), &json!("T0ELSEWHERE"))
    );
}

#[tokio::test]
async fn a_failure_of_the_portal_is_shown_as_slack_shows_it() {
    let local = Local::start().await;
    local.portal.reply(Reply::Status(401));
    let answer = press(&local, &ana().id, "approve").await;
    assert_eq!((&answer["outcome"], &answer["status"]), (&json!("refused"), &json!(401)));
    assert_eq!(answer["warning"], "This app responded with Status Code 401.");
}

#[tokio::test]
async fn f26_no_answer_within_three_seconds_is_a_warning() {
    let local = Local::start().await;
    local.portal.reply(Reply::Never);
    let answer = press(&local, &ana().id, "approve").await;
    assert_eq!((&answer["outcome"], &answer["status"]), (&json!("silent"), &Value::Null));
    assert_eq!(answer["warning"], "Operation timed out. Apps need to respond within 3 seconds.");
}

#[tokio::test]
async fn a_trigger_opens_one_modal_for_whoever_acted() {
    let local = Local::start().await;
    press(&local, &ana().id, "reject").await;
    let trigger = local.portal.one()["trigger_id"].clone();
    let open = json!({"trigger_id": trigger, "view": modal()});
    let view = local.bot("views.open", &open).await["view"].clone();
    assert_eq!(local.refused("views.open", &open).await, "exchanged_trigger_id");
    assert_eq!(
        local.refused("views.open", &json!({"trigger_id": "1.2.3", "view": modal()})).await,
        "invalid_trigger_id"
    );
    assert_eq!((&view["callback_id"], &view["private_metadata"]), (&json!("reject"), &json!("run-1")));
    assert_eq!(view["root_view_id"], view["id"]);

    let local = local.restart().await;
    assert_eq!(local.view(&ana().id).await.expect("still open")["id"], view["id"]);
    assert_eq!(local.view(&ben().id).await, None);
    let steal = json!({"user": ben().id, "view_id": view["id"], "values": {"reason": "mine now"}});
    assert_eq!(local.post("/submit", &steal).await.1["error"], "view_not_found");
}

#[tokio::test]
async fn a_submission_carries_the_values_by_block_and_action() {
    let local = Local::start().await;
    let view = opened(&local).await;
    let values = json!({"reason": "Not tonight", "kind": "risk", "tell": ["team"]});
    let answer =
        local.page("/submit", &json!({"user": ana().id, "view_id": view["id"], "values": values})).await;
    assert_eq!(
        (&answer["outcome"], &answer["view"]),
        (&json!("taken"), &Value::Null),
        "an empty answer closes"
    );
    let payload = local.portal.one();
    assert_eq!(payload["type"], "view_submission");
    assert_eq!((&payload["view"]["hash"], &payload["response_urls"]), (&view["hash"], &json!([])));
    let option = |value: &str| json!({"text": {"type": "plain_text", "text": value}, "value": value});
    assert_eq!(
        payload["view"]["state"]["values"],
        json!({
            "reason": {"text": {"type": "plain_text_input", "value": "Not tonight"}},
            "kind": {"choice": {"type": "radio_buttons", "selected_option": option("risk")}},
            "tell": {"who": {"type": "checkboxes", "selected_options": [option("team")]}},
            "until": {"when": {"type": "static_select", "selected_option": null}},
        })
    );
    assert_eq!(local.view(&ana().id).await, None);
}

#[tokio::test]
async fn what_slack_would_not_submit_never_reaches_the_portal() {
    let local = Local::start().await;
    let view = opened(&local).await;
    let submit = |values: Value| json!({"user": ana().id, "view_id": view["id"], "values": values});
    let answer = local.page("/submit", &submit(json!({"kind": "other"}))).await;
    assert_eq!(answer["outcome"], "invalid");
    assert_eq!(
        answer["errors"],
        json!({"kind": "other is not one of the options.", "reason": "Please complete this required field."})
    );
    assert!(local.portal.taken().is_empty());
}

#[tokio::test]
async fn errors_updates_and_a_broken_answer_are_obeyed() {
    let local = Local::start().await;
    let view = opened(&local).await;
    let submit = json!({"user": ana().id, "view_id": view["id"], "values": {"reason": "abc"}});
    local.portal.reply(Reply::Json(json!({"response_action": "errors", "errors": {"reason": "Say more."}})));
    let answer = local.page("/submit", &submit).await;
    assert_eq!((&answer["errors"], &answer["view"]["id"]), (&json!({"reason": "Say more."}), &view["id"]));

    local.portal.reply(Reply::Json(json!({"response_action": "errors", "errors": {"nowhere": "x"}})));
    let answer = local.page("/submit", &submit).await;
    assert_eq!(answer["warning"], "We had some trouble connecting. Try again?");

    let mut other = modal();
    other["title"]["text"] = json!("Are you sure?");
    local.portal.reply(Reply::Json(json!({"response_action": "update", "view": other})));
    let answer = local.page("/submit", &submit).await;
    assert_eq!(
        (&answer["view"]["id"], &answer["view"]["title"]["text"]),
        (&view["id"], &json!("Are you sure?"))
    );
    assert_ne!(answer["view"]["hash"], view["hash"]);

    local.portal.reply(Reply::Json(json!({"response_action": "clear"})));
    assert_eq!(local.page("/submit", &submit).await["view"], Value::Null);
}

#[tokio::test]
async fn a_closed_modal_tells_the_app_that_asked_to_know() {
    let local = Local::start().await;
    let view = opened(&local).await;
    local.page("/close", &json!({"user": ana().id, "view_id": view["id"]})).await;
    let payload = local.portal.one();
    assert_eq!((&payload["type"], &payload["is_cleared"]), (&json!("view_closed"), &json!(false)));
    assert_eq!(payload["view"]["callback_id"], "reject");
    assert_eq!(local.view(&ana().id).await, None);
}

#[tokio::test]
async fn a_view_is_updated_by_id_while_its_hash_is_the_same() {
    let local = Local::start().await;
    let view = opened(&local).await;
    let mut other = modal();
    other["blocks"] = json!([{"type": "section", "text": {"type": "plain_text", "text": "Done"}}]);
    let update = json!({"view_id": view["id"], "hash": view["hash"], "view": other});
    let updated = local.bot("views.update", &update).await["view"].clone();
    assert_eq!(updated["blocks"][0]["text"]["text"], "Done");
    assert_eq!(local.refused("views.update", &update).await, "hash_conflict");
    assert_eq!(local.refused("views.update", &json!({"view_id": "V0", "view": modal()})).await, "not_found");
}

#[tokio::test]
async fn a_response_url_replaces_answers_and_deletes() {
    let local = Local::start().await;
    press(&local, &ana().id, "approve").await;
    let url = local.portal.one()["response_url"].as_str().expect("an address").to_owned();
    let respond = async |body: Value| {
        let answer = local.http.post(&url).json(&body).send().await.expect("sent");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    assert_eq!(respond(json!({"replace_original": true, "text": "Approved by Ana"})).await.0, 200);
    let messages = local.messages().await;
    assert_eq!((&messages[0]["text"], &messages[0]["blocks"]), (&json!("Approved by Ana"), &json!([])));

    respond(json!({"text": "Only for you"})).await;
    respond(json!({"text": "For all", "response_type": "in_channel"})).await;
    let messages = local.messages().await;
    assert_eq!(
        (&messages[1]["ephemeral_to"], &messages[0]["ephemeral_to"]),
        (&json!(ana().id), &Value::Null)
    );

    assert_eq!(respond(json!({"blocks": [{"type": "what"}]})).await.1["error"], "invalid_blocks");
    assert_eq!(respond(json!({"delete_original": true})).await.0, 200);
    assert_eq!(local.messages().await.len(), 2);
    assert_eq!(respond(json!({"text": "six"})).await, (404, json!({"ok": false, "error": "used_url"})));
    let guessed = format!("{url}x");
    let answer = local.http.post(guessed).json(&json!({"text": "x"})).send().await.expect("sent");
    assert_eq!(answer.json::<Value>().await.expect("JSON")["error"], "expired_url");
}
