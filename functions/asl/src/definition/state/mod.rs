//! Reads one state: `shared` what several types have in common, then one file per type what that type
//! alone has. Pass, Succeed and Fail have so little that they are read here.

mod map;
mod parallel;
mod shared;
mod task;
mod values;
mod wait;

use std::collections::HashMap;

use serde_json::Value;

use super::fields::Fields;
use super::pointer::Pointer;
use super::{Kind, Language, Selection, State, choice, machine};
use crate::data::ResultPath;
use crate::diagnostic::Diagnostic;
pub(super) use shared::{assign, result_path};
use values::text;

/// Fields that only JSONPath states have.
const JSONPATH_ONLY: [&str; 20] = [
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "Result",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ErrorPath",
    "CausePath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatchPath",
    "MaxItemsPath",
    "Variable",
];
/// Fields that only JSONata states have.
const JSONATA_ONLY: [&str; 4] = ["Arguments", "Output", "Items", "Condition"];

/// Where a state stands.
struct Place<'p> {
    machine: Language,
    states: &'p mut HashMap<String, State>,
}

/// Reads a state; nested states go into `states`.
pub(super) fn read(
    name: &str,
    value: &Value,
    pointer: &Pointer<'_>,
    machine: Language,
    states: &mut HashMap<String, State>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<State> {
    let mut fields = Fields::open(value, pointer, diagnostics)?;
    fields.get("Comment");
    let language = machine::language(&mut fields, machine, Some(machine));
    let mut state = State {
        name: name.to_owned(),
        language,
        kind: Kind::Succeed,
        next: None,
        input_path: Selection::Whole,
        output_path: Selection::Whole,
        assign: Vec::new(),
        output: None,
        retry: Vec::new(),
        catch: Vec::new(),
        arguments: None,
        result_selector: None,
        result_path: ResultPath::Replace,
    };
    let kind = fields.required_text("Type").unwrap_or_default();
    shared::read(&mut fields, kind, &mut state);
    state.kind = of_type(&mut fields, kind, &mut state, &mut Place { machine, states })?;
    fields.close(|name| foreign(name, language));
    Some(state)
}

fn of_type(
    fields: &mut Fields<'_, '_>,
    kind: &str,
    state: &mut State,
    place: &mut Place<'_>,
) -> Option<Kind> {
    Some(match kind {
        "Pass" => Kind::Pass(if state.language == Language::JsonPath {
            fields.get("Result").cloned()
        } else {
            None
        }),
        "Task" => Kind::Task(Box::new(task::read(fields, state.language)?)),
        "Choice" => choice::read(fields, state.language),
        "Wait" => Kind::Wait(wait::read(fields, state.language)?),
        "Succeed" => Kind::Succeed,
        "Fail" => Kind::Fail {
            error: text(fields, "Error", "ErrorPath", state.language),
            cause: text(fields, "Cause", "CausePath", state.language),
        },
        "Parallel" => parallel::read(fields, place),
        "Map" => Kind::Map(Box::new(map::read(fields, state, place)?)),
        "" => return None,
        _ => {
            // The one list of words that AWS introduces in another way.
            let types = "Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map";
            fields.wrong("Type", format!("The field 'Type' should have one of these values: [{types}]"));
            return None;
        }
    })
}

/// The message for a field that does not belong to the state.
pub(super) fn foreign(name: &str, language: Language) -> String {
    let (set, other) = match language {
        Language::Jsonata if JSONPATH_ONLY.contains(&name) => ("JSONata", "JSONPath"),
        Language::JsonPath if JSONATA_ONLY.contains(&name) => ("JSONPath", "JSONata"),
        _ => return super::fields::unknown(name),
    };
    format!(
        "The QueryLanguage is set to '{set}', but field '{name}' is only supported for the '{other}' QueryLanguage"
    )
}
