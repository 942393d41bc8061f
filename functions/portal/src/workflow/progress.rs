//! The steps of a run, from the histories of its two executions.
//!
//! Events form a tree by `previousEventId`: every event inherits the place of the one it follows,
//! entering a state opens a step there, and a Parallel or Map state moves what follows one level in.
//! Histories are read without execution data.

use std::collections::HashMap;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType as Type};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Engine, EngineError, names};
use crate::AwsError;
use crate::domain::Run;

/// How far a step got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum StepStatus {
    /// It is under way.
    Running,
    /// It ended well.
    Succeeded,
    /// It failed, or was ended by the failure of another.
    Failed,
    /// It failed, and the state machine dealt with it.
    Caught,
}

/// A state of a state machine that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// The state's name.
    pub name: String,
    /// The state's type: `Task`, `Wait`, `Parallel`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How far it got.
    pub status: StepStatus,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub entered_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub exited_at: Option<Timestamp>,
    /// What a Task calls: `aws-sdk:rds:modifyDBCluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// How often a Task was tried.
    pub attempts: u32,
    /// The name of the error it failed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether the service it called is not real here: local mode answered from the test cases.
    pub simulated: bool,
    /// 0 for the gateway's steps, 1 for the owner's, more inside Parallel and Map.
    pub depth: u32,
}

/// What the two executions of a run have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// In the order in which they were entered.
    pub steps: Vec<Step>,
    /// Whether both executions have ended, so that nothing is added and no step changes any more. A run has
    /// ended a moment earlier: it is the gateway's last step that says so.
    pub complete: bool,
}

impl Engine {
    /// The steps of a run so far. Of the gateway those that do something; of the owner's machine all.
    pub async fn progress(&self, run: &Run) -> Result<Progress, EngineError> {
        let gateway = names::execution_arn(&self.gateway_arn, run.id)?;
        let events = history(&self.client, &gateway).await?;
        // A run that was cancelled before its start has no execution, nor has one whose history has expired.
        let mut complete = has_ended(&events).unwrap_or(run.status.is_final());
        let mut steps = steps(&events, 0, None);
        steps.retain(|step| step.kind == "Task");
        if let Some(child) = names::child_of(run)? {
            let client = self.accounts.client(&run.target).await;
            let events = history(&client, &child).await?;
            complete &= has_ended(&events).unwrap_or(true);
            let inner = self::steps(&events, 1, self.simulated.as_deref());
            let after = steps.iter().position(|step| step.name == "StartWorkflow");
            let at = after.map_or(steps.len(), |index| index + 1);
            steps.splice(at..at, inner);
        }
        Ok(Progress { steps, complete })
    }
}

/// Whether a history comes to an end; an execution that was redriven goes on after one. None when there is none.
fn has_ended(events: &[HistoryEvent]) -> Option<bool> {
    events.last().map(|event| ends(&event.r#type))
}

/// The history of an execution without data; empty for one that does not exist (yet).
async fn history(client: &Client, arn: &str) -> Result<Vec<HistoryEvent>, EngineError> {
    let (mut events, mut token) = (Vec::new(), None);
    loop {
        let request = client.get_execution_history().execution_arn(arn).include_execution_data(false);
        let page = match request.max_results(1000).set_next_token(token).send().await {
            Ok(page) => page,
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_execution_does_not_exist() => return Ok(events),
                _ => return Err(AwsError::from(error).into()),
            },
        };
        events.extend(page.events);
        token = page.next_token;
        if token.is_none() {
            return Ok(events);
        }
    }
}

/// The steps that a history tells of. `real` names the services that exist, where others are simulated.
pub fn steps(events: &[HistoryEvent], depth: u32, real: Option<&[String]>) -> Vec<Step> {
    let mut reader = Reader { steps: Vec::new(), around: Vec::new(), places: HashMap::new(), depth, real };
    for event in events {
        reader.read(event);
    }
    reader.steps
}

/// The open states around an event, outermost first: indexes of steps.
type Place = Vec<usize>;

struct Reader<'a> {
    steps: Vec<Step>,
    /// The open states around each step when it was entered.
    around: Vec<Place>,
    /// Where each event left off.
    places: HashMap<i64, Place>,
    depth: u32,
    real: Option<&'a [String]>,
}

