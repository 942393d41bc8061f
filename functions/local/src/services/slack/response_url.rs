//! `response_url`: how an app answers an interaction later, without its token.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::Slack;
use super::arguments::Arguments;
use super::content::Content;
use super::refusal::Refusal;
use crate::services::inbox::{Answerable, Spent};

/// `POST /actions/TEAM/N/SECRET`.
pub(super) async fn answer(
    State(slack): State<Arc<Slack>>,
    Path((_team, number, secret)): Path<(String, i64, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let arguments = match Arguments::read(&headers, None, &body, true) {
        Ok(arguments) => arguments,
        Err(refusal) => return refused(StatusCode::BAD_REQUEST, &refusal),
    };
    let about = match slack.inbox.use_response_url(number, &secret, Timestamp::now()) {
        Ok(Ok(about)) => about,
        Ok(Err(Spent::Used)) => return refused(StatusCode::NOT_FOUND, &"used_url".into()),
        Ok(Err(Spent::Expired)) => return refused(StatusCode::NOT_FOUND, &"expired_url".into()),
        Err(error) => return refused(StatusCode::INTERNAL_SERVER_ERROR, &error.into()),
    };
    match slack.respond(&about, &arguments) {
        Ok(()) => Json(json!({"ok": true})).into_response(),
        Err(refusal) => refused(StatusCode::BAD_REQUEST, &refusal),
    }
}

fn refused(status: StatusCode, refusal: &Refusal) -> Response {
    (status, Json(refusal.body())).into_response()
}

impl Slack {
    /// Deletes or replaces the message, or answers beside it: to the member alone unless the app says otherwise.
    fn respond(&self, about: &Answerable, arguments: &Arguments) -> Result<(), Refusal> {
        let original = self.inbox.slack(&about.channel, &about.ts)?;
        if arguments.flag("delete_original") {
            let original = original.ok_or("message_not_found")?;
            return Ok(self.inbox.delete_slack(&original.ts)?);
        }
        let content = Content::read(arguments)?;
        if arguments.flag("replace_original") {
            let mut message = original.ok_or("message_not_found")?;
            message.edited |= content.blocks.is_none() && message.ephemeral_to.is_none();
            message.text = content.text;
            message.blocks = content.blocks.unwrap_or_default();
            return Ok(self.inbox.update_slack(&message)?);
        }
        let mut message = content.into_message(&self.conversation(&about.channel)?);
        message.thread_ts = original.and_then(|original| original.thread_ts);
        message.ephemeral_to = match arguments.text("response_type") {
            None | Some("ephemeral") => Some(about.member.clone()),
            Some("in_channel") => None,
            Some(_) => return Err(Refusal::argument("/response_type", "must be ephemeral or in_channel")),
        };
        self.inbox.record_slack(message)?;
        Ok(())
    }
}
