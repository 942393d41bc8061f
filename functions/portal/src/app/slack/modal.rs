//! The modal that asks for a decision: it says exactly what will run, and wants a reason where one is needed.

use serde::{Deserialize, Serialize};

use super::{Pointer, parts};
use crate::app::facts::Facts;
use crate::domain::verdict::REASON_MAX;
use crate::domain::{Decision, Gate};
use crate::notify::slack::block::{Plain, TextInput};
use crate::notify::slack::text::escape;
use crate::notify::slack::{Block, View};

/// What a submission of this modal is called.
pub const DECISION: &str = "decision";
/// The field of the reason, as block and as input.
pub const REASON: &str = "reason";

/// What comes back with a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What it is about.
    pub about: Pointer,
    /// Which button opened it.
    pub decision: Decision,
}

/// The modal with everything there is to know.
pub fn ask(facts: &Facts, gate: &Gate, about: &Pointer, decision: Decision) -> View {
    let mut blocks = vec![
        Block::section(format!("{}\n{}", intro(decision), parts::title(facts))),
        parts::who_and_where(facts),
    ];
    blocks.extend(parts::parameters(facts));
    blocks.extend(parts::plan(&facts.plan));
    blocks.push(reason(!parts::reason_needed(gate, decision)));
    blocks.push(parts::binding(facts));
    asking(blocks, about, decision)
}

/// The same where the tables do not answer in time: what was clicked says what it is about, and the message
/// behind the modal says the rest.
pub fn ask_briefly(about: &Pointer, decision: Decision, portal: &str) -> View {
    let url = format!("{portal}/runs/{}/approvals/{}", about.run, about.gate);
    let blocks = vec![
        Block::section(format!("{}\n{}", intro(decision), about.title)),
        Block::section(format!(
            "The details could not be read in time. They are in the message, and <{url}|in the portal>."
        )),
        reason(decision == Decision::Approve),
        Block::context(format!("Run `{}`  ·  digest `{}`", about.run, escape(&about.digest))),
    ];
    asking(blocks, about, decision)
}

/// A modal that only tells something.
pub fn tell(title: &'static str, says: &str) -> View {
    View {
        title: Plain::new(title),
        submit: None,
        close: Plain::new("Close"),
        callback_id: None,
        private_metadata: None,
        blocks: vec![Block::section(escape(says))],
    }
}

fn intro(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "You are about to let this run:",
        Decision::Reject => "You are about to stop this:",
    }
}

fn reason(optional: bool) -> Block {
    Block::Input {
        block_id: REASON,
        label: Plain::new("Reason"),
        element: TextInput { action_id: REASON, multiline: true, max_length: REASON_MAX },
        optional,
    }
}

fn asking(blocks: Vec<Block>, about: &Pointer, decision: Decision) -> View {
    let words = match decision {
        Decision::Approve => "Approve",
        Decision::Reject => "Reject",
    };
    let metadata = Metadata { about: about.clone(), decision };
    View {
        title: Plain::new(words),
        submit: Some(Plain::new(words)),
        close: Plain::new("Cancel"),
        callback_id: Some(DECISION),
        private_metadata: serde_json::to_string(&metadata).ok(),
        blocks,
    }
}
