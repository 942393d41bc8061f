//! Whether a mocked result is one that the called API could answer.

mod models;

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::command::{Integration, Pattern};

/// What the operations of a service answer.
#[derive(Debug, Deserialize)]
struct Model {
    ops: HashMap<String, Shape>,
    shapes: Vec<Shape>,
}

/// The shape of a value, or where in the list it is.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Shape {
    At(usize),
    Simple(char),
    Words {
        e: Vec<String>,
    },
    Text {
        s: [Option<f64>; 2],
    },
    Number {
        n: [Option<f64>; 2],
    },
    List {
        l: Box<Shape>,
    },
    Map {
        m: Box<Shape>,
    },
    Object {
        o: HashMap<String, Shape>,
        #[serde(default)]
        r: Vec<String>,
    },
}

/// Checks a result; strictly, everything must be there that the API always answers.
pub(super) fn check(integration: &Integration, result: &Value, strict: bool) -> Result<(), String> {
    let Some(operation) = operation(integration) else { return Ok(()) };
    let Some(model) = models::of(&integration.service) else { return Ok(()) };
    // The models are part of the program, and a test reads every one of them.
    let Ok(model) = serde_json::from_str::<Model>(model) else { return Ok(()) };
    let named = |name: &&String| name.eq_ignore_ascii_case(operation);
    let Some(shape) = model.ops.keys().find(named).and_then(|name| model.ops.get(name)) else {
        return Ok(());
    };
    let check = Check { model: &model, strict };
    match result.as_object() {
        // The optimised integration answers with the payload itself, not with its text.
        Some(members) if integration.service == "lambda" && members.contains_key("Payload") => {
            let mut members = members.clone();
            members.remove("Payload");
            check.value(shape, &Value::Object(members), "")
        }
        _ => check.value(shape, result, ""),
    }
}

/// The operation whose answer the result is; None where it is nobody's but the worker's.
fn operation(integration: &Integration) -> Option<&str> {
    let name = integration.action.split('.').next().unwrap_or_default();
    match (integration.pattern, integration.service.as_str()) {
        // What is waited for is described in the end.
        (Pattern::Sync | Pattern::SyncV2, "states") => Some("DescribeExecution"),
        (Pattern::RequestResponse, service) => {
            let anything =
                matches!(service, "http" | "apigateway") || (service == "lambda" && name == "function");
            (!anything).then_some(name)
        }
        (Pattern::Sync | Pattern::SyncV2 | Pattern::WaitForTaskToken, _) => None,
    }
}

struct Check<'m> {
    model: &'m Model,
    strict: bool,
}

impl Check<'_> {
    fn value(&self, shape: &Shape, value: &Value, field: &str) -> Result<(), String> {
        let must = |is: bool, what: &str| {
            if is { Ok(()) } else { Err(format!("Field '{field}' must be {what}")) }
        };
        match shape {
            Shape::At(place) => match self.model.shapes.get(*place) {
                Some(shape) => self.value(shape, value, field),
                None => Ok(()),
            },
            Shape::Simple('s') => must(value.is_string(), "a string"),
            Shape::Simple('n') => must(value.is_number(), "a number"),
            Shape::Simple('b') => must(value.is_boolean(), "a boolean"),
            Shape::Simple(_) => Ok(()),
            Shape::Words { e } => {
                must(value.is_string(), "a string")?;
                if e.iter().any(|word| value == word) {
                    return Ok(());
                }
                Err(format!("Field '{field}' is not an expected value"))
            }
            Shape::Text { s } => {
                must(value.is_string(), "a string")?;
                length(value.as_str().map_or(0, |text| text.chars().count()), *s, field)
            }
            Shape::Number { n } => {
                must(value.is_number(), "a number")?;
                size(value.as_f64().unwrap_or(0.0), *n, field)
            }
            Shape::List { l } => {
                must(value.is_array(), "an array")?;
                value.as_array().into_iter().flatten().try_for_each(|item| self.value(l, item, field))
            }
            Shape::Map { m } => {
                must(value.is_object(), "an object")?;
                value.as_object().into_iter().flatten().try_for_each(|(_, item)| self.value(m, item, field))
            }
            Shape::Object { o, r } => self.object(o, r, value, field),
        }
    }

    fn object(
        &self,
        members: &HashMap<String, Shape>,
        required: &[String],
        value: &Value,
        field: &str,
    ) -> Result<(), String> {
        let Some(given) = value.as_object() else {
            return Err(match field {
                "" => "The mocked result must be a JSON object".to_owned(),
                _ => format!("Field '{field}' must be an object"),
            });
        };
        if let Some(name) = required.iter().find(|name| self.strict && !given.contains_key(*name)) {
            return Err(format!("Required field '{name}' is missing"));
        }
        // A member that the model does not have may be newer than the model.
        given.iter().try_for_each(|(name, value)| match members.get(name) {
            Some(shape) => self.value(shape, value, name),
            None => Ok(()),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths of texts in memory")]
fn length(length: usize, [least, most]: [Option<f64>; 2], field: &str) -> Result<(), String> {
    if least.is_some_and(|least| (length as f64) < least) {
        return Err(format!("Field '{field}' is smaller than the minimum length"));
    }
    if most.is_some_and(|most| length as f64 > most) {
        return Err(format!("Field '{field}' exceeds the maximum length"));
    }
    Ok(())
}

fn size(number: f64, [least, most]: [Option<f64>; 2], field: &str) -> Result<(), String> {
    if least.is_some_and(|least| number < least) {
        return Err(format!("Field '{field}' is less than the minimum value"));
    }
    if most.is_some_and(|most| number > most) {
        return Err(format!("Field '{field}' exceeds the maximum value"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::definition::resource;

    fn check(resource: &str, result: &Value, strict: bool, want: Option<&str>) {
        let integration = resource::parse(&format!("arn:aws:states:::{resource}")).expect("a resource");
        let got = super::check(&integration, result, strict);
        assert_eq!(got.err().as_deref(), want, "{resource} {result}");
    }

    #[test]
    fn every_model_can_be_read() {
        for (name, text) in models::ALL {
            let model: Model = serde_json::from_str(text).expect(name);
            assert!(!model.ops.is_empty(), "{name}");
        }
    }

    #[test]
    fn results_are_what_the_api_answers() {
        let sqs = "sqs:sendMessage";
        check(sqs, &json!({"MessageId": "m", "Newer": 1}), true, None);
        check(sqs, &json!({"MessageId": 1}), true, Some("Field 'MessageId' must be a string"));
        let start = "states:startExecution";
        check(start, &json!({}), false, None);
        check(start, &json!({"ExecutionArn": "a"}), true, Some("Required field 'StartDate' is missing"));
        let rds = "aws-sdk:rds:describeDBClusters";
        check(
            rds,
            &json!({"DbClusters": [{"MultiAz": "yes"}]}),
            true,
            Some("Field 'MultiAz' must be a boolean"),
        );
        check("lambda:invoke", &json!({"Payload": {"any": ["thing"]}, "StatusCode": 200}), true, None);
        check("sqs:sendMessage.waitForTaskToken", &json!([1]), true, None);
        check(
            "states:startExecution.sync:2",
            &json!({"Status": "DONE"}),
            false,
            Some("Field 'Status' is not an expected value"),
        );
    }
}
