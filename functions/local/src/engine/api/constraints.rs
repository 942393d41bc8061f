//! What AWS checks before an operation looks at its request: required members, lengths, ranges, values.
//! All that is wrong is said at once, in AWS's sentences.

use serde_json::Value;

use crate::services::aws_json::ApiError;

/// What a member may be.
enum Rule {
    /// Number of characters. A secret's text is not repeated in the message.
    Length { least: usize, most: usize, secret: bool },
    /// A number in a range.
    Range(i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// How many entries a list has.
    Entries(usize, usize),
}

const fn text(least: usize, most: usize) -> Rule {
    Rule::Length { least, most, secret: false }
}

const fn secret(most: usize) -> Rule {
    Rule::Length { least: 0, most, secret: true }
}

const PAYLOAD: usize = 262_144;
const INCLUDED: Rule = Rule::OneOf(&["ALL_DATA", "METADATA_ONLY"]);
const KINDS: Rule = Rule::OneOf(&["STANDARD", "EXPRESS"]);

/// By member; where an operation has a rule of its own, that stands in [`EXCEPTIONS`].
const RULES: &[(&str, Rule)] = &[
    ("activityArn", text(1, 256)),
    ("cause", secret(32_768)),
    ("clientToken", text(1, 64)),
    ("context", secret(PAYLOAD)),
    ("definition", Rule::Length { least: 1, most: 1_048_576, secret: true }),
    ("description", secret(256)),
    ("error", secret(256)),
    ("executionArn", text(1, 256)),
    ("includedData", INCLUDED),
    ("input", secret(PAYLOAD)),
    ("mapRunArn", text(1, 2000)),
    ("maxConcurrency", Rule::Range(0, i64::MAX)),
    ("maxResults", Rule::Range(0, 1000)),
    ("name", text(1, 80)),
    ("nextToken", text(1, 1024)),
    ("output", secret(PAYLOAD)),
    ("redriveFilter", Rule::OneOf(&["REDRIVEN", "NOT_REDRIVEN"])),
    ("resourceArn", text(1, 256)),
    ("roleArn", text(1, 256)),
    ("routingConfiguration", Rule::Entries(1, 2)),
    ("severity", Rule::OneOf(&["ERROR", "WARNING"])),
    ("stateMachineAliasArn", text(1, 256)),
    ("stateMachineArn", text(1, 256)),
    ("stateMachineVersionArn", text(1, 2000)),
    ("stateName", text(1, 80)),
    (
        "statusFilter",
        Rule::OneOf(&["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
    ),
    ("taskToken", text(1, 2048)),
    ("toleratedFailureCount", Rule::Range(0, i64::MAX)),
    ("traceHeader", text(0, 256)),
    ("type", KINDS),
    ("variables", secret(PAYLOAD)),
    ("versionDescription", secret(256)),
    ("workerName", text(1, 80)),
];

const EXCEPTIONS: &[(&str, &str, Rule)] = &[
    ("ListExecutions", "nextToken", text(1, 3096)),
    ("ValidateStateMachineDefinition", "maxResults", Rule::Range(0, 100)),
];

/// What an operation cannot do without.
const REQUIRED: &[(&str, &[&str])] = &[
    ("CreateActivity", &["name"]),
    ("CreateStateMachine", &["name", "definition", "roleArn"]),
    ("CreateStateMachineAlias", &["name", "routingConfiguration"]),
    ("DeleteActivity", &["activityArn"]),
    ("DeleteStateMachine", &["stateMachineArn"]),
    ("DeleteStateMachineAlias", &["stateMachineAliasArn"]),
    ("DeleteStateMachineVersion", &["stateMachineVersionArn"]),
    ("DescribeActivity", &["activityArn"]),
    ("DescribeExecution", &["executionArn"]),
    ("DescribeMapRun", &["mapRunArn"]),
    ("DescribeStateMachine", &["stateMachineArn"]),
    ("DescribeStateMachineAlias", &["stateMachineAliasArn"]),
    ("DescribeStateMachineForExecution", &["executionArn"]),
    ("GetActivityTask", &["activityArn"]),
    ("GetExecutionHistory", &["executionArn"]),
    ("ListMapRuns", &["executionArn"]),
    ("ListStateMachineAliases", &["stateMachineArn"]),
    ("ListStateMachineVersions", &["stateMachineArn"]),
    ("ListTagsForResource", &["resourceArn"]),
    ("PublishStateMachineVersion", &["stateMachineArn"]),
    ("RedriveExecution", &["executionArn"]),
    ("SendTaskFailure", &["taskToken"]),
    ("SendTaskHeartbeat", &["taskToken"]),
    ("SendTaskSuccess", &["taskToken", "output"]),
    ("StartExecution", &["stateMachineArn"]),
    ("StartSyncExecution", &["stateMachineArn"]),
    ("StopExecution", &["executionArn"]),
    ("TagResource", &["resourceArn", "tags"]),
    ("TestState", &["definition"]),
    ("UntagResource", &["resourceArn", "tagKeys"]),
    ("UpdateMapRun", &["mapRunArn"]),
    ("UpdateStateMachine", &["stateMachineArn"]),
    ("UpdateStateMachineAlias", &["stateMachineAliasArn"]),
    ("ValidateStateMachineDefinition", &["definition"]),
];

/// Checks a request against the rules of its operation.
pub(super) fn check(operation: &str, body: &Value) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    let required = REQUIRED.iter().find(|(name, _)| *name == operation).map_or(&[][..], |(_, all)| all);
    for member in required.iter().filter(|member| body.get(**member).is_none_or(Value::is_null)) {
        wrong.push(format!("Value null at '{member}' failed to satisfy constraint: Member must not be null"));
    }
    for (member, value) in body.as_object().into_iter().flatten() {
        if let Some(broken) = rule(operation, member).and_then(|rule| rule.broken_by(value)) {
            let shown = if rule(operation, member).is_some_and(Rule::hides) {
                String::new()
            } else {
                format!(" '{}'", shown(value))
            };
            wrong.push(format!("Value{shown} at '{member}' failed to satisfy constraint: {broken}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let errors = if wrong.len() == 1 { "error" } else { "errors" };
    Err(ApiError::validation(format!("{} validation {errors} detected: {}", wrong.len(), wrong.join("; "))))
}

fn rule(operation: &str, member: &str) -> Option<&'static Rule> {
    let own = EXCEPTIONS.iter().find(|(of, name, _)| *of == operation && *name == member);
    own.map(|(_, _, rule)| rule)
        .or_else(|| RULES.iter().find(|(name, _)| *name == member).map(|(_, rule)| rule))
}

impl Rule {
    /// The sentence about the constraint that a value breaks; types are another check's.
    fn broken_by(&self, value: &Value) -> Option<String> {
        let length = |found: usize, least: usize, most: usize| {
            if found < least {
                Some(format!("Member must have length greater than or equal to {least}"))
            } else {
                (found > most).then(|| format!("Member must have length less than or equal to {most}"))
            }
        };
        match self {
            Self::Length { least, most, .. } => length(value.as_str()?.chars().count(), *least, *most),
            Self::Entries(least, most) => length(value.as_array()?.len(), *least, *most),
            Self::Range(least, _) if value.as_i64()? < *least => {
                Some(format!("Member must have value greater than or equal to {least}"))
            }
            Self::Range(_, most) => (value.as_i64()? > *most)
                .then(|| format!("Member must have value less than or equal to {most}")),
            Self::OneOf(words) => (!words.contains(&value.as_str()?))
                .then(|| format!("Member must satisfy enum value set: [{}]", words.join(", "))),
        }
    }

    fn hides(&self) -> bool {
        matches!(self, Self::Length { secret: true, .. })
    }
}

/// A value as AWS repeats it in a message.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(route).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// The only lists with a rule are those of an alias's versions.
fn route(item: &Value) -> String {
    format!(
        "RoutingConfigurationListItem(stateMachineVersionArn={}, weight={})",
        item["stateMachineVersionArn"].as_str().unwrap_or("null"),
        item["weight"]
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(operation: &str, body: &Value) -> String {
        check(operation, body).expect_err("refused").message
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        assert_eq!(
            said("ListExecutions", &json!({"statusFilter": "DONE", "maxResults": 2000})),
            "2 validation errors detected: Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member \
             must satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]; \
             Value '2000' at 'maxResults' failed to satisfy constraint: Member must have value less than or \
             equal to 1000"
        );
        assert!(said("SendTaskSuccess", &json!({"taskToken": "t"})).starts_with(
            "1 validation error detected: Value null at 'output' failed to satisfy constraint: Member must not"
        ));
    }

    #[test]
    fn what_flows_through_is_not_repeated() {
        let long = "x".repeat(PAYLOAD + 1);
        assert_eq!(
            said("StartExecution", &json!({"stateMachineArn": "a", "input": long})),
            "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have \
             length less than or equal to 262144"
        );
    }

    #[test]
    fn good_requests_pass() {
        assert!(check("ListActivities", &json!({"maxResults": 1000})).is_ok());
        assert!(check("StartExecution", &json!({"stateMachineArn": "a", "input": "{}"})).is_ok());
    }
}
