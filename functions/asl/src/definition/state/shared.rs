//! What states of several types share: transitions, paths, variables, `Retry` and `Catch`.

use std::borrow::Cow;

use serde_json::Value;

use crate::data::jsonata::Offered;
use crate::data::{ResultPath, Template};
use crate::definition::fields::{Fields, report};
use crate::definition::{Language, Selection, State, handlers};

/// The longest name of a variable.
const LONGEST_NAME: usize = 80;

/// Reads what several types share, where the type has it.
pub(super) fn read(fields: &mut Fields<'_, '_>, kind: &str, state: &mut State) {
    let jsonpath = state.language == Language::JsonPath;
    let works = matches!(kind, "Task" | "Parallel" | "Map");
    fields.offer(Offered { result: works, error_output: false });
    if matches!(kind, "Pass" | "Task" | "Wait" | "Parallel" | "Map") {
        transition(fields, state);
    }
    if kind != "Fail" {
        if jsonpath {
            state.input_path = selection(fields, "InputPath");
            state.output_path = selection(fields, "OutputPath");
        } else {
            state.output = fields.jsonata("Output");
        }
    }
    if !matches!(kind, "Fail" | "Succeed") {
        state.assign = assign(fields, state.language);
    }
    if jsonpath && (works || kind == "Pass") {
        state.arguments = if kind == "Map" { None } else { fields.jsonpath("Parameters") };
        state.result_path = result_path(fields);
    }
    if works {
        if jsonpath {
            state.result_selector = fields.jsonpath("ResultSelector");
        } else if kind != "Map" {
            state.arguments = fields.jsonata("Arguments");
        }
        let (retry, catch) = (fields.at("Retry"), fields.at("Catch"));
        if let Some(list) = fields.list("Retry") {
            state.retry = handlers::retriers(list, &retry, fields.diagnostics());
        }
        if let Some(list) = fields.list("Catch") {
            state.catch = handlers::catchers(list, state.language, &catch, fields.diagnostics());
        }
    }
}

/// `Next` or `End`, exactly one of them.
fn transition(fields: &mut Fields<'_, '_>, state: &mut State) {
    state.next = fields.text("Next").map(str::to_owned);
    let end = fields.get("End");
    if end.is_some_and(|end| !end.is_boolean()) {
        fields.wrong("End", "Expected value of type Boolean");
    }
    let ends = end.and_then(Value::as_bool).unwrap_or(false);
    match (ends, fields.has("Next")) {
        (true, true) => fields.not_both(&["Next", "End"]),
        (false, false) => {
            fields.wrong_here("This object should have only one of the following fields: [Next, End]");
        }
        _ => {}
    }
}

fn selection(fields: &mut Fields<'_, '_>, name: &'static str) -> Selection {
    match fields.get(name) {
        None => Selection::Whole,
        Some(Value::Null) => Selection::Nothing,
        Some(Value::String(text)) if text == "$" => Selection::Whole,
        Some(_) => fields.path(name).map_or(Selection::Whole, Selection::At),
    }
}

/// `ResultPath`, of a state or of a catcher.
pub(in crate::definition) fn result_path(fields: &mut Fields<'_, '_>) -> ResultPath {
    match fields.get("ResultPath") {
        None => ResultPath::Replace,
        Some(Value::Null) => ResultPath::Discard,
        Some(_) => fields
            .text("ResultPath")
            .and_then(|text| {
                let message = if text.starts_with('$') {
                    "Value is not a Reference Path"
                } else {
                    "Value must be a valid JSONPath."
                };
                fields.parsed("ResultPath", ResultPath::parse(text), message)
            })
            .unwrap_or(ResultPath::Replace),
    }
}

/// `Assign`: each variable with its template.
pub(in crate::definition) fn assign(
    fields: &mut Fields<'_, '_>,
    language: Language,
) -> Vec<(String, Template)> {
    let template = match language {
        Language::JsonPath => fields.jsonpath("Assign"),
        Language::Jsonata => fields.jsonata("Assign"),
    };
    let members = match template {
        None => return Vec::new(),
        Some(Template::Object(members)) => members,
        Some(Template::Constant(Value::Object(members))) => {
            members.into_iter().map(|(name, value)| (name, Template::Constant(value))).collect()
        }
        Some(_) => {
            fields.wrong("Assign", "Expected value of type Object");
            return Vec::new();
        }
    };
    for (name, _) in &members {
        variable(fields, name);
    }
    members
}

/// Whether a variable may have a name.
fn variable(fields: &mut Fields<'_, '_>, name: &str) {
    let starts = name.starts_with(char::is_alphabetic);
    let plain = fields.get("Assign").and_then(|given| given.get(name)).is_some();
    let written = if plain { Cow::Borrowed(name) } else { Cow::Owned(format!("{name}.$")) };
    let assign = fields.at("Assign");
    let mut wrong =
        |code, message| report(fields.diagnostics(), code, assign.member(&written).to_string(), message);
    if name == "states" {
        wrong("RESERVED_VARIABLE_NAME", "Cannot assign to reserved variable '$states'.".to_owned());
    } else if !starts || name.contains(|c: char| !c.is_alphanumeric() && c != '_') {
        let why = "the variable name contains invalid characters";
        wrong("INVALID_VARIABLE_NAME", format!("Invalid variable name '{name}': {why}."));
    } else if name.chars().count() > LONGEST_NAME {
        let why = format!("the variable name is longer than {LONGEST_NAME} characters");
        wrong("INVALID_VARIABLE_NAME", format!("Invalid variable name '{name}': {why}."));
    }
}
