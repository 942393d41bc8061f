//! Paragraphs of messages and modals. Whatever is shortened says so.
//!
//! A click brings the whole message back, each letter beyond ASCII in eight bytes, and the portal reads 64 KiB:
//! that is what the limits here add up to, not Slack's own.

use jiff::Timestamp;

use crate::app::facts::{Facts, ParameterFact};
use crate::app::view::VoteView;
use crate::domain::plan::PlannedStep;
use crate::domain::{Decision, Gate, GateStatus};
use crate::notify::slack::Block;
use crate::notify::slack::text::{line, list, shortened};

/// Most characters of the paragraphs that grow with a request.
const PARAMETERS_MAX: usize = 2_000;
const VOTES_MAX: usize = 800;
const PLAN_MAX: usize = 600;
/// Most characters of a reason why a gate exists, and of who may decide there.
const WHY_MAX: usize = 500;
const CIRCLE_MAX: usize = 300;
/// Most characters of a title, of a name, of one value.
pub(super) const TITLE_MAX: usize = 150;
pub(super) const NAME_MAX: usize = 80;
const VALUE_MAX: usize = 300;

/// What will run, with links to its guide and to the decision in the portal.
pub(super) fn title(facts: &Facts) -> String {
    let title = line(&facts.workflow.title, TITLE_MAX);
    format!("*<{}|{title}>*  ·  <{}|Guide>", facts.url, facts.workflow.guide)
}

/// Who asks, where, which approval, of whom, until when.
pub(super) fn who_and_where(facts: &Facts) -> Block {
    let (target, gate) = (&facts.target, &facts.gate);
    let mut fields = vec![
        field("Requested by", &requester(facts)),
        field(
            "Where",
            &format!("{}, account {}, {}", line(&target.team, NAME_MAX), target.account, target.region),
        ),
        field("Approval", &line(&gate.title, TITLE_MAX)),
        field("Needed", &needed(facts)),
    ];
    // What is decided is not open until anything.
    let until = gate.expires_at.filter(|_| gate.status == GateStatus::Open);
    fields.extend(until.map(|at| field("Open until", &date(at))));
    if let Some(before) = &facts.previous {
        let words = format!("{} by {}", date(before.at), line(&before.requester.name, NAME_MAX));
        fields.push(field("Last run of the same", &words));
    }
    if let Some(outer) = &facts.for_run {
        let (title, who) = (line(&outer.title, TITLE_MAX), line(&outer.requester.name, NAME_MAX));
        fields.push(field("On behalf of", &format!("{title}, requested by {who}")));
    }
    if let Some(editor) = &facts.edited_by {
        fields.push(field("Changed by", &line(&editor.name, NAME_MAX)));
    }
    Block::fields(fields)
}

fn field(name: &str, escaped: &str) -> String {
    format!("*{name}*\n{escaped}")
}

fn requester(facts: &Facts) -> String {
    let who = &facts.requester;
    let about: Vec<_> = who.title.iter().chain(&who.teams).map(String::as_str).collect();
    let name = line(&who.name, NAME_MAX);
    if about.is_empty() { name } else { format!("{name} ({})", line(&about.join(", "), TITLE_MAX)) }
}

fn needed(facts: &Facts) -> String {
    let gate = &facts.gate;
    let groups = gate.from.iter().map(|group| group.name.as_str());
    let all: Vec<_> = groups.chain(gate.people.iter().map(|person| person.name.as_str())).collect();
    let each = if gate.distinct_groups { ", each for another group" } else { "" };
    format!("{} of {}{each}", gate.quorum, line(&all.join(", "), CIRCLE_MAX))
}

/// Why the gate exists.
pub(super) fn why(gate: &str) -> Block {
    Block::section(format!("*Why this is asked*\n{}", shortened(gate, WHY_MAX)))
}

/// Every parameter, with what is unusual about it.
pub(super) fn parameters(facts: &Facts) -> Option<Block> {
    let lines: Vec<_> = facts.parameters.iter().map(parameter).collect();
    (!lines.is_empty()).then(|| Block::section(list("*Parameters*", &lines, PARAMETERS_MAX)))
}

fn parameter(fact: &ParameterFact) -> String {
    let row = &fact.row;
    let before = fact.before.as_ref().map(|before| format!("  (was {})", value(before)));
    let default = match &row.default {
        _ if row.is_default => Some("  (default)".to_owned()),
        default => default.as_ref().map(|default| format!("  (default {})", value(default))),
    };
    let remarks: String = before.into_iter().chain(default).collect();
    format!("• *{}*: {}{remarks}", line(&row.label, NAME_MAX), value(&row.text))
}

/// As code, where nothing decorates and no remark of ours can be faked; a value with a backtick cannot be that.
fn value(text: &str) -> String {
    let shown = line(text, VALUE_MAX);
    if shown.is_empty() || shown.contains('`') { shown } else { format!("`{shown}`") }
}

/// The votes so far.
pub(super) fn votes(votes: &[VoteView]) -> Option<Block> {
    let lines: Vec<_> = votes.iter().map(|cast| format!("• {}", vote(cast))).collect();
    (!lines.is_empty()).then(|| Block::section(list("*Votes*", &lines, VOTES_MAX)))
}

/// A vote as a sentence.
pub(crate) fn vote(vote: &VoteView) -> String {
    let did = match vote.decision {
        Decision::Approve => "approved",
        Decision::Reject => "rejected",
    };
    let approver =
        vote.on_behalf_of.as_ref().map(|approver| format!(" for {}", line(&approver.name, NAME_MAX)));
    let reason = vote.reason.as_ref().map(|reason| format!(": “{}”", line(reason, VALUE_MAX)));
    let more: String = approver.into_iter().chain(reason).collect();
    format!("{} {did}{more}", line(&vote.person.name, NAME_MAX))
}

/// The steps that will run.
pub(super) fn plan(steps: &[PlannedStep]) -> Option<Block> {
    let lines: Vec<_> = steps.iter().map(step).collect();
    (!lines.is_empty()).then(|| Block::section(list("*Plan*", &lines, PLAN_MAX)))
}

fn step(step: &PlannedStep) -> String {
    let indent = "    ".repeat(step.depth.min(4));
    let what =
        step.comment.as_ref().or(step.resource.as_ref()).map(|words| format!(": {}", line(words, 120)));
    format!("{indent}• {}{}", line(&step.name, NAME_MAX), what.unwrap_or_default())
}

/// What a decision is bound to.
pub(super) fn binding(facts: &Facts) -> Block {
    let role = line(&facts.target.role, 200);
    Block::context(format!("Run `{}`  ·  digest `{}`  ·  role `{role}`", facts.run, facts.digest))
}

/// A moment in the reader's own time.
pub(crate) fn date(at: Timestamp) -> String {
    let fallback = at.strftime("%Y-%m-%d %H:%M UTC");
    format!("<!date^{}^{{date_short_pretty}} at {{time}}|{fallback}>", at.as_second())
}

/// Whether even an approval needs a reason.
pub(super) fn reason_needed(gate: &Gate, decision: Decision) -> bool {
    gate.reason_required || decision == Decision::Reject
}
