//! What Slack and e-mail would have received, as the pages show it.

use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::json;

use super::harness::{Local, ana, ben, buttons};

/// A page as somebody sees it.
async fn seen(local: &Local, path: &str, who: &str) -> String {
    let request =
        local.http.get(format!("{}{path}", local.url)).header(COOKIE, format!("drawbridge-inbox-you={who}"));
    request.send().await.expect("sent").text().await.expect("text")
}

/// The number beside a tab or a channel.
fn count(page: &str, what: &str) -> Option<String> {
    let after = page.split_once(what)?.1;
    let line = after.split("</a>").next()?;
    Some(
        line.split_once("unread\">")
            .or_else(|| line.split_once("unread for you\">"))?
            .1
            .split('<')
            .next()?
            .to_owned(),
    )
}

#[tokio::test]
async fn a_channel_shows_its_messages_and_what_is_unread() {
    let local = Local::start().await;
    local.bot("chat.postMessage", &json!({"channel": "#ops", "text": "Decide", "blocks": buttons()})).await;
    local.bot("chat.postMessage", &json!({"channel": "#dev", "text": "hello <@U0DRAWBRIDGE>"})).await;
    local.bot("chat.postMessage", &json!({"channel": ben().id, "text": "for Ben alone"})).await;

    let page = seen(&local, "/", &ana().id).await;
    assert!(page.contains("What Slack and e-mail would have received"), "{page}");
    assert!(
        page.contains("<h1># dev</h1>") && page.contains("@Drawbridge</span>"),
        "the newest comes first: {page}"
    );
    assert_eq!(count(&page, "</span>ops</span>"), Some("1".to_owned()), "{page}");
    let ops = page.split_once("/?channel=").expect("a channel").1.split('"').next().expect("an id");
    let page = seen(&local, &format!("/?channel={ops}"), &ana().id).await;
    assert!(page.contains("data-block=\"decide\" data-action=\"approve\""), "{page}");
    assert!(!page.contains("for Ben alone"), "a conversation is its member's");
    assert_eq!(count(&seen(&local, "/", &ana().id).await, "</span>ops</span>"), None, "it is read now");
    assert!(seen(&local, "/", &ben().id).await.contains("for Ben alone"));
}

#[tokio::test]
async fn threads_edits_and_ephemeral_messages_are_marked() {
    let local = Local::start().await;
    let first = local.bot("chat.postMessage", &json!({"channel": "ops", "text": "one"})).await;
    let answer = json!({"channel": "ops", "text": "two", "thread_ts": first["ts"]});
    local.bot("chat.postMessage", &answer).await;
    let edit = json!({"channel": first["channel"], "ts": first["ts"], "text": "three"});
    local.bot("chat.update", &edit).await;
    local.bot("chat.postEphemeral", &json!({"channel": "ops", "user": ana().id, "text": "psst"})).await;
    let page = seen(&local, "/", &ana().id).await;
    assert!(page.contains("1 reply") && page.contains("(edited)"), "{page}");
    assert!(page.contains("Only visible to you") && page.contains("psst"), "{page}");
    assert!(!seen(&local, "/", &ben().id).await.contains("psst"));
}

#[tokio::test]
async fn the_reader_chooses_who_to_be() {
    let local = Local::start().await;
    let browser =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let choose = async |member: &str| {
        browser.get(format!("{}/you?member={member}", local.url)).send().await.expect("sent")
    };
    let chosen = choose(&ben().id).await;
    let cookie = chosen.headers()[SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with(&format!("drawbridge-inbox-you={};", ben().id)), "{cookie}");
    assert_eq!(choose("U0NOBODY").await.status().as_u16(), 404);
    assert!(seen(&local, "/", &ben().id).await.contains(&format!("data-you=\"{}\"", ben().id)));
}

#[tokio::test]
async fn f30_markup_in_a_message_reaches_the_page_escaped() {
    let local = Local::start().await;
    let text = "&lt;!channel&gt; <script>alert(1)</script> <javascript:alert(1)|click>";
    local.bot("chat.postMessage", &json!({"channel": "#ops", "text": text})).await;
    let response = local.http.get(&local.url).send().await.expect("sent");
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'nonce-"), "{policy}");
    let page = response.text().await.expect("text");
    assert!(!page.contains("<script>") && !page.contains("javascript:"), "{page}");
    assert!(page.contains("&lt;!channel&gt;"), "{page}");
}

#[tokio::test]
async fn f22_another_site_cannot_act() {
    let local = Local::start().await;
    // What a form or a script of another site can send without asking first.
    for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = local.http.post(format!("{}/act", local.url)).header("content-type", content_type);
        let answer = request.body(r#"{"user": "U1", "action_id": "approve"}"#).send().await.expect("sent");
        assert_eq!(answer.status().as_u16(), 415, "{content_type}");
    }
}

#[tokio::test]
async fn an_open_page_hears_of_a_new_message() {
    let local = Local::start().await;
    let (http, url) = (local.http.clone(), format!("{}/wait?since=0", local.url));
    let waiting =
        tokio::spawn(async move { http.get(url).send().await.expect("sent").text().await.expect("text") });
    local.bot("chat.postMessage", &json!({"channel": "#ops", "text": "x"})).await;
    assert_eq!(waiting.await.expect("no panic"), r#"{"version":1}"#);
}
