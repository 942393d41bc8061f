//! The approvals of a workflow as its page shows them: in rounds, each gate with its policy in words.

use catalog_model::approval::{
    Approval, Approvers, Channel, Escalation, OnExpiry, Reason, Risk, groups_to_choose,
};
use catalog_model::{IsoDuration, Workflow};
use serde::Serialize;
use serde_json::Value;

use super::workflow::highlighted;
use super::{Renderer, TeamName};
use crate::words;

/// Gates that are asked together.
#[derive(Serialize)]
pub(super) struct Round<'a> {
    /// When that is, where there is more than one gate.
    heading: Option<&'static str>,
    gates: Vec<Gate<'a>>,
}

/// Groups and people.
#[derive(Serialize)]
pub(super) struct Who<'a> {
    from: Vec<TeamName<'a>>,
    people: Vec<TeamName<'a>>,
}

#[derive(Serialize)]
struct Gate<'a> {
    name: &'a str,
    title: &'a str,
    why: &'a str,
    #[serde(flatten)]
    who: Who<'a>,
    quorum: u32,
    distinct_groups: bool,
    /// What the request chooses of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Chosen<'a>>,
    within: String,
    on_expiry: OnExpiry,
    /// When it is asked, in words.
    when: Option<String>,
    /// Conditions that words cannot say.
    schemas: Vec<Condition>,
    /// When people are reminded, in words.
    remind: Option<String>,
    escalate: Option<Escalated<'a>>,
    /// How people decide, in words; by any channel when absent.
    how: Option<String>,
    reason_required: bool,
}

#[derive(Serialize)]
struct Escalated<'a> {
    after: String,
    #[serde(flatten)]
    who: Who<'a>,
}

/// The fields of the form that say who is asked, and how many; each absent where the gate says so itself.
#[derive(Serialize)]
struct Chosen<'a> {
    from: Option<String>,
    /// The groups among which is chosen.
    among: Vec<TeamName<'a>>,
    quorum: Option<String>,
    /// The least and the largest number.
    bounds: Option<[u64; 2]>,
}

/// A condition as highlighted HTML, and what it is over.
#[derive(Serialize)]
struct Condition {
    over: &'static str,
    schema: String,
}

pub(super) fn rounds<'a>(renderer: &'a Renderer<'_>, workflow: &'a Workflow) -> Vec<Round<'a>> {
    let alone = workflow.approvals.len() == 1;
    let round = |(index, gates): (usize, &'a [Approval])| Round {
        heading: (!alone).then(|| heading(index == 0, gates.len() > 1)),
        gates: gates.iter().map(|approval| gate(renderer, approval, workflow)).collect(),
    };
    workflow.rounds().enumerate().map(round).collect()
}

fn heading(first: bool, together: bool) -> &'static str {
    match (first, together) {
        (true, true) => "At the same time",
        (true, false) => "First",
        (false, true) => "Then, at the same time",
        (false, false) => "Then",
    }
}

pub(super) fn who<'a>(renderer: &'a Renderer<'_>, approvers: Approvers<'a>) -> Who<'a> {
    Who {
        from: approvers.groups.iter().map(|id| renderer.group_name(id)).collect(),
        people: approvers.people.iter().map(|id| renderer.person_name(id)).collect(),
    }
}

fn gate<'a>(renderer: &'a Renderer<'_>, approval: &'a Approval, workflow: &'a Workflow) -> Gate<'a> {
    let (when, schemas) = condition(renderer, approval, workflow);
    Gate {
        name: &approval.name,
        title: &approval.title,
        why: &approval.why,
        who: who(renderer, approval.approvers()),
        quorum: approval.quorum,
        distinct_groups: approval.distinct_groups,
        chosen: chosen(renderer, approval, &workflow.parameters),
        within: approval.within.words(),
        on_expiry: approval.on_expiry,
        when,
        schemas,
        remind: reminders(approval),
        escalate: approval.escalate.as_ref().map(|escalation| escalated(renderer, escalation)),
        how: how(approval),
        reason_required: approval.reason == Reason::Required,
    }
}

/// What the request says about a gate, as the check has found it in the schema of the parameters.
fn chosen<'a>(renderer: &'a Renderer<'_>, approval: &Approval, parameters: &'a Value) -> Option<Chosen<'a>> {
    if approval.from_parameter.is_none() && approval.quorum_parameter.is_none() {
        return None;
    }
    let from = approval.from_parameter.as_ref().map(|pointer| field(pointer, parameters));
    let quorum = approval.quorum_parameter.as_ref().map(|pointer| field(pointer, parameters));
    let groups =
        from.as_ref().and_then(|from| groups_to_choose(from.schema?.get("items")?)).unwrap_or_default();
    let bound = |name| quorum.as_ref()?.schema?.get(name)?.as_u64();
    Some(Chosen {
        among: groups.into_iter().map(|id| renderer.group_name(id)).collect(),
        bounds: bound("minimum").zip(bound("maximum")).map(|(least, most)| [least, most]),
        from: from.map(|from| from.title),
        quorum: quorum.map(|quorum| quorum.title),
    })
}

/// A parameter as the form shows it.
struct Field<'a> {
    title: String,
    schema: Option<&'a Value>,
}

