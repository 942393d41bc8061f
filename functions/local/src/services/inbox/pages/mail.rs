//! `/mail`: conversations on one side, the mails of one of them on the other.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tera::Context;

use super::{Content, Desk, Message, Reading, failed};
use crate::services::inbox::Mail;
use crate::services::inbox::mrkdwn::{self, escape};
use crate::services::inbox::reads::MAIL;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    conversation: Option<i64>,
    /// `you` leaves only what the reader received.
    to: Option<String>,
}

/// Mails that answer one another, oldest first. The first one's id is its own.
#[derive(Clone)]
struct Conversation<'a> {
    mails: Vec<(&'a Message, &'a Mail)>,
}

/// A line of the list.
#[derive(Serialize)]
struct Entry {
    id: i64,
    from: String,
    to: String,
    subject: String,
    preview: String,
    time: String,
    count: usize,
    unread: bool,
    chosen: bool,
}

/// A mail as the template sees it; `plain` is safe as it is, `srcdoc` only inside its sandbox.
#[derive(Serialize)]
struct Shown {
    id: i64,
    from: String,
    initial: String,
    to: String,
    at: String,
    subject: String,
    headers: Vec<(String, String)>,
    plain: Option<String>,
    srcdoc: Option<String>,
}

/// `GET /mail?conversation=N&to=you`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let mut reading = match desk.reading(&headers) {
        Ok(reading) => reading,
        Err(error) => return failed(&error),
    };
    // Whoever looks at a conversation has seen it.
    let looked_at = listed(&reading, &asked).1.map(|chosen| (chosen.key(), chosen.newest()));
    if let Some((key, newest)) = looked_at
        && let Err(error) = reading.see(&key, newest)
    {
        return failed(&error);
    }
    let (all, chosen) = listed(&reading, &asked);
    let mut context = Context::new();
    context.insert("tab", "mail");
    context.insert("mine", &asked.mine());
    context.insert("subject", &chosen.as_ref().map(|chosen| chosen.mails[0].1.subject.as_str()));
    context
        .insert("mails", &chosen.as_ref().map(|chosen| chosen.mails.iter().map(shown).collect::<Vec<_>>()));
    let is_chosen = |id: i64| chosen.as_ref().is_some_and(|chosen| chosen.id() == id);
    let entries = all.iter().map(|conversation| entry(&reading, conversation, is_chosen(conversation.id())));
    context.insert("entries", &entries.collect::<Vec<_>>());
    reading.page("mail.html", context)
}

/// The conversations of the list, newest first, and the one that is shown: the one asked for, or the first.
fn listed<'a>(reading: &'a Reading, asked: &Asked) -> (Vec<Conversation<'a>>, Option<Conversation<'a>>) {
    let mut all = conversations(reading);
    all.retain(|conversation| !asked.mine() || conversation.is_for(&reading.you.email));
    all.sort_by_key(|conversation| std::cmp::Reverse(conversation.newest()));
    let chosen = asked.conversation.and_then(|id| all.iter().find(|conversation| conversation.id() == id));
    let chosen = chosen.or_else(|| all.first()).cloned();
    (all, chosen)
}

impl Asked {
    fn mine(&self) -> bool {
        self.to.as_deref() == Some("you")
    }
}

/// How many conversations of the reader's own have something new.
pub(super) fn unread(reading: &Reading) -> usize {
    let all = conversations(reading);
    let own = all.iter().filter(|conversation| conversation.is_for(&reading.you.email));
    own.filter(|conversation| !reading.has_seen(&conversation.key(), conversation.newest())).count()
}

/// Mails by what they say they answer, as mail clients do it.
fn conversations(reading: &Reading) -> Vec<Conversation<'_>> {
    let mut all: Vec<Conversation<'_>> = Vec::new();
    let mut by_message_id: HashMap<&str, usize> = HashMap::new();
    for message in &reading.messages {
        let Content::Mail(mail) = &message.content else { continue };
        let known = mail.answers_to().find_map(|id| by_message_id.get(id).copied());
        let place = known.unwrap_or_else(|| {
            all.push(Conversation { mails: Vec::new() });
            all.len() - 1
        });
        all[place].mails.push((message, mail));
        // Mails that answer the same one belong together, though nobody here sent that one.
        for id in mail.answers_to().chain([mail.message_id.as_str()]) {
            by_message_id.entry(id).or_insert(place);
        }
    }
    all
}

