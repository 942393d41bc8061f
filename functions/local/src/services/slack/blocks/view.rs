//! A modal around its blocks.

use serde_json::Value;

use super::report::Report;
use super::{LONGEST_ID, LONGEST_TEXT, Surface};

const LONGEST_TITLE: usize = 24;

/// What is wrong with a view; nothing when Slack would take it.
pub(in crate::services::slack) fn check(view: &Value) -> Vec<String> {
    let mut report = Report::default();
    let at = "/view";
    match view["type"].as_str() {
        Some("modal") => {}
        Some(other) => report.say("/view/type", &format!("unsupported type: {other}")),
        None => report.say(at, "missing required field: type"),
    }
    report.plain(view, at, "title", LONGEST_TITLE);
    for field in ["submit", "close"] {
        if view.get(field).is_some_and(|value| !value.is_null()) {
            report.plain(view, at, field, LONGEST_TITLE);
        }
    }
    report.length(view, at, "private_metadata", LONGEST_TEXT);
    report.length(view, at, "callback_id", LONGEST_ID);
    report.length(view, at, "external_id", LONGEST_ID);
    match view.get("blocks") {
        Some(blocks) => {
            super::check(blocks, Surface::Modal, "/view/blocks", &mut report);
            let has_input = blocks.as_array().into_iter().flatten().any(|block| block["type"] == "input");
            if has_input && view["submit"].is_null() {
                report.say(at, "missing required field: submit");
            }
        }
        None => report.say(at, "missing required field: blocks"),
    }
    report.into_messages()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_modal_needs_a_short_title_and_a_way_to_submit_its_fields() {
        let mut view = json!({
            "type": "modal",
            "title": {"type": "plain_text", "text": "Reject the request"},
            "blocks": [{"type": "input", "label": {"type": "plain_text", "text": "Why?"},
                "element": {"type": "plain_text_input", "multiline": true, "max_length": 500}}],
        });
        assert_eq!(check(&view), ["[ERROR] missing required field: submit [json-pointer:/view]"]);
        view["submit"] = json!({"type": "plain_text", "text": "Reject"});
        assert_eq!(check(&view), Vec::<String>::new());
        view["title"]["text"] = json!("x".repeat(25));
        view["blocks"][0]["element"]["max_length"] = json!(3001);
        assert_eq!(
            check(&view),
            [
                "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
                "[ERROR] must be an integer from 1 to 3000 [json-pointer:/view/blocks/0/element/max_length]",
            ]
        );
    }
}
