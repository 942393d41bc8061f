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
    /// For e-mail.
    pub fn plain(&self) -> String {
        format!("{}\n\n{}: {}\n", self.lines.join("\n"), self.action, self.url)
    }
}
