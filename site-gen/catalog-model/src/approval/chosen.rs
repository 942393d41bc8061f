//! Gates whose approvers are chosen with each request: groups and their number stand in the parameters.
//!
//! `check` proves that every choice which the schema allows can be met, so that the portal only has to look.

use serde_json::Value;

use super::Approval;

impl Approval {
    /// The groups whose members may decide about a request with these parameters, each once.
    pub fn groups_of<'a>(&'a self, parameters: &'a Value) -> Vec<&'a str> {
        let Some(pointer) = &self.from_parameter else {
            return self.from.iter().map(String::as_str).collect();
        };
        let chosen = parameters.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        let mut groups = Vec::new();
        for group in chosen.filter_map(Value::as_str) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// How many different people must approve a request with these parameters. Parameters that the schema
    /// refuses may say no number; whoever asks must then let nobody pass.
    pub fn quorum_of(&self, parameters: &Value) -> Option<u32> {
        match &self.quorum_parameter {
            None => Some(self.quorum.max(1)),
            Some(pointer) => parameters.pointer(pointer).and_then(whole).filter(|quorum| *quorum > 0),
        }
    }
}

/// The groups that can be chosen, as the schema of one choice names them: in an `enum`, or by the `const` of each
/// alternative of a `oneOf`, which gives the form a title for each. None if the schema leaves it open.
pub fn groups_to_choose(choice: &Value) -> Option<Vec<&str>> {
    let list = |keyword| choice.get(keyword).and_then(Value::as_array).filter(|list| !list.is_empty());
    match (list("enum"), list("oneOf")) {
        (Some(groups), _) => groups.iter().map(Value::as_str).collect(),
        (None, Some(groups)) => groups.iter().map(|one| one.get("const").and_then(Value::as_str)).collect(),
        (None, None) => None,
    }
}

/// A whole number, also when it is written as `2.0`, which a schema takes for an integer.
fn whole(value: &Value) -> Option<u32> {
    value.as_f64()?.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::groups_to_choose;
    use crate::Approval;

    fn gate(more: &Value) -> Approval {
        let mut gate = json!({"name": "g", "title": "G", "why": "W", "within": "PT1H"});
        gate.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(gate).expect("a gate")
    }

    #[test]
    fn groups_are_named_with_or_without_titles() {
        let check = |choice: Value, expect: Option<&[&str]>| {
            assert_eq!(groups_to_choose(&choice).as_deref(), expect, "{choice}");
        };
        check(json!({"enum": ["a", "b"]}), Some(&["a", "b"]));
        check(json!({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}), Some(&["a", "b"]));
        for open in [
            json!({"type": "string"}),
            json!({"enum": []}),
            json!({"enum": ["a", 1]}),
            json!({"oneOf": [{"const": "a"}, {"type": "string"}]}),
        ] {
            check(open, None);
        }
    }

    #[test]
    fn groups_and_number_are_the_gates_own_or_the_parameters() {
        let own = gate(&json!({"from": ["owners"], "quorum": 2}));
        let chosen = gate(&json!({"from_parameter": "/ask/from", "quorum_parameter": "/ask/number"}));
        let check = |gate: &Approval, parameters: Value, groups: &[&str], quorum: Option<u32>| {
            assert_eq!(gate.groups_of(&parameters), groups, "{parameters}");
            assert_eq!(gate.quorum_of(&parameters), quorum, "{parameters}");
        };
        check(&own, json!({"ask": {"from": ["others"], "number": 9}}), &["owners"], Some(2));
        check(&chosen, json!({"ask": {"from": ["b", "a", "b"], "number": 3}}), &["b", "a"], Some(3));
        check(&chosen, json!({"ask": {"from": [], "number": 2.0}}), &[], Some(2));
        for nonsense in [json!(0), json!(-1), json!(1.5), json!("2"), json!(1e300), Value::Null] {
            check(&chosen, json!({"ask": {"number": nonsense}}), &[], None);
        }
    }
}
