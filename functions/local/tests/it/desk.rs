//! The Slack of a running system, as its members use it. Whatever is pressed here reaches the portal as a request
//! that is signed as Slack signs; nothing goes around the verification.

use local::services::workspace::Member;
use reqwest::{Client, StatusCode, redirect};
use serde_json::{Value, json};

use crate::support::{PATIENCE, Visitor, World, eventually, location};

/// The members' view of the workspace.
pub(crate) struct Desk {
    http: Client,
    url: String,
    portal: String,
}

impl Desk {
    /// The workspace that the world's portal posts to.
    pub(crate) fn of(world: &World) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE).build();
        let endpoints = world.running.endpoints();
        Self { http: http.expect("a client"), url: endpoints.inbox.clone(), portal: endpoints.portal.clone() }
    }

    /// Links a person's own Slack user as their browser does: settings, Slack's sign-in, callback. The user's id.
    pub(crate) async fn link(&self, person: &Visitor, id: &str) -> String {
        let user = user(id);
        let back = self.sign_in(person, &user).await;
        let done = person.get(back.strip_prefix(&self.portal).expect("back to the portal")).await;
        assert_eq!(location(&done), "/settings");
        user
    }

    /// Signs in to Slack for a linking that a person begins; where Slack sends the browser back to.
    async fn sign_in(&self, person: &Visitor, user: &str) -> String {
        let begun = person.posting("/settings/slack").send().await.expect("an answer");
        assert_eq!(begun.status(), StatusCode::OK);
        let refresh = begun.headers()["refresh"].to_str().expect("text");
        let address = refresh.strip_prefix("0; url=").expect("it leads on").to_owned();
        assert!(begun.text().await.expect("a page").contains("Go on to Slack"));
        let picker = self.http.get(&address).send().await.expect("an answer");
        assert!(picker.text().await.expect("a page").contains(&format!("value=\"{user}\"")));
        let (action, query) = address.split_once('?').expect("a query");
        let chosen = self.http.post(action).body(format!("{query}&member={user}"));
        let chosen = chosen.header("content-type", "application/x-www-form-urlencoded").send().await;
        location(&chosen.expect("an answer"))
    }

    /// Somebody in Slack by their profile's address, strangers and impostors among them.
    pub(crate) async fn member_with(&self, email: &str) -> Value {
        let members = self.json("/members.json").await;
        let mut members = members["members"].as_array().expect("members").iter();
        members.find(|member| member["profile"]["email"] == email).expect("a member").clone()
    }

    /// The message in a channel that asks for a decision about the run, as it stands now.
    pub(crate) async fn asked(&self, run: &str) -> Value {
        let mut found = None;
        eventually("Slack is asked", async || {
            found = self.slack().await.into_iter().find(|message| is_about(message, run));
            found.is_some()
        })
        .await;
        found.expect("found")
    }

    /// The message as it stands now.
    pub(crate) async fn again(&self, message: &Value) -> Value {
        let all = self.slack().await;
        let same = |other: &&Value| other["channel"] == message["channel"] && other["ts"] == message["ts"];
        all.iter().find(same).expect("it stands there").clone()
    }

    /// What the thread below a message says, oldest first.
    pub(crate) async fn thread(&self, message: &Value) -> Vec<String> {
        let mut all = self.slack().await;
        all.reverse();
        let answers = all.iter().filter(|other| other["thread_ts"] == message["ts"]);
        answers.map(|answer| answer["text"].as_str().expect("text").to_owned()).collect()
    }

    /// What only this user was told, oldest first.
    pub(crate) async fn whispers(&self, user: &str) -> Vec<String> {
        let mut all = self.slack().await;
        all.reverse();
        let own = all.iter().filter(|message| message["ephemeral_to"] == user);
        own.map(|message| message["text"].as_str().expect("text").to_owned()).collect()
    }

    /// Every message of Slack, newest first.
    pub(crate) async fn slack(&self) -> Vec<Value> {
        let all = self.messages().await;
        all.into_iter().filter(|message| message["kind"] == "slack").collect()
    }

    /// Every message, newest first.
    pub(crate) async fn messages(&self) -> Vec<Value> {
        let mut all = self.json("/messages.json").await;
        serde_json::from_value(all["messages"].take()).expect("messages")
    }

    /// Presses a button of a message; what the portal made of it.
    pub(crate) async fn press(&self, user: &str, message: &Value, button: &str) -> Value {
        let (channel, ts) = (&message["channel"], &message["ts"]);
        let pressed = json!({"user": user, "channel": channel, "ts": ts, "action_id": button});
        self.post("/act", &pressed).await
    }

    /// Presses Approve and has the modal open; its id.
    pub(crate) async fn modal(&self, user: &str, message: &Value) -> String {
        let pressed = self.press(user, message, "approve").await;
        assert_eq!(pressed["view"]["callback_id"], "decision", "{pressed:#}");
        pressed["view"]["id"].as_str().expect("an id").to_owned()
    }

    /// What the modal that the user has open is called.
    pub(crate) async fn title(&self, user: &str) -> Option<String> {
        let views = self.json(&format!("/views.json?user={user}")).await;
        views["views"][0]["title"]["text"].as_str().map(str::to_owned)
    }

    /// Submits a modal with a reason; what the portal made of it.
    pub(crate) async fn submit(&self, user: &str, view: &str, reason: &str) -> Value {
        self.post("/submit", &json!({"user": user, "view_id": view, "values": {"reason": reason}})).await
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer =
            self.http.post(format!("{}{path}", self.url)).json(body).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, StatusCode::OK, "{path} {body}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }
}

/// The Slack user of a person of the catalog.
pub(crate) fn user(person: &str) -> String {
    Member::new(person, "", "", "").id
}

/// What the message's Approve button is about; nothing where it has no such button.
pub(crate) fn pointer(message: &Value) -> Option<Value> {
    let buttons =
        message["blocks"].as_array()?.iter().filter_map(|block| block["elements"].as_array()).flatten();
    let approve = buttons.into_iter().find(|button| button["action_id"] == "approve")?;
    serde_json::from_str(approve["value"].as_str()?).ok()
}

fn is_about(message: &Value, run: &str) -> bool {
    message["thread_ts"].is_null() && pointer(message).is_some_and(|about| about["run"] == run)
}
