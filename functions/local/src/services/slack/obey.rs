//! What the portal answers to a submission, and what becomes of the modal.
//!
//! An empty answer or `clear` closes it, `errors` are shown at their blocks, `update` shows another view in its
//! place. Slack knows `push`, too; the portal puts no modal on top of another, so that it is refused by name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal::Refusal;
use super::{Slack, views};
use crate::services::inbox::OpenView;

/// Slack's words to somebody whose submission went wrong.
pub(super) const TROUBLE: &str = "We had some trouble connecting. Try again?";

/// What the answer brought about.
#[derive(Debug, Default)]
pub(super) struct Obeyed {
    pub(super) errors: BTreeMap<String, String>,
    pub(super) warning: Option<String>,
}

impl Slack {
    /// Does what the answer to a submission says; an empty one closes the modal.
    pub(super) fn obey(&self, open: &OpenView, body: &[u8]) -> Result<Obeyed, Refusal> {
        let trouble = |what: &str| {
            tracing::warn!("the portal's answer to a submission {what}");
            Ok(Obeyed { warning: Some(TROUBLE.to_owned()), ..Obeyed::default() })
        };
        let id = open.text("id");
        if body.iter().all(u8::is_ascii_whitespace) {
            self.inbox.close_view(id)?;
            return Ok(Obeyed::default());
        }
        let Ok(answer) = serde_json::from_slice::<Value>(body) else { return trouble("is no JSON") };
        match answer["response_action"].as_str() {
            None | Some("clear") => self.inbox.close_view(id)?,
            Some("errors") => {
                let errors: Result<BTreeMap<_, _>, _> = serde_json::from_value(answer["errors"].clone());
                let Ok(errors) = errors else { return trouble("has errors that are not texts by block") };
                let blocks = open.view["blocks"].as_array().map(Vec::as_slice).unwrap_or_default();
                let is_input =
                    |id: &String| blocks.iter().any(|b| b["type"] == "input" && b["block_id"] == **id);
                if errors.is_empty() || !errors.keys().all(is_input) {
                    return trouble("has errors of blocks that the modal has not");
                }
                return Ok(Obeyed { errors, warning: None });
            }
            Some("update") => match views::read(answer.get("view").cloned()) {
                Ok(view) => self.inbox.update_view(&views::replaced(open, &view))?,
                Err(refusal) => {
                    return trouble(&format!("has a view that Slack refuses: {}", refusal.body()));
                }
            },
            Some(other) => return trouble(&format!("has the response_action {other}, which is not here")),
        }
        Ok(Obeyed::default())
    }
}
