//! Block Kit blocks as HTML, as far as the portal's notices use them.

use serde_json::Value;

use super::mrkdwn::{self, escape};

/// Renders the blocks of a message. The result is safe to put into a page.
pub(super) fn render(blocks: &[Value]) -> String {
    blocks.iter().map(block).collect()
}

fn block(block: &Value) -> String {
    match block["type"].as_str().unwrap_or_default() {
        "header" => format!("<h3>{}</h3>", text(&block["text"])),
        "section" => section(block),
        "context" => {
            let parts: Vec<String> = items(&block["elements"]).map(text).collect();
            format!("<p class=\"context\">{}</p>", parts.join(" · "))
        }
        "divider" => "<hr>".to_owned(),
        "actions" => {
            format!("<p class=\"actions\">{}</p>", items(&block["elements"]).map(button).collect::<String>())
        }
        other => format!("<p class=\"context\">(a block of type {} is not drawn here)</p>", escape(other)),
    }
}

fn section(block: &Value) -> String {
    let mut html = String::new();
    if block["text"].is_object() {
        html = format!("<p>{}</p>", text(&block["text"]));
    }
    let fields: String = items(&block["fields"])
        .flat_map(|field| ["<div>".to_owned(), text(field), "</div>".to_owned()])
        .collect();
    if !fields.is_empty() {
        html.extend(["<div class=\"fields\">", &fields, "</div>"]);
    }
    if block["accessory"]["type"] == "button" {
        html.extend(["<p class=\"actions\">", &button(&block["accessory"]), "</p>"]);
    }
    html
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text object: mrkdwn is formatted, plain text is not.
fn text(object: &Value) -> String {
    let content = object["text"].as_str().unwrap_or_default();
    if object["type"] == "mrkdwn" { mrkdwn::render(content) } else { escape(content) }
}

/// A button with an address is a link; one that would send an interaction to the portal is shown only.
fn button(element: &Value) -> String {
    if element["type"] != "button" {
        return String::new();
    }
    let label = text(&element["text"]);
    let style = match element["style"].as_str() {
        Some("primary") => " primary",
        Some("danger") => " danger",
        _ => "",
    };
    match element["url"].as_str().filter(|url| mrkdwn::is_link(url)) {
        Some(url) => format!(
            "<a class=\"button{style}\" target=\"_blank\" rel=\"noopener noreferrer\" href=\"{}\">{label}</a>",
            escape(url)
        ),
        None => format!(
            "<button class=\"button{style}\" disabled title=\"Works in Slack; here it is only shown\">{label}</button>"
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_notice_is_drawn_with_its_buttons() {
        let html = render(&[
            json!({"type": "header", "text": {"type": "plain_text", "text": "Resize <orders>"}}),
            json!({"type": "section", "text": {"type": "mrkdwn", "text": "*Ana* asks"},
                "fields": [{"type": "mrkdwn", "text": "*From*\nr6g.large"}]}),
            json!({"type": "actions", "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "http://127.0.0.1/runs/1"},
                {"type": "button", "text": {"type": "plain_text", "text": "Evil"}, "url": "javascript:alert(1)"}]}),
        ]);
        assert!(html.contains("<h3>Resize &lt;orders&gt;</h3>"), "{html}");
        assert!(html.contains("<strong>Ana</strong> asks"), "{html}");
        assert!(html.contains("<strong>From</strong><br>r6g.large"), "{html}");
        assert!(html.contains("href=\"http://127.0.0.1/runs/1\""), "{html}");
        assert!(!html.contains("javascript:"), "{html}");
    }
}
