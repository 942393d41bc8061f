//! A definition as a drawing needs it: nodes with their nested branches, and labelled edges. Its words are borrowed
//! from the definition.
//!
//! Works on any JSON: what is missing or odd is left out, so that a broken definition can be drawn.

use serde::Serialize;
use serde_json::Value;

use crate::member;

/// A machine or branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outline<'v> {
    /// `Id` (the name) of the first state.
    pub start: &'v str,
    /// Comment of the machine or branch.
    pub comment: Option<&'v str>,
    /// States in the order of the definition.
    pub nodes: Vec<Node<'v>>,
    /// Transitions between them.
    pub edges: Vec<Edge<'v>>,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node<'v> {
    /// Identifies the node: its JSON pointer in the definition.
    pub id: String,
    /// The state's name.
    pub name: &'v str,
    /// `Type`.
    #[serde(rename = "type")]
    pub kind: &'v str,
    /// `Comment`.
    pub comment: Option<&'v str>,
    /// What a Task calls, in a few words: `lambda: next-gate`, `rds: describeDBClusters`.
    pub resource: Option<String>,
    /// Branches of a Parallel.
    pub branches: Vec<Outline<'v>>,
    /// What a Map runs for every item.
    pub processor: Option<Box<Outline<'v>>>,
    /// Whether the machine or branch may end here.
    pub end: bool,
}

/// A transition; `from` and `to` are names of states in the same outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge<'v> {
    /// Where it leaves.
    pub from: &'v str,
    /// Where it leads.
    pub to: &'v str,
    /// Why it is taken.
    pub kind: EdgeKind,
    /// Condition, or error names; None for a plain next or default.
    pub label: Option<String>,
}

/// Why a transition is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// `Next`
    Next,
    /// A rule of `Choices` held.
    Choice,
    /// No rule held.
    Default,
    /// An error was caught.
    Catch,
}

/// The outline of a definition.
pub fn outline(definition: &Value) -> Outline<'_> {
    branch(definition, "")
}

fn branch<'v>(value: &'v Value, pointer: &str) -> Outline<'v> {
    let mut outline = Outline {
        start: text(value, "StartAt").unwrap_or_default(),
        comment: text(value, "Comment"),
        nodes: Vec::new(),
        edges: Vec::new(),
    };
    for (name, state) in member(value, "States").and_then(Value::as_object).into_iter().flatten() {
        let pointer = [pointer, "/States/", &crate::definition::pointer_token(name)].concat();
        outline.nodes.push(node(name, state, pointer));
        edges(name, state, &mut outline.edges);
    }
    outline
}

fn node<'v>(name: &'v str, state: &'v Value, pointer: String) -> Node<'v> {
    let kind = text(state, "Type").unwrap_or_default();
    let branches = member(state, "Branches").and_then(Value::as_array).into_iter().flatten();
    let branches = branches.enumerate().map(|(i, b)| branch(b, &format!("{pointer}/Branches/{i}"))).collect();
    let processor = ["ItemProcessor", "Iterator"].iter().find_map(|field| {
        member(state, field).map(|value| Box::new(branch(value, &format!("{pointer}/{field}"))))
    });
    Node {
        name,
        comment: text(state, "Comment"),
        resource: text(state, "Resource").map(|resource| summary(resource, state)),
        end: matches!(kind, "Succeed" | "Fail") || member(state, "End") == Some(&Value::Bool(true)),
        id: pointer,
        kind,
        branches,
        processor,
    }
}

/// `Resource` in a few words.
fn summary(resource: &str, state: &Value) -> String {
    let parts: Vec<&str> = resource.splitn(7, ':').collect();
    match parts.as_slice() {
        ["arn", _, "states", _, _, "lambda", action] if action.starts_with("invoke") => {
            let arguments = member(state, "Arguments").or_else(|| member(state, "Parameters"));
            let function =
                arguments.and_then(|a| text(a, "FunctionName").or_else(|| text(a, "FunctionName.$")));
            format!("lambda: {}", function.map_or(*action, short))
        }
        ["arn", _, "states", _, _, "aws-sdk", rest] => {
            let (service, action) = rest.split_once(':').unwrap_or((rest, ""));
            [service, ": ", action].concat()
        }
        ["arn", _, "states", _, _, service, action] => [service, ": ", action].concat(),
        ["arn", _, service, .., name] => format!("{service}: {}", short(name)),
        _ => resource.to_owned(),
    }
}

/// The last part of an ARN or substitution, without its decoration.
fn short(name: &str) -> &str {
    name.rsplit(':').find(|part| !part.is_empty() && *part != "$LATEST").unwrap_or(name)
}

