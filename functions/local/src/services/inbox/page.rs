//! The page that shows the inbox.

use anyhow::Context as _;
use serde::Serialize;
use tera::{Context, Tera};
use uuid::Uuid;

use super::{Content, Mail, Message, SlackMessage, blocks, mrkdwn};

/// A page and the policy it must be served with.
pub(super) struct Page {
    pub(super) html: String,
    pub(super) policy: String,
}

/// What the template sees of a message; `html` is safe as it is, `srcdoc` only inside its sandbox.
#[derive(Serialize)]
struct Shown {
    id: i64,
    kind: &'static str,
    at: String,
    title: String,
    details: Vec<(&'static str, String)>,
    edited: bool,
    html: String,
    srcdoc: Option<String>,
}

/// Draws the messages. `version` is what the page waits for changes from.
pub(super) fn render(messages: &[Message], version: u64) -> anyhow::Result<Page> {
    let mut tera = Tera::default();
    tera.add_raw_template("inbox.html", include_str!("../inbox.html")).context("the inbox's template")?;
    let nonce = Uuid::new_v4().simple().to_string();
    let mut context = Context::new();
    context.insert("messages", &messages.iter().map(shown).collect::<Vec<_>>());
    context.insert("version", &version);
    context.insert("nonce", &nonce);
    let html = tera.render("inbox.html", &context).context("drawing the inbox")?;
    // Mail bodies are foreign HTML: no scripts, no forms, nothing fetched from elsewhere.
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    Ok(Page { html, policy })
}

fn shown(message: &Message) -> Shown {
    let at = message.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    match &message.content {
        Content::Slack(slack) => slack_shown(message.id, at, slack),
        Content::Mail(mail) => mail_shown(message.id, at, mail),
    }
}

fn slack_shown(id: i64, at: String, slack: &SlackMessage) -> Shown {
    let html = if slack.blocks.is_empty() {
        format!("<p>{}</p>", mrkdwn::render(&slack.text))
    } else {
        blocks::render(&slack.blocks)
    };
    let title = format!("#{}", slack.channel_name);
    Shown { id, kind: "slack", at, title, details: Vec::new(), edited: slack.edited, html, srcdoc: None }
}

fn mail_shown(id: i64, at: String, mail: &Mail) -> Shown {
    let mut details = vec![("From", mail.from.clone())];
    for (label, addresses) in
        [("To", &mail.to), ("Cc", &mail.cc), ("Bcc", &mail.bcc), ("Reply to", &mail.reply_to)]
    {
        if !addresses.is_empty() {
            details.push((label, addresses.join(", ")));
        }
    }
    let html = mail
        .text
        .as_deref()
        .map(|text| format!("<div class=\"text\">{}</div>", linked(text)))
        .unwrap_or_default();
    // Links open in a tab of their own: the sandbox lets nothing navigate this page.
    let srcdoc = mail.html.as_deref().map(|body| format!("<base target=\"_blank\">{body}"));
    Shown { id, kind: "mail", at, title: mail.subject.clone(), details, edited: false, html, srcdoc }
}

/// Plain text with its web addresses as links.
fn linked(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    for word in text.split_inclusive(char::is_whitespace) {
        let url = word.trim_end();
        if url.starts_with("https://") || url.starts_with("http://") {
            let address = mrkdwn::escape(url);
            let open = "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"";
            html.extend([open, &address, "\">", &address, "</a>", &word[url.len()..]]);
        } else {
            html.push_str(&mrkdwn::escape(word));
        }
    }
    html
}
