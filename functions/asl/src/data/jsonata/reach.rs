//! Which data an expression's text can reach, so that no other data is converted for it.

use jsonata_core::value::JValue;
use serde_json::Value;

use crate::data::scope::Scope;

/// What an expression mentions.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent parts of one object")]
pub(super) struct Reach {
    /// Names after a `$`, other than `states`.
    pub(super) variables: Vec<String>,
    /// Whether `$states` is mentioned at all.
    pub(super) states: bool,
    input: bool,
    result: bool,
    error_output: bool,
    context: bool,
}

impl Reach {
    /// Scans the text: finding too much costs time, never correctness.
    pub(super) fn of(source: &str) -> Self {
        let mut reach = Self::default();
        let mut rest = source;
        while let Some(at) = rest.find('$') {
            rest = &rest[at + 1..];
            let name = leading_name(rest);
            rest = &rest[name.len()..];
            if name == "states" {
                reach.note_states(rest);
            } else if !name.is_empty() && !reach.variables.iter().any(|known| known == name) {
                reach.variables.push(name.to_owned());
            }
        }
        reach
    }

    fn note_states(&mut self, after: &str) {
        self.states = true;
        match after.strip_prefix('.').map(leading_name) {
            Some("input") => self.input = true,
            Some("result") => self.result = true,
            Some("errorOutput") => self.error_output = true,
            Some("context") => self.context = true,
            _ => (self.input, self.result, self.error_output, self.context) = (true, true, true, true),
        }
    }

    /// The `$states` object with the parts that are mentioned.
    pub(super) fn states_object(&self, scope: &Scope<'_>) -> JValue {
        let mut object = jsonata_core::value::JMap::default().into_inner();
        let mut put = |name: &str, value: &Value| object.insert(name.to_owned(), JValue::from(value.clone()));
        if self.input {
            put("input", scope.input);
        }
        if let Some(result) = scope.result.filter(|_| self.result) {
            put("result", result);
        }
        if let Some(error) = scope.error_output.filter(|_| self.error_output) {
            put("errorOutput", error);
        }
        if self.context {
            put("context", scope.context());
        }
        JValue::object(object)
    }
}

fn leading_name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}
