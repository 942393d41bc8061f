//! The state that is tested, found in its definition.

use serde_json::{Map, Value, json};

use super::request::Request;
use crate::definition::{Definition, State, parse_text, pointer_token};
use crate::diagnostic::Diagnostic;
use crate::refusal::Refusal;
use crate::validate;

/// What a state is called that comes without a machine.
const ALONE: &str = "StateName";

/// A definition with the name of the state that is tested.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) definition: Definition,
    pub(super) name: String,
}

impl Subject {
    /// Reads the definition and finds the state.
    pub(super) fn find(request: &Request) -> Result<Self, Refusal> {
        let value = parse_text(&request.definition).map_err(|found| refusal(&found))?;
        match &request.state_name {
            None => {
                let (definition, found) = Definition::read(&alone(&value));
                let found: Vec<_> = found.into_iter().map(inside).collect();
                validate::refused(&validate::in_stages(found)).map_or(Ok(()), Err)?;
                Ok(Self { definition, name: ALONE.to_owned() })
            }
            Some(name) => {
                let (definition, found) = Definition::read(&value);
                validate::refused(&validate::in_stages(found)).map_or(Ok(()), Err)?;
                if !definition.states.contains_key(name) {
                    return Err(Refusal::invalid("State not found in definition"));
                }
                Ok(Self { definition, name: name.clone() })
            }
        }
    }

    /// The state itself.
    pub(super) fn state(&self) -> Option<&State> {
        self.definition.states.get(&self.name)
    }
}

fn refusal(found: &[Diagnostic]) -> Refusal {
    validate::refused(found)
        .unwrap_or_else(|| Refusal::new("InvalidDefinition", "Invalid State Machine Definition"))
}

/// A machine around one state, in which everything the state leads to exists.
fn alone(state: &Value) -> Value {
    let mut states = Map::new();
    states.insert(ALONE.to_owned(), state.clone());
    for (_, to) in validate::transitions(state) {
        states.entry(to).or_insert_with(|| json!({"Type": "Succeed"}));
    }
    json!({"StartAt": ALONE, "States": states})
}

/// A finding about the machine around a state, told of the state.
fn inside(mut found: Diagnostic) -> Diagnostic {
    let around = format!("/States/{}", pointer_token(ALONE));
    if found.pointer.starts_with(&around) {
        found.pointer.drain(..around.len());
    }
    found
}
