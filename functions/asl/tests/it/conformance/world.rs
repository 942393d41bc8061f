//! What the recorded executions called: functions, activities, a queue, other state machines.

use asl::{Definition, Event, HistoryEvent, Pattern, Status, TaskRequest};
use serde_json::{Value, json};

use super::s3;
use crate::driver::{Answer, Surroundings, run, run_in, start};

/// Replays a case; the outcome in the recording's shape, or why the definition is refused.
pub(super) fn replay(case: &Value) -> Value {
    let parsed = match case["definition_text"].as_str() {
        Some(text) => Definition::parse(text),
        None => Definition::from_value(&case["definition"]),
    };
    let definition = match parsed {
        Ok(definition) => definition,
        Err(findings) => {
            return json!({"refused": findings.iter().map(ToString::to_string).collect::<Vec<_>>()});
        }
    };
    let input = if case["input_omitted"] == true { json!({}) } else { case["input"].clone() };
    let mut begin = start(input);
    if case["workflow_type"] == "EXPRESS" {
        begin.execution_arn = begin.execution_arn.replace(":execution:", ":express:") + ":1";
    }
    let without_activities = case["setup"][0]["deleted_before_start"] == true;
    let surroundings = Surroundings { begin, without_activities };
    let ended = run_in(&definition, surroundings, |request| answer(case, request));
    let mut outcome = outcome(&ended.execution);
    outcome["events"] = ended.history.iter().map(recorded).collect();
    outcome
}

fn outcome(execution: &asl::Execution) -> Value {
    let status = match execution.status() {
        Status::Succeeded => "SUCCEEDED",
        Status::TimedOut => "TIMED_OUT",
        Status::Aborted => "ABORTED",
        Status::Failed | Status::Running => "FAILED",
    };
    let mut outcome = json!({"status": status});
    if let Some(output) = execution.output() {
        outcome["output"] = output.clone();
    }
    for (name, text) in [("error", execution.error()), ("cause", execution.cause())] {
        if let Some(text) = text {
            outcome[name] = json!(text);
        }
    }
    outcome
}

/// A history event in the recording's shape: JSON texts decoded, what was blanked left out.
fn recorded(event: &HistoryEvent) -> Value {
    let mut recorded = json!({"id": event.id, "prev": event.previous_event_id, "type": event.kind});
    let Some((member, details)) = &event.details else { return recorded };
    let mut details = details.as_object().cloned().unwrap_or_default();
    if member.starts_with("state") {
        recorded["name"] = details.remove("name").unwrap_or_default();
    }
    details.retain(|name, _| !name.ends_with("Details") && name != "roleArn" && name != "region");
    for name in ["input", "output", "parameters"] {
        if let Some(text) = details.get(name).and_then(Value::as_str) {
            details[name] = serde_json::from_str(text).unwrap_or_default();
        }
    }
    for text in details.get_mut("assignedVariables").and_then(Value::as_object_mut).into_iter().flatten() {
        *text.1 = serde_json::from_str(text.1.as_str().unwrap_or_default()).unwrap_or_default();
    }
    if !details.is_empty() {
        recorded["details"] = Value::Object(details);
    }
    recorded
}

/// What the recorded world answers to a call.
pub(super) fn answer(case: &Value, request: &TaskRequest) -> Answer {
    let integration = &request.integration;
    match (integration.service.as_str(), integration.action.as_str()) {
        ("lambda", "function") => {
            vec![call(case, &integration.resource, &request.arguments, request.task, |payload| payload)]
        }
        ("lambda", _) => {
            let name = request.arguments["FunctionName"].as_str().unwrap_or_default();
            let payload = Some(&request.arguments["Payload"]).filter(|payload| !payload.is_null());
            // A text is the body itself, where it is JSON.
            let body = payload.and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
            let payload = body.or_else(|| payload.cloned()).unwrap_or_else(|| json!({}));
            vec![call(case, name, &payload, request.task, |payload| {
                json!({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200,
                       "SdkHttpMetadata": {}, "SdkResponseMetadata": {}})
            })]
        }
        ("activity", _) => {
            let worker_name = case["setup"][0]["worker"]["worker_name"].as_str().map(str::to_owned);
            let taken =
                worker_name.map(|name| (0.1, Event::TaskStarted { task: request.task, worker: Some(name) }));
            taken.into_iter().chain(worker(case, request, &request.arguments)).collect()
        }
        ("sqs", _) => {
            let sent = json!({"MD5OfMessageBody": "x", "MessageId": "y", "SdkHttpMetadata": {}, "SdkResponseMetadata": {}});
            let mut events = vec![(0.1, Event::TaskSubmitted { task: request.task, output: sent })];
            events.extend(worker(case, request, &request.arguments["MessageBody"]));
            events
        }
        ("states" | "aws-sdk:sfn", _) => child(case, request),
        ("aws-sdk:s3", _) => s3::answer(case, request),
        (service, action) => panic!("no such integration here: {service}:{action}"),
    }
}

fn failed(task: u64, error: &str, cause: &str) -> Event {
    Event::TaskFailed { task, error: error.to_owned(), cause: cause.to_owned() }
}

