//! `workflows/<slug>/workflow.json`: what is offered, to whom, and behind which approvals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::IsoDuration;
use crate::limits::Limits;

pub use crate::approval::{
    Approval, Approvers, BreakGlass, Channel, Escalation, OnExpiry, Reason, Reminders, Risk,
};

/// The file `workflow.json`. The workflow's slug is its folder's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// The JSON Schema of this file, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What it does, as a short imperative: `Resize an RDS cluster`.
    pub title: String,
    /// One sentence for lists and search.
    pub summary: String,
    /// The team that owns it: the name of a file in `teams/`.
    pub owner: String,
    /// Whether people run it or other workflows call it.
    #[serde(default)]
    pub kind: Kind,
    /// Words to filter by, in lower case.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The Region its state machine lives in; the portal's primary Region when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Groups whose members may request it; everybody who can sign in when empty.
    #[serde(default)]
    pub requesters: Vec<String>,
    /// Teams whose state machines may call it through their door.
    #[serde(default)]
    pub callers: Vec<String>,
    /// JSON Schema (2020-12) of an object: what a requester fills in.
    pub parameters: Value,
    /// JSON Schema of what a successful run returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// JSON pointer of the parameter that says what is acted on, such as `/cluster`: approvers are
    /// shown what differs from the last run with the same value. The workflow as a whole when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Gates in the order in which they are asked. All that a gate can say, with an example:
    /// `site-gen/catalog-model/APPROVALS.md`.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Who may let a run past its gates in an emergency; nobody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BreakGlass>,
    /// How many runs at the same time, and how many in a while; as many as are asked for when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// How long the owner's steps may take once they are allowed to start.
    pub timeout: IsoDuration,
}

impl Workflow {
    /// Gates that are asked together, in the order in which they are asked.
    pub fn rounds(&self) -> impl Iterator<Item = &[Approval]> {
        self.approvals.chunk_by(|_, next| next.alongside)
    }

    /// How long all gates may stay open together, in seconds: those that are asked together wait together.
    pub fn longest_wait(&self) -> u64 {
        let waits = self.rounds().filter_map(|gates| gates.iter().map(|gate| gate.within.seconds()).max());
        waits.fold(0, u64::saturating_add)
    }
}

/// What sort of catalog entry this is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Requested by people; may wait for approvals.
    #[default]
    Workflow,
    /// A small workflow meant to be called by others.
    Operation,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Workflow;

    fn workflow(gates: &[(&str, bool)]) -> Workflow {
        let gate = |(within, alongside): &(&str, bool)| -> Value {
            json!({"name": within, "title": "A gate", "why": "It is one.", "from": ["owners"],
                "within": within, "alongside": alongside})
        };
        let gates: Vec<_> = gates.iter().map(gate).collect();
        serde_json::from_value(json!({"title": "T", "summary": "S", "owner": "o",
            "parameters": {"type": "object"}, "approvals": gates, "timeout": "PT1M"}))
        .expect("it is a workflow")
    }

    #[test]
    fn gates_alongside_are_asked_and_waited_for_together() {
        let check = |gates: &[(&str, bool)], rounds: &[usize], wait: u64| {
            let workflow = workflow(gates);
            assert_eq!(workflow.rounds().map(<[_]>::len).collect::<Vec<_>>(), rounds, "{gates:?}");
            assert_eq!(workflow.longest_wait(), wait, "{gates:?}");
        };
        check(&[], &[], 0);
        check(&[("PT1H", false), ("PT2H", false)], &[1, 1], 3 * 3600);
        check(&[("PT1H", false), ("PT2H", true), ("PT30M", true)], &[3], 2 * 3600);
        check(&[("PT1H", false), ("PT1S", false), ("PT2S", true)], &[1, 2], 3602);
    }
}
