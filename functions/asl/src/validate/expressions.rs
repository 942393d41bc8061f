//! JSONata expressions read only what there is where they stand.
//!
//! The reader of the definition sees that something is wrong; here it is said, in the order of the text.

use serde_json::Value;

use super::graph::inner_branches;
use crate::data::Template;
use crate::data::jsonata::Offered;
use crate::definition::{OVERREACH, pointer_token};
use crate::diagnostic::{Diagnostic, Severity};

/// Fields that hold states of their own, or no expressions.
const APART: [&str; 6] = ["Branches", "ItemProcessor", "Iterator", "Retry", "Comment", "Type"];

/// Checks every expression of a branch, and of the branches inside it.
pub(super) fn check(branch: &Value, around: bool, pointer: &str, found: &mut Vec<Diagnostic>) {
    let around = is_jsonata(branch, around);
    for (name, state) in branch.get("States").and_then(Value::as_object).into_iter().flatten() {
        let at = format!("{pointer}/States/{}", pointer_token(name));
        if is_jsonata(state, around) {
            self::state(state, &at, found);
        }
        for (place, inner) in inner_branches(state) {
            check(inner, around, &format!("{at}{place}"), found);
        }
    }
}

/// Checks every expression of one state.
pub(super) fn state(state: &Value, at: &str, found: &mut Vec<Diagnostic>) {
    let works = state.get("Type").and_then(Value::as_str);
    let works = works.is_some_and(|kind| matches!(kind, "Task" | "Parallel" | "Map"));
    for (field, value) in state.as_object().into_iter().flatten() {
        let offered = match field.as_str() {
            name if APART.contains(&name) => continue,
            "Output" | "Assign" => Offered { result: works, error_output: false },
            "Catch" => Offered { result: false, error_output: true },
            _ => Offered::default(),
        };
        value_of(value, offered, &format!("{at}/{}", pointer_token(field)), found);
    }
}

/// Whether JSONata is the language of a machine or state.
pub(super) fn is_jsonata(value: &Value, around: bool) -> bool {
    value.get("QueryLanguage").map_or(around, |language| language == "JSONata")
}

fn value_of(value: &Value, offered: Offered, at: &str, found: &mut Vec<Diagnostic>) {
    match value {
        Value::String(_) => {
            if let Template::Expression(expression) = Template::jsonata(value, &mut Vec::new()) {
                found.extend(expression.complaints(offered).into_iter().map(|message| Diagnostic {
                    severity: Severity::Error,
                    code: OVERREACH.to_owned(),
                    message,
                    pointer: at.to_owned(),
                }));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                value_of(item, offered, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                value_of(member, offered, &format!("{at}/{}", pointer_token(name)), found);
            }
        }
        _ => {}
    }
}
