//! What is wrong, gathered; texts and lengths are checked here because every block has them.

use serde_json::Value;

/// The faults so far.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<String>);

impl Report {
    pub(super) fn into_messages(self) -> Vec<String> {
        self.0
    }

    /// One more fault.
    pub(super) fn say(&mut self, at: &str, what: &str) {
        self.0.push(format!("[ERROR] {what} [json-pointer:{at}]"));
    }

    /// A list has one item at least and `most` at most.
    pub(super) fn count(&mut self, items: usize, at: &str, most: usize) {
        if items == 0 {
            self.say(at, "no fewer than 1 items allowed");
        } else if items > most {
            self.say(at, &format!("no more than {most} items allowed [input:{items}]"));
        }
    }

    /// A text field that may be absent.
    pub(super) fn length(&mut self, owner: &Value, at: &str, field: &str, most: usize) {
        match owner.get(field) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => self.chars(text, &format!("{at}/{field}"), most),
            Some(_) => self.say(&format!("{at}/{field}"), "must be a string"),
        }
    }

    /// A text object that must be there, of either kind.
    pub(super) fn text(&mut self, owner: &Value, at: &str, field: &str, most: usize) {
        match owner.get(field) {
            Some(object) => self.text_object(object, &format!("{at}/{field}"), most),
            None => self.say(at, &format!("missing required field: {field}")),
        }
    }

    /// A text object that must be there and plain.
    pub(super) fn plain(&mut self, owner: &Value, at: &str, field: &str, most: usize) {
        self.text(owner, at, field, most);
        if owner[field]["type"] == "mrkdwn" {
            self.say(&format!("{at}/{field}/type"), "must be of type plain_text");
            // The kind is the fault to mend first; a length in the other kind says nothing.
            self.0.retain(|said| !said.contains(&format!("[json-pointer:{at}/{field}/text]")));
        }
    }

    /// A text object.
    pub(super) fn text_object(&mut self, object: &Value, at: &str, most: usize) {
        match object["type"].as_str() {
            Some("plain_text" | "mrkdwn") => {}
            Some(other) => return self.say(&format!("{at}/type"), &format!("unsupported type: {other}")),
            None => return self.say(at, "missing required field: type"),
        }
        match object["text"].as_str() {
            Some("") => self.say(&format!("{at}/text"), "must be more than 0 characters"),
            Some(text) => self.chars(text, &format!("{at}/text"), most),
            None => self.say(at, "missing required field: text"),
        }
    }

    fn chars(&mut self, text: &str, at: &str, most: usize) {
        if text.chars().count() > most {
            self.say(at, &format!("must be less than {} characters", most + 1));
        }
    }
}
