//! `steps.asl.json`: what the engine finds, waits that end, and calls that the worker role may make.

use asl::{Diagnostic, Severity, member};
use serde_json::Value;

use super::iam::{self, Need};
use crate::load::place::join;
use crate::load::report::Report;
use crate::{Permissions, codes, suggest};

/// What is left of a template's megabyte beside the roles.
const LONGEST_STEPS: usize = 950_000;

/// What a distributed Map does with the executions that it starts.
const CHILDREN: [&str; 3] = ["states:StartExecution", "states:DescribeExecution", "states:StopExecution"];

/// What a call with somebody else's `Credentials` needs, on the role that they name.
const ASSUME_ROLE: &str = "sts:AssumeRole";

/// A state of the machine, at whatever depth.
pub(crate) struct State<'a> {
    pub(crate) name: &'a str,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
    /// The IAM actions that its call needs.
    pub(crate) needs: Vec<Need>,
    /// Whether the machine that holds it, or one around that, has a time limit of its own.
    pub(crate) limited: bool,
}

impl<'a> State<'a> {
    /// What a Task state calls.
    pub(crate) fn resource(&self) -> Option<&'a str> {
        let is_task = member(self.value, "Type").and_then(Value::as_str) == Some("Task");
        member(self.value, "Resource").and_then(Value::as_str).filter(|_| is_task)
    }

    /// The role that makes the call in place of the workflow's own, where it is written out.
    pub(super) fn role(&self) -> Option<&'a str> {
        let role = member(member(self.value, "Credentials")?, "RoleArn").and_then(Value::as_str)?;
        Some(role).filter(|role| !is_expression(role))
    }

    /// What a distributed Map reads its items with, and writes its results with.
    fn map_resources(&self) -> impl Iterator<Item = &'a str> {
        let parts = ["ItemReader", "ResultWriter"].into_iter().filter_map(|part| member(self.value, part));
        parts.filter_map(|part| member(part, "Resource").and_then(Value::as_str))
    }

    /// Whether it calls a service, so that a case needs a mock of it.
    pub(crate) fn calls(&self) -> bool {
        self.resource().is_some() || self.map_resources().next().is_some()
    }

    /// Whether it is a Map whose iterations are executions of their own.
    fn is_distributed(&self) -> bool {
        let mode = self.value.pointer("/ItemProcessor/ProcessorConfig/Mode");
        mode.and_then(Value::as_str) == Some("DISTRIBUTED")
    }
}

/// Whether a text is computed when the state runs.
pub(super) fn is_expression(text: &str) -> bool {
    text.starts_with("{%") && text.ends_with("%}")
}

/// Every state, those of branches and item processors too.
pub(crate) fn states(machine: &Value) -> Vec<State<'_>> {
    let mut found = Vec::new();
    collect(machine, "", false, &mut found);
    found
}

fn collect<'a>(machine: &'a Value, pointer: &str, limited: bool, found: &mut Vec<State<'a>>) {
    let limited = limited || member(machine, "TimeoutSeconds").is_some();
    let states = member(machine, "States").and_then(Value::as_object);
    let pointer = join(pointer, "States");
    for (name, value) in states.into_iter().flatten() {
        let pointer = join(&pointer, name);
        for key in ["ItemProcessor", "Iterator"] {
            if let Some(inner) = member(value, key) {
                collect(inner, &join(&pointer, key), limited, found);
            }
        }
        for (index, branch) in
            member(value, "Branches").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            collect(branch, &format!("{pointer}/Branches/{index}"), limited, found);
        }
        let mut state = State { name, pointer, value, needs: Vec::new(), limited };
        state.needs = needs(&state);
        found.push(state);
    }
}

/// Checks that a template can hold the steps: CloudFormation takes a megabyte, in which they are a text within JSON.
pub(crate) fn deployable(machine: &Value, report: &mut Report<'_>) {
    // What is written is at most twice as long as what was read.
    if report.length() * 2 < LONGEST_STEPS {
        return;
    }
    let length = Value::String(machine.to_string()).to_string().len();
    if length > LONGEST_STEPS {
        let message = format!("In their template the steps take {length} characters of {LONGEST_STEPS}.");
        let help = "Let a part of them be a workflow of its own, which the rest calls.";
        report.at("", codes::TOO_LARGE, message, help);
    }
}

