//! The facts as the sections of a mail.

use super::moment;
use crate::app::facts::{Facts, ParameterFact};
use crate::app::view::VoteView;
use crate::domain::{Decision, ParameterRow};
use crate::notify::email::letter::{Line, Section};

/// How much of a value a mail shows; the page shows all of it.
const VALUE_MAX: usize = 1_000;
/// How many steps a mail lists.
const STEPS_MAX: usize = 8;

/// What will run, and where.
pub(super) fn target(facts: &Facts) -> Section {
    let version: String = facts.workflow.digest.chars().take(12).collect();
    let machine = facts.workflow.machine.as_deref().and_then(|arn| arn.rsplit(':').next());
    let version = match machine {
        Some(machine) => format!("{version}, published as number {machine}"),
        None => version,
    };
    let mut rows = vec![
        Line::new("Workflow", format!("{} ({})", facts.workflow.title, facts.workflow.slug)),
        Line::new("Version", version),
        Line::new(
            "Account",
            format!("{} of {}, {}", facts.target.account, facts.target.team, facts.target.region),
        ),
        role(&facts.target.role),
        Line::new("Requested", format!("{} by {}", moment(facts.requested_at), facts.requester.name)),
    ];
    if let Some(outer) = &facts.for_run {
        let whose = format!("{}, run {}, requested by {}", outer.title, outer.id, outer.requester.name);
        rows.push(Line::new("On behalf of", whose));
    }
    if let Some(editor) = &facts.edited_by {
        rows.push(Line::new("Changed by", format!("{}, who therefore does not decide", editor.name)));
    }
    Section { title: "What will run", rows, ..Section::default() }
}

/// The role by its name, and in full.
fn role(arn: &str) -> Line {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    Line { note: Some(arn.to_owned()), ..Line::new("Role", name) }
}

/// Every parameter, with what is unusual about it.
pub(super) fn parameters(facts: &Facts) -> Option<Section> {
    let remark = facts.previous.as_ref().map(|before| {
        let (at, who) = (moment(before.at), &before.requester.name);
        format!("Compared with the last run of the same target that succeeded: {at}, by {who}.")
    });
    let remark =
        remark.unwrap_or_else(|| "There is no earlier run of the same target to compare with.".to_owned());
    let rows: Vec<_> = facts.parameters.iter().map(parameter).collect();
    (!rows.is_empty()).then(|| Section {
        title: "Parameters",
        remark: Some(remark),
        rows,
        ..Section::default()
    })
}

/// A parameter, with what is unusual about it.
pub(super) fn parameter(fact: &ParameterFact) -> Line {
    let note = match &fact.row.default {
        _ if fact.row.is_default => Some("the default".to_owned()),
        Some(default) => Some(format!("default: {}", cut(default))),
        None => None,
    };
    let changed = fact.before.as_deref().map(|before| format!("before: {}", cut(before)));
    Line { changed, note, ..plain(&fact.row) }
}

/// A parameter without a comparison.
pub(super) fn plain(row: &ParameterRow) -> Line {
    Line::new(row.label.clone(), cut(&row.text))
}

/// Who is asked and who has voted.
pub(super) fn approval(facts: &Facts) -> Section {
    let gate = &facts.gate;
    let groups = gate.from.iter().map(|group| group.name.as_str());
    let names: Vec<_> = groups.chain(gate.people.iter().map(|person| person.name.as_str())).collect();
    let distinct = if gate.distinct_groups { ", each for another group" } else { "" };
    let mut rows = vec![Line::new("Asked", format!("{} of {}{distinct}", gate.quorum, names.join(", ")))];
    rows.extend(gate.votes.iter().map(vote));
    if gate.votes.is_empty() {
        rows.push(Line::new("Votes", "none so far"));
    }
    Section { title: "Who decides", rows, ..Section::default() }
}

fn vote(vote: &VoteView) -> Line {
    let said = if vote.decision == Decision::Approve { "approved" } else { "rejected" };
    let deputy =
        vote.on_behalf_of.as_ref().map(|one| format!(" as deputy of {}", one.name)).unwrap_or_default();
    let reason = vote.reason.as_deref().map(|reason| format!(": {}", cut(reason))).unwrap_or_default();
    Line::new(vote.person.name.clone(), format!("{said}{deputy}, {}{reason}", moment(vote.at)))
}

/// What will happen, in short.
pub(super) fn plan(facts: &Facts) -> Option<Section> {
    let total = facts.plan.len();
    let steps = facts.plan.iter().take(STEPS_MAX).map(|step| {
        let does = step.comment.as_deref().or(step.resource.as_deref()).unwrap_or(&step.r#type);
        Line::new(step.name.clone(), cut(does))
    });
    let remark =
        (total > STEPS_MAX).then(|| format!("The first {STEPS_MAX} of {total}; the page has all of them."));
    (total > 0).then(|| Section { title: "The steps", remark, steps: steps.collect(), ..Section::default() })
}

/// The beginning of a value that is too long for a mail, saying so.
pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= VALUE_MAX {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(VALUE_MAX).collect();
    format!("{beginning}… (goes on; the page shows all of it)")
}
