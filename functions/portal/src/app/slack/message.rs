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
    let what = line(&facts.workflow.title, parts::TITLE_MAX);
    Message {
        text: format!("{headline}: {what}, requested by {}", line(&facts.requester.name, parts::NAME_MAX)),
        blocks,
    }
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

#[cfg(test)]
mod tests {
    use openidconnect::url::form_urlencoded;
    use serde_json::{Value, json};

    use super::*;
    use crate::app::slack::modal;
    use crate::domain::Gate;

    /// A request with much of everything, in letters that take the most room.
    fn much(letter: &str) -> (Run, Gate, Facts) {
        let long = letter.repeat(5_000);
        let id = "019a0000-0000-7000-8000-00000000000a";
        let gate = json!({
            "name": "owner", "title": long, "why": long, "stage": 0, "from": [{"id": "g", "name": long}],
            "people": [], "circle": {"groups": [{"id": "g", "name": long}]}, "quorum": 9, "distinct_groups": true,
            "status": "OPEN", "expires_at": "2026-11-18T11:06:40Z", "reason_required": true, "high_risk": false,
            "risk": "standard", "channels": ["slack"], "within": "PT1H", "within_seconds": 3600,
            "remind_seconds": [], "on_expiry": "expire", "generation": 1, "token_generation": 0,
            "votes": vec![json!({
                "person": {"id": "bob", "name": long}, "decision": "approve", "reason": long,
                "at": "2026-11-18T11:06:40Z", "channel": "slack", "on_behalf_of": {"id": "eve", "name": long},
            }); 100],
        });
        let row = json!({"label": long, "pointer": "/a", "text": long, "secret": false, "is_default": false,
            "default": long, "before": long});
        let step = json!({"name": long, "type": "Task", "comment": long, "depth": 3});
        let person = json!({"id": "ada", "name": long, "title": long, "teams": vec![long.clone(); 20]});
        let facts = json!({
            "run": id, "digest": "d".repeat(64), "status": "WAITING", "requested_at": "2026-11-18T11:06:40Z",
            "workflow": {"slug": "s", "title": long, "digest": "w", "guide": "https://portal.example/workflows/s/"},
            "target": {"team": long, "account": "222222222222", "region": "eu-west-1", "role": "arn:aws:iam::2:role/R"},
            "requester": person, "edited_by": {"id": "eve", "name": long}, "gate": gate,
            "parameters": vec![row; 300], "plan": vec![step; 200],
            "previous": {"run": id, "at": "2026-11-18T11:06:40Z", "requester": {"id": "ada", "name": long}},
            "url": format!("https://portal.example/runs/{id}/approvals/owner"),
        });
        let run = json!({
            "id": id, "workflow": "s", "title": long, "workflow_digest": "w", "digest": "d", "status": "WAITING",
            "target": {"owner": "data", "account": "2", "region": "eu-west-1", "timeout_seconds": 1},
            "requester": {"id": "ada", "name": long}, "version": 1, "created_at": "2026-11-18T11:06:40Z",
            "updated_at": "2026-11-18T11:06:40Z", "deadline": "2026-11-18T11:06:40Z", "parameters": "{}",
            "rows": [], "gates": [], "audit": {"seq": 0, "hash": ""}, "outbox": 0,
        });
        let read = "what the types say";
        (
            serde_json::from_value(run).expect(read),
            serde_json::from_value(gate_of(&facts)).expect(read),
            serde_json::from_value(facts).expect(read),
        )
    }

    fn gate_of(facts: &Value) -> Value {
        let mut gate = facts["gate"].clone();
        gate.as_object_mut().expect("an object").remove("votes");
        gate
    }

    /// The bytes of a form in which Slack sends this back: letters beyond ASCII as `\uXXXX`, then encoded.
    fn bytes_of(value: &Value) -> usize {
        let escaped = |letter: char| {
            let ascii = letter.is_ascii();
            if ascii { letter.to_string() } else { format!("\\u{:04x}", u32::from(letter)) }
        };
        let json: String = value.to_string().chars().map(escaped).collect();
        form_urlencoded::byte_serialize(json.as_bytes()).map(str::len).sum()
    }

    #[test]
    fn however_much_there_is_slack_takes_it_and_we_take_it_back() {
        for letter in ["漢", "<", "x"] {
            let (run, gate, facts) = much(letter);
            let message = message(&run, &facts, true);
            let blocks = serde_json::to_value(&message.blocks).expect("JSON");
            for block in blocks.as_array().expect("blocks") {
                let text = block["text"]["text"].as_str().unwrap_or_default();
                assert!(text.chars().count() <= 3_000, "{text}");
                let fields = block["fields"].as_array().into_iter().flatten();
                let lengths: Vec<_> =
                    fields.map(|field| field["text"].as_str().unwrap_or_default().chars().count()).collect();
                assert!(lengths.len() <= 10 && lengths.iter().all(|length| *length <= 2_000), "{lengths:?}");
            }
            let shown = blocks.to_string();
            assert!(shown.matches("more in the portal").count() > 9, "what is left out is said");
            let back = json!({ "text": message.text, "blocks": blocks });
            assert!(bytes_of(&back) < 58 * 1024, "a click brings {} bytes back", bytes_of(&back));
            let view =
                serde_json::to_value(modal::ask(&facts, &gate, &Pointer::of(&facts), Decision::Approve));
            let sent = json!({ "view": view.expect("JSON"), "reason": letter.repeat(2_000) });
            assert!(bytes_of(&sent) < 60 * 1024, "a modal brings {} bytes back", bytes_of(&sent));
            assert!(Pointer::of(&facts).text().chars().count() <= 2_000, "what a button carries");
        }
    }
}
