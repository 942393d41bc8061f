//! Reads a machine, a Parallel's branch or a Map's processor: `StartAt` and `States`.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::fields::{Fields, SCHEMA, report, unknown};
use super::{Branch, Definition, Language, State, pointer_token, state};
use crate::diagnostic::Diagnostic;

/// Reads the whole definition.
pub(super) fn read(value: &Value, diagnostics: &mut Vec<Diagnostic>) -> Definition {
    let mut definition =
        Definition { root: Branch::default(), states: Arc::default(), timeout: None, comment: None };
    let Some(mut fields) = Fields::open(value, "", diagnostics) else { return definition };
    require(&mut fields);
    definition.comment = fields.text("Comment").map(str::to_owned);
    fields.get("Version");
    definition.timeout = fields.integer("TimeoutSeconds", 1, 99_999_999);
    let language = language(&mut fields, Language::JsonPath, None);
    let mut states = HashMap::new();
    definition.root = branch(&mut fields, language, &mut states);
    definition.states = Arc::new(states);
    fields.close(unknown);
    definition
}

/// `QueryLanguage`, or what holds around it. JSONata cannot be taken back.
pub(super) fn language(fields: &mut Fields<'_, '_>, around: Language, machine: Option<Language>) -> Language {
    match fields.text("QueryLanguage") {
        None => around,
        Some("JSONata") => Language::Jsonata,
        Some("JSONPath") => {
            if machine == Some(Language::Jsonata) {
                fields.wrong_here(
                    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
                );
            }
            Language::JsonPath
        }
        Some(other) => {
            fields.wrong("QueryLanguage", format!("'{other}' is not a query language"));
            around
        }
    }
}

fn require(fields: &mut Fields<'_, '_>) {
    let missing: Vec<_> = ["StartAt", "States"].into_iter().filter(|name| !fields.has(name)).collect();
    if !missing.is_empty() {
        fields.wrong_here(format!("These fields are required: [{}]", missing.join(", ")));
    }
}

/// Reads a nested branch with everything in it.
pub(super) fn nested(
    value: &Value,
    pointer: &str,
    machine: Language,
    states: &mut HashMap<String, State>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Branch {
    let Some(mut fields) = Fields::open(value, pointer, diagnostics) else { return Branch::default() };
    require(&mut fields);
    fields.get("Comment");
    fields.get("ProcessorConfig");
    let branch = branch(&mut fields, machine, states);
    fields.close(unknown);
    branch
}

fn branch(fields: &mut Fields<'_, '_>, machine: Language, states: &mut HashMap<String, State>) -> Branch {
    let start_at = fields.text("StartAt").unwrap_or_default().to_owned();
    let pointer = fields.at("States");
    let Some(members) = fields.get("States") else { return Branch { start_at } };
    let Some(members) = members.as_object() else {
        fields.wrong("States", "The field 'States' must be an object");
        return Branch { start_at };
    };
    if members.is_empty() {
        fields.wrong("States", "The field 'States' must have at least one state");
    }
    for (name, value) in members {
        let pointer = format!("{pointer}/{}", pointer_token(name));
        if name.is_empty() || name.chars().count() > 80 {
            let message = "A state's name has from 1 to 80 characters".to_owned();
            report(fields.diagnostics(), SCHEMA, pointer.clone(), message);
        }
        let Some(state) = state::read(name, value, &pointer, machine, states, fields.diagnostics()) else {
            continue;
        };
        if states.insert(name.clone(), state).is_some() {
            let message = format!("Duplicate state name: {name}");
            report(fields.diagnostics(), "DUPLICATE_STATE_NAME", pointer, message);
        }
    }
    Branch { start_at }
}
