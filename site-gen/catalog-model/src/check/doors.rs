//! Calls of other workflows: a state that starts a door starts its own team's, and asks there for a workflow
//! that lets this team call it, with what that workflow needs.
//!
//! 1. the door and the role that starts it are the owner's, in the workflow's Region;
//! 2. the input is one that a door takes;
//! 3. the workflow exists, and lists the owner among its `callers`;
//! 4. [`parameters`]: what is written out is what it takes.
//!
//! An expression is left alone: what it gives is known when the state runs, and the door says so then.

mod parameters;

use asl::member;
use serde_json::Value;

use super::steps::{State, is_expression};
use crate::load::Catalog;
use crate::load::place::join;
use crate::load::report::Report;
use crate::{Workflow, codes, suggest};

/// What a door's input has.
const INPUT: [&str; 5] = ["workflow", "parameters", "idempotency_key", "deadline", "for_run"];

/// Those without which a door refuses it.
const REQUIRED: [&str; 3] = ["workflow", "parameters", "idempotency_key"];

/// How a state writes down what it calls with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    JsonPath,
    Jsonata,
}

/// A call of a door.
struct Call<'s, 'a> {
    state: &'s State<'a>,
    language: Language,
    /// Where the arguments are, and what they are.
    at: String,
    arguments: &'a Value,
}

/// Checks every call of a door.
pub(crate) fn check(workflow: &Workflow, states: &[State<'_>], catalog: &Catalog, report: &mut Report<'_>) {
    for state in states {
        if let Some(call) = call(state) {
            own(&call, workflow, catalog, report);
            input(&call, workflow, catalog, report);
        }
    }
}

fn call<'s, 'a>(state: &'s State<'a>) -> Option<Call<'s, 'a>> {
    state.resource().filter(|resource| resource.contains(":states:startExecution"))?;
    let (name, language) = match member(state.value, "Arguments") {
        Some(_) => ("Arguments", Language::Jsonata),
        None => ("Parameters", Language::JsonPath),
    };
    let arguments = member(state.value, name)?;
    let machine = member(arguments, "StateMachineArn").and_then(Value::as_str);
    let is_door = machine.is_some_and(|arn| arn.contains(":stateMachine:drawbridge-door-"))
        || state.role().is_some_and(|arn| arn.contains(":role/DrawbridgeDoor-"));
    is_door.then(|| Call { state, language, at: join(&state.pointer, name), arguments })
}

/// The door and its role are those of the team that owns the workflow.
fn own(call: &Call<'_, '_>, workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    let (Some(portal), Some(region)) = (&catalog.portal, catalog.region_of(workflow)) else { return };
    let (account, owner) = (&portal.shared_account, &workflow.owner);
    let door = format!("arn:aws:states:{region}:{account}:stateMachine:drawbridge-door-{owner}");
    let role = format!("arn:aws:iam::{account}:role/DrawbridgeDoor-{owner}-{region}");
    let machine = member(call.arguments, "StateMachineArn").and_then(Value::as_str);
    if machine.is_some_and(|machine| machine != door && !is_expression(machine)) {
        let message = format!("This is not the door of `{owner}`, which owns the workflow, in {region}.");
        let help = format!("Each team has a door of its own: write `{door}`.");
        report.at(join(&call.at, "StateMachineArn"), codes::FOREIGN_DOOR, message, help);
    }
    if member(call.state.value, "Credentials").is_none() {
        let message = "The door is in another account, where nobody knows the workflow's own role.";
        let help = format!("Add `\"Credentials\": {{\"RoleArn\": \"{role}\"}}`.");
        report.at(&call.state.pointer, codes::BAD_CALL, message, help);
    } else if call.state.role().is_some_and(|written| written != role) {
        let message = format!("This is not the role that starts the door of `{owner}` in {region}.");
        let at = format!("{}/Credentials/RoleArn", call.state.pointer);
        report.at(at, codes::FOREIGN_DOOR, message, format!("Write `{role}`."));
    }
}

/// The input, as far as it is written out.
fn input(call: &Call<'_, '_>, workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    let at = join(&call.at, "Input");
    let Some(input) = member(call.arguments, "Input").and_then(Value::as_object) else {
        let message = "Nobody can see what this call of a door asks for.";
        let help = format!("Write `Input` as an object with {}.", suggest::list(&REQUIRED));
        return report.at(&call.at, codes::BAD_CALL, message, help);
    };
    let names: Vec<&str> = input.keys().map(|key| call.language.name(key)).collect();
    for (key, name) in input.keys().zip(&names).filter(|(_, name)| !INPUT.contains(name)) {
        let help = suggest::help(name, INPUT, "Remove it.");
        report.at(join(&at, key), codes::BAD_CALL, format!("A door takes no `{name}`."), help);
    }
    for name in REQUIRED.iter().filter(|name| !names.contains(*name)) {
        let help = match *name {
            "idempotency_key" => {
                "Make it of execution, state and Map index, as the snippet on the workflow's page does: \
                                  a retry finds the first run by it."
            }
            _ => "Add it: the snippet on the workflow's page has it.",
        };
        report.at(&at, codes::BAD_CALL, format!("A door refuses a call without `{name}`."), help);
    }
    let slug = input.get("workflow").and_then(Value::as_str).filter(|slug| !is_expression(slug));
    let Some(callee) = slug.and_then(|slug| callee(slug, &at, workflow, catalog, report)) else { return };
    let place = input.iter().find(|(key, _)| call.language.name(key) == "parameters");
    if let Some((key, value)) = place {
        parameters::check(&callee, key, value, &at, call.language, report);
    }
}

/// The workflow that is called, if it exists and can be called by this one's owner.
fn callee(
    slug: &str,
    input: &str,
    workflow: &Workflow,
    catalog: &Catalog,
    report: &mut Report<'_>,
) -> Option<Workflow> {
    let at = join(input, "workflow");
    if !catalog.has_workflow(slug) {
        let known = catalog.slugs.iter().map(String::as_str);
        let help = suggest::help(slug, known, "Correct the name, or add the workflow.");
        report.at(at, codes::UNKNOWN_CALLEE, format!("The catalog has no workflow `{slug}`."), help);
        return None;
    }
    let callee = catalog.policy(slug)?;
    if let (Some(here), Some(there)) = (catalog.region_of(workflow), catalog.region_of(&callee))
        && here != there
    {
        let message = format!("`{slug}` runs in {there}, and this door is in {here}.");
        let help = "A door leads to the workflows of its Region: call one that runs there.";
        report.at(&at, codes::UNKNOWN_CALLEE, message, help);
    }
    if !callee.callers.contains(&workflow.owner) {
        let message = format!("`{slug}` does not let `{}` call it.", workflow.owner);
        let help = format!("Ask `{}` to add the team to `callers` in its `workflow.json`.", callee.owner);
        report.at(at, codes::NOT_A_CALLER, message, help);
    }
    Some(callee)
}

impl Language {
    /// What a member is called: JSONPath marks the name of one whose value is an expression.
    fn name(self, key: &str) -> &str {
        match self {
            Self::JsonPath => key.strip_suffix(".$").unwrap_or(key),
            Self::Jsonata => key,
        }
    }

    /// Whether a member is computed when the state runs.
    fn computes(self, key: &str, value: &Value) -> bool {
        match self {
            Self::JsonPath => key.ends_with(".$"),
            Self::Jsonata => value.as_str().is_some_and(is_expression),
        }
    }
}
