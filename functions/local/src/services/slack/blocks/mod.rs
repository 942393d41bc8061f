//! Whether blocks keep Slack's rules: what is wrong is said in Slack's form, with a JSON pointer for each.
//!
//! [`elements`] checks what people press and fill in, [`view`] a modal around its blocks, [`report`] texts and
//! lengths. A type that this stand-in does not draw is refused by name, never dropped.

mod elements;
mod report;
mod view;

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use report::Report;
pub(super) use view::check as check_view;

/// Slack's limits.
const MOST_IN_MESSAGE: usize = 50;
const MOST_IN_MODAL: usize = 100;
const LONGEST_TEXT: usize = 3000;
const LONGEST_FIELD: usize = 2000;
const LONGEST_HEADER: usize = 150;
const LONGEST_LABEL: usize = 2000;
const LONGEST_ID: usize = 255;

/// Where blocks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
}

/// What is wrong with the blocks of a message; nothing when Slack would take them.
pub(super) fn check_message(blocks: &Value) -> Vec<String> {
    let mut report = Report::default();
    check(blocks, Surface::Message, "/blocks", &mut report);
    report.into_messages()
}

/// Gives every block its id and every element its action, as Slack does where the app gave none.
pub(super) fn name_all(blocks: &mut Value) {
    let fresh = || json!(Uuid::new_v4().simple().to_string()[..5]);
    for block in blocks.as_array_mut().into_iter().flatten() {
        if block["block_id"].as_str().is_none_or(str::is_empty) {
            block["block_id"] = fresh();
        }
        for element in interactive_mut(block) {
            if element["action_id"].as_str().is_none_or(str::is_empty) {
                element["action_id"] = fresh();
            }
        }
    }
}

/// The elements of a block that people press or fill in.
pub(super) fn interactive(block: &Value) -> Vec<&Value> {
    match block["type"].as_str() {
        Some("actions") => block["elements"].as_array().into_iter().flatten().collect(),
        Some("section") => block.get("accessory").into_iter().filter(|e| e["type"] != "image").collect(),
        Some("input") => block.get("element").into_iter().collect(),
        _ => Vec::new(),
    }
}

fn interactive_mut(block: &mut Value) -> Vec<&mut Value> {
    match block["type"].as_str() {
        Some("actions") => block["elements"].as_array_mut().into_iter().flatten().collect(),
        Some("section") => block.get_mut("accessory").into_iter().filter(|e| e["type"] != "image").collect(),
        Some("input") => block.get_mut("element").into_iter().collect(),
        _ => Vec::new(),
    }
}

fn check(blocks: &Value, surface: Surface, at: &str, report: &mut Report) {
    let Some(list) = blocks.as_array() else {
        return report.say(at, "must provide an array of blocks");
    };
    let most = if surface == Surface::Message { MOST_IN_MESSAGE } else { MOST_IN_MODAL };
    if list.len() > most {
        report.say(at, &format!("no more than {most} items allowed [input:{}]", list.len()));
    }
    let mut ids = HashSet::new();
    for (index, item) in list.iter().enumerate() {
        let at = format!("{at}/{index}");
        report.length(item, &at, "block_id", LONGEST_ID);
        if let Some(id) = item["block_id"].as_str()
            && !ids.insert(id)
        {
            report.say(&format!("{at}/block_id"), &format!("duplicate block_id: {id}"));
        }
        block(item, surface, &at, report);
    }
}

fn block(block: &Value, surface: Surface, at: &str, report: &mut Report) {
    match block["type"].as_str() {
        Some("header") => report.plain(block, at, "text", LONGEST_HEADER),
        Some("section") => section(block, surface, at, report),
        Some("context") => context(block, at, report),
        Some("divider") => {}
        Some("actions") => actions(block, surface, at, report),
        Some("input") if surface == Surface::Modal => input(block, at, report),
        Some(other) => report.say(&format!("{at}/type"), &format!("unsupported type: {other}")),
        None => report.say(at, "missing required field: type"),
    }
}

