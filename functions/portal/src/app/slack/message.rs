//! The message about a gate: the request while it is open, what became of it afterwards. It is made anew from
//! the facts each time, so that an update that comes late says the truth too.

use catalog_model::approval::Channel;

use super::{Pointer, action, parts};
use crate::app::facts::Facts;
use crate::domain::{Decision, GateStatus, Run, Status};
use crate::notify::slack::block::{Button, Plain};
use crate::notify::slack::text::line;
use crate::notify::slack::{Block, Message};

/// The message as things are. `open` says whether people may still decide.
pub fn message(run: &Run, facts: &Facts, open: bool) -> Message {
    let headline = headline(run, facts, open);
    let mut blocks = vec![
        Block::header(headline),
        Block::section(parts::title(facts)),
        parts::who_and_where(facts),
        parts::why(&facts.gate.why),
    ];
    blocks.extend(parts::parameters(facts));
    blocks.extend(parts::votes(&facts.gate.votes));
    blocks.extend(parts::plan(&facts.plan).filter(|_| open));
    blocks.push(parts::binding(facts));
    blocks.extend(hint(facts, open));
    blocks.push(Block::Actions { elements: buttons(facts, open) });
    let what = line(&facts.workflow.title, 200);
    Message { text: format!("{headline}: {what}, requested by {}", line(&facts.requester.name, 100)), blocks }
}

/// How things stand, in a few words. A gate that was not decided tells what became of the run instead.
fn headline(run: &Run, facts: &Facts, open: bool) -> &'static str {
    match facts.gate.status {
        GateStatus::Open if open => "Approval needed",
        GateStatus::Pending => "Not asked yet",
        GateStatus::Approved => "Approved",
        GateStatus::Rejected if facts.gate.votes.is_empty() => "Rejected: nobody decided in time",
        GateStatus::Rejected => "Rejected",
        GateStatus::Open | GateStatus::Expired => "Expired",
        GateStatus::Overridden => "Let through in an emergency",
        GateStatus::Skipped if run.superseded_by.is_some() => "Replaced by another request",
        GateStatus::Skipped => match run.status {
            Status::Cancelled => "Cancelled",
            Status::Rejected => "Rejected at another approval",
            Status::Expired => "Expired",
            _ => "Not needed any more",
        },
    }
}

/// What became of a run, in a sentence.
pub(crate) fn outcome(status: Status) -> &'static str {
    match status {
        Status::Succeeded => "The run succeeded.",
        Status::Failed => "The run failed.",
        Status::TimedOut => "The run took too long and was stopped.",
        Status::Rejected => "The run was rejected.",
        Status::Expired => "The run expired before enough people had decided.",
        Status::Cancelled => "The run was cancelled.",
        Status::Approved => "The run was approved.",
        Status::Starting | Status::Waiting | Status::Executing | Status::Cancelling => "The run goes on.",
    }
}

fn decides_here(facts: &Facts) -> bool {
    facts.gate.channels.contains(&Channel::Slack)
}

fn hint(facts: &Facts, open: bool) -> Option<Block> {
    if !open {
        let ended = facts.status.is_final().then(|| Block::context(outcome(facts.status)));
        return ended;
    }
    (!decides_here(facts)).then(|| Block::context("This is decided in the portal, soon after signing in."))
}

fn buttons(facts: &Facts, open: bool) -> Vec<Button> {
    let portal = Button {
        text: Plain::new("Open in portal"),
        action_id: "open",
        value: None,
        url: Some(facts.url.clone()),
        style: None,
    };
    if !open || !decides_here(facts) {
        return vec![portal];
    }
    let pointer = Pointer::of(facts).text();
    let decide = |decision: Decision, words: &'static str, style: &'static str| Button {
        text: Plain::new(words),
        action_id: action(decision),
        value: Some(pointer.clone()),
        url: None,
        style: Some(style),
    };
    vec![
        decide(Decision::Approve, "Approve", "primary"),
        decide(Decision::Reject, "Reject", "danger"),
        portal,
    ]
}
