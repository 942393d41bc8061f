//! Which gates a request must pass, and why.
//!
//! A gate's `when` is a JSON Schema over the parameters, `when_requester` one over the requester: no
//! expression language of its own. A gate whose approvers or number stand in the parameters is given them
//! here, and nobody looks at the parameters again. Every gate of the workflow is pinned in the run, so that the run page
//! can say which were not asked.

use std::collections::BTreeMap;

use catalog_model::approval::{Approval, Approvers, BreakGlass, Reason};
use form::Schema;
use serde_json::{Value, json};

use super::gate::{Circle, Escalation};
use super::{Gate, GateStatus, GroupName, Person, PersonName};

/// A gate of the catalog with its conditions compiled.
#[derive(Debug)]
pub struct Rule {
    /// The gate as the owner wrote it.
    pub approval: Approval,
    /// Its condition on the parameters.
    pub when: Option<Schema<'static>>,
    /// Its condition on the requester.
    pub when_requester: Option<Schema<'static>>,
}

/// Names of groups and people by id, as the catalog has them now.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Groups.
    pub groups: BTreeMap<String, String>,
    /// People.
    pub people: BTreeMap<String, String>,
}

impl Rule {
    /// Whether these parameters of this person have to pass the gate.
    pub fn applies(&self, parameters: &Value, requester: &Person) -> bool {
        let holds = |schema: &Option<Schema<'static>>, value: &Value| {
            schema.as_ref().is_none_or(|schema| schema.validate(value).is_empty())
        };
        holds(&self.when, parameters) && holds(&self.when_requester, &as_value(requester))
    }
}

/// The requester as `when_requester` sees them.
fn as_value(person: &Person) -> Value {
    json!({ "id": person.id, "groups": person.groups, "teams": person.teams })
}

/// The gates of a new run.
pub fn evaluate(rules: &[Rule], parameters: &Value, requester: &Person, names: &Names) -> Vec<Gate> {
    let mut stage = 0;
    let gate = |(index, rule): (usize, &Rule)| {
        if index > 0 && !rule.approval.alongside {
            stage += 1;
        }
        gate_of(rule, stage, rule.applies(parameters, requester), parameters, names)
    };
    rules.iter().enumerate().map(gate).collect()
}

/// Who may break the glass of a new run.
pub fn break_glass(rule: Option<&BreakGlass>, names: &Names) -> Circle {
    rule.map(|rule| names.circle(rule.approvers())).unwrap_or_default()
}

fn gate_of(rule: &Rule, stage: u32, applies: bool, parameters: &Value, names: &Names) -> Gate {
    let approval = &rule.approval;
    let groups: Vec<String> = approval.groups_of(parameters).into_iter().map(str::to_owned).collect();
    let escalation = approval.escalate.as_ref().map(|escalate| Escalation {
        after_seconds: escalate.after.seconds(),
        circle: names.circle(escalate.approvers()),
        at: None,
    });
    Gate {
        name: approval.name.clone(),
        title: approval.title.clone(),
        why: approval.why.clone(),
        stage,
        circle: names.circle(Approvers { groups: &groups, people: &approval.people }),
        // Parameters without the number are none that the schema takes: nobody passes with them.
        quorum: approval.quorum_of(parameters).unwrap_or(u32::MAX),
        distinct_groups: approval.distinct_groups,
        within: approval.within.as_str().to_owned(),
        within_seconds: approval.within.seconds(),
        remind_seconds: approval.reminders(),
        escalation,
        on_expiry: approval.on_expiry,
        reason_required: approval.reason == Reason::Required,
        risk: approval.risk,
        channels: approval.channels(),
        status: if applies { GateStatus::Pending } else { GateStatus::Skipped },
        generation: 1,
        token_generation: 0,
        opened_at: None,
        expires_at: None,
        overridden: None,
        approved_by: Vec::new(),
    }
}

impl Names {
    /// Groups and people with their names.
    pub fn circle(&self, approvers: Approvers<'_>) -> Circle {
        let group = |id: &String| GroupName { id: id.clone(), name: name_in(&self.groups, id) };
        let person = |id: &String| PersonName { id: id.clone(), name: name_in(&self.people, id) };
        Circle {
            groups: approvers.groups.iter().map(group).collect(),
            people: approvers.people.iter().map(person).collect(),
        }
    }
}

fn name_in(names: &BTreeMap<String, String>, id: &str) -> String {
    names.get(id).cloned().unwrap_or_else(|| id.to_owned())
}