fn field<'a>(pointer: &str, parameters: &'a Value) -> Field<'a> {
    let inner = |schema: &'a Value, name: &str| schema.get("properties")?.get(name);
    let names = pointer.split('/').skip(1);
    let schema = names.clone().try_fold(parameters, inner);
    let title = schema.and_then(|schema| schema.get("title")?.as_str());
    let last = names.last().unwrap_or_default();
    Field { title: title.map_or_else(|| last.replace('_', " "), str::to_owned), schema }
}

/// When a gate is asked, and the schemas of whatever words cannot say of it.
fn condition(
    renderer: &Renderer<'_>,
    approval: &Approval,
    workflow: &Workflow,
) -> (Option<String>, Vec<Condition>) {
    let name = |member: &str, id: &str| match member {
        "groups" => renderer.group_name(id).name.to_owned(),
        "teams" => renderer.team_name(id).name.to_owned(),
        _ => renderer.person_name(id).name.to_owned(),
    };
    let conditions = [
        approval.when.as_ref().map(|s| ("parameters", s, words::condition(s, &workflow.parameters))),
        approval.when_requester.as_ref().map(|s| ("requester", s, words::requester(s, &name))),
    ];
    let (mut said, mut unsaid) = (Vec::new(), Vec::new());
    for (over, schema, words) in conditions.into_iter().flatten() {
        match words {
            Some(words) => said.push(words),
            None => unsaid.push(Condition { over, schema: highlighted(schema) }),
        }
    }
    let when = match (said.as_slice(), unsaid.as_slice()) {
        ([], []) => Some("always".to_owned()),
        ([], _) => None,
        (said, []) => Some(format!("when {}", said.join(" and "))),
        (said, _) => Some(format!("when {} and what is below holds", said.join(" and "))),
    };
    (when, unsaid)
}

fn reminders(approval: &Approval) -> Option<String> {
    let moments = approval.remind.as_ref()?.moments();
    let words: Vec<_> = moments.iter().map(IsoDuration::words).collect();
    Some(format!("after {}", words::and(&words)))
}

fn escalated<'a>(renderer: &'a Renderer<'_>, escalation: &'a Escalation) -> Escalated<'a> {
    Escalated { after: escalation.after.words(), who: who(renderer, escalation.approvers()) }
}

fn how(approval: &Approval) -> Option<String> {
    let channels = approval.channels.as_deref().filter(|channels| !channels.is_empty());
    match (approval.risk, channels) {
        (Risk::High, _) => Some("only in the portal, soon after signing in".to_owned()),
        (Risk::Standard, None) => None,
        (Risk::Standard, Some(channels)) => {
            let words: Vec<_> = channels.iter().map(|channel| by(*channel).to_owned()).collect();
            Some(format!("only {}", words::or(&words)))
        }
    }
}

fn by(channel: Channel) -> &'static str {
    match channel {
        Channel::Portal => "in the portal",
        Channel::Api => "by the API",
        Channel::Slack => "in Slack",
        Channel::Email => "by e-mail",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tera::{Context, Tera};

    /// The portal gives the component gates of runs, of which it may not say everything.
    #[test]
    fn a_gate_is_shown_as_far_as_it_is_known() {
        let mut tera = Tera::default();
        let components = include_str!("../../../templates/components.html");
        let page = "{{ <approval gate={gate} /> }}";
        tera.add_raw_templates([("components.html", components), ("gate.html", page)]).expect("they parse");
        let check = |gate: serde_json::Value, expect: &str| {
            let context = Context::from_serialize(&json!({"gate": gate})).expect("an object");
            let html = tera.render("gate.html", &context).expect("it renders");
            assert!(html.contains(&format!("<dt>Who</dt><dd>{expect}</dd>")), "{html}");
        };
        let gate = |more: serde_json::Value| {
            let mut gate = json!({"name": "g", "title": "G", "why": "W", "quorum": 2,
                "from": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]});
            gate.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            gate
        };
        let people = json!([{"id": "c", "name": "C"}, {"id": "d", "name": "D"}]);
        check(gate(json!({})), "2 of <b>A</b> or <b>B</b>");
        check(gate(json!({"people": people})), "2 of <b>A</b>, <b>B</b>, <b>C</b> or <b>D</b>");
        check(gate(json!({"from": [], "people": people})), "2 of <b>C</b> or <b>D</b>");
        check(gate(json!({"distinct_groups": true})), "one each of <b>A</b> and <b>B</b>");
        let three = json!([{"name": "A"}, {"name": "B"}, {"name": "C"}]);
        check(
            gate(json!({"distinct_groups": true, "from": three})),
            "2 of <b>A</b>, <b>B</b> or <b>C</b>, each of another group",
        );
        let among = json!([{"name": "A"}, {"name": "B"}]);
        let both = json!({"from": "Who", "among": among, "quorum": "Number", "bounds": [1, 2]});
        check(
            gate(json!({"chosen": both, "from": []})),
            "as many as <b>Number</b> says (1 to 2) of the groups chosen under <b>Who</b> (A, B)",
        );
        let who = json!({"from": "Who", "among": among});
        check(gate(json!({"chosen": who, "from": []})), "2 of the groups chosen under <b>Who</b> (A, B)");
        let number = json!({"quorum": "Number", "bounds": [2, 2], "among": []});
        check(gate(json!({"chosen": number})), "as many as <b>Number</b> says (2) of <b>A</b> or <b>B</b>");
    }
}
