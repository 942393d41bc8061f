//! Map: where its items come from, what is done with each, how many at once.

use serde_json::Value;

use super::Place;
use super::values::number;
use crate::definition::fields::{Fields, UNSUPPORTED, report};
use crate::definition::{Items, Language, Map, State, machine};

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

/// Reads what only a Map has.
pub(super) fn read(fields: &mut Fields<'_, '_>, state: &mut State, place: &mut Place<'_>) -> Option<Map> {
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
