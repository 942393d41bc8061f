//! Activities: tasks that workers of one's own come and fetch.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::definition::check_encryption;
use super::{page, tags};
use crate::engine::arn::ActivityArn;
use crate::engine::host::Host;
use crate::engine::input::check_name;
use crate::engine::store::{ActivityRow, Settings};
use crate::services::aws_json::{ApiError, Caller, seconds};

/// How long a worker waits for a task before it has to ask again.
const LONG_POLL: Duration = Duration::from_mins(1);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Create {
    name: String,
    tags: Option<Vec<tags::Tag>>,
    encryption_configuration: Option<Value>,
}

/// Creating an activity again changes nothing, its tags included.
pub(super) fn create(host: &Host, caller: &Caller, request: Create) -> Result<Value, ApiError> {
    check_name(&request.name)?;
    check_encryption(request.encryption_configuration.as_ref())?;
    let tags = tags::checked(request.tags.as_deref().unwrap_or_default())?;
    let arn = ActivityArn::new(caller, &request.name);
    let settings = Settings { encryption: request.encryption_configuration, ..Settings::default() };
    let created = host.store.create_activity(&arn, &settings, Timestamp::now())?;
    let arn = arn.to_string();
    let activity = find(host, &arn)?;
    if created {
        host.store.tag(&arn, &tags)?;
    } else if activity.settings != settings {
        return Err(ApiError::new(
            "ActivityAlreadyExists",
            format!("Activity Already Exists: '{arn}'; its EncryptionConfiguration may not be updated"),
        ));
    }
    Ok(json!({"activityArn": arn, "creationDate": seconds(activity.created_at)}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct One {
    activity_arn: String,
}

pub(super) fn describe(host: &Host, request: &One) -> Result<Value, ApiError> {
    let activity = find(host, &request.activity_arn)?;
    let mut answer = item(&activity);
    if let Some(encryption) = activity.settings.encryption {
        answer["encryptionConfiguration"] = encryption;
    }
    Ok(answer)
}

/// An activity that is not there is as good as deleted; its open tasks wait for their timeouts.
pub(super) fn delete(host: &Host, request: &One) -> Result<Value, ApiError> {
    let arn = ActivityArn::parse(&request.activity_arn)?;
    host.store.delete_activity(&arn.to_string())?;
    host.activities.forget(&arn.to_string());
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, caller: &Caller, request: &List) -> Result<Value, ApiError> {
    let size = page::size(request.max_results);
    let after: String = page::place(request.next_token.as_deref())?.unwrap_or_default();
    let rows = host.store.activities(&caller.account, &caller.region, &after, size + 1)?;
    page::answer("activities", rows, size, |row| Ok(item(row)), |row| row.name.clone())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Poll {
    activity_arn: String,
    worker_name: Option<String>,
}

/// Waits for a task; empty when none came. A worker that goes away ends its wait, since the server drops
/// what answers a closed connection.
pub(super) async fn poll(host: &Arc<Host>, request: &Poll) -> Result<Value, ApiError> {
    let activity = find(host, &request.activity_arn)?;
    let work = host.work(&activity.arn, request.worker_name.as_deref());
    match tokio::time::timeout(LONG_POLL, work).await {
        Ok(work) => {
            let work = work?;
            Ok(json!({"taskToken": work.token, "input": work.input.to_string()}))
        }
        Err(_) => Ok(json!({})),
    }
}

fn item(activity: &ActivityRow) -> Value {
    json!({
        "activityArn": activity.arn,
        "name": activity.name,
        "creationDate": seconds(activity.created_at),
    })
}

fn find(host: &Host, arn: &str) -> Result<ActivityRow, ApiError> {
    let parsed = ActivityArn::parse(arn)?;
    let missing = || ApiError::new("ActivityDoesNotExist", format!("Activity Does Not Exist: '{arn}'"));
    host.store.activity(&parsed.to_string())?.ok_or_else(missing)
}