fn section(block: &Value, surface: Surface, at: &str, report: &mut Report) {
    match (block.get("text"), block.get("fields").map(Value::as_array)) {
        (None, None) => report.say(at, "missing required field: text"),
        (_, Some(None)) => report.say(&format!("{at}/fields"), "must be an array"),
        (text, fields) => {
            if text.is_some() {
                report.text(block, at, "text", LONGEST_TEXT);
            }
            if let Some(Some(fields)) = fields {
                report.count(fields.len(), &format!("{at}/fields"), 10);
                for (index, field) in fields.iter().enumerate() {
                    report.text_object(field, &format!("{at}/fields/{index}"), LONGEST_FIELD);
                }
            }
        }
    }
    if let Some(accessory) = block.get("accessory") {
        elements::check(accessory, surface, &format!("{at}/accessory"), report);
    }
}

fn context(block: &Value, at: &str, report: &mut Report) {
    let Some(parts) = block["elements"].as_array() else {
        return report.say(at, "missing required field: elements");
    };
    report.count(parts.len(), &format!("{at}/elements"), 10);
    for (index, part) in parts.iter().enumerate() {
        report.text_object(part, &format!("{at}/elements/{index}"), LONGEST_TEXT);
    }
}

fn actions(block: &Value, surface: Surface, at: &str, report: &mut Report) {
    let Some(parts) = block["elements"].as_array() else {
        return report.say(at, "missing required field: elements");
    };
    report.count(parts.len(), &format!("{at}/elements"), 25);
    let mut ids = HashSet::new();
    for (index, element) in parts.iter().enumerate() {
        let at = format!("{at}/elements/{index}");
        elements::check(element, surface, &at, report);
        if let Some(id) = element["action_id"].as_str()
            && !ids.insert(id)
        {
            report.say(
                &format!("{at}/action_id"),
                &format!("`action_id` {id} already exists for another element"),
            );
        }
    }
}

fn input(block: &Value, at: &str, report: &mut Report) {
    report.plain(block, at, "label", LONGEST_LABEL);
    if block.get("hint").is_some() {
        report.plain(block, at, "hint", LONGEST_LABEL);
    }
    match block.get("element") {
        Some(element) => elements::check_input(element, &format!("{at}/element"), report),
        None => report.say(at, "missing required field: element"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(blocks: &Value, expected: &[&str]) {
        assert_eq!(check_message(blocks), expected, "{blocks}");
    }

    fn button(text: &str, value: &str) -> Value {
        json!([{"type": "actions", "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": text}, "value": value, "action_id": "a"}]}])
    }

    #[test]
    fn limits_are_slacks() {
        check(&button(&"x".repeat(75), &"x".repeat(2000)), &[]);
        check(
            &button(&"x".repeat(76), &"x".repeat(2001)),
            &[
                "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
                "[ERROR] must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
            ],
        );
        let section = |length: usize| json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(length)}}]);
        check(&section(3000), &[]);
        check(
            &section(3001),
            &["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"],
        );
        let header =
            |kind: &str| json!([{"type": "header", "text": {"type": kind, "text": "x".repeat(151)}}]);
        check(
            &header("plain_text"),
            &["[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"],
        );
        check(&header("mrkdwn"), &["[ERROR] must be of type plain_text [json-pointer:/blocks/0/text/type]"]);
        check(
            &json!(vec![json!({"type": "divider"}); 51]),
            &["[ERROR] no more than 50 items allowed [input:51] [json-pointer:/blocks]"],
        );
    }

    #[test]
    fn what_is_not_drawn_is_refused_by_name() {
        check(
            &json!([{"type": "rich_text"}, {"type": "input"}, {}]),
            &[
                "[ERROR] unsupported type: rich_text [json-pointer:/blocks/0/type]",
                "[ERROR] unsupported type: input [json-pointer:/blocks/1/type]",
                "[ERROR] missing required field: type [json-pointer:/blocks/2]",
            ],
        );
    }

    #[test]
    fn whatever_lacks_a_name_gets_one() {
        let mut blocks = button("Approve", "v");
        blocks[0]["elements"][0]["action_id"] = json!("");
        name_all(&mut blocks);
        assert_eq!(blocks[0]["block_id"].as_str().map(str::len), Some(5));
        assert_eq!(blocks[0]["elements"][0]["action_id"].as_str().map(str::len), Some(5));
    }
}
