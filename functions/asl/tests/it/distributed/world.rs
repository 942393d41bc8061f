//! A world for distributed Maps: buckets, and one function that fails where it is told to.

use std::collections::BTreeMap;

use asl::{Definition, Event, Execution, Family, HistoryEvent, TaskRequest};
use serde_json::{Value, json};

use crate::driver::{Answer, Driver};

/// What is there, and what goes wrong.
#[derive(Default)]
pub(super) struct World {
    /// Objects by bucket and key.
    pub(super) objects: BTreeMap<(String, String), String>,
    /// Inputs of the function that make it fail.
    pub(super) broken: Vec<Value>,
    /// Nothing can be written.
    pub(super) read_only: bool,
}

/// What became of an execution.
pub(super) struct Outcome {
    pub(super) execution: Execution,
    pub(super) family: Family,
    pub(super) history: Vec<HistoryEvent>,
    pub(super) objects: BTreeMap<(String, String), String>,
    /// What the function was called with.
    pub(super) calls: Vec<Value>,
    pub(super) most_at_once: u64,
}

/// A machine with one distributed Map, whose children pass their input on unless told otherwise.
pub(super) fn definition(fields: &Value) -> Definition {
    let mut state = json!({"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "Child", "States": {"Child": {"Type": "Succeed"}}}});
    let mut fields = fields.clone();
    let express = fields.as_object_mut().and_then(|fields| fields.remove("Express")).is_some();
    for (name, value) in fields.as_object().into_iter().flatten() {
        state[name] = value.clone();
    }
    let kind = if express { "EXPRESS" } else { "STANDARD" };
    state["ItemProcessor"]["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": kind});
    let machine = json!({"StartAt": "Map", "States": {"Map": state, "After": {"Type": "Succeed"}}});
    let mut machine = machine;
    if fields.get("Catch").is_none() {
        machine["States"].as_object_mut().map(|states| states.remove("After"));
    }
    Definition::from_value(&machine).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// A processor that calls the function with its input.
pub(super) fn calling() -> Value {
    json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"}}})
}

pub(super) fn kinds(history: &[HistoryEvent]) -> Vec<&str> {
    history.iter().map(|event| event.kind.as_str()).collect()
}

impl World {
    pub(super) fn with(mut self, bucket: &str, key: &str, body: &str) -> Self {
        self.objects.insert((bucket.to_owned(), key.to_owned()), body.to_owned());
        self
    }

    pub(super) fn run(mut self, definition: &Definition, input: Value) -> Outcome {
        let (mut most, mut open) = (0, 0_u64);
        let mut answer = |request: &TaskRequest| self.answer(request);
        let mut driver = Driver::start(definition, input, &mut answer);
        while driver.is_running() {
            let running = driver.map_runs().map(|run| run.execution_counts().running).max();
            open = running.unwrap_or(open);
            most = most.max(open);
            assert!(driver.advance(&mut answer), "the execution waits for nothing");
        }
        self.outcome(driver, most)
    }

    /// Runs to the end, mends what was broken, redrives, and runs to the end again.
    pub(super) fn redrive(mut self, definition: &Definition, input: Value) -> Outcome {
        let mut driver = Driver::start(definition, input, &mut |request: &TaskRequest| self.answer(request));
        driver.finish(&mut |request: &TaskRequest| self.answer(request));
        driver.settle(&mut |request: &TaskRequest| self.answer(request));
        (self.broken, self.read_only) = (Vec::new(), false);
        let mut answer = |request: &TaskRequest| self.answer(request);
        driver.redrive(60.0, &mut answer).expect("redrivable");
        driver.finish(&mut answer);
        self.outcome(driver, 0)
    }

    pub(super) fn outcome(self, driver: Driver<'_>, most_at_once: u64) -> Outcome {
        let ended = driver.ended();
        let calls = ended.requests.iter().filter(|request| request.integration.service == "lambda");
        Outcome {
            calls: calls.map(|request| request.arguments.clone()).collect(),
            execution: ended.execution,
            family: ended.family,
            history: ended.history,
            objects: self.objects,
            most_at_once,
        }
    }

    pub(super) fn answer(&mut self, request: &TaskRequest) -> Answer {
        let (task, arguments) = (request.task, &request.arguments);
        let outcome = match request.integration.service.as_str() {
            "lambda" if self.broken.contains(arguments) => Err(("Broken", arguments.to_string())),
            "lambda" => Ok(arguments.clone()),
            _ => self.s3(&request.integration.action, arguments),
        };
        let event = match outcome {
            Ok(output) => Event::TaskSucceeded { task, output },
            Err((error, cause)) => Event::TaskFailed { task, error: error.to_owned(), cause },
        };
        vec![(1.0, event)]
    }

    fn s3(&mut self, action: &str, arguments: &Value) -> Result<Value, (&'static str, String)> {
        let text = |name: &str| arguments[name].as_str().unwrap_or_default().to_owned();
        let place = (text("Bucket"), text("Key"));
        match action {
            "getObject" => match self.objects.get(&place) {
                Some(body) => Ok(json!({"Body": body})),
                None => Err(("S3.NoSuchKeyException", "The specified key does not exist.".to_owned())),
            },
            "putObject" if self.read_only => Err(("S3.S3Exception", "Access Denied".to_owned())),
            "putObject" => {
                self.objects.insert(place, text("Body"));
                Ok(json!({"ETag": "x"}))
            }
            // One object in a page, so that pages are followed.
            "listObjectsV2" => {
                let prefix = text("Prefix");
                let keys: Vec<_> = self.objects.keys().filter(|(_, key)| key.starts_with(&prefix)).collect();
                let at: usize = text("ContinuationToken").parse().unwrap_or(0);
                let page: Vec<_> = keys.iter().skip(at).take(1).map(|(_, key)| json!({"Key": key})).collect();
                let more = at + 1 < keys.len();
                Ok(
                    json!({"Contents": page, "IsTruncated": more.to_string(), "NextContinuationToken": (at + 1).to_string()}),
                )
            }
            other => panic!("no such action: {other}"),
        }
    }
}