impl Reader<'_> {
    fn read(&mut self, event: &HistoryEvent) {
        let mut place = self.places.get(&event.previous_event_id).cloned().unwrap_or_default();
        let at = Timestamp::from_millisecond(event.timestamp.to_millis().unwrap_or_default());
        let at = at.unwrap_or(Timestamp::UNIX_EPOCH);
        if let Some(entered) = &event.state_entered_event_details {
            self.enter(&mut place, &entered.name, event.r#type.as_str(), at);
        } else if let Some(exited) = &event.state_exited_event_details {
            self.exit(&mut place, &exited.name, at);
        } else if let Some((kind, resource)) = scheduled(event) {
            self.schedule(&place, &kind, resource.as_deref());
        } else if let Some(error) = failed(event) {
            self.fail(&place, error);
        } else if matches!(event.r#type, Type::ParallelStateStarted | Type::MapStateStarted) {
            self.begin_container(&place);
        } else if matches!(event.r#type, Type::ParallelStateFailed | Type::MapStateFailed) {
            self.fail_container(&mut place);
        } else if ends(&event.r#type) {
            self.end(event, &place, at);
        }
        self.places.insert(event.id, place);
    }

    fn enter(&mut self, place: &mut Place, name: &str, kind: &str, at: Timestamp) {
        // Steps of the same level are siblings; the open ones around are containers.
        let inner = u32::try_from(place.len()).unwrap_or(u32::MAX);
        self.around.push(place.clone());
        place.push(self.steps.len());
        self.steps.push(Step {
            name: name.to_owned(),
            kind: kind.trim_end_matches("StateEntered").to_owned(),
            status: StepStatus::Running,
            entered_at: at,
            exited_at: None,
            resource: None,
            attempts: 0,
            error: None,
            simulated: false,
            depth: self.depth.saturating_add(inner),
        });
    }

    /// A container's exit follows from an event inside it, so everything up to it is left.
    fn exit(&mut self, place: &mut Place, name: &str, at: Timestamp) {
        let Some(level) = place.iter().rposition(|index| self.steps[*index].name == name) else { return };
        let index = place[level];
        place.truncate(level);
        let step = &mut self.steps[index];
        step.exited_at = Some(at);
        step.status = if step.error.is_some() { StepStatus::Caught } else { StepStatus::Succeeded };
        // What still runs inside a container that is left was ended with it.
        for (inner, around) in self.steps.iter_mut().zip(&self.around) {
            if around.contains(&index) {
                close(inner, at);
            }
        }
    }

    /// Another attempt of a Parallel or Map state begins without the error of the one before.
    fn begin_container(&mut self, place: &[usize]) {
        if let Some(step) = place.last().map(|index| &mut self.steps[*index]) {
            step.attempts += 1;
            step.error = None;
        }
    }

    /// A Parallel or Map state fails with the error that something inside it failed with.
    fn fail_container(&mut self, place: &mut Place) {
        let inner = place.last().and_then(|index| self.steps[*index].error.clone());
        let unfailed = |index: &usize| {
            let step = &self.steps[*index];
            matches!(step.kind.as_str(), "Parallel" | "Map") && step.error.is_none()
        };
        let Some(level) = place.iter().rposition(unfailed) else { return };
        place.truncate(level + 1);
        self.fail(place, inner.unwrap_or_else(|| "States.BranchFailed".to_owned()));
    }

    fn schedule(&mut self, place: &[usize], kind: &str, resource: Option<&str>) {
        let Some(step) = place.last().map(|index| &mut self.steps[*index]) else { return };
        step.attempts += 1;
        step.error = None;
        let service = kind.strip_prefix("aws-sdk:").unwrap_or(kind);
        step.simulated = self.real.is_some_and(|real| !real.iter().any(|name| name == service));
        step.resource = Some(resource.map_or_else(|| kind.to_owned(), |action| format!("{kind}:{action}")));
    }

    fn fail(&mut self, place: &[usize], error: String) {
        if let Some(step) = place.last().map(|index| &mut self.steps[*index]) {
            step.error = Some(error);
        }
    }

    fn end(&mut self, event: &HistoryEvent, place: &[usize], at: Timestamp) {
        let error = event.execution_failed_event_details.as_ref().and_then(|details| details.error.clone());
        if let (Some(error), Some(index)) = (error, place.last()) {
            self.steps[*index].error.get_or_insert(error);
        }
        for step in &mut self.steps {
            close(step, at);
        }
    }
}

fn close(step: &mut Step, at: Timestamp) {
    if step.status == StepStatus::Running {
        step.status = StepStatus::Failed;
        step.exited_at = Some(at);
    }
}

/// What a Task was about to call.
fn scheduled(event: &HistoryEvent) -> Option<(String, Option<String>)> {
    if let Some(task) = &event.task_scheduled_event_details {
        return Some((task.resource_type.clone(), Some(task.resource.clone())));
    }
    event.lambda_function_scheduled_event_details.as_ref().map(|_| ("lambda".to_owned(), None))
}

/// The error that a state, or one attempt of it, ended with.
fn failed(event: &HistoryEvent) -> Option<String> {
    let error = match event.r#type {
        Type::TaskFailed => event.task_failed_event_details.as_ref()?.error.clone(),
        Type::TaskTimedOut => event.task_timed_out_event_details.as_ref()?.error.clone(),
        Type::TaskStartFailed => event.task_start_failed_event_details.as_ref()?.error.clone(),
        Type::TaskSubmitFailed => event.task_submit_failed_event_details.as_ref()?.error.clone(),
        Type::LambdaFunctionFailed => event.lambda_function_failed_event_details.as_ref()?.error.clone(),
        Type::LambdaFunctionTimedOut => event.lambda_function_timed_out_event_details.as_ref()?.error.clone(),
        Type::EvaluationFailed => event.evaluation_failed_event_details.as_ref()?.error.clone(),
        _ => return None,
    };
    Some(error.unwrap_or_else(|| "States.TaskFailed".to_owned()))
}

fn ends(kind: &Type) -> bool {
    matches!(
        kind,
        Type::ExecutionFailed | Type::ExecutionAborted | Type::ExecutionTimedOut | Type::ExecutionSucceeded
    )
}
