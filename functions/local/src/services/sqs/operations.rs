//! The operations: what each takes, and its answer. A member that is not here is refused by name.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use md5::{Digest as _, Md5};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::rows::Row;
use super::{Inner, at, named, redrive_policy};
use crate::services::aws_json::{self, ApiError};

const LONGEST_BODY: usize = 1_048_576;
const LONGEST_DELAY: u32 = 900;
const LONGEST_WAIT: u32 = 20;
const LONGEST_VISIBILITY: u32 = 43_200;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Send {
    queue_url: String,
    message_body: String,
    #[serde(default)]
    delay_seconds: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Receive {
    queue_url: String,
    max_number_of_messages: Option<u32>,
    visibility_timeout: Option<u32>,
    #[serde(default)]
    wait_time_seconds: u32,
    #[serde(default, alias = "MessageSystemAttributeNames")]
    attribute_names: Vec<String>,
    /// Messages here have no attributes of their own, whichever are asked for.
    #[serde(default, rename = "MessageAttributeNames")]
    _message_attribute_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Delete {
    queue_url: String,
    receipt_handle: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeVisibility {
    queue_url: String,
    receipt_handle: String,
    visibility_timeout: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct QueueUrl {
    queue_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Attributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

/// The parameters of an operation.
pub(super) fn read<T: DeserializeOwned>(body: Value) -> Result<T, ApiError> {
    aws_json::parameters(body).map_err(|error| {
        let unknown = error.message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        match unknown {
            Some(member) => {
                ApiError::new("UnsupportedOperation", format!("Local mode's queues do not have {member}."))
            }
            None => error,
        }
    })
}

impl Inner {
    pub(super) fn send(&self, request: &Send, now: Timestamp) -> Result<Value, ApiError> {
        let queue = at(&request.queue_url)?;
        within("DelaySeconds", request.delay_seconds, 0, LONGEST_DELAY)?;
        if request.message_body.is_empty() {
            return Err(ApiError::new(
                "MissingParameter",
                "The request must contain the parameter MessageBody.",
            ));
        }
        if request.message_body.len() > LONGEST_BODY {
            return Err(invalid(&format!("Message must be shorter than {LONGEST_BODY} bytes.")));
        }
        let id = self.insert(queue.name, &request.message_body, now, after(now, request.delay_seconds))?;
        self.arrived();
        Ok(json!({"MessageId": id, "MD5OfMessageBody": md5(&request.message_body)}))
    }

    pub(super) async fn receive(&self, request: &Receive) -> Result<Value, ApiError> {
        let queue = at(&request.queue_url)?;
        let most = request.max_number_of_messages.unwrap_or(1);
        within("MaxNumberOfMessages", most, 1, 10)?;
        within("WaitTimeSeconds", request.wait_time_seconds, 0, LONGEST_WAIT)?;
        let visibility = request.visibility_timeout.unwrap_or(queue.visibility);
        within("VisibilityTimeout", visibility, 0, LONGEST_VISIBILITY)?;
        let patience = Duration::from_secs(request.wait_time_seconds.into());
        let ask = || {
            let now = Timestamp::now();
            Ok(self.take(queue, most, now, after(now, visibility))?)
        };
        let next = || Ok(self.next_visible(queue.name, Timestamp::now())?);
        let rows = self.wait_for(patience, ask, next).await?;
        if rows.is_empty() {
            return Ok(json!({}));
        }
        let messages: Vec<_> = rows.iter().map(|row| self.message(row, &request.attribute_names)).collect();
        Ok(json!({"Messages": messages}))
    }

    pub(super) fn delete(&self, request: &Delete) -> Result<Value, ApiError> {
        let queue = at(&request.queue_url)?;
        check_receipt(&request.receipt_handle)?;
        self.remove(queue.name, &request.receipt_handle)?;
        Ok(json!({}))
    }

    pub(super) fn change_visibility(
        &self,
        request: &ChangeVisibility,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let queue = at(&request.queue_url)?;
        within("VisibilityTimeout", request.visibility_timeout, 0, LONGEST_VISIBILITY)?;
        check_receipt(&request.receipt_handle)?;
        let until = after(now, request.visibility_timeout);
        if !self.hide(queue.name, &request.receipt_handle, now, until)? {
            return Err(ApiError::new("MessageNotInflight", "The message referred to isn't in flight."));
        }
        self.arrived();
        Ok(json!({}))
    }

    pub(super) fn queue_url(&self, request: &QueueUrl) -> Result<Value, ApiError> {
        let queue = named(&request.queue_name)?;
        Ok(json!({"QueueUrl": format!("{}/{}/{}", self.url, self.default_caller.account, queue.name)}))
    }

    pub(super) fn attributes(&self, request: &Attributes, now: Timestamp) -> Result<Value, ApiError> {
        let queue = at(&request.queue_url)?;
        let counts = self.counts(queue.name, now)?;
        let mut all = Map::new();
        let mut set = |name: &str, value: String| all.insert(name.to_owned(), json!(value));
        set("QueueArn", self.arn(queue.name));
        set("ApproximateNumberOfMessages", counts.visible.to_string());
        set("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string());
        set("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string());
        set("VisibilityTimeout", queue.visibility.to_string());
        if let Some((dead, most)) = queue.dead_letters {
            set("RedrivePolicy", redrive_policy(&self.arn(dead), most));
        }
        let asked = |name: &str| request.attribute_names.iter().any(|asked| asked == "All" || asked == name);
        all.retain(|name, _| asked(name));
        Ok(json!({"Attributes": all}))
    }

    fn message(&self, row: &Row, names: &[String]) -> Value {
        let mut message = json!({
            "MessageId": row.id,
            "ReceiptHandle": row.receipt,
            "MD5OfBody": md5(&row.body),
            "Body": row.body,
        });
        let mut attributes = json!({
            "ApproximateReceiveCount": row.receives.to_string(),
            "SentTimestamp": row.sent_at.to_string(),
            "ApproximateFirstReceiveTimestamp": row.first_received_at.to_string(),
            "SenderId": self.default_caller.account,
        });
        if let Some(attributes) = attributes.as_object_mut() {
            attributes.retain(|name, _| names.iter().any(|asked| asked == "All" || asked == name));
            if !attributes.is_empty() {
                message["Attributes"] = json!(attributes);
            }
        }
        message
    }
}

fn within(name: &str, value: u32, least: u32, most: u32) -> Result<(), ApiError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(invalid(&format!(
        "Value {value} for parameter {name} is invalid. Reason: Must be between {least} and {most}."
    )))
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

fn check_receipt(receipt: &str) -> Result<(), ApiError> {
    if receipt.len() == 64 && receipt.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(ApiError::new("ReceiptHandleIsInvalid", "The input receipt handle is invalid."))
}

fn after(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds.into())).unwrap_or(Timestamp::MAX)
}

fn md5(body: &str) -> String {
    hex::encode(Md5::digest(body))
}
