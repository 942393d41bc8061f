//! What is probably not meant: texts that look like paths where nothing reads them as paths.

use serde_json::Value;

use super::expressions::is_jsonata;
use super::graph::inner_branches;
use crate::data::{Path, Template};
use crate::definition::pointer_token;
use crate::diagnostic::{Diagnostic, Severity};

/// Fields whose text is taken as it is; beside each, AWS reads a path from the field with `Path`.
const WITH_PATH: [&str; 6] =
    ["Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency", "ToleratedFailureCount"];

/// Every hint about a definition.
pub(super) fn found(definition: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    branch(definition, false, "", &mut found);
    found
}

fn branch(branch: &Value, around: bool, pointer: &str, found: &mut Vec<Diagnostic>) {
    let jsonata = is_jsonata(branch, around);
    for (name, state) in branch.get("States").and_then(Value::as_object).into_iter().flatten() {
        let at = format!("{pointer}/States/{}", pointer_token(name));
        if !is_jsonata(state, jsonata) {
            hints(state, &at, found);
        }
        for (place, inner) in inner_branches(state) {
            self::branch(inner, jsonata, &format!("{at}{place}"), found);
        }
    }
}

fn hints(state: &Value, at: &str, found: &mut Vec<Diagnostic>) {
    for field in ["Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials"] {
        if let Some(template) = state.get(field) {
            no_dollar(template, &format!("{at}/{field}"), found);
        }
    }
    if state.get("Type").is_some_and(|kind| kind == "Pass")
        && let Some(result) = state.get("Result")
    {
        static_result(result, &format!("{at}/Result"), found);
    }
    for field in WITH_PATH {
        if state.get(field).and_then(Value::as_str).is_some_and(looks_like_a_path) {
            let message = format!("The value of '{field}' looks like a path: use '{field}Path'");
            found.push(hint("NO_PATH", message, format!("{at}/{field}")));
        }
    }
}

fn no_dollar(template: &Value, at: &str, found: &mut Vec<Diagnostic>) {
    each(template, at, &mut |name, text, at| {
        if name.is_some_and(|name| !name.ends_with(".$")) && looks_like_a_path(text) {
            let name = name.unwrap_or_default();
            let message = format!("The value of '{name}' looks like a path: use '{name}.$' to evaluate it");
            found.push(hint("NO_DOLLAR", message, at.to_owned()));
        }
    });
}

fn static_result(result: &Value, at: &str, found: &mut Vec<Diagnostic>) {
    each(result, at, &mut |name, text, at| {
        if name.is_some_and(|name| name.ends_with(".$")) || looks_like_a_path(text) {
            let message = "The content of 'Result' is static: use 'Parameters' to evaluate paths".to_owned();
            found.push(hint("PASS_RESULT_IS_STATIC", message, at.to_owned()));
        }
    });
}

/// Visits every text of a value, with the name it has in its object.
fn each(value: &Value, at: &str, visit: &mut dyn FnMut(Option<&str>, &str, &str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let at = format!("{at}/{}", pointer_token(name));
                match member {
                    Value::String(text) => visit(Some(name), text, &at),
                    other => each(other, &at, visit),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each(item, &format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}

fn looks_like_a_path(text: &str) -> bool {
    let path = text.starts_with("$.") || text.starts_with("$[") || text.starts_with("$$.");
    (path && Path::parse(text).is_ok())
        || (text.starts_with("States.") && Template::path_or_call(text).is_ok())
}

fn hint(code: &str, message: String, pointer: String) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, code: code.to_owned(), message, pointer }
}
