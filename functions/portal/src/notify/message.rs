//! What notices say. Parameters are not in them: the page shows them to whoever may see it.

use crate::domain::{Gate, Run, Status};

/// A notice, before it is written in the language of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// One line.
    pub title: String,
    /// What it is about.
    pub lines: Vec<String>,
    /// What the link is called.
    pub action: &'static str,
    /// The page; it carries no authority.
    pub url: String,
}

/// Please decide.
pub fn asked(run: &Run, gate: &Gate, portal: &str) -> Content {
    let mut lines = vec![
        format!("{} asks to run “{}”.", run.requester.name, run.title),
        format!("Approval: {}. {}", gate.title, gate.why),
        format!("Needed: {} of {}.", gate.quorum, gate.circle_words()),
    ];
    if let Some(until) = gate.expires_at {
        lines.push(format!("Open until {}.", until.strftime("%Y-%m-%d %H:%M UTC")));
    }
    Content {
        title: format!("Approval asked: {}", run.title),
        lines,
        action: "Read the request and decide",
        url: format!("{portal}/runs/{}/approvals/{}", run.id, gate.name),
    }
}

/// The run has ended.
pub fn ended(run: &Run, portal: &str) -> Content {
    let mut lines =
        vec![format!("“{}”, requested by {}, {}.", run.title, run.requester.name, words(run.status))];
    lines.extend(run.failure.as_ref().map(|failure| format!("Error: {}", failure.name)));
    Content {
        title: format!("{} {}", run.title, words(run.status)),
        lines,
        action: "See what happened",
        url: format!("{portal}/runs/{}", run.id),
    }
}

fn words(status: Status) -> &'static str {
    match status {
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        Status::TimedOut => "took too long and was stopped",
        Status::Rejected => "was rejected",
        Status::Expired => "expired before enough people had decided",
        Status::Cancelled => "was cancelled",
        Status::Starting | Status::Waiting | Status::Approved | Status::Executing | Status::Cancelling => {
            "goes on"
        }
    }
}

impl Content {
    /// For Slack. Whatever comes from people is escaped, so that nobody is paged and no link is faked.
    pub fn mrkdwn(&self) -> String {
        let lines = escape(&self.lines.join("\n"));
        format!("*{}*\n{lines}\n<{}|{}>", escape(&self.title), self.url, self.action)
    }
}

/// Slack reads `&`, `<` and `>` as its own; `*`, `_` and `` ` `` only decorate.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f30_nobody_is_paged_and_no_link_is_faked() {
        let content = Content {
            title: "Approval asked: <!channel>".to_owned(),
            lines: vec!["<https://evil.example|Decide here> & now".to_owned()],
            action: "Decide",
            url: "https://portal.example/runs/1".to_owned(),
        };
        assert_eq!(
            content.mrkdwn(),
            "*Approval asked: &lt;!channel&gt;*\n\
             &lt;https://evil.example|Decide here&gt; &amp; now\n\
             <https://portal.example/runs/1|Decide>"
        );
    }
}
