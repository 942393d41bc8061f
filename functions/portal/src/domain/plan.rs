//! What will run, for previews and approvers: the states of the owner's machine in the order in which it lists them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A state of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedStep {
    /// Its name.
    pub name: String,
    /// Its type: `Task`, `Choice`.
    pub r#type: String,
    /// What its owner says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What it calls: `rds: modifyDBInstance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// How many Parallel and Map states it lies in.
    pub depth: usize,
}

/// The states of a definition; those of branches follow the state they belong to.
pub fn plan(definition: &Value) -> Vec<PlannedStep> {
    let mut steps = Vec::new();
    collect(definition, 0, &mut steps);
    steps
}

fn collect(machine: &Value, depth: usize, steps: &mut Vec<PlannedStep>) {
    for (name, state) in machine.get("States").and_then(Value::as_object).into_iter().flatten() {
        let text = |field: &str| state.get(field).and_then(Value::as_str).map(str::to_owned);
        steps.push(PlannedStep {
            name: name.clone(),
            r#type: text("Type").unwrap_or_default(),
            comment: text("Comment"),
            resource: text("Resource").as_deref().map(in_words),
            depth,
        });
        let branches = state.get("Branches").and_then(Value::as_array).into_iter().flatten();
        let processor = state.get("ItemProcessor").or_else(|| state.get("Iterator"));
        for inner in branches.chain(processor) {
            collect(inner, depth + 1, steps);
        }
    }
}

/// `arn:aws:states:::aws-sdk:rds:modifyDBInstance` is `rds: modifyDBInstance`.
fn in_words(resource: &str) -> String {
    let named =
        resource.strip_prefix("arn:aws:states:::").map(|rest| rest.strip_prefix("aws-sdk:").unwrap_or(rest));
    named.map_or_else(|| resource.to_owned(), |named| named.replacen(':', ": ", 1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::plan;

    #[test]
    fn lists_states_with_those_inside_them() {
        let machine = json!({"StartAt": "Look", "States": {
            "Look": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rds:describeDBClusters", "Next": "All"},
            "All": {"Type": "Map", "Comment": "Each one", "ItemProcessor": {"States": {"One": {"Type": "Pass"}}}},
            "Both": {"Type": "Parallel", "Branches": [{"States": {"Left": {"Type": "Wait"}}}]},
        }});
        let steps = plan(&machine);
        let lines: Vec<_> = steps
            .iter()
            .map(|step| format!("{}{} {}", " ".repeat(step.depth), step.name, step.r#type))
            .collect();
        assert_eq!(lines, ["Look Task", "All Map", " One Pass", "Both Parallel", " Left Wait"]);
        assert_eq!(steps[0].resource.as_deref(), Some("rds: describeDBClusters"));
        assert_eq!(steps[1].comment.as_deref(), Some("Each one"));
    }
}
