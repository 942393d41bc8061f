//! `TestState`: one state, tried by itself. What it calls is really called, unless the request mocks it.

use std::sync::Arc;
use std::time::Duration;

use asl::Event;
use asl::test_state::{Outcome, Place, Request, Test};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::engine::entropy::System;
use crate::engine::host::Host;
use crate::engine::input::refused;
use crate::engine::integrations::{self, Answer, Call};
use crate::services::aws_json::{ApiError, Caller};

/// How long AWS lets a test take.
const LONGEST: Duration = Duration::from_mins(5);

pub(super) async fn test(host: &Arc<Host>, caller: &Caller, request: &Request) -> Result<Value, ApiError> {
    let place = Place { region: caller.region.clone(), account: caller.account.clone() };
    let outcome = Test::begin(request, &place, Timestamp::now(), &mut System).map_err(refused)?;
    Ok(match outcome {
        Outcome::Done(response) => response,
        Outcome::Call { test, request } => {
            let task = request.task;
            let event = called(host, &place, *request).await.unwrap_or(Event::TaskFailed {
                task,
                error: "States.Timeout".to_owned(),
                cause: String::new(),
            });
            test.finish(event, Timestamp::now(), &mut System)
        }
        Outcome::Wait { test, until } => {
            let now = wait(host, until).await;
            test.waited(now, &mut System)
        }
    })
}

/// Makes the call in the name of an execution that nobody else knows.
async fn called(host: &Arc<Host>, place: &Place, request: asl::TaskRequest) -> Option<Event> {
    let (task, id) = (request.task, Uuid::new_v4());
    let arn = |kind: &str| format!("arn:aws:states:{}:{}:{kind}:TestState-{id}", place.region, place.account);
    let call = Call { execution: format!("{}:{id}", arn("express")), machine: arn("stateMachine"), request };
    // Boxed: a test can call the API, which can test a state.
    let answer = tokio::time::timeout(LONGEST, Box::pin(integrations::call(host, &call))).await.ok()?;
    Some(match answer {
        Answer::Accepted(output) | Answer::Done(output) => Event::TaskSucceeded { task, output },
        Answer::Failed { error, cause } => Event::TaskFailed { task, error, cause },
        Answer::Gone => return None,
    })
}

/// Waits as long as an execution would: no longer than local mode is willing to, not at all with virtual time.
async fn wait(host: &Host, until: Timestamp) -> Timestamp {
    if host.options.virtual_time.is_some() {
        return until.max(Timestamp::now());
    }
    let left = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
    tokio::time::sleep(left.min(host.options.max_wait.unwrap_or(LONGEST)).min(LONGEST)).await;
    Timestamp::now()
}
