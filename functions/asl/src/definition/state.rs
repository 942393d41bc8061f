//! Reads one state: what all types share, then what its type alone has.

use std::collections::HashMap;

use serde_json::Value;

use super::fields::{Fields, UNSUPPORTED, report};
use super::{
    Items, Kind, Language, Map, Number, Selection, State, Task, Text, Until, choice, handlers, machine,
    resource,
};
use crate::data::{ResultPath, Template, jsonata, timestamp};
use crate::diagnostic::Diagnostic;

/// The longest wait or timeout, in seconds.
const LONGEST: f64 = 99_999_999.0;

/// Fields that only JSONPath states have.
const JSONPATH_ONLY: [&str; 15] = [
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
    "Variable",
];
/// Fields that only JSONata states have.
const JSONATA_ONLY: [&str; 4] = ["Arguments", "Output", "Items", "Condition"];

/// Fields that only distributed Maps have.
const DISTRIBUTED_ONLY: [&str; 8] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
];

/// Where a state stands.
struct Place<'p> {
    machine: Language,
    states: &'p mut HashMap<String, State>,
}

/// Reads a state; nested states go into `states`.
pub(super) fn read(
    name: &str,
    value: &Value,
    pointer: &str,
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
    shared(&mut fields, kind, &mut state);
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
        "Task" => Kind::Task(Box::new(task(fields, state.language)?)),
        "Choice" => choice::read(fields, state.language),
        "Wait" => Kind::Wait(until(fields, state.language)?),
        "Succeed" => Kind::Succeed,
        "Fail" => Kind::Fail {
            error: text(fields, "Error", "ErrorPath", state.language),
            cause: text(fields, "Cause", "CausePath", state.language),
        },
        "Parallel" => parallel(fields, place),
        "Map" => Kind::Map(Box::new(map(fields, state, place)?)),
        "" => return None,
        other => {
            fields.wrong("Type", format!("'{other}' is not a state type"));
            return None;
        }
    })
}

/// Reads what several types share, where the type has it.
fn shared(fields: &mut Fields<'_, '_>, kind: &str, state: &mut State) {
    let jsonpath = state.language == Language::JsonPath;
    let works = matches!(kind, "Task" | "Parallel" | "Map");
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
        fields.wrong("End", "The field 'End' must be a boolean");
    }
    let ends = end.and_then(Value::as_bool).unwrap_or(false);
    if ends == fields.has("Next") {
        fields.wrong_here("Exactly one of these fields is required: [Next, End]");
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
pub(super) fn result_path(fields: &mut Fields<'_, '_>) -> ResultPath {
    match fields.get("ResultPath") {
        None => ResultPath::Replace,
        Some(Value::Null) => ResultPath::Discard,
        Some(_) => fields
            .text("ResultPath")
            .and_then(|text| fields.parsed("ResultPath", ResultPath::parse(text), "a reference path"))
            .unwrap_or(ResultPath::Replace),
    }
}

/// `Assign`: each variable with its template.
pub(super) fn assign(fields: &mut Fields<'_, '_>, language: Language) -> Vec<(String, Template)> {
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
            fields.wrong("Assign", "The field 'Assign' must be an object");
            return Vec::new();
        }
    };
    for (name, _) in &members {
        let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !starts
            || name == "states"
            || name.chars().count() > 80
            || name.contains(|c: char| !c.is_alphanumeric() && c != '_')
        {
            fields.wrong("Assign", format!("'{name}' is not a name for a variable"));
        }
    }
    members
}

