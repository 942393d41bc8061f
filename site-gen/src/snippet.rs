//! What somebody copies to call a workflow: one state for a state machine, one command for a shell.
//!
//! The state is a Parallel with one branch: a Task starts the caller's door and waits, a Choice looks at how
//! the run ended, a Fail passes its error on by name. A failed nested execution alone would arrive as
//! `States.TaskFailed`; this way Retry and Catch of the Parallel can match `Drawbridge.Rejected` and the rest.
//! The idempotency key is made of the caller's execution, state and Map index: a retry finds the first
//! run instead of starting another.

use catalog_model::{LoadedWorkflow, Portal};
use serde_json::{Value, json};

use crate::markdown::highlight;

/// Time that a run may take beyond its approvals and its steps, in seconds: hand-overs and retries.
const SLACK: u64 = 3600;

/// What the snippets need to know.
pub(crate) struct Call<'a> {
    slug: &'a str,
    title: &'a str,
    /// A team that may call it, to make the snippet concrete.
    caller: &'a str,
    account: &'a str,
    region: &'a str,
    url: &'a str,
    parameters: Value,
    seconds: u64,
}

impl<'a> Call<'a> {
    pub(crate) fn new(loaded: &'a LoadedWorkflow, portal: Option<&'a Portal>) -> Self {
        let workflow = &loaded.workflow;
        let deployment = portal.and_then(|p| p.deployments.iter().find(|d| d.region == loaded.region));
        let approvals: u64 = workflow.approvals.iter().map(|approval| approval.within.seconds()).sum();
        Self {
            slug: &loaded.slug,
            title: &workflow.title,
            caller: workflow.callers.first().map_or("YOUR-TEAM", String::as_str),
            account: portal.map_or("", |p| &p.shared_account),
            region: &loaded.region,
            url: deployment.map_or("", |d| &d.url),
            parameters: example(loaded),
            seconds: approvals + workflow.timeout.seconds() + SLACK,
        }
    }
}

/// The parameters of the first test case, which the check has held against the schema; secrets left out.
fn example(loaded: &LoadedWorkflow) -> Value {
    let case = loaded.cases.cases.first();
    let mut parameters = case.map_or_else(|| json!({}), |case| case.parameters.clone());
    for pointer in form::secrets(&loaded.workflow.parameters, &parameters) {
        if let Some(secret) = parameters.pointer_mut(&pointer) {
            *secret = json!("SECRET");
        }
    }
    parameters
}

/// One state of Amazon States Language, highlighted.
pub(crate) fn state(call: &Call<'_>) -> String {
    let name = format!("Call {}", call.slug);
    let key = "{% $states.context.Execution.Id & '/' & $states.context.State.Name & '/' & $string($states.context.Map.Item.Index) %}";
    let task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Credentials": {"RoleArn": format!("arn:aws:iam::{}:role/DrawbridgeDoor-{}", call.account, call.caller)},
        "Arguments": {
            "StateMachineArn": format!(
                "arn:aws:states:{}:{}:stateMachine:drawbridge-door-{}", call.region, call.account, call.caller
            ),
            "Input": {"workflow": call.slug, "parameters": call.parameters, "idempotency_key": key},
        },
        "Output": "{% $states.result.Output %}",
        "TimeoutSeconds": call.seconds,
        "Next": "Did it succeed?",
    });
    let choice = json!({
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input.status = 'SUCCEEDED' %}", "Next": "Its result"}],
        "Default": "Its error",
    });
    let error = json!({
        "Type": "Fail",
        "Error": "{% $states.input.error.name %}",
        "Cause": "{% $states.input.error.cause %}",
    });
    let result = json!({"Type": "Pass", "Output": "{% $states.input.result %}", "End": true});
    let states = json!({&name: task, "Did it succeed?": choice, "Its result": result, "Its error": error});
    let parallel = json!({
        "Type": "Parallel",
        "QueryLanguage": "JSONata",
        "Branches": [{"StartAt": name, "States": states}],
        "Output": "{% $states.result[0] %}",
        "Next": "YOUR-NEXT-STATE",
    });
    coloured("json", &format!("\"{}\": {parallel:#}", call.title.replace(['"', '\\'], "")))
}

/// One command for a shell, highlighted.
pub(crate) fn curl(call: &Call<'_>) -> String {
    let body = json!({"parameters": call.parameters});
    let text = format!(
        "curl -fsS \"{}/api/workflows/{}/runs\" \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  \
         -H \"Idempotency-Key: $(uuidgen)\" \\\n  -H \"Content-Type: application/json\" \\\n  --data @- <<'JSON'\n{body:#}\nJSON",
        call.url, call.slug
    );
    coloured("bash", &text)
}

fn coloured(language: &str, code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    highlight::highlight(language, code, &mut html);
    html
}