/// A function of simple behaviour.
fn call(case: &Value, name: &str, payload: &Value, task: u64, wrap: impl Fn(Value) -> Value) -> (f64, Event) {
    let functions = case["lambdas"].as_array().into_iter().flatten();
    let short = name.rsplit(':').next().unwrap_or(name);
    let Some(function) = functions.into_iter().find(|function| function["name"] == short) else {
        return (0.1, failed(task, "Lambda.ResourceNotFoundException", "Function not found"));
    };
    let spec = &function["spec"];
    let done = |output: Value| Event::TaskSucceeded { task, output: wrap(output) };
    match spec["type"].as_str().unwrap_or_default() {
        "echo" => (0.1, done(payload.clone())),
        "sleep_then_echo" => (spec["seconds"].as_f64().unwrap_or(0.0), done(payload.clone())),
        "return" => (0.1, done(spec["value"].clone())),
        "return_repeat" => {
            let count = usize::try_from(spec["count"].as_u64().unwrap_or(0)).unwrap_or(0);
            (0.1, done(json!(spec["char"].as_str().unwrap_or_default().repeat(count))))
        }
        "python_repr_prefix" => {
            let prefix = spec["prefix"].as_str().unwrap_or_default();
            (0.1, done(json!(format!("{prefix}{}", as_python(payload)))))
        }
        "raise" => {
            let why = json!({"errorMessage": spec["errorMessage"], "errorType": spec["errorType"],
                               "requestId": "r", "stackTrace": []});
            (0.1, failed(task, spec["errorType"].as_str().unwrap_or_default(), &why.to_string()))
        }
        other => panic!("no such behaviour here: {other}"),
    }
}

/// A value as Python's `str` writes it.
fn as_python(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{text}'"),
        Value::Array(items) => format!("[{}]", list(items.iter().map(as_python).collect())),
        Value::Object(members) => {
            let pair = |(name, value): (&String, &Value)| format!("'{name}': {}", as_python(value));
            format!("{{{}}}", list(members.iter().map(pair).collect()))
        }
    }
}

/// The worker of a queue or activity, if there is one.
fn worker(case: &Value, request: &TaskRequest, input: &Value) -> Answer {
    let task = request.task;
    let setup = &case["setup"][0];
    let worker = &setup["worker"];
    let done = || Event::TaskSucceeded { task, output: input.clone() };
    match worker["action"].as_str() {
        None => Vec::new(),
        Some("sendTaskFailure") => {
            let why = match worker["cause"].as_str() {
                Some(text) if text.starts_with("the task's input") => input.to_string(),
                other => other.unwrap_or_default().to_owned(),
            };
            vec![(0.2, failed(task, worker["error"].as_str().unwrap_or_default(), &why))]
        }
        Some(_) => vec![(2.0, Event::Heartbeat { task }), (4.0, done())],
    }
}

/// An execution of another state machine.
fn child(case: &Value, request: &TaskRequest) -> Answer {
    let task = request.task;
    let machine = &case["setup"][0];
    let arn = request.arguments["StateMachineArn"].as_str().unwrap_or_default();
    if arn != machine["arn"].as_str().unwrap_or_default() {
        let why = format!(
            "State Machine Does Not Exist: '{arn}' (Service: AWSStepFunctions; Status Code: 400; Error Code: \
             StateMachineDoesNotExist; Request ID: r; Proxy: null)"
        );
        return vec![(0.1, failed(task, "StepFunctions.StateMachineDoesNotExistException", &why))];
    }
    let name = &request.arguments["Name"];
    let execution_arn = arn.replace(":stateMachine:", ":execution:") + ":" + name.as_str().unwrap_or("x");
    let mut accepted = json!({"ExecutionArn": execution_arn, "StartDate": 1});
    if request.integration.service == "states" {
        accepted["SdkHttpMetadata"] = json!({});
        accepted["SdkResponseMetadata"] = json!({});
    }
    if request.integration.pattern == Pattern::RequestResponse {
        return vec![(0.1, Event::TaskSucceeded { task, output: accepted })];
    }
    let definition = Definition::from_value(&machine["definition"]).expect("the child's definition");
    let input = Some(&request.arguments["Input"])
        .filter(|input| !input.is_null())
        .cloned()
        .unwrap_or_else(|| json!({}));
    let execution = run(&definition, input.clone(), |inner| panic!("the child calls {inner:?}")).execution;
    let mut described = json!({
        "ExecutionArn": execution_arn, "Input": input.to_string(), "InputDetails": {"Included": true}, "Name": name,
        "RedriveCount": 0, "StartDate": 1, "StateMachineArn": arn, "StopDate": 2,
    });
    let end = if let Some(output) = execution.output() {
        described["Output"] = json!(output.to_string());
        described["OutputDetails"] = json!({"Included": true});
        described["RedriveStatus"] = json!("NOT_REDRIVABLE");
        described["RedriveStatusReason"] = json!("Execution is SUCCEEDED and cannot be redriven");
        described["Status"] = json!("SUCCEEDED");
        Event::TaskSucceeded { task, output: described }
    } else {
        described["Status"] = json!("FAILED");
        described["Error"] = json!(execution.error());
        described["Cause"] = json!(execution.cause());
        failed(task, "States.TaskFailed", &described.to_string())
    };
    vec![(0.1, Event::TaskSubmitted { task, output: accepted }), (1.0, end)]
}
