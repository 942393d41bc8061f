//! `ask`: a state machine of another team asks for a run and waits for its end.
//!
//! 1. who asks is what the door's definition says, and the execution must be one of that very door;
//! 2. the request is read strictly: whatever is wrong is said by member;
//! 3. it becomes a run, or finds the one that the same key became before, and the token is kept with it. A run that
//!    has ended already answers at once.
//!
//! A refusal is this function's error: the door passes its name and its words on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StepError;
use crate::Portal;
use crate::api::strict_json;
use crate::app::doors::attach;
use crate::app::terms::Terms;
use crate::app::trigger::{Request, trigger_on};
use crate::domain::{Caller, RunId, Status};
use crate::store::subscriber::Subscriber;
use crate::workflow::names;

/// The members of a request, those that must be there first.
const MEMBERS: [&str; 5] = ["workflow", "parameters", "idempotency_key", "deadline", "for_run"];

/// What the door sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// The team whose door it is.
    caller: String,
    /// What the caller's state machine gave the door.
    request: Value,
    /// The door's execution.
    execution_arn: String,
    /// What its answer is sent with.
    token: String,
}

/// Which run it became: the door waits for the token, not for this answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The run.
    pub run_id: RunId,
    /// Where it is.
    pub status: Status,
}

/// Asks for the run, or attaches to it.
pub async fn run(portal: &Portal, payload: Payload) -> Result<Asked, StepError> {
    let Payload { caller: team, request, execution_arn, token } = payload;
    if !names::is_of_door(&execution_arn, &team, &portal.config.gateway_arn) {
        return Err(StepError::foreign_door(&team));
    }
    let (request, terms) = read(&request).map_err(StepError::invalid_parameters)?;
    let waits = Subscriber { execution: execution_arn, token, generation: 1, at: portal.now() };
    let (caller, terms) = (Caller::machine(team), Terms { waits: Some(waits.clone()), ..terms });
    let triggered = Box::pin(trigger_on(portal, &caller, request, terms))
        .await
        .map_err(|error| StepError::refused(&error))?;
    let (run_id, status) = (triggered.run_id, triggered.status);
    if triggered.created {
        return Ok(Asked { run_id, status });
    }
    let status = attach(portal, &caller, run_id, waits).await?;
    Ok(Asked { run_id, status })
}

/// The request and its terms, or every fault: `/deadline must be …`.
fn read(request: &Value) -> Result<(Request, Terms), Vec<String>> {
    // Read again as the API reads bodies, so that nothing is taken by one way in that the other refuses.
    let members = match strict_json::parse(request.to_string().as_bytes()) {
        Ok(Value::Object(members)) => members,
        Ok(_) => return Err(vec![format!("the input of a door is an object with {}", MEMBERS.join(", "))]),
        Err(refusal) => return Err(vec![format!("{}: {}", refusal.pointer, refusal.message)]),
    };
    let mut faults: Vec<_> = members
        .keys()
        .filter(|name| !MEMBERS.contains(&name.as_str()))
        .map(|name| format!("/{} is not known; the members are {}", beginning(name), MEMBERS.join(", ")))
        .collect();
    let mut text = |name: &str, needed: bool| match members.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => fault(&mut faults, format!("/{name} must be a string")),
        None if needed => fault(&mut faults, format!("/{name} is missing")),
        None => None,
    };
    let (slug, key) = (text("workflow", true), text("idempotency_key", true));
    let (deadline, for_run) = (text("deadline", false), text("for_run", false));
    let parameters = match members.get("parameters") {
        Some(parameters @ Value::Object(_)) => Some(parameters.clone()),
        Some(_) => fault(&mut faults, "/parameters must be an object".to_owned()),
        None => fault(&mut faults, "/parameters is missing".to_owned()),
    };
    let deadline = deadline.and_then(|text| match text.parse::<Timestamp>() {
        Ok(at) => Some(at),
        Err(_) => fault(&mut faults, "/deadline must be a moment such as 2026-11-30T18:00:00Z".to_owned()),
    });
    let for_run = for_run.and_then(|text| match text.parse::<RunId>() {
        Ok(id) => Some(id),
        Err(_) => fault(&mut faults, "/for_run must be the id of a run, in lower case".to_owned()),
    });
    match (slug, parameters, key) {
        (Some(slug), Some(parameters), Some(key)) if faults.is_empty() => {
            Ok((Request { slug, parameters, key, trace: None }, Terms { deadline, for_run, waits: None }))
        }
        _ => Err(faults),
    }
}

/// Enough of a name to find it.
fn beginning(name: &str) -> String {
    name.chars().take(80).collect()
}

fn fault<T>(faults: &mut Vec<String>, says: String) -> Option<T> {
    faults.push(says);
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(request: &Value, expect: &[&str]) {
        assert_eq!(read(request).map(drop).err().unwrap_or_default(), expect, "{request}");
    }

    #[test]
    fn every_fault_of_a_request_is_said_by_member() {
        let known = "the members are workflow, parameters, idempotency_key, deadline, for_run";
        let run = "019a9f2c-7e00-7abc-8def-0123456789ab";
        check(&json!({"workflow": "w", "parameters": {}, "idempotency_key": "k"}), &[]);
        check(
            &json!({"workflow": "w", "parameters": {}, "idempotency_key": "k",
                "deadline": "2026-11-30T18:00:00+01:00", "for_run": run}),
            &[],
        );
        check(
            &json!({"workflow": 1, "parameters": [], "key": "k", "deadline": "tomorrow", "for_run": "x"}),
            &[
                &format!("/key is not known; {known}"),
                "/workflow must be a string",
                "/idempotency_key is missing",
                "/parameters must be an object",
                "/deadline must be a moment such as 2026-11-30T18:00:00Z",
                "/for_run must be the id of a run, in lower case",
            ],
        );
        check(&json!({}), &["/workflow is missing", "/idempotency_key is missing", "/parameters is missing"]);
        check(
            &json!("w"),
            &["the input of a door is an object with workflow, parameters, idempotency_key, \
                              deadline, for_run"],
        );
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        let request = json!({"workflow": "w", "parameters": {"a": deep}, "idempotency_key": "k"});
        assert!(read(&request).is_err(), "f02: as deep as the API lets it be and no deeper");
        let request =
            json!({"workflow": "w", "parameters": {"a": 9_007_199_254_740_993_u64}, "idempotency_key": "k"});
        assert!(read(&request).is_err(), "f04: no integer that others would read as another");
    }
}