fn task(fields: &mut Fields<'_, '_>, language: Language) -> Option<Task> {
    let credentials = credentials(fields, language);
    let timeout = number(fields, "TimeoutSeconds", "TimeoutSecondsPath", language, 1.0);
    let heartbeat = number(fields, "HeartbeatSeconds", "HeartbeatSecondsPath", language, 1.0);
    if let (Some(Number::Fixed(timeout)), Some(Number::Fixed(heartbeat))) = (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        fields.wrong("HeartbeatSeconds", "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
    }
    let resource = fields.required_text("Resource")?;
    let Some(integration) = resource::parse(resource) else {
        fields.wrong("Resource", format!(
            "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the \
             resource is not available in this region."
        ));
        return None;
    };
    Some(Task { integration, credentials, timeout, heartbeat })
}

fn credentials(fields: &mut Fields<'_, '_>, language: Language) -> Option<Template> {
    let template = match language {
        Language::JsonPath => fields.jsonpath("Credentials"),
        Language::Jsonata => fields.jsonata("Credentials"),
    };
    let named = match &template {
        Some(Template::Object(members)) => members.iter().any(|(name, _)| name == "RoleArn"),
        Some(Template::Constant(value)) => value.get("RoleArn").is_some_and(Value::is_string),
        _ => true,
    };
    if !named {
        fields.wrong("Credentials", "The field 'RoleArn' is required but was missing");
    }
    template
}

/// A number, or the path or expression that gives it.
fn number(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    path_name: &'static str,
    language: Language,
    least: f64,
) -> Option<Number> {
    if language == Language::JsonPath && fields.has(path_name) {
        if fields.has(name) {
            fields.wrong_here(format!("Only one of these fields is allowed: [{name}, {path_name}]"));
            fields.get(name);
        }
        return fields.path(path_name).map(Number::Path);
    }
    let given = fields.get(name)?;
    if language == Language::Jsonata
        && given.as_str().is_some_and(|text| jsonata::delimited(text.trim()).is_some())
    {
        return fields.jsonata(name).map(Number::Expression);
    }
    let number = fields.number(name, least, LONGEST)?;
    if number.fract() != 0.0 && !name.contains("Percentage") {
        fields.wrong(name, format!("The field '{name}' must be a whole number"));
    }
    Some(Number::Fixed(number))
}

/// A text, or the path or expression that gives it.
fn text(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    path_name: &'static str,
    language: Language,
) -> Text {
    if language == Language::JsonPath && fields.has(path_name) {
        if fields.has(name) {
            fields.wrong_here(format!("Only one of these fields is allowed: [{name}, {path_name}]"));
            fields.get(name);
        }
        return fields.path_or_call(path_name).map_or(Text::Absent, Text::Path);
    }
    let Some(given) = fields.text(name) else { return Text::Absent };
    if language == Language::Jsonata && jsonata::delimited(given.trim()).is_some() {
        return fields.jsonata(name).map_or(Text::Absent, Text::Expression);
    }
    Text::Fixed(given.to_owned())
}

fn until(fields: &mut Fields<'_, '_>, language: Language) -> Option<Until> {
    let ways: &[&str] = match language {
        Language::JsonPath => &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"],
        Language::Jsonata => &["Seconds", "Timestamp"],
    };
    if ways.iter().filter(|name| fields.has(name)).count() != 1 {
        fields.wrong_here(format!("Exactly one of these fields is required: [{}]", ways.join(", ")));
    }
    if fields.has("Seconds") && fields.has("Timestamp") {
        fields.get("Timestamp");
    }
    if let Some(seconds) = number(fields, "Seconds", "SecondsPath", language, 0.0) {
        return Some(Until::Seconds(seconds));
    }
    match text(fields, "Timestamp", "TimestampPath", language) {
        Text::Absent => None,
        Text::Fixed(given) => {
            if timestamp::parse(&given).is_none() {
                fields.wrong("Timestamp", "String does not match RFC3339 timestamp");
            }
            Some(Until::Timestamp(Text::Fixed(given)))
        }
        other => Some(Until::Timestamp(other)),
    }
}

fn parallel(fields: &mut Fields<'_, '_>, place: &mut Place<'_>) -> Kind {
    let pointer = fields.at("Branches");
    if !fields.has("Branches") {
        fields.wrong_here("The field 'Branches' is required but was missing");
    }
    let list = fields.list("Branches").map_or(&[][..], Vec::as_slice);
    if list.is_empty() && fields.has("Branches") {
        fields.wrong("Branches", "The field 'Branches' must have at least one branch");
    }
    let mut branches = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        branches.push(machine::nested(value, &pointer, place.machine, place.states, fields.diagnostics()));
    }
    Kind::Parallel(branches)
}

fn map(fields: &mut Fields<'_, '_>, state: &mut State, place: &mut Place<'_>) -> Option<Map> {
    let jsonpath = state.language == Language::JsonPath;
    for name in DISTRIBUTED_ONLY {
        if fields.get(name).is_some() {
            fields.unsupported(name, &format!("The field '{name}' of a distributed Map"));
        }
    }
    let items = match (jsonpath, fields.has("Items")) {
        (true, false) => fields.path("ItemsPath").map_or(Items::Input, Items::Path),
        (true, true) => return None,
        (false, _) => fields.jsonata("Items").map_or(Items::Input, Items::Template),
    };
    let selector = match (jsonpath, fields.has("ItemSelector")) {
        (true, true) => fields.jsonpath("ItemSelector"),
        (true, false) => fields.jsonpath("Parameters"),
        (false, _) => fields.jsonata("ItemSelector"),
    };
    let language = state.language;
    let concurrency = number(fields, "MaxConcurrency", "MaxConcurrencyPath", language, 0.0);
    let name =
        if fields.has("Iterator") && !fields.has("ItemProcessor") { "Iterator" } else { "ItemProcessor" };
    if !fields.has(name) {
        fields.wrong_here("The field 'ItemProcessor' is required but was missing");
    }
    let pointer = fields.at(name);
    let processor = fields.get(name)?;
    if processor.pointer("/ProcessorConfig/Mode").and_then(Value::as_str) == Some("DISTRIBUTED") {
        let pointer = format!("{pointer}/ProcessorConfig/Mode");
        let message = "A distributed Map is not supported".to_owned();
        report(fields.diagnostics(), UNSUPPORTED, pointer, message);
    }
    let processor = machine::nested(processor, &pointer, place.machine, place.states, fields.diagnostics());
    Some(Map { items, selector, processor, concurrency })
}

/// The message for a field that does not belong to the state.
pub(super) fn foreign(name: &str, language: Language) -> String {
    match language {
        Language::Jsonata if JSONPATH_ONLY.contains(&name) => {
            format!("The field '{name}' is only supported when 'QueryLanguage' is 'JSONPath'")
        }
        Language::JsonPath if JSONATA_ONLY.contains(&name) => {
            format!("The field '{name}' is only supported when 'QueryLanguage' is 'JSONata'")
        }
        _ => super::fields::unknown(name),
    }
}
