//! `/`: channels on one side, the messages of one of them on the other, answers under what they answer.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tera::Context;

use super::{Content, Desk, Message, Reading, failed};
use crate::services::inbox::SlackMessage;
use crate::services::inbox::blocks::Place;
use crate::services::inbox::mrkdwn::{self, escape};
use crate::services::workspace::{BOT_NAME, Conversation, Member, TEAM_ID, TEAM_NAME};

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    channel: Option<String>,
}

/// A line of the list of channels.
#[derive(Serialize)]
struct Entry {
    id: String,
    name: String,
    direct: bool,
    unread: usize,
    chosen: bool,
}

/// A message as the template sees it; `html` is safe as it is.
#[derive(Serialize)]
struct Shown {
    ts: String,
    time: String,
    at: String,
    html: String,
    edited: bool,
    ephemeral: bool,
    new: bool,
    /// Why it is shown here.
    note: Option<&'static str>,
    answers: Vec<Shown>,
}

/// The messages of one day.
#[derive(Serialize)]
struct Day {
    name: String,
    messages: Vec<Shown>,
}

/// `GET /?channel=C…`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let mut reading = match desk.reading(&headers) {
        Ok(reading) => reading,
        Err(error) => return failed(&error),
    };
    let chosen = chosen(&reading, asked.channel.as_deref());
    let mut context = Context::new();
    context.insert("tab", "slack");
    context.insert("workspace", TEAM_NAME);
    context.insert("bot", BOT_NAME);
    context.insert("title", &title(&chosen));
    context.insert("direct", &matches!(chosen, Conversation::Direct(_)));
    context.insert("days", &days(&reading, &chosen));
    // Whoever looks at a channel has seen it.
    let newest = of(&reading, &chosen).map(|(message, _)| message.id).max();
    if let Some(newest) = newest
        && let Err(error) = reading.see(&chosen.id(), newest)
    {
        return failed(&error);
    }
    let mut entries = entries(&reading);
    for entry in &mut entries {
        entry.chosen = entry.id == chosen.id();
    }
    context.insert("entries", &entries);
    reading.page("slack.html", context)
}

/// How many messages the reader has not seen, over all.
pub(super) fn unread(reading: &Reading) -> usize {
    entries(reading).iter().map(|entry| entry.unread).sum()
}

/// How many messages of the bot's conversation with a member the member has not seen.
pub(super) fn waiting(reading: &Reading, member: &Member, seen: &BTreeMap<String, i64>) -> usize {
    let id = member.direct_id();
    let newest = seen.get(&id).copied().unwrap_or_default();
    let is_new = |message: &&Message| match &message.content {
        Content::Slack(slack) => slack.channel == id && message.id > newest,
        Content::Mail(_) => false,
    };
    reading.messages.iter().filter(is_new).count()
}

/// The conversation that was asked for, or else the one with the newest message, or the first.
fn chosen(reading: &Reading, asked: Option<&str>) -> Conversation {
    let all = conversations(reading);
    let asked = asked.and_then(|id| all.iter().find(|conversation| conversation.id() == id));
    let newest = || {
        let newest =
            |conversation: &&Conversation| of(reading, conversation).map(|(message, _)| message.id).max();
        all.iter().max_by_key(newest)
    };
    asked.or_else(newest).cloned().unwrap_or_else(|| Conversation::Direct(reading.you.clone()))
}

fn conversations(reading: &Reading) -> Vec<Conversation> {
    let channels = reading.workspace.channels.iter().cloned().map(Conversation::Channel);
    // The bot writes to nobody of another workspace.
    let direct = (reading.you.team_id == TEAM_ID).then(|| Conversation::Direct(reading.you.clone()));
    channels.chain(direct).collect()
}

fn entries(reading: &Reading) -> Vec<Entry> {
    let entry = |conversation: Conversation| {
        let id = conversation.id();
        let unread =
            of(reading, &conversation).filter(|(message, _)| !reading.has_seen(&id, message.id)).count();
        let direct = matches!(conversation, Conversation::Direct(_));
        let name = if direct { BOT_NAME.to_owned() } else { conversation.name().to_owned() };
        Entry { id, name, direct, unread, chosen: false }
    };
    conversations(reading).into_iter().map(entry).collect()
}

fn title(conversation: &Conversation) -> String {
    match conversation {
        Conversation::Channel(channel) => format!("# {}", channel.name),
        Conversation::Direct(_) => BOT_NAME.to_owned(),
    }
}

/// The messages of a conversation that the reader sees.
fn of<'a>(
    reading: &'a Reading,
    conversation: &Conversation,
) -> impl Iterator<Item = (&'a Message, &'a SlackMessage)> {
    let (id, you) = (conversation.id(), reading.you.id.clone());
    reading.messages.iter().filter_map(move |message| match &message.content {
        Content::Slack(slack)
            if slack.channel == id && slack.ephemeral_to.as_ref().is_none_or(|to| *to == you) =>
        {
            Some((message, slack))
        }
        _ => None,
    })
}

fn days(reading: &Reading, conversation: &Conversation) -> Vec<Day> {
    let all: Vec<_> = of(reading, conversation).collect();
    let mut days: Vec<Day> = Vec::new();
    for (message, slack) in &all {
        // An answer is under its message, unless it was sent to the channel, too, or its message is gone.
        let parent = slack.thread_ts.as_ref().filter(|ts| all.iter().any(|(_, other)| other.ts == **ts));
        if parent.is_some() && !slack.reply_broadcast {
            continue;
        }
        let mut shown = shown(reading, conversation, message, slack);
        shown.note = shown.note.or(parent.map(|_| "Replied to a thread"));
        let answers = all.iter().filter(|(_, other)| other.thread_ts.as_ref() == Some(&slack.ts));
        shown.answers = answers.map(|(m, s)| self::shown(reading, conversation, m, s)).collect();
        let name = message.at.strftime("%A, %-d %B %Y").to_string();
        match days.last_mut().filter(|day| day.name == name) {
            Some(day) => day.messages.push(shown),
            None => days.push(Day { name, messages: vec![shown] }),
        }
    }
    days
}

fn shown(reading: &Reading, conversation: &Conversation, message: &Message, slack: &SlackMessage) -> Shown {
    let attributes =
        format!(" data-channel=\"{}\" data-ts=\"{}\"", escape(&slack.channel), escape(&slack.ts));
    let place = Place { workspace: &reading.workspace, attributes, values: &Value::Null };
    let html = if slack.blocks.is_empty() {
        format!("<p>{}</p>", mrkdwn::render(&slack.text, &reading.workspace))
    } else {
        place.render(&slack.blocks)
    };
    Shown {
        ts: slack.ts.clone(),
        time: message.at.strftime("%H:%M").to_string(),
        at: message.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        html,
        edited: slack.edited,
        ephemeral: slack.ephemeral_to.is_some(),
        new: !reading.has_seen(&conversation.id(), message.id),
        note: slack.ephemeral_to.as_ref().map(|_| "Only visible to you"),
        answers: Vec::new(),
    }
}
