//! A context object that a request brings along: which members it may have.

use serde_json::Value;

use crate::command::Pattern;
use crate::definition::{Kind, State};
use crate::refusal::Refusal;

/// What a member of the context object holds.
#[derive(Clone, Copy)]
enum Member {
    Text,
    Number,
    Any,
    Object(&'static [(&'static str, Member)]),
}

/// Everything that a context object may have.
const MEMBERS: &[(&str, Member)] = &[
    (
        "Execution",
        Member::Object(&[
            ("Id", Member::Text),
            ("Input", Member::Any),
            ("Name", Member::Text),
            ("RoleArn", Member::Text),
            ("StartTime", Member::Text),
            ("RedriveCount", Member::Number),
            ("RedriveTime", Member::Text),
        ]),
    ),
    (
        "State",
        Member::Object(&[
            ("EnteredTime", Member::Text),
            ("Name", Member::Text),
            ("RetryCount", Member::Number),
        ]),
    ),
    ("StateMachine", Member::Object(&[("Id", Member::Text), ("Name", Member::Text)])),
    ("Task", Member::Object(&[("Token", Member::Text)])),
];

/// Checks a context object for a state.
pub(super) fn check(context: &Value, state: &State) -> Result<(), Refusal> {
    let refuse = |why: String| Refusal::invalid(format!("Invalid Context object provided: {why}"));
    if context.get("Map").is_some() {
        return Err(refuse("'Map' field is not supported when mocking a Context object".to_owned()));
    }
    members(context, MEMBERS).map_err(&refuse)?;
    if context.get("Task").is_some() && !waits(state) {
        return Err(refuse(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or \
             '.waitForTaskToken' service integration pattern"
                .to_owned(),
        ));
    }
    Ok(())
}

fn waits(state: &State) -> bool {
    matches!(&state.kind, Kind::Task(task) if task.integration.pattern != Pattern::RequestResponse)
}

fn members(value: &Value, known: &[(&str, Member)]) -> Result<(), String> {
    for (name, value) in value.as_object().into_iter().flatten() {
        let Some((_, member)) = known.iter().find(|(known, _)| known == name) else {
            return Err(format!("Field '{name}' is not allowed"));
        };
        match member {
            Member::Text if !value.is_string() => return Err(format!("Field '{name}' must be a string")),
            Member::Number if !value.is_number() => return Err(format!("Field '{name}' must be a number")),
            Member::Object(_) if !value.is_object() => {
                return Err(format!("Field '{name}' must be an object"));
            }
            Member::Object(inner) => members(value, inner)?,
            Member::Text | Member::Number | Member::Any => {}
        }
    }
    Ok(())
}
