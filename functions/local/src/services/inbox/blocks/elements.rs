//! Buttons, choices and text fields.

use std::fmt::Write as _;

use serde_json::Value;

use super::super::mrkdwn::{self, escape};
use super::{Place, items};

impl Place<'_> {
    /// An element that acts at once: of an actions block or beside a section.
    pub(super) fn element(&self, block: &Value, element: &Value) -> String {
        match element["type"].as_str() {
            Some("button") => self.button(block, element),
            Some("static_select") => {
                let label = element["placeholder"]["text"].as_str().unwrap_or("Choose");
                let attributes = format!("{} aria-label=\"{}\"", self.names(block, element), escape(label));
                self.select(&attributes, block, element)
            }
            _ => self.choices(&self.names(block, element), block, element),
        }
    }

    /// A block that is filled in: its label, its element, room for what is wrong.
    pub(super) fn input(&self, block: &Value) -> String {
        let (id, element) = (escape(block["block_id"].as_str().unwrap_or_default()), &block["element"]);
        let optional =
            if block["optional"] == true { " <span class=\"optional\">(optional)</span>" } else { "" };
        let label = format!("{}{optional}", self.text(&block["label"]));
        let hint = block["hint"]
            .is_object()
            .then(|| format!("<p class=\"hint\" id=\"hint-{id}\">{}</p>", self.text(&block["hint"])));
        let attributes = format!(
            " id=\"input-{id}\" name=\"{id}\" aria-describedby=\"error-{id}{}\"",
            if hint.is_some() { format!(" hint-{id}") } else { String::new() }
        );
        let error = format!("<p class=\"error\" id=\"error-{id}\" role=\"alert\"></p>");
        let hint = hint.unwrap_or_default();
        match element["type"].as_str() {
            Some("radio_buttons" | "checkboxes") => format!(
                "<fieldset class=\"input\" data-input=\"{id}\"><legend>{label}</legend>{}{hint}{error}</fieldset>",
                self.choices("", block, element)
            ),
            kind => {
                let field = if kind == Some("static_select") {
                    self.select(&attributes, block, element)
                } else {
                    self.text_field(&attributes, block, element)
                };
                format!(
                    "<div class=\"input\" data-input=\"{id}\"><label for=\"input-{id}\">{label}</label>{field}{hint}{error}</div>"
                )
            }
        }
    }

    /// A button with an address is a link, which tells the app, too.
    fn button(&self, block: &Value, element: &Value) -> String {
        let style = match element["style"].as_str() {
            Some("primary") => " primary",
            Some("danger") => " danger",
            _ => "",
        };
        let mut attributes = format!("class=\"button{style}\"{}", self.names(block, element));
        if let Some(label) = element["accessibility_label"].as_str() {
            let _ = write!(attributes, " aria-label=\"{}\"", escape(label));
        }
        if element["confirm"].is_object() {
            let _ = write!(attributes, " data-confirm=\"{}\"", escape(&element["confirm"].to_string()));
        }
        let label = self.text(&element["text"]);
        match element["url"].as_str().filter(|url| mrkdwn::is_link(url)) {
            Some(url) => format!(
                "<a {attributes} target=\"_blank\" rel=\"noopener noreferrer\" href=\"{}\">{label}</a>",
                escape(url)
            ),
            None => format!("<button type=\"button\" {attributes}>{label}</button>"),
        }
    }

    fn select(&self, attributes: &str, block: &Value, element: &Value) -> String {
        let placeholder = element["placeholder"]["text"].as_str().unwrap_or("Choose an option");
        let chosen = self.chosen(block, element);
        let mut options = String::new();
        for option in items(&element["options"]) {
            let value = option["value"].as_str().unwrap_or_default();
            let selected = if chosen.contains(&value) { " selected" } else { "" };
            let text = self.text(&option["text"]);
            let _ = write!(options, "<option value=\"{}\"{selected}>{text}</option>", escape(value));
        }
        format!("<select{attributes}><option value=\"\">{}</option>{options}</select>", escape(placeholder))
    }

    fn choices(&self, attributes: &str, block: &Value, element: &Value) -> String {
        let kind = if element["type"] == "checkboxes" { "checkbox" } else { "radio" };
        let name = escape(block["block_id"].as_str().unwrap_or_default());
        let chosen = self.chosen(block, element);
        let choice = |option: &Value| {
            let value = option["value"].as_str().unwrap_or_default();
            let checked = if chosen.contains(&value) { " checked" } else { "" };
            let description = option["description"]
                .is_object()
                .then(|| format!("<span class=\"hint\">{}</span>", self.text(&option["description"])));
            format!(
                "<label class=\"choice\"><input type=\"{kind}\" name=\"{name}\" value=\"{}\"{checked}{attributes}>\
                 <span>{}{}</span></label>",
                escape(value),
                self.text(&option["text"]),
                description.unwrap_or_default()
            )
        };
        items(&element["options"]).map(choice).collect()
    }

    fn text_field(&self, attributes: &str, block: &Value, element: &Value) -> String {
        let mut attributes = attributes.to_owned();
        let placeholder = element["placeholder"]["text"].as_str().unwrap_or_default();
        let _ = write!(attributes, " placeholder=\"{}\"", escape(placeholder));
        if element["focus_on_load"] == true {
            attributes.push_str(" autofocus");
        }
        let typed = &self.state(block, element)["value"];
        let value = escape(typed.as_str().or_else(|| element["initial_value"].as_str()).unwrap_or_default());
        if element["multiline"] == true {
            format!("<textarea rows=\"4\"{attributes}>{value}</textarea>")
        } else {
            format!("<input type=\"text\" value=\"{value}\"{attributes}>")
        }
    }

    /// The values that are chosen now, or at first.
    fn chosen<'a>(&'a self, block: &Value, element: &'a Value) -> Vec<&'a str> {
        let state = self.state(block, element);
        let from = if state.is_null() { element } else { state };
        let one = [&from["selected_option"], &from["initial_option"]];
        let many = items(&from["selected_options"]).chain(items(&from["initial_options"]));
        one.into_iter().chain(many).filter_map(|option| option["value"].as_str()).collect()
    }

    fn state(&self, block: &Value, element: &Value) -> &Value {
        let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        &self.values[name(&block["block_id"])][name(&element["action_id"])]
    }

    /// What the script sends when the element is used.
    fn names(&self, block: &Value, element: &Value) -> String {
        let name = |value: &Value| escape(value.as_str().unwrap_or_default());
        format!(
            "{} data-block=\"{}\" data-action=\"{}\"",
            self.attributes,
            name(&block["block_id"]),
            name(&element["action_id"])
        )
    }
}
