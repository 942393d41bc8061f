//! Map: where its items come from, what is done with each, how many at once.

mod batcher;
mod reader;
mod writer;

use serde_json::Value;

use super::Place;
use super::values::{number, number_within};
use crate::definition::fields::{Fields, unknown};
use crate::definition::pointer::Pointer;
use crate::definition::{Distributed, Items, Language, Map, State, machine};

/// Fields that only distributed Maps have. Tolerated failures are accepted in both modes, as on AWS.
const DISTRIBUTED_ONLY: [&str; 4] = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];
/// Longest `Label`.
const LONGEST_LABEL: usize = 40;

/// Reads what only a Map has.
pub(super) fn read(fields: &mut Fields<'_, '_>, state: &mut State, place: &mut Place<'_>) -> Option<Map> {
    let language = state.language;
    let jsonpath = language == Language::JsonPath;
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
    let concurrency = number(fields, "MaxConcurrency", "MaxConcurrencyPath", language, 0.0);
    let tolerated_count = number(fields, "ToleratedFailureCount", "ToleratedFailureCountPath", language, 0.0);
    let (name, path) = ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath");
    let tolerated_percentage = number_within(fields, name, path, language, (0.0, 100.0));
    let name =
        if fields.has("Iterator") && !fields.has("ItemProcessor") { "Iterator" } else { "ItemProcessor" };
    fields.require(name);
    let pointer = fields.at(name);
    let processor = fields.get(name)?;
    let distributed = distributed(fields, language, processor, &pointer);
    let processor = machine::nested(processor, &pointer, place.machine, place.states, fields.diagnostics());
    Some(Map { items, selector, processor, concurrency, tolerated_count, tolerated_percentage, distributed })
}

/// `ProcessorConfig`, and what goes with its mode.
fn distributed(
    fields: &mut Fields<'_, '_>,
    language: Language,
    processor: &Value,
    pointer: &Pointer<'_>,
) -> Option<Box<Distributed>> {
    let (mode, kind) = config(fields, processor, pointer);
    if mode != Some("DISTRIBUTED") {
        for name in DISTRIBUTED_ONLY {
            if fields.get(name).is_some() {
                let message = format!(
                    "The field '{name}' is only supported when 'ProcessorConfig.Mode' is 'DISTRIBUTED'"
                );
                fields.wrong(name, message);
            }
        }
        return None;
    }
    Some(Box::new(Distributed {
        express: kind == Some("EXPRESS"),
        label: label(fields),
        reader: reader::read(fields, language),
        batcher: batcher::read(fields, language),
        writer: writer::read(fields, language),
    }))
}

/// `Mode` and `ExecutionType`.
fn config(
    fields: &mut Fields<'_, '_>,
    processor: &Value,
    pointer: &Pointer<'_>,
) -> (Option<&'static str>, Option<&'static str>) {
    let Some(value) = processor.get("ProcessorConfig") else { return (None, None) };
    let pointer = pointer.member("ProcessorConfig");
    let Some(mut config) = Fields::open(value, &pointer, fields.diagnostics()) else { return (None, None) };
    let mode = config.one_of("Mode", &["INLINE", "DISTRIBUTED"]);
    if mode == Some("DISTRIBUTED") {
        config.require("ExecutionType");
    }
    let kind = config.one_of("ExecutionType", &["STANDARD", "EXPRESS"]);
    config.close(unknown);
    (mode, kind)
}

/// `Label`, which becomes part of ARNs.
fn label(fields: &mut Fields<'_, '_>) -> Option<String> {
    let label = fields.text("Label")?;
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "?*<>{}[]:;,\\|^~$#%&`\"".contains(c);
    if label.is_empty() || label.chars().count() > LONGEST_LABEL || label.chars().any(forbidden) {
        fields.wrong("Label", format!("'{label}' is not a label: 1 to {LONGEST_LABEL} characters without spaces, wildcards, brackets or special characters"));
    }
    Some(label.to_owned())
}
