//! What people press and fill in: buttons, radio buttons, checkboxes, menus, text fields.

use serde_json::Value;

use super::report::Report;
use super::{LONGEST_ID, LONGEST_TEXT, Surface};

const LONGEST_BUTTON: usize = 75;
const LONGEST_VALUE: usize = 2000;
const LONGEST_URL: usize = 3000;
const LONGEST_PLACEHOLDER: usize = 150;
const LONGEST_OPTION: usize = 75;
const LONGEST_OPTION_VALUE: usize = 150;
const MOST_CHOICES: usize = 10;
const MOST_OPTIONS: usize = 100;

/// An element of an actions block or beside a section. In messages only buttons are drawn here.
pub(super) fn check(element: &Value, surface: Surface, at: &str, report: &mut Report) {
    report.length(element, at, "action_id", LONGEST_ID);
    match element["type"].as_str() {
        Some("button") => button(element, at, report),
        Some("radio_buttons" | "checkboxes" | "static_select") if surface == Surface::Modal => {
            choice(element, at, report);
        }
        Some(other) => report.say(&format!("{at}/type"), &format!("unsupported type: {other}")),
        None => report.say(at, "missing required field: type"),
    }
}

/// The element of an input block.
pub(super) fn check_input(element: &Value, at: &str, report: &mut Report) {
    report.length(element, at, "action_id", LONGEST_ID);
    match element["type"].as_str() {
        Some("plain_text_input") => text_input(element, at, report),
        Some("radio_buttons" | "checkboxes" | "static_select") => choice(element, at, report),
        Some(other) => report.say(&format!("{at}/type"), &format!("unsupported type: {other}")),
        None => report.say(at, "missing required field: type"),
    }
}

fn button(element: &Value, at: &str, report: &mut Report) {
    report.plain(element, at, "text", LONGEST_BUTTON);
    report.length(element, at, "value", LONGEST_VALUE);
    report.length(element, at, "url", LONGEST_URL);
    report.length(element, at, "accessibility_label", LONGEST_BUTTON);
    match element.get("style").map(Value::as_str) {
        None | Some(Some("primary" | "danger")) => {}
        Some(_) => report.say(&format!("{at}/style"), "must be one of primary, danger"),
    }
    if let Some(confirm) = element.get("confirm") {
        let at = format!("{at}/confirm");
        report.plain(confirm, &at, "title", 100);
        report.text(confirm, &at, "text", 300);
        report.plain(confirm, &at, "confirm", 30);
        report.plain(confirm, &at, "deny", 30);
    }
}

fn choice(element: &Value, at: &str, report: &mut Report) {
    let menu = element["type"] == "static_select";
    if element.get("placeholder").is_some() {
        report.plain(element, at, "placeholder", LONGEST_PLACEHOLDER);
    }
    let Some(options) = element["options"].as_array() else {
        return report.say(at, "missing required field: options");
    };
    report.count(options.len(), &format!("{at}/options"), if menu { MOST_OPTIONS } else { MOST_CHOICES });
    for (index, option) in options.iter().enumerate() {
        let at = format!("{at}/options/{index}");
        if menu {
            report.plain(option, &at, "text", LONGEST_OPTION);
        } else {
            report.text(option, &at, "text", LONGEST_OPTION);
        }
        if option.get("description").is_some() {
            report.text(option, &at, "description", LONGEST_OPTION);
        }
        match option["value"].as_str() {
            Some(_) => report.length(option, &at, "value", LONGEST_OPTION_VALUE),
            None => report.say(&at, "missing required field: value"),
        }
    }
    for initial in initial_options(element) {
        if !options.contains(initial) {
            report.say(at, "initial option is not one of the options");
        }
    }
}

/// What is chosen before anybody chooses.
fn initial_options(element: &Value) -> Vec<&Value> {
    let one = element.get("initial_option");
    one.into_iter().chain(element["initial_options"].as_array().into_iter().flatten()).collect()
}

fn text_input(element: &Value, at: &str, report: &mut Report) {
    if element.get("placeholder").is_some() {
        report.plain(element, at, "placeholder", LONGEST_PLACEHOLDER);
    }
    report.length(element, at, "initial_value", LONGEST_TEXT);
    for (field, least) in [("min_length", 0), ("max_length", 1)] {
        match element.get(field).map(Value::as_u64) {
            None => {}
            Some(Some(length)) if (least..=LONGEST_TEXT as u64).contains(&length) => {}
            Some(_) => report
                .say(&format!("{at}/{field}"), &format!("must be an integer from {least} to {LONGEST_TEXT}")),
        }
    }
}
