//! A role: who may take it on, and what it may do then.

use serde_json::{Map, Value, json};

use super::template::{object, reference, states_arn};

/// A role in the making.
pub(super) struct Role {
    properties: Map<String, Value>,
}

impl Role {
    pub(super) fn new(name: Value, description: String, trust: Value) -> Self {
        let mut properties = Map::new();
        properties.insert("RoleName".to_owned(), name);
        properties.insert("Description".to_owned(), Value::String(description));
        let document = document(vec![trust]);
        properties.insert("AssumeRolePolicyDocument".to_owned(), document);
        Self { properties }
    }

    /// Sets the boundary, beyond which no policy reaches.
    pub(super) fn within(mut self, boundary: Value) -> Self {
        self.properties.insert("PermissionsBoundary".to_owned(), boundary);
        self
    }

    /// Adds a tag, which conditions of the boundary know the role by.
    pub(super) fn tagged(mut self, key: &str, value: &str) -> Self {
        let tag = object([("Key", key.into()), ("Value", value.into())]);
        self.properties.insert("Tags".to_owned(), Value::Array(vec![tag]));
        self
    }

    /// Gives the role its policy, and with it the resource's properties. IAM takes no policy without statements.
    pub(super) fn may(mut self, name: &str, document: Value) -> Value {
        if document["Statement"].as_array().is_some_and(Vec::is_empty) {
            return Value::Object(self.properties);
        }
        let policy = object([("PolicyName", name.into()), ("PolicyDocument", document)]);
        self.properties.insert("Policies".to_owned(), Value::Array(vec![policy]));
        Value::Object(self.properties)
    }
}

/// A policy document of these statements.
pub(super) fn document(statements: Vec<Value>) -> Value {
    object([("Version", "2012-10-17".into()), ("Statement", Value::Array(statements))])
}

/// Trust in Step Functions on behalf of one state machine of this account, and of its published versions.
pub(super) fn trust_in_machine(machine: &str) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": reference("AWS::AccountId")},
            "ArnLike": {
                "aws:SourceArn": [
                    states_arn(&format!("stateMachine:{machine}")),
                    states_arn(&format!("stateMachine:{machine}:*")),
                ],
            },
        },
    })
}

/// What `startExecution.sync:2` needs beside the start itself: across accounts it polls, and needs no rule in EventBridge.
pub(super) fn watch_and_stop(machine: &str) -> Value {
    json!({
        "Sid": "WatchAndStop",
        "Effect": "Allow",
        "Action": ["states:DescribeExecution", "states:StopExecution"],
        "Resource": states_arn(&format!("execution:{machine}:*")),
    })
}
