//! The Lambda functions of the shared account, run in this process.

use std::sync::Arc;

use portal::{Portal, steps};
use serde_json::Value;

use crate::doors;
use crate::engine::{FunctionError, Functions, FunctionsFuture};

/// The steps of the gateway and of the doors, and what events call.
pub(crate) struct Steps(pub(crate) Arc<Portal>);

impl Functions for Steps {
    fn has(&self, name: &str) -> bool {
        steps::NAMES.contains(&name)
    }

    fn rule(&self, event: &Value) -> Option<&'static str> {
        rule(event)
    }

    fn invoke<'a>(&'a self, name: &'a str, payload: Value) -> FunctionsFuture<'a> {
        Box::pin(async move {
            steps::dispatch(name, payload, &self.0).await.map_err(|error| FunctionError {
                error_type: error.name.to_owned(),
                message: error.to_string(),
            })
        })
    }
}

/// The one rule of the template: executions of doors that ended without their answer.
fn rule(event: &Value) -> Option<&'static str> {
    let detail = &event["detail"];
    let machine = detail["stateMachineArn"].as_str()?.rsplit(':').next()?;
    let ended = matches!(detail["status"].as_str()?, "ABORTED" | "FAILED" | "TIMED_OUT");
    (machine.starts_with(doors::PREFIX) && ended).then_some("door-ended")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use yaml_serde::Value as Yaml;

    use super::rule;

    #[test]
    fn the_rule_is_the_templates() {
        let template: Yaml = yaml_serde::from_str(crate::tables::TEMPLATE).expect("YAML");
        let event = &template["Resources"]["DoorEndedFunction"]["Properties"]["Events"]["DoorEnded"];
        let pattern = &event["Properties"]["Pattern"]["detail"];
        let in_template = pattern["status"].as_sequence().expect("statuses");
        let prefix = yaml_serde::to_string(&pattern["stateMachineArn"]).expect("YAML");
        assert!(prefix.contains(&format!(":stateMachine:{}", crate::doors::PREFIX)), "{prefix}");
        let check = |machine: &str, status: &str, expect: bool| {
            let machine = format!("arn:aws:states:eu-west-1:111122223333:stateMachine:{machine}");
            let event = json!({"detail": {"stateMachineArn": machine, "status": status}});
            assert_eq!(rule(&event).is_some(), expect, "{machine} {status}");
        };
        for status in ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] {
            let named = in_template.iter().any(|one| one.as_str() == Some(status));
            check("drawbridge-door-apps", status, named);
            check("drawbridge-gateway", status, false);
        }
    }
}
