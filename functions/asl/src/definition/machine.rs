//! Reads a machine, a Parallel's branch or a Map's processor: `StartAt` and `States`.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::fields::{Fields, report, unknown};
use super::pointer::Pointer;
use super::{Branch, Definition, Language, State, state};
use crate::diagnostic::Diagnostic;

/// Reads the whole definition.
pub(super) fn read(value: &Value, diagnostics: &mut Vec<Diagnostic>) -> Definition {
    let mut definition =
        Definition { root: Branch::default(), states: Arc::default(), timeout: None, comment: None };
    let Some(mut fields) = Fields::open(value, &Pointer::Root, diagnostics) else { return definition };
    require(&mut fields);
    definition.comment = fields.text("Comment").map(str::to_owned);
    fields.one_of("Version", &["1.0"]);
    definition.timeout = fields.integer("TimeoutSeconds", 0, 99_999_999);
    let language = language(&mut fields, Language::JsonPath, None);
    let mut states = HashMap::new();
    definition.root = branch(&mut fields, language, &mut states);
    definition.states = Arc::new(states);
    fields.close(unknown);
    definition
}

/// `QueryLanguage`, or what holds around it. JSONata cannot be taken back.
pub(super) fn language(fields: &mut Fields<'_, '_>, around: Language, machine: Option<Language>) -> Language {
    let language = match fields.one_of("QueryLanguage", &["JSONPath", "JSONata"]) {
        None => return around,
        Some("JSONata") => Language::Jsonata,
        Some(_) => Language::JsonPath,
    };
    if language == Language::JsonPath && machine == Some(Language::Jsonata) {
        fields
            .wrong_here("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    }
    language
}

fn require(fields: &mut Fields<'_, '_>) {
    fields.require("StartAt");
    fields.require("States");
}

/// Reads a nested branch with everything in it.
pub(super) fn nested(
    value: &Value,
    pointer: &Pointer<'_>,
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
        fields.wrong("States", "Expected value of type Object");
        return Branch { start_at };
    };
    if members.is_empty() {
        fields.wrong("States", "Value cannot be empty");
    }
    states.reserve(members.len());
    for (name, value) in members {
        let pointer = pointer.member(name);
        if name.is_empty() || name.chars().count() > 80 {
            let message = "A state's name has from 1 to 80 characters".to_owned();
            report(fields.diagnostics(), "INVALID_STATE_NAME", pointer.to_string(), message);
        }
        let Some(state) = state::read(name, value, &pointer, machine, states, fields.diagnostics()) else {
            continue;
        };
        if states.insert(name.clone(), state).is_some() {
            let message = format!("Duplicate state name: {name}");
            report(fields.diagnostics(), "DUPLICATE_STATE_NAME", pointer.to_string(), message);
        }
    }
    Branch { start_at }
}
