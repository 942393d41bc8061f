//! Which variables each state refers to: `variableReferences` of `DescribeStateMachine`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Language;
use crate::data::{Path, Template};

/// Fields in which only names that end in `.$` hold paths.
const TEMPLATES: [&str; 7] =
    ["Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials", "BatchInput", "Arguments"];
/// Fields that hold states of their own, or nothing to evaluate.
const APART: [&str; 5] = ["Branches", "ItemProcessor", "Iterator", "Result", "Comment"];

/// The variables that each state of a definition refers to, by the state's name.
///
/// States that refer to none are left out, and so are variables that a state only assigns.
pub fn variable_references(definition: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    branch(definition, Language::JsonPath, &mut found);
    found
}

fn language(value: &Value, around: Language) -> Language {
    match value.get("QueryLanguage").and_then(Value::as_str) {
        Some("JSONata") => Language::Jsonata,
        Some("JSONPath") => Language::JsonPath,
        _ => around,
    }
}

fn branch(value: &Value, around: Language, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let around = language(value, around);
    for (name, state) in value.get("States").and_then(Value::as_object).into_iter().flatten() {
        let mut names = BTreeSet::new();
        if let Some(fields) = state.as_object() {
            match language(state, around) {
                Language::JsonPath => structure(fields, &mut names),
                Language::Jsonata => expressions(state, &mut names),
            }
        }
        if !names.is_empty() {
            found.insert(name.clone(), names);
        }
        for (_, inner) in crate::validate::inner_branches(state) {
            branch(inner, around, found);
        }
    }
}

/// Fields of a state, a rule, a reader: a path is where the field's name says so.
fn structure(fields: &Map<String, Value>, names: &mut BTreeSet<String>) {
    for (name, value) in fields.iter().filter(|(name, _)| !APART.contains(&name.as_str())) {
        match value {
            _ if TEMPLATES.contains(&name.as_str()) => template(value, names),
            Value::String(text) if name.ends_with("Path") || name == "Variable" => path(text, names),
            Value::Object(inner) => structure(inner, names),
            Value::Array(items) => {
                for inner in items.iter().filter_map(Value::as_object) {
                    structure(inner, names);
                }
            }
            _ => {}
        }
    }
}

fn template(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name.ends_with(".$") => path(text, names),
                    other => template(other, names),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                template(item, names);
            }
        }
        _ => {}
    }
}

fn path(text: &str, names: &mut BTreeSet<String>) {
    if let Ok(parsed) = Template::path_or_call(text).or_else(|_| Path::parse(text).map(Template::Path)) {
        parsed.variables(names);
    }
}

fn expressions(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(_) => Template::jsonata(value, &mut Vec::new()).variables(names),
        Value::Array(items) => {
            for item in items {
                expressions(item, names);
            }
        }
        Value::Object(members) => {
            for (_, member) in members.iter().filter(|(name, _)| !APART.contains(&name.as_str())) {
                expressions(member, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn states_name_what_they_read() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1, "y.$": "States.Format('{}', $z.a)"}, "InputPath": "$in", "Next": "B"},
            "B": {"Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $list %}", "ItemProcessor": {
                "StartAt": "C", "States": {"C": {"Type": "Pass", "Parameters": {"v.$": "$inner", "w": "$none"}, "End": true}}},
                "End": true}}});
        let found = variable_references(&definition);
        let shown = serde_json::to_value(found).expect("JSON");
        assert_eq!(shown, json!({"A": ["in", "z"], "B": ["list"], "C": ["inner"]}));
    }
}
