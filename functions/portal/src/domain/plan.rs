//! What will run, for previews and approvers: the states of the owner's machine in the order in which it lists them.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
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

/// A definition, as far as it says what will run. It is read from its text, and the rest of it is passed over.
#[derive(Debug, Default, Deserialize)]
pub struct Definition {
    #[serde(rename = "States", default, deserialize_with = "in_order")]
    states: Vec<(String, State)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    #[serde(default)]
    r#type: String,
    comment: Option<String>,
    resource: Option<String>,
    #[serde(default)]
    branches: Vec<Definition>,
    #[serde(alias = "Iterator")]
    item_processor: Option<Definition>,
}

/// The states of a definition; those of branches follow the state they belong to.
pub fn plan(definition: Definition) -> Vec<PlannedStep> {
    let mut steps = Vec::new();
    collect(definition, 0, &mut steps);
    steps
}

fn collect(definition: Definition, depth: usize, steps: &mut Vec<PlannedStep>) {
    for (name, state) in definition.states {
        let State { r#type, comment, resource, branches, item_processor } = state;
        steps.push(PlannedStep { name, r#type, comment, resource: resource.as_deref().map(in_words), depth });
        for inner in branches.into_iter().chain(item_processor) {
            collect(inner, depth + 1, steps);
        }
    }
}

/// The members of an object as it lists them.
fn in_order<'de, D: Deserializer<'de>>(object: D) -> Result<Vec<(String, State)>, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, State)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of states")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut listed = Vec::new();
            while let Some(member) = members.next_entry()? {
                listed.push(member);
            }
            Ok(listed)
        }
    }

    object.deserialize_map(Members)
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
        let steps = plan(serde_json::from_str(&machine.to_string()).expect("a definition"));
        let lines: Vec<_> = steps
            .iter()
            .map(|step| format!("{}{} {}", " ".repeat(step.depth), step.name, step.r#type))
            .collect();
        assert_eq!(lines, ["Look Task", "All Map", " One Pass", "Both Parallel", " Left Wait"]);
        assert_eq!(steps[0].resource.as_deref(), Some("rds: describeDBClusters"));
        assert_eq!(steps[1].comment.as_deref(), Some("Each one"));
    }
}
