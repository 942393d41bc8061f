//! Which gates a request must pass, and why.
//!
//! A gate's `when` is a JSON Schema over the parameters: no expression language of its own. Every
//! gate of the workflow is pinned in the run, so that the run page can say which were not asked.

use std::collections::BTreeMap;

use catalog_model::workflow::{Approval, Reason};
use form::Schema;
use serde_json::Value;

use super::{Gate, GateStatus, GroupName};

/// A gate of the catalog with its condition compiled.
#[derive(Debug)]
pub struct Rule {
    /// The gate as the owner wrote it.
    pub approval: Approval,
    /// Its condition; a gate without one is always asked.
    pub when: Option<Schema<'static>>,
}

impl Rule {
    /// Whether these parameters have to pass the gate.
    pub fn applies(&self, parameters: &Value) -> bool {
        self.when.as_ref().is_none_or(|when| when.validate(parameters).is_empty())
    }
}

/// The gates of a new run. `names` are the groups' names by id.
pub fn evaluate(rules: &[Rule], parameters: &Value, names: &BTreeMap<String, String>) -> Vec<Gate> {
    rules.iter().map(|rule| gate_of(rule, rule.applies(parameters), names)).collect()
}

fn gate_of(rule: &Rule, applies: bool, names: &BTreeMap<String, String>) -> Gate {
    let approval = &rule.approval;
    let name_of = |id: &String| GroupName { id: id.clone(), name: names.get(id).unwrap_or(id).clone() };
    Gate {
        name: approval.name.clone(),
        title: approval.title.clone(),
        why: approval.why.clone(),
        from: approval.from.iter().map(name_of).collect(),
        quorum: approval.quorum.max(1),
        within: approval.within.as_str().to_owned(),
        within_seconds: approval.within.seconds(),
        reason_required: approval.reason == Reason::Required,
        status: if applies { GateStatus::Pending } else { GateStatus::Skipped },
        generation: 1,
        token_generation: 0,
        opened_at: None,
        expires_at: None,
    }
}
