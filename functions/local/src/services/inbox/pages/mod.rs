//! The pages: `/` is Slack, `/mail` a mail client, `/you` chooses who reads.
//!
//! Everything is drawn here; the script in `pages.js` only sends what is pressed and swaps what changed.

mod mail;
mod modal;
mod slack;

use std::collections::BTreeMap;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tera::{Context, Tera};
use uuid::Uuid;

use super::{Content, Inbox, Message};
use crate::services::workspace::{Member, Roster, TEAM_ID, Workspace};

const COOKIE: &str = "drawbridge-inbox-you";

/// What the pages are drawn from.
#[derive(Clone)]
struct Desk {
    inbox: Inbox,
    roster: Roster,
}

/// One reader, at one moment.
struct Reading {
    inbox: Inbox,
    workspace: Workspace,
    you: Member,
    messages: Vec<Message>,
    seen: BTreeMap<String, i64>,
}

/// The pages as an axum router.
pub(super) fn router(inbox: Inbox, roster: Roster) -> Router {
    Router::new()
        .route("/", get(slack::show))
        .route("/mail", get(mail::show))
        .route("/you", get(choose))
        .with_state(Desk { inbox, roster })
}

#[derive(Debug, Deserialize)]
struct Choice {
    member: String,
    back: Option<String>,
}

/// `GET /you?member=U…`: the reader is somebody else from now on.
async fn choose(State(desk): State<Desk>, Query(choice): Query<Choice>) -> Response {
    if (desk.roster)().member(&choice.member).is_none() {
        return (StatusCode::NOT_FOUND, "nobody of this id is in a workspace").into_response();
    }
    let back = if choice.back.as_deref() == Some("mail") { "/mail" } else { "/" };
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", choice.member);
    let mut response = Redirect::to(back).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

impl Desk {
    /// Who reads, and what there is to read. Without a choice it is the first member.
    fn reading(&self, headers: &HeaderMap) -> anyhow::Result<Reading> {
        let workspace = (self.roster)();
        let chosen = cookie(headers).and_then(|id| workspace.member(id));
        let you =
            chosen.or_else(|| workspace.members.first()).cloned().context("the workspace has no member")?;
        let seen = self.inbox.seen(&you.id)?;
        Ok(Reading { inbox: self.inbox.clone(), messages: self.inbox.shown()?, workspace, you, seen })
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(header::COOKIE)?.to_str().ok()?;
    sent.split("; ").find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Somebody whom the reader can be.
#[derive(Serialize)]
struct Choosable<'a> {
    id: &'a str,
    label: String,
    chosen: bool,
}

impl Reading {
    /// Whether the reader has seen a message of a channel, or of a conversation of mail.
    fn has_seen(&self, key: &str, id: i64) -> bool {
        self.seen.get(key).is_some_and(|seen| *seen >= id)
    }

    /// The reader has seen this much of it.
    fn see(&mut self, key: &str, id: i64) -> anyhow::Result<()> {
        self.inbox.see(&self.you.id, key, id)?;
        self.seen.insert(key.to_owned(), id);
        Ok(())
    }

    /// Draws a page of either kind.
    fn page(&self, template: &str, mut context: Context) -> Response {
        context.insert("version", &self.inbox.version());
        context.insert("you", &self.you.id);
        context.insert("you_name", &self.you.real_name);
        match self.choosable() {
            Ok(members) => context.insert("members", &members),
            Err(error) => return failed(&error),
        }
        context.insert("slack_unread", &slack::unread(self));
        context.insert("mail_unread", &mail::unread(self));
        let modal = match modal::html(self) {
            Ok(modal) => modal,
            Err(error) => return failed(&error),
        };
        context.insert("modal", &modal);
        match draw(template, context) {
            Ok(page) => page,
            Err(error) => failed(&error),
        }
    }

    /// Everybody, with how many messages wait for each in the conversation with the bot.
    fn choosable(&self) -> anyhow::Result<Vec<Choosable<'_>>> {
        let mut all = Vec::new();
        for member in &self.workspace.members {
            let waiting = slack::waiting(self, member, &self.inbox.seen(&member.id)?);
            let place = if member.team_id == TEAM_ID { &member.email } else { "another workspace" };
            let mut label = format!("{} · {place}", member.real_name);
            if waiting > 0 {
                label = format!("{label} · {waiting} new");
            }
            all.push(Choosable { id: &member.id, label, chosen: member.id == self.you.id });
        }
        Ok(all)
    }
}

fn draw(template: &str, mut context: Context) -> anyhow::Result<Response> {
    let mut tera = Tera::default();
    tera.add_raw_templates([
        ("pages.css", include_str!("pages.css")),
        ("pages.js", include_str!("pages.js")),
        ("components.html", include_str!("components.html")),
        ("frame.html", include_str!("frame.html")),
        ("slack.html", include_str!("slack.html")),
        ("mail.html", include_str!("mail.html")),
    ])
    .context("the inbox's templates")?;
    let nonce = Uuid::new_v4().simple().to_string();
    context.insert("nonce", &nonce);
    let html = tera.render(template, &context).context("drawing the inbox")?;
    // Mail bodies are foreign HTML: no scripts, no forms, nothing fetched from elsewhere. Mail brings styles of
    // its own in attributes, which no nonce can allow.
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    Ok((headers, Html(html)).into_response())
}

fn failed(error: &anyhow::Error) -> Response {
    tracing::error!(?error, "the inbox could not be shown");
    (StatusCode::INTERNAL_SERVER_ERROR, "The inbox could not be read; see the log.").into_response()
}
