//! Tags of machines and activities.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::arn::{ActivityArn, MachineArn};
use crate::engine::host::Host;
use crate::services::aws_json::ApiError;

/// AWS's limit of a resource.
const MOST_TAGS: usize = 50;

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Add {
    resource_arn: String,
    tags: Vec<Tag>,
}

pub(super) fn add(host: &Host, request: &Add) -> Result<Value, ApiError> {
    let arn = resource(host, &request.resource_arn)?;
    let tags = checked(&request.tags)?;
    let mut all: BTreeMap<String, String> = host.store.tags(&arn)?.into_iter().collect();
    all.extend(tags.iter().cloned());
    if all.len() > MOST_TAGS {
        return Err(too_many(&arn));
    }
    host.store.tag(&arn, &tags)?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Remove {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(host: &Host, request: &Remove) -> Result<Value, ApiError> {
    let arn = resource(host, &request.resource_arn)?;
    host.store.untag(&arn, &request.tag_keys)?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    resource_arn: String,
}

pub(super) fn list(host: &Host, request: &List) -> Result<Value, ApiError> {
    let arn = resource(host, &request.resource_arn)?;
    let tags: Vec<Value> =
        host.store.tags(&arn)?.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    Ok(json!({"tags": tags}))
}

/// Tags that a resource can be made with.
pub(super) fn checked(tags: &[Tag]) -> Result<Vec<(String, String)>, ApiError> {
    for (place, tag) in tags.iter().enumerate() {
        let length = |what: &str, text: &str, least: usize, most: usize| {
            let found = text.chars().count();
            let rule = if found < least {
                format!("greater than or equal to {least}")
            } else if found > most {
                format!("less than or equal to {most}")
            } else {
                return Ok(());
            };
            Err(ApiError::validation(format!(
                "1 validation error detected: Value '{text}' at 'tags.{}.member.{what}' failed to satisfy \
                 constraint: Member must have length {rule}",
                place + 1
            )))
        };
        length("key", &tag.key, 1, 128)?;
        length("value", &tag.value, 0, 256)?;
    }
    if tags.len() > MOST_TAGS {
        return Err(too_many("the new resource"));
    }
    Ok(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect())
}

fn too_many(arn: &str) -> ApiError {
    ApiError::new("TooManyTags", format!("Too many tags: '{arn}' may have {MOST_TAGS} at most"))
}

/// Machines and activities have tags; versions, aliases and executions have none.
fn resource(host: &Host, arn: &str) -> Result<String, ApiError> {
    let found = if let Ok(activity) = ActivityArn::parse(arn) {
        host.store.activity(&activity.to_string())?.is_some()
    } else {
        let machine = MachineArn::parse(arn)?;
        machine.qualifier.is_none() && host.store.machine(arn)?.is_some()
    };
    if found {
        return Ok(arn.to_owned());
    }
    Err(ApiError::new("ResourceNotFound", format!("Resource not found: '{arn}'")))
}
