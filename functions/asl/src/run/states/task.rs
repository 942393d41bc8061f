//! Task: a request to the host, with its timers and token.

use serde_json::{Value, json};

use super::Step;
use crate::command::{Command, Pattern, TaskRequest};
use crate::data::Failure;
use crate::data::scope::Chance;
use crate::definition::{State, Task};
use crate::run::context::View;
use crate::run::frames::{Doing, OpenTask, Timer};
use crate::run::journal::Family;
use crate::run::{DATA_LIMIT, Run};

/// What a task is about to be requested with.
struct Request {
    arguments: Value,
    token: Option<String>,
    role_arn: Option<String>,
    timeout: Option<f64>,
    heartbeat: Option<f64>,
}

impl Run<'_> {
    pub(super) fn task(&mut self, frame: u64, state: &State, task: &Task) -> Result<Step, Failure> {
        let request = self.request(frame, state, task)?;
        let arguments = request.arguments.to_string();
        if arguments.len() > DATA_LIMIT {
            return Ok(Step::Fails(Failure::data_limit(&state.name)));
        }
        let arn = &task.integration.resource;
        if Family::of(&task.integration) == Family::Activity && !self.chance.borrow_mut().activity_exists(arn)
        {
            return Err(Failure::runtime(format!("The activity {arn} does not exist.")));
        }
        self.note_scheduled(frame, task, &request, &arguments);
        self.execution.counters.task += 1;
        let number = self.execution.counters.task;
        let timeout = request.timeout.map(|seconds| self.set_timer(Timer::Timeout { task: number }, seconds));
        let heartbeat = request
            .heartbeat
            .map(|seconds| (self.set_timer(Timer::Heartbeat { task: number }, seconds), seconds));
        if let Some(token) = &request.token {
            self.execution.tokens.insert(token.clone(), number);
        }
        let integration = task.integration.clone();
        let open = OpenTask { frame, integration, token: request.token.clone(), timeout, heartbeat };
        self.execution.tasks.insert(number, Box::new(open));
        self.set_doing(frame, Doing::Task(number));
        let invocation = self.execution.invocations.entry(state.name.clone()).or_default();
        let command = TaskRequest {
            task: number,
            state: state.name.clone(),
            invocation: *invocation,
            integration: task.integration.clone(),
            arguments: request.arguments,
            role_arn: request.role_arn,
            token: request.token,
        };
        *invocation += 1;
        self.transition.commands.push(Command::RunTask(Box::new(command)));
        Ok(Step::Waits)
    }

    fn request(&self, frame: u64, state: &State, task: &Task) -> Result<Request, Failure> {
        let waits = task.integration.pattern == Pattern::WaitForTaskToken;
        let token = waits.then(|| self.chance.uuid());
        let input = self.input_of(frame);
        let selected = self.select(frame, &state.input_path, &input)?;
        let arguments = self.effective_input(frame, state, token.as_deref())?;
        let view = View::of(&input).rooted(&selected);
        let role_arn = match &task.credentials {
            Some(template) => {
                let credentials = self.evaluate(frame, template, view, "Credentials")?;
                credentials.get("RoleArn").and_then(Value::as_str).map(str::to_owned)
            }
            None => None,
        };
        let seconds =
            |number: Option<&_>, field| number.map(|n| self.number(frame, n, view, field)).transpose();
        let timeout = seconds(task.timeout.as_ref(), "TimeoutSeconds")?;
        let heartbeat = seconds(task.heartbeat.as_ref(), "HeartbeatSeconds")?;
        let arguments = std::sync::Arc::unwrap_or_clone(arguments);
        Ok(Request { arguments, token, role_arn, timeout, heartbeat })
    }

    fn note_scheduled(&mut self, frame: u64, task: &Task, request: &Request, arguments: &str) {
        let integration = &task.integration;
        let family = Family::of(integration);
        let mut details = match family {
            Family::Service => json!({
                "resourceType": integration.service,
                "resource": integration.action,
                "region": self.region(),
                "parameters": arguments,
            }),
            _ => json!({
                "resource": integration.resource,
                "input": arguments,
                "inputDetails": {"truncated": false},
            }),
        };
        for (name, seconds) in
            [("timeoutInSeconds", request.timeout), ("heartbeatInSeconds", request.heartbeat)]
        {
            if let Some(seconds) =
                seconds.filter(|_| !(family == Family::Function && name == "heartbeatInSeconds"))
            {
                details[name] = whole(seconds);
            }
        }
        if let Some(role) = &request.role_arn {
            details["taskCredentials"] = json!({"roleArn": role});
        }
        match family {
            Family::Service => {
                self.note(frame, "TaskScheduled", Some(("taskScheduledEventDetails", details)));
                let started = json!({"resourceType": integration.service, "resource": integration.action});
                self.note(frame, "TaskStarted", Some(("taskStartedEventDetails", started)));
            }
            Family::Function => {
                self.note(
                    frame,
                    "LambdaFunctionScheduled",
                    Some(("lambdaFunctionScheduledEventDetails", details)),
                );
                self.note(frame, "LambdaFunctionStarted", None);
            }
            Family::Activity => {
                self.note(frame, "ActivityScheduled", Some(("activityScheduledEventDetails", details)));
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number of at most eight digits, or saturated")]
fn whole(seconds: f64) -> Value {
    json!(seconds as i64)
}
