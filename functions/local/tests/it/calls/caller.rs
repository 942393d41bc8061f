//! A team whose state machine calls another team's workflow, with the state that its page offers to copy.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::ExecutionStatus;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::snippet::copied;
use crate::support::{Visitor, World, eventually};

/// "Grant time-bound S3 access", which Data Platform owns and Cloud Operations may call.
pub(super) const SLUG: &str = "grant-s3-access";
pub(super) const OWNER_ACCOUNT: &str = "846102375519";
/// Its gate, and who decides there.
pub(super) const GATE: &str = "data-steward";
pub(super) const STEWARD: &str = "clara.lindqvist";
/// Somebody of neither team, who decides nowhere here.
pub(super) const STRANGER: &str = "oisin.byrne";
/// Somebody of the calling team.
const MEMBER: &str = "tomasz.wieczorek";
const ACCOUNT: &str = "527310946281";

/// The errors that the calling machine expects and goes on from.
const CAUGHT: [&str; 8] = [
    "Drawbridge.Rejected",
    "Drawbridge.Expired",
    "Drawbridge.Cancelled",
    "Drawbridge.TimedOut",
    "Drawbridge.InvalidParameters",
    "Drawbridge.NotAllowed",
    "Drawbridge.NoSuchWorkflow",
    "Drawbridge.RoleRefused",
];

/// The calling team.
pub(super) struct Caller<'a> {
    world: &'a World,
    /// Step Functions in its account.
    pub(super) sfn: Client,
    /// One of its people, signed in.
    pub(super) member: Visitor,
}

impl<'a> Caller<'a> {
    pub(super) async fn new(world: &'a World) -> Self {
        Self { world, sfn: world.sfn(ACCOUNT), member: world.person(MEMBER).await }
    }

    /// The state on the workflow's page, as it is copied.
    pub(super) async fn state(&self) -> Value {
        let page = self.member.get(&format!("/workflows/{SLUG}/")).await.text().await.expect("a page");
        let copied = format!("{{{}}}", copied(&page, "From a state machine"));
        let states: Value = serde_json::from_str(&copied).expect("a state");
        let (_, state) = states.as_object().expect("an object").iter().next().expect("one state");
        state.clone()
    }

    /// Starts a machine of the team's with this state in it, a Catch added.
    pub(super) async fn start(&self, state: &Value) -> String {
        let mut state = state.clone();
        let caught = json!({"ErrorEquals": CAUGHT, "Output": "{% $states.errorOutput %}", "Next": "Caught"});
        state["Catch"] = json!([caught]);
        let definition = json!({"StartAt": "Call", "States": {
            "Call": state, "YOUR-NEXT-STATE": {"Type": "Succeed"}, "Caught": {"Type": "Succeed"},
        }});
        let name = format!("caller-{}", uuid::Uuid::new_v4());
        let role = format!("arn:aws:iam::{ACCOUNT}:role/drawbridge-caller");
        let machine = self.sfn.create_state_machine().name(name).definition(definition.to_string());
        let machine = machine.role_arn(role).send().await.expect("a machine").state_machine_arn;
        let started = self.sfn.start_execution().state_machine_arn(machine).input("{}").send().await;
        started.expect("it starts").execution_arn
    }

    /// How an execution ended, and with what.
    pub(super) async fn end(&self, execution: &str) -> (ExecutionStatus, Value) {
        let mut end = (ExecutionStatus::Running, Value::Null);
        eventually(&format!("{execution} ends"), async || {
            let described = self.sfn.describe_execution().execution_arn(execution).send().await;
            let described = described.expect("it exists");
            let output = described.output.map(|text| serde_json::from_str(&text).expect("JSON"));
            let failed = || json!({"Error": described.error, "Cause": described.cause});
            end = (described.status, output.unwrap_or_else(failed));
            end.0 != ExecutionStatus::Running
        })
        .await;
        end
    }

    /// The workflow's runs that the team sees.
    pub(super) async fn runs(&self) -> Value {
        self.member.json(&format!("/api/runs?workflow={SLUG}&scope=workflow")).await["runs"].clone()
    }

    /// The run that the team's machine asked for, once it is there.
    pub(super) async fn run(&self) -> String {
        let mut id = None;
        eventually("a run is there", async || {
            id = self.runs().await[0]["id"].as_str().map(str::to_owned);
            id.is_some()
        })
        .await;
        id.expect("a run")
    }

    /// The data steward decides.
    pub(super) async fn decide(&self, run: &str, decision: &str) {
        let steward = self.world.person(STEWARD).await;
        let decided = steward.decide(run, GATE, decision, &format!("I {decision} it")).await;
        assert_eq!(decided.status(), StatusCode::OK, "{}", decided.text().await.unwrap_or_default());
    }
}

/// The input that a state gives its door.
pub(super) fn input(state: &mut Value) -> &mut Value {
    &mut state["Branches"][0]["States"][format!("Call {SLUG}")]["Arguments"]["Input"]
}
