//! Slack's Web API: what it takes, what it answers, what it refuses in which words.

use serde_json::{Value, json};

use super::harness::{Local, TOKEN, ana, ben, buttons};

#[tokio::test]
async fn messages_are_kept_and_edited() {
    let local = Local::start().await;
    let first = local
        .bot("chat.postMessage", &json!({"channel": "#ops", "text": "*one*", "blocks": buttons()}))
        .await;
    let second = local.bot("chat.postMessage", &json!({"channel": "ops", "text": "two"})).await;
    assert_eq!(first["channel"], second["channel"]);
    assert_ne!(first["ts"], second["ts"]);
    assert_eq!(first["message"]["bot_id"], "B0DRAWBRIDGE");

    let local = local.restart().await;
    let edit = |more: Value| {
        let mut edit = json!({"channel": first["channel"], "ts": first["ts"]});
        edit.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        edit
    };
    local.bot("chat.update", &edit(json!({"text": "one", "blocks": [{"type": "divider"}]}))).await;
    assert_eq!(local.messages().await[1]["edited"], false, "blocks bear no mark");
    local.bot("chat.update", &edit(json!({"text": "approved by <@U1>"}))).await;
    let message = local.messages().await[1].clone();
    assert_eq!((&message["text"], &message["edited"]), (&json!("approved by <@U1>"), &json!(true)));
    assert_eq!(message["blocks"], json!([]), "a text alone removes them");
}

#[tokio::test]
async fn a_user_id_is_a_conversation_with_the_bot() {
    let local = Local::start().await;
    let opened = local.bot("conversations.open", &json!({"users": ana().id})).await;
    let sent = local.bot("chat.postMessage", &json!({"channel": ana().id, "text": "hello"})).await;
    assert_eq!(sent["channel"], opened["channel"]["id"]);
    assert!(sent["channel"].as_str().is_some_and(|id| id.starts_with('D')), "{sent}");
    let edit = |channel: &Value| json!({"channel": channel, "ts": sent["ts"], "text": "x"});
    assert_eq!(local.refused("chat.update", &edit(&json!(ana().id))).await, "channel_not_found");
    local.bot("chat.update", &edit(&sent["channel"])).await;
}

#[tokio::test]
async fn answers_belong_to_the_thread_of_the_first_message() {
    let local = Local::start().await;
    let first = local.bot("chat.postMessage", &json!({"channel": "ops", "text": "one"})).await;
    let answer =
        |ts: &Value| json!({"channel": "ops", "text": "two", "thread_ts": ts, "reply_broadcast": true});
    let second = local.bot("chat.postMessage", &answer(&first["ts"])).await;
    let third = local.bot("chat.postMessage", &answer(&second["ts"])).await;
    assert_eq!(third["message"]["thread_ts"], first["ts"]);
    assert_eq!(local.messages().await[0]["reply_broadcast"], true);
    assert_eq!(local.refused("chat.postMessage", &answer(&json!("1.000001"))).await, "thread_not_found");
}

#[tokio::test]
async fn an_ephemeral_message_is_for_one() {
    let local = Local::start().await;
    let message = json!({"channel": "ops", "user": ben().id, "text": "psst"});
    assert!(local.bot("chat.postEphemeral", &message).await["message_ts"].is_string());
    assert_eq!(local.messages().await[0]["ephemeral_to"], json!(ben().id));
    let message = json!({"channel": ana().direct_id(), "user": ben().id, "text": "psst"});
    assert_eq!(local.refused("chat.postEphemeral", &message).await, "user_not_in_channel");
    let message = json!({"channel": "ops", "user": "U0NOBODY", "text": "psst"});
    assert_eq!(local.refused("chat.postEphemeral", &message).await, "user_not_found");
}

#[tokio::test]
async fn people_are_found_by_id_and_by_address() {
    let local = Local::start().await;
    let ask = async |query: &str| {
        let request = local.http.get(format!("{}/api/{query}", local.url)).bearer_auth(TOKEN);
        request.send().await.expect("sent").json::<Value>().await.expect("JSON")
    };
    let found = ask("users.lookupByEmail?email=Ana%40example.com").await;
    assert_eq!((&found["user"]["id"], &found["user"]["team_id"]), (&json!(ana().id), &json!("T0DRAWBRIDGE")));
    assert_eq!(found["user"]["profile"]["email"], "ana@example.com");
    assert_eq!(ask(&format!("users.info?user={}", ana().id)).await["user"], found["user"]);
    assert_eq!(
        ask("users.lookupByEmail?email=stranger%40elsewhere.example").await["error"],
        "users_not_found"
    );
    assert_eq!(ask("users.info?user=U0NOBODY").await["error"], "user_not_found");
    assert_eq!(
        local.refused("users.info", &json!({"user": ana().id})).await,
        "invalid_arguments",
        "it takes forms"
    );
    let own = local.bot("auth.test", &json!({})).await;
    assert_eq!((&own["team_id"], &own["user_id"]), (&json!("T0DRAWBRIDGE"), &json!("U0DRAWBRIDGE")));
}

