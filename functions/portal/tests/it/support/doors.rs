//! State machines of teams, as the functions know them: executions of doors with their tokens.

use portal::domain::{Run, RunId};
use portal::steps::{StepError, dispatch};
use serde_json::{Value, json};

use super::World;

/// An execution of a team's door.
pub(crate) fn execution(team: &str, name: &str) -> String {
    format!("arn:aws:states:eu-west-1:111111111111:execution:drawbridge-door-{team}:{name}")
}

/// What a state machine gives its door.
pub(crate) fn request(key: &str, parameters: Value) -> Value {
    let mut request = json!({"workflow": "resize", "idempotency_key": key});
    request["parameters"] = parameters;
    request
}

pub(crate) fn production() -> Value {
    json!({"environment": "production"})
}

impl World {
    /// The door of a team passes a request on, in its execution of this name.
    pub(crate) async fn call(
        &self,
        team: &str,
        name: &str,
        token: &str,
        request: Value,
    ) -> Result<Value, StepError> {
        let arn = execution(team, name);
        self.door_waits(team, name, true);
        let mut payload = json!({"caller": team, "execution_arn": arn, "token": token});
        payload["request"] = request;
        dispatch("ask", payload, &self.portal).await
    }

    /// The apps team's state machine asks for something that two owners have to approve, and they are asked.
    pub(crate) async fn called(&self) -> Run {
        let asked = self.call("apps", "one", "token-1", request("key", production())).await;
        let run = self.run_of(&asked.expect("the request is accepted")).await;
        self.next(run.id).await.expect("the gate opens");
        self.run(run.id).await
    }

    /// The same after it was let through and passed the commit gate.
    pub(crate) async fn called_and_executing(&self) -> Run {
        let run = self.called().await;
        for who in ["bob", "cleo"] {
            self.vote(&run, "owners", who, portal::domain::Decision::Approve).await.expect("counts");
        }
        self.commit(&run, &super::gateway_of(&run)).await.expect("passes the commit gate");
        self.run(run.id).await
    }

    /// The run that an answer names.
    pub(crate) async fn run_of(&self, asked: &Value) -> Run {
        let id: RunId = asked["run_id"].as_str().expect("a run").parse().expect("an id");
        self.run(id).await
    }

    /// Whether a door's execution still waits, when it is asked.
    pub(crate) fn door_waits(&self, team: &str, name: &str, waits: bool) {
        let arn = execution(team, name);
        let status = if waits { "RUNNING" } else { "ABORTED" };
        let machine = format!("arn:aws:states:eu-west-1:111111111111:stateMachine:drawbridge-door-{team}");
        let told = json!({"executionArn": arn, "stateMachineArn": machine, "status": status, "startDate": 1});
        self.engine.describe(&arn, told);
    }

    /// EventBridge says that a door's execution ended.
    pub(crate) async fn door_ended(&self, team: &str, name: &str) -> Value {
        let event = json!({
            "source": "aws.states",
            "detail": {"executionArn": execution(team, name), "status": "ABORTED"},
        });
        dispatch("door-ended", event, &self.portal).await.expect("the event is dealt with")
    }

    /// What was sent to tokens of doors, in order.
    pub(crate) fn answers(&self) -> Vec<(String, Value)> {
        let sent = self.engine.calls("SendTaskSuccess").into_iter().filter_map(|call| {
            let output: Value = serde_json::from_str(call["output"].as_str()?).ok()?;
            let token = call["taskToken"].as_str()?.to_owned();
            output.get("run_id").is_some().then_some((token, output))
        });
        sent.collect()
    }
}
