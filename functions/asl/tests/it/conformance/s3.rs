//! A bucket as the recorded executions had it: what `setup` put there, and nothing that is written.

use asl::{Event, TaskRequest};
use serde_json::{Value, json};

use crate::driver::Answer;

/// Answers getObject, listObjectsV2 and putObject.
pub(super) fn answer(case: &Value, request: &TaskRequest) -> Answer {
    let task = request.task;
    let argument = |name: &str| request.arguments[name].as_str().unwrap_or_default();
    let objects = case["setup"].as_array().into_iter().flatten().filter(|made| {
        made["type"] == "s3_object" && made["bucket"].as_str().unwrap_or_default() == argument("Bucket")
    });
    let output = match request.integration.action.as_str() {
        "getObject" => {
            let found = objects.into_iter().find(|object| object["key"] == argument("Key"));
            let Some(object) = found else {
                let why = "The specified key does not exist.".to_owned();
                let failed =
                    Event::TaskFailed { task, error: "S3.NoSuchKeyException".to_owned(), cause: why };
                return vec![(0.1, failed)];
            };
            json!({"Body": object["body"]})
        }
        "listObjectsV2" => {
            let listed =
                |object: &Value| json!({"Key": object["key"], "Size": object["body"].as_str().map(str::len)});
            let contents: Vec<Value> = objects
                .filter(|object| {
                    object["key"].as_str().is_some_and(|key| key.starts_with(argument("Prefix")))
                })
                .map(listed)
                .collect();
            json!({"Contents": contents, "IsTruncated": false})
        }
        "putObject" => json!({"ETag": "\"x\""}),
        other => panic!("no such action here: s3:{other}"),
    };
    vec![(0.1, Event::TaskSucceeded { task, output })]
}
