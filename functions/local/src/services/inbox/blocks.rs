//! Block Kit blocks as HTML: those that the stand-in of Slack takes.
//!
//! Whatever can be pressed carries in `data-` attributes what the page's script sends to `/act`.

use serde_json::Value;

use super::mrkdwn::{self, escape};
use crate::services::workspace::Workspace;

mod elements;

/// Where blocks are drawn, and for whom.
pub(super) struct Place<'a> {
    /// Says who is mentioned.
    pub(super) workspace: &'a Workspace,
    /// Attributes that name the message or the modal.
    pub(super) attributes: String,
    /// What was chosen so far, by block and action: a modal's state.
    pub(super) values: &'a Value,
}

impl Place<'_> {
    /// Renders blocks. The result is safe to put into a page.
    pub(super) fn render(&self, blocks: &[Value]) -> String {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&self, block: &Value) -> String {
        match block["type"].as_str().unwrap_or_default() {
            "header" => format!("<h3>{}</h3>", self.text(&block["text"])),
            "section" => self.section(block),
            "context" => {
                let parts: Vec<String> = items(&block["elements"]).map(|part| self.text(part)).collect();
                format!("<p class=\"context\">{}</p>", parts.join(" &nbsp; "))
            }
            "divider" => "<hr>".to_owned(),
            "actions" => {
                let parts: String =
                    items(&block["elements"]).map(|element| self.element(block, element)).collect();
                format!("<div class=\"actions\">{parts}</div>")
            }
            "input" => self.input(block),
            other => {
                format!("<p class=\"context\">(a block of type {} is not drawn here)</p>", escape(other))
            }
        }
    }

    fn section(&self, block: &Value) -> String {
        let mut html = String::from("<div class=\"section\"><div>");
        if block["text"].is_object() {
            html.extend(["<p>", &self.text(&block["text"]), "</p>"]);
        }
        let drawn: Vec<_> = items(&block["fields"]).map(|field| self.text(field)).collect();
        let fields = drawn.iter().fold(String::new(), |html, field| html + "<div>" + field + "</div>");
        if !fields.is_empty() {
            html.extend(["<div class=\"fields\">", &fields, "</div>"]);
        }
        html.push_str("</div>");
        if block["accessory"].is_object() {
            html.push_str(&self.element(block, &block["accessory"]));
        }
        html + "</div>"
    }

    /// A text object: mrkdwn is formatted, plain text is not.
    pub(super) fn text(&self, object: &Value) -> String {
        let content = object["text"].as_str().unwrap_or_default();
        if object["type"] == "mrkdwn" {
            mrkdwn::render(content, self.workspace)
        } else {
            mrkdwn::plain(content)
        }
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_notice_is_drawn_with_its_buttons() {
        let workspace = Workspace::default();
        let place =
            Place { workspace: &workspace, attributes: " data-ts=\"1.2\"".to_owned(), values: &Value::Null };
        let html = place.render(&[
            json!({"type": "header", "text": {"type": "plain_text", "text": "Resize <orders>"}}),
            json!({"type": "section", "text": {"type": "mrkdwn", "text": "*Ana* asks"},
                "fields": [{"type": "mrkdwn", "text": "*From*\nr6g.large"}]}),
            json!({"type": "actions", "block_id": "b", "elements": [
                {"type": "button", "action_id": "o", "text": {"type": "plain_text", "text": "Open"}, "url": "http://127.0.0.1/runs/1"},
                {"type": "button", "action_id": "a\"", "text": {"type": "plain_text", "text": "Approve"}, "style": "primary"},
                {"type": "button", "action_id": "e", "text": {"type": "plain_text", "text": "Evil"}, "url": "javascript:alert(1)"}]}),
        ]);
        assert!(html.contains("<h3>Resize &lt;orders&gt;</h3>"), "{html}");
        assert!(html.contains("<strong>Ana</strong> asks"), "{html}");
        assert!(html.contains("<strong>From</strong><br>r6g.large"), "{html}");
        assert!(html.contains("href=\"http://127.0.0.1/runs/1\""), "{html}");
        assert!(html.contains("data-ts=\"1.2\" data-block=\"b\" data-action=\"a&quot;\""), "{html}");
        assert!(!html.contains("javascript:"), "{html}");
    }
}
