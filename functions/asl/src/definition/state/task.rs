//! Task: what is called, as whom, and how long it may take.

use serde_json::Value;

use super::values::number;
use crate::data::Template;
use crate::definition::fields::Fields;
use crate::definition::{Language, Number, Task, resource};

/// Reads what only a Task has.
pub(super) fn read(fields: &mut Fields<'_, '_>, language: Language) -> Option<Task> {
    let credentials = credentials(fields, language);
    let timeout = number(fields, "TimeoutSeconds", "TimeoutSecondsPath", language, 1.0);
    let heartbeat = number(fields, "HeartbeatSeconds", "HeartbeatSecondsPath", language, 1.0);
    if let (Some(Number::Fixed(timeout)), Some(Number::Fixed(heartbeat))) = (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        fields.wrong("HeartbeatSeconds", "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
    }
    let resource = fields.required_text("Resource")?;
    let Some(integration) = resource::parse(resource) else {
        let message = if resource.starts_with("arn:") {
            format!(
                "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the \
             resource is not available in this region."
            )
        } else {
            "Value is not a valid resource ARN".to_owned()
        };
        fields.wrong("Resource", message);
        return None;
    };
    if integration.service == "activity" && credentials.is_some() {
        fields.wrong("Credentials", "The field 'Credentials' is not supported for activities");
    }
    Some(Task { integration, credentials, timeout, heartbeat })
}

fn credentials(fields: &mut Fields<'_, '_>, language: Language) -> Option<Template> {
    let template = match language {
        Language::JsonPath => fields.jsonpath("Credentials"),
        Language::Jsonata => fields.jsonata("Credentials"),
    };
    let named = match &template {
        Some(Template::Object(members)) => members.iter().any(|(name, _)| name == "RoleArn"),
        Some(Template::Constant(value)) => value.get("RoleArn").is_some_and(Value::is_string),
        _ => true,
    };
    if !named {
        fields.wrong("Credentials", "The field 'RoleArn' is required but was missing");
    }
    template
}