/// Checks the machine itself; `seconds` is what the run may take, where known.
pub(crate) fn check(machine: &Value, states: &[State<'_>], seconds: Option<u64>, report: &mut Report<'_>) {
    for diagnostic in asl::validate(machine) {
        let code = format!("asl-{}", diagnostic.code.to_lowercase().replace('_', "-"));
        report.at(
            diagnostic.pointer.clone(),
            &code,
            suggest::sentence(&diagnostic.message),
            help(&diagnostic),
        );
    }
    for state in states {
        ends(state, report);
        if let Some(limit) = seconds {
            fits(state, limit, report);
        }
    }
}

/// A call that waits for somebody else needs a time limit: nobody may ever answer.
fn ends(state: &State<'_>, report: &mut Report<'_>) {
    let Some(resource) = state.resource() else { return };
    let pattern = resource.rsplit_once('.').map_or("", |(_, pattern)| pattern);
    let waits = matches!(pattern, "waitForTaskToken" | "sync" | "sync:2") || resource.contains(":activity:");
    let limited =
        ["TimeoutSeconds", "TimeoutSecondsPath"].iter().any(|key| member(state.value, key).is_some());
    if waits && !limited && !state.limited {
        let message = format!("`{}` waits for somebody else's answer, which may never come.", state.name);
        let help = "Add `TimeoutSeconds` to the state, or to the machine.";
        report.at(&state.pointer, codes::ENDLESS_WAIT, message, help);
    }
}

fn fits(state: &State<'_>, limit: u64, report: &mut Report<'_>) {
    let wait = member(state.value, "Type").and_then(Value::as_str) == Some("Wait");
    let seconds = member(state.value, "Seconds").and_then(Value::as_u64).filter(|_| wait);
    if seconds.is_some_and(|seconds| seconds > limit) {
        let message =
            format!("`{}` waits longer than the whole run may take, which is {limit} seconds.", state.name);
        let help = "Wait less, or raise `timeout` in `workflow.json`.";
        report.at(join(&state.pointer, "Seconds"), codes::WAIT_TOO_LONG, message, help);
    }
}

/// Checks that every call is allowed.
pub(crate) fn allowed(states: &[State<'_>], permissions: &Permissions, report: &mut Report<'_>) {
    for state in states {
        let missing: Vec<&str> = state
            .needs
            .iter()
            .filter(|need| !need.any.iter().any(|action| permissions.allows(action)))
            .filter_map(|need| need.any.first().map(AsRef::as_ref))
            .collect();
        if !missing.is_empty() {
            let names = suggest::list(&missing);
            let message =
                format!("`{}` needs {names}, and `permissions.json` does not allow it.", state.name);
            let help = format!("Add a statement that allows {names} on the resources it is about.");
            report.at(join(&state.pointer, "Resource"), codes::MISSING_PERMISSION, message, help);
        } else if let Some(role) = state.role().filter(|role| !permissions.allows_on(ASSUME_ROLE, role)) {
            let message = format!(
                "`{}` becomes the role `{role}`, and `permissions.json` lets it become others only.",
                state.name
            );
            let help = format!("Add a statement that allows `{ASSUME_ROLE}` on exactly this role.");
            report.at(
                format!("{}/Credentials/RoleArn", state.pointer),
                codes::MISSING_PERMISSION,
                message,
                help,
            );
        }
    }
}

/// The IAM actions that a state's call needs.
fn needs(state: &State<'_>) -> Vec<Need> {
    match state.resource() {
        // Another role makes the call; ours must only be allowed to become that one.
        Some(_) if member(state.value, "Credentials").is_some() => vec![Need::of(ASSUME_ROLE)],
        Some(resource) => iam::needs(resource),
        None => {
            let children = if state.is_distributed() { &CHILDREN[..] } else { &[] };
            let children = children.iter().copied().map(Need::of);
            state.map_resources().flat_map(iam::needs).chain(children).collect()
        }
    }
}

fn help(diagnostic: &Diagnostic) -> &'static str {
    match (diagnostic.code.as_str(), diagnostic.severity) {
        ("MISSING_TRANSITION_TARGET", _) => "Correct the name, or lead a transition to the state.",
        ("MISSING_END_STATE", _) => {
            "Let a state that can be reached have `\"End\": true`, or be a Succeed or Fail state."
        }
        ("DUPLICATE_STATE_NAME", _) => "Names are unique in the machine and all of its branches: rename one.",
        ("UNSUPPORTED_FEATURE", _) => {
            "AWS has it, but tests and local mode could not run these steps: use another feature."
        }
        (_, Severity::Error) => {
            "AWS would refuse these steps: correct them as the Amazon States Language asks."
        }
        (_, Severity::Warning) => "AWS would take these steps, but they are hardly what is meant.",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::states;

    #[test]
    fn states_are_found_at_any_depth() {
        let machine = json!({"States": {
            "Both": {"Type": "Parallel", "Branches": [{"States": {"Left": {"Type": "Pass"}}}]},
            "Each": {"Type": "Map", "ItemProcessor": {"TimeoutSeconds": 9, "States": {"One/Two": {"Type": "Pass"}}}},
        }});
        let mut found: Vec<_> = states(&machine).into_iter().map(|s| (s.pointer, s.limited)).collect();
        found.sort();
        let expected = [
            ("/States/Both", false),
            ("/States/Both/Branches/0/States/Left", false),
            ("/States/Each", false),
            ("/States/Each/ItemProcessor/States/One~1Two", true),
        ];
        assert_eq!(found, expected.map(|(pointer, limited)| (pointer.to_owned(), limited)));
    }
}