#[tokio::test]
async fn slack_refuses_by_name() {
    let local = Local::start().await;
    let message = json!({"channel": "#ops", "text": "x"});
    assert_eq!(local.slack("chat.postMessage", "wrong", &message).await["error"], "invalid_auth");
    let check = async |method: &str, body: Value, error: &str| {
        assert_eq!(local.refused(method, &body).await, error, "{method} {body}");
    };
    check("chat.postMessage", json!({"text": "x"}), "channel_not_found").await;
    check("chat.postMessage", json!({"channel": "#nowhere", "text": "x"}), "channel_not_found").await;
    check("chat.postMessage", json!({"channel": "#ops"}), "no_text").await;
    check("chat.postMessage", json!({"channel": "#ops", "text": "x".repeat(40_001)}), "msg_too_long").await;
    check(
        "chat.postMessage",
        json!({"channel": "#ops", "text": "x", "metadata": {}}),
        "invalid_metadata_format",
    )
    .await;
    check(
        "chat.postMessage",
        json!({"channel": "#ops", "text": "x", "attachments": []}),
        "invalid_arguments",
    )
    .await;
    check("conversations.open", json!({}), "users_list_not_supplied").await;
    let channel = local.bot("chat.postMessage", &message).await["channel"].clone();
    check("chat.update", json!({"channel": channel, "text": "x", "ts": "1.000001"}), "message_not_found")
        .await;
    check("chat.delete", json!({}), "unknown_method").await;
    let request = local.http.post(format!("{}/api/chat.postMessage", local.url)).json(&message);
    let answer: Value = request.send().await.expect("sent").json().await.expect("JSON");
    assert_eq!(answer["error"], "not_authed");
    assert_eq!(local.messages().await.len(), 1);
}

#[tokio::test]
async fn blocks_that_break_a_limit_are_named() {
    let local = Local::start().await;
    let mut blocks = buttons();
    blocks[1]["elements"][1]["text"]["text"] = json!("x".repeat(76));
    let answer = local
        .slack("chat.postMessage", TOKEN, &json!({"channel": "ops", "text": "x", "blocks": blocks}))
        .await;
    assert_eq!(answer["error"], "invalid_blocks");
    assert_eq!(
        answer["response_metadata"]["messages"],
        json!(["[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/1/text/text]"])
    );
    assert!(local.messages().await.is_empty());
}

#[tokio::test]
async fn forms_carry_blocks_as_text() {
    let local = Local::start().await;
    let request = local.http.post(format!("{}/api/chat.postMessage", local.url)).bearer_auth(TOKEN);
    let blocks = buttons().to_string();
    let form = [("channel", "ops"), ("text", "x"), ("blocks", blocks.as_str())];
    let answer: Value = request.form(&form).send().await.expect("sent").json().await.expect("JSON");
    assert_eq!(
        (&answer["ok"], &answer["message"]["blocks"][1]["block_id"]),
        (&json!(true), &json!("decide"))
    );
}

#[tokio::test]
async fn f52_the_next_calls_fail_as_told_and_then_no_more() {
    let local = Local::start().await;
    let fault = json!({"method": "chat.postMessage", "status": 429, "retry_after": 1, "times": 2});
    assert_eq!(local.post("/_faults", &fault).await.0, 204);
    let post = async || {
        let request = local.http.post(format!("{}/api/chat.postMessage", local.url)).bearer_auth(TOKEN);
        let answer = request.json(&json!({"channel": "ops", "text": "x"})).send().await.expect("sent");
        let after = answer.headers().get("retry-after").map(|value| value.to_str().expect("text").to_owned());
        (answer.status().as_u16(), after)
    };
    assert_eq!(post().await, (429, Some("1".to_owned())));
    assert_eq!(post().await, (429, Some("1".to_owned())));
    assert_eq!(post().await, (200, None));
    assert_eq!(local.messages().await.len(), 1);
}