impl Mail {
    /// The message ids of `In-Reply-To` and `References`.
    fn answers_to(&self) -> impl Iterator<Item = &str> {
        let threading =
            |name: &str| ["in-reply-to", "references"].iter().any(|known| name.eq_ignore_ascii_case(known));
        self.headers
            .iter()
            .filter(move |(name, _)| threading(name))
            .flat_map(|(_, ids)| ids.split_whitespace())
    }
}

impl Conversation<'_> {
    fn id(&self) -> i64 {
        self.mails[0].0.id
    }

    fn key(&self) -> String {
        format!("{MAIL}:{}", self.id())
    }

    fn newest(&self) -> i64 {
        self.mails.iter().map(|(message, _)| message.id).max().unwrap_or_default()
    }

    /// Whether somebody received one of its mails.
    fn is_for(&self, email: &str) -> bool {
        let is = |address: &String| bare(address).eq_ignore_ascii_case(email);
        self.mails.iter().any(|(_, mail)| [&mail.to, &mail.cc, &mail.bcc].into_iter().flatten().any(is))
    }
}

/// The address of `Name <address>`.
fn bare(address: &str) -> &str {
    address.split_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>'))
}

/// The name of `Name <address>`, or the address.
fn name(address: &str) -> String {
    let name = address.split_once('<').map_or(address, |(name, _)| name).trim().trim_matches('"');
    if name.is_empty() { bare(address) } else { name }.to_owned()
}

fn entry(reading: &Reading, conversation: &Conversation<'_>, chosen: bool) -> Entry {
    let (message, mail) = conversation.mails[conversation.mails.len() - 1];
    let text = mail.text.as_deref().unwrap_or_default();
    Entry {
        id: conversation.id(),
        from: name(&mail.from),
        to: mail.to.iter().map(|address| name(address)).collect::<Vec<_>>().join(", "),
        subject: conversation.mails[0].1.subject.clone(),
        preview: text.split_whitespace().take(24).collect::<Vec<_>>().join(" "),
        time: message.at.strftime("%-d %b, %H:%M").to_string(),
        count: conversation.mails.len(),
        unread: !reading.has_seen(&conversation.key(), conversation.newest()),
        chosen,
    }
}

fn shown((message, mail): &(&Message, &Mail)) -> Shown {
    let mut headers = vec![("Message-ID".to_owned(), mail.message_id.clone())];
    for (name, addresses) in [
        ("From", std::slice::from_ref(&mail.from)),
        ("To", mail.to.as_slice()),
        ("Cc", mail.cc.as_slice()),
        ("Bcc", mail.bcc.as_slice()),
        ("Reply-To", mail.reply_to.as_slice()),
    ] {
        if !addresses.is_empty() {
            headers.push((name.to_owned(), addresses.join(", ")));
        }
    }
    headers.extend(mail.headers.iter().cloned());
    Shown {
        id: message.id,
        from: mail.from.clone(),
        initial: name(&mail.from).chars().next().unwrap_or('?').to_uppercase().to_string(),
        to: mail.to.join(", "),
        at: message.at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        subject: mail.subject.clone(),
        headers,
        plain: mail.text.as_deref().map(linked),
        // Links open in a tab of their own: the sandbox lets nothing navigate this page.
        srcdoc: mail.html.as_deref().map(|body| format!("<base target=\"_blank\">{body}")),
    }
}

/// Plain text with its web addresses as links.
fn linked(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    for word in text.split_inclusive(char::is_whitespace) {
        let url = word.trim_end();
        if mrkdwn::is_link(url) {
            let address = escape(url);
            let open = "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"";
            html.extend([open, &address, "\">", &address, "</a>", &word[url.len()..]]);
        } else {
            html.push_str(&escape(word));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, shown: &str, sent_to: &str) {
        assert_eq!((name(address).as_str(), bare(address)), (shown, sent_to), "{address}");
    }

    #[test]
    fn addresses_have_names() {
        check("Ben Okoro <ben@example.com>", "Ben Okoro", "ben@example.com");
        check("\"Okoro, Ben\" <ben@example.com>", "Okoro, Ben", "ben@example.com");
        check("ben@example.com", "ben@example.com", "ben@example.com");
        check("<ben@example.com>", "ben@example.com", "ben@example.com");
    }
}
