//! What a method is called with: a form, JSON, or the query.

use axum::http::{HeaderMap, header};
use openidconnect::url::form_urlencoded;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The arguments of one call, by name. Forms carry nested values as JSON text, and so may JSON.
#[derive(Debug, Default)]
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Reads query and body. Methods that only read take no JSON: Slack ignores such a body, and so is it here.
    pub(super) fn read(
        headers: &HeaderMap,
        query: Option<&str>,
        body: &[u8],
        takes_json: bool,
    ) -> Result<Self, Refusal> {
        let mut arguments = form(query.unwrap_or_default().as_bytes());
        let content_type =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match content_type.split(';').next().map(str::trim) {
            Some("application/x-www-form-urlencoded") => arguments.extend(form(body)),
            Some("application/json") if takes_json && !body.is_empty() => {
                let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
                    return Err("invalid_json".into());
                };
                arguments.extend(object);
            }
            Some("application/json" | "") if body.is_empty() || !takes_json => {}
            _ => return Err("invalid_post_type".into()),
        }
        Ok(Self(arguments))
    }

    /// A text; an empty one counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A text without which the method makes no sense.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| Refusal::missing(name))
    }

    /// Whether a flag is set, in any of the spellings of forms.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(set)) => *set,
            Some(Value::String(text)) => text == "true" || text == "1",
            _ => false,
        }
    }

    /// An object or a list, as such or as JSON text.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::argument(&format!("/{name}"), "not a valid JSON text")),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

fn form(text: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
