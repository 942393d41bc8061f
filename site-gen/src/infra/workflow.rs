//! A workflow in its owner's account: the machine, its published version, the role that the steps run with, and the
//! role by which the gateway starts them.
//!
//! The worker role is `permissions.json` to the letter, because that is what approvers and requesters were shown.
//! So the machine neither logs nor traces: either would ask for rights that no step needs. Its history is kept for
//! ninety days all the same, and what happened to a run is in the portal's audit.

use catalog_model::{CompiledWorkflow, LoadedWorkflow, aws_names};
use serde_json::{Value, json};

use super::role::{Role, document, trust_in_machine, watch_and_stop};
use super::template::{Template, attribute, reference, states_arn};
use crate::BuildError;

/// The template of one workflow.
pub(super) fn template(loaded: &LoadedWorkflow) -> Result<Template, BuildError> {
    let slug = &loaded.slug;
    let mut template = Template::new(format!("Drawbridge: the workflow {slug} in its owner's account."));
    parameters(&mut template);
    template.resource("WorkerRole", "AWS::IAM::Role", worker_role(loaded)?);
    template.resource("InvokeRole", "AWS::IAM::Role", invoke_role(slug));
    let machine = json!({
        "StateMachineName": CompiledWorkflow::machine_name(slug),
        "StateMachineType": "STANDARD",
        "DefinitionString": definition(loaded)?,
        "RoleArn": attribute("WorkerRole", "Arn"),
    });
    template.resource("Machine", "AWS::StepFunctions::StateMachine", machine);
    let version = version_id(&loaded.digest);
    template.kept_resource(&version, "AWS::StepFunctions::StateMachineVersion", published(loaded));
    outputs(&version, loaded, &mut template);
    Ok(template)
}

/// What a team's stack hands on to each of its workflows.
pub(super) fn parameters(template: &mut Template) {
    for (name, pattern, description) in [
        (
            "GatewayArn",
            "arn:.+:stateMachine:drawbridge-gateway",
            "The gateway's state machine; Step Functions says it as ExternalId.",
        ),
        (
            "GatewayRoleArn",
            "arn:.+:role/DrawbridgeGateway-.+",
            "The role that the gateway runs as, which alone may start workflows.",
        ),
        ("BoundaryArn", "arn:.+:policy/.+", "The boundary of everything that the owner's steps may do."),
    ] {
        template.parameter(name, pattern, description);
    }
}

fn worker_role(loaded: &LoadedWorkflow) -> Result<Value, BuildError> {
    let slug = &loaded.slug;
    let permissions = serde_json::to_value(&loaded.permissions).map_err(|source| unwritten(slug, source))?;
    let name = Value::String(aws_names::worker_role(slug));
    let description = format!("The steps of {slug}: permissions.json and nothing else.");
    let machine = CompiledWorkflow::machine_name(slug);
    let role = Role::new(name, description, trust_in_machine(&machine)).within(reference("BoundaryArn"));
    // The boundary lets a worker use the machine that it is in, for distributed Maps, and no other workflow's.
    Ok(role.tagged("drawbridge-machine", &machine).may("permissions", permissions))
}

/// The external id is the gateway's ARN, which Step Functions sends and nobody can choose: another machine that
/// the gateway's account may have is refused.
fn invoke_role(slug: &str) -> Value {
    let machine = CompiledWorkflow::machine_name(slug);
    let trust = json!({
        "Effect": "Allow",
        "Principal": {"AWS": reference("GatewayRoleArn")},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": reference("GatewayArn")}},
    });
    // A version and never the machine itself, whose steps a deployment may change during the wait for approvals.
    let start = json!({
        "Sid": "StartPublishedVersions",
        "Effect": "Allow",
        "Action": "states:StartExecution",
        "Resource": states_arn(&format!("stateMachine:{machine}:*")),
    });
    let description = format!("The gateway starts, watches and stops {slug}.");
    let name = Value::String(aws_names::invoke_role(slug));
    Role::new(name, description, trust).may("invoke", document(vec![start, watch_and_stop(&machine)]))
}

/// The steps as their owner wrote them; only their comment also names the digest.
///
/// Publishing a revision again gives the version that it had, under the digest that it had. A workflow whose policy
/// changed and whose steps did not needs a revision of its own, hence the digest in it.
fn definition(loaded: &LoadedWorkflow) -> Result<String, BuildError> {
    let mut steps = loaded.steps.clone();
    let comment = steps.get("Comment").and_then(Value::as_str).map(|comment| format!("{comment} "));
    steps["Comment"] = format!("{}[digest {}]", comment.unwrap_or_default(), loaded.digest).into();
    serde_json::to_string(&steps).map_err(|source| unwritten(&loaded.slug, source))
}

/// Every digest has a resource of its own, so that a new one publishes a version, and the version that waiting
/// runs are bound to stays.
fn version_id(digest: &str) -> String {
    format!("Version{}", digest.get(..16).unwrap_or(digest))
}

fn published(loaded: &LoadedWorkflow) -> Value {
    json!({
        "StateMachineArn": reference("Machine"),
        "StateMachineRevisionId": attribute("Machine", "StateMachineRevisionId"),
        "Description": loaded.digest,
    })
}

fn outputs(version: &str, loaded: &LoadedWorkflow, template: &mut Template) {
    template.output("MachineArn", "The state machine.", reference("Machine"));
    template.output("VersionArn", "The version that runs of this digest start.", reference(version));
    template.output("Digest", "What the version was published for.", json!(loaded.digest));
    template.output("WorkerRoleArn", "What the steps run with.", attribute("WorkerRole", "Arn"));
    template.output("InvokeRoleArn", "What the gateway starts them with.", attribute("InvokeRole", "Arn"));
}

fn unwritten(slug: &str, source: serde_json::Error) -> BuildError {
    BuildError::Json { path: format!("workflows/{slug}.json"), source }
}