fn edges<'v>(name: &'v str, state: &'v Value, out: &mut Vec<Edge<'v>>) {
    let mut edge = |to: Option<&'v Value>, kind, label| {
        if let Some(to) = to.and_then(Value::as_str) {
            out.push(Edge { from: name, to, kind, label });
        }
    };
    for rule in member(state, "Choices").and_then(Value::as_array).into_iter().flatten() {
        edge(member(rule, "Next"), EdgeKind::Choice, Some(condition(rule)));
    }
    edge(member(state, "Default"), EdgeKind::Default, None);
    edge(member(state, "Next"), EdgeKind::Next, None);
    for rule in member(state, "Catch").and_then(Value::as_array).into_iter().flatten() {
        let errors = member(rule, "ErrorEquals").and_then(Value::as_array).into_iter().flatten();
        let errors: Vec<_> = errors.filter_map(Value::as_str).collect();
        edge(member(rule, "Next"), EdgeKind::Catch, Some(errors.join(", ")));
    }
}

/// A rule's condition as one line.
fn condition(rule: &Value) -> String {
    if let Some(condition) = member(rule, "Condition") {
        let text = condition.as_str().map_or_else(|| condition.to_string(), str::to_owned);
        return text.trim().trim_start_matches("{%").trim_end_matches("%}").trim().to_owned();
    }
    for (field, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(parts) = member(rule, field).and_then(Value::as_array) {
            return parts.iter().map(nested).collect::<Vec<_>>().join(word);
        }
    }
    if let Some(part) = member(rule, "Not") {
        return format!("not {}", nested(part));
    }
    let variable = text(rule, "Variable").unwrap_or_default();
    let comparison = rule
        .as_object()
        .into_iter()
        .flatten()
        .find(|(name, _)| !matches!(name.as_str(), "Variable" | "Next" | "Comment" | "Assign"));
    comparison.map_or_else(|| variable.to_owned(), |(operator, value)| compared(variable, operator, value))
}

fn nested(rule: &Value) -> String {
    let text = condition(rule);
    let combined = ["And", "Or", "Not"].iter().any(|field| member(rule, field).is_some());
    if combined { format!("({text})") } else { text }
}

fn compared(variable: &str, operator: &str, value: &Value) -> String {
    if let Some(shape) = operator.strip_prefix("Is") {
        let not = if value == &Value::Bool(false) { "not " } else { "" };
        return format!("{variable} is {not}{}", shape.to_lowercase());
    }
    let relation = operator.trim_end_matches("Path").trim_start_matches(|c: char| c.is_uppercase());
    let relation = relation.trim_start_matches(|c: char| c.is_lowercase());
    let sign = match relation {
        "Equals" => "=",
        "LessThan" => "<",
        "GreaterThan" => ">",
        "LessThanEquals" => "≤",
        "GreaterThanEquals" => "≥",
        _ => "matches",
    };
    let right = if operator.ends_with("Path") {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    } else {
        value.to_string()
    };
    format!("{variable} {sign} {right}")
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    member(value, field).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_read_as_one_line() {
        let check = |rule: Value, want: &str| assert_eq!(condition(&rule), want);
        check(json!({"Variable": "$.a", "NumericGreaterThanEquals": 3, "Next": "B"}), "$.a ≥ 3");
        check(json!({"Variable": "$.a", "StringEqualsPath": "$.b"}), "$.a = $.b");
        check(json!({"Variable": "$.a", "IsPresent": false}), "$.a is not present");
        check(json!({"Condition": "{% $x > 1 %}"}), "$x > 1");
        check(
            json!({"And": [{"Variable": "$.a", "BooleanEquals": true}, {"Not": {"Variable": "$.b", "StringMatches": "x*"}}]}),
            "$.a = true and (not $.b matches \"x*\")",
        );
    }

    #[test]
    fn outlines_have_nodes_edges_and_nested_branches() {
        let machine = json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Comment": "both", "Branches": [
                {"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
                    "Resource": "arn:aws:states:::aws-sdk:rds:describeDBClusters"}}}],
                "Catch": [{"ErrorEquals": ["A", "B"], "Next": "F"}], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": {"StartAt": "L", "States": {"L": {"Type": "Task", "End": true,
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": {"FunctionName": "arn:aws:lambda:eu-west-1:1:function:next-gate"}}}}, "Next": "C"},
            "C": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "F"}], "Default": "S"},
            "F": {"Type": "Fail"}, "S": {"Type": "Succeed"}}});
        insta::assert_json_snapshot!(outline(&machine));
    }
}
