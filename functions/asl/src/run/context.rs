//! The context object, and the scope in which a frame's expressions are evaluated.

use std::cell::OnceCell;

use serde_json::{Value, json};

use super::Run;
use super::frames::Item;
use crate::data::{Scope, timestamp};
use crate::definition::Kind;

/// What an expression looks at, besides context object and variables.
#[derive(Clone, Copy)]
pub(super) struct View<'v> {
    /// `$` in JSONPath.
    pub(super) root: &'v Value,
    /// `$states.input`
    pub(super) input: &'v Value,
    pub(super) result: Option<&'v Value>,
    pub(super) error_output: Option<&'v Value>,
    pub(super) token: Option<&'v str>,
    /// The item an iteration is about to begin with.
    pub(super) item: Option<&'v Item>,
}

impl<'v> View<'v> {
    /// Looks at the state's input only.
    pub(super) fn of(input: &'v Value) -> Self {
        Self { root: input, input, result: None, error_output: None, token: None, item: None }
    }

    /// Another `$`.
    pub(super) fn rooted(self, root: &'v Value) -> Self {
        Self { root, ..self }
    }
}

impl Run<'_> {
    /// Evaluates something for a frame.
    pub(super) fn look<T>(&self, frame: u64, view: View<'_>, then: impl FnOnce(&Scope<'_>) -> T) -> T {
        let make_context = || self.context_object(frame, view);
        let mut variables = Vec::new();
        let mut level = self.execution.frames.get(&frame);
        while let Some(frame) = level {
            variables.push(&frame.variables);
            level = frame.parent.and_then(|(parent, _)| self.execution.frames.get(&parent));
        }
        then(&Scope {
            root: view.root,
            input: view.input,
            result: view.result,
            error_output: view.error_output,
            make_context: &make_context,
            context: OnceCell::new(),
            variables,
            chance: &self.chance,
            now: self.now,
        })
    }

    pub(super) fn context_object(&self, frame: u64, view: View<'_>) -> Value {
        if let Some(given) = self.given_context {
            let mut object = given.clone();
            if let (Some(item), Some(members)) = (view.item, object.as_object_mut()) {
                members.insert("Map".to_owned(), about(item));
            }
            return object;
        }
        let begun = &self.execution.begun;
        let mut object = json!({
            "Execution": {
                "Id": begun.execution_arn,
                "Input": *begun.input,
                "StartTime": timestamp::text(begun.at),
                "Name": begun.name,
                "RoleArn": begun.role_arn,
            },
            "StateMachine": {"Id": begun.machine_arn, "Name": begun.machine_name},
        });
        if !begun.is_express() {
            object["Execution"]["RedriveCount"] = json!(self.execution.redrives);
        }
        if let Some(at) = self.execution.redriven_at {
            object["Execution"]["RedriveTime"] = json!(timestamp::text(at));
        }
        let Some(current) = self.execution.frames.get(&frame) else { return object };
        let mut state = json!({"Name": current.state, "EnteredTime": timestamp::text(current.entered_at)});
        let kind = self.definition.states.get(&current.state).map(|state| &state.kind);
        if matches!(kind, Some(Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_))) {
            state["RetryCount"] = json!(current.retries);
        }
        object["State"] = state;
        if let Some(token) = view.token {
            object["Task"] = json!({"Token": token});
        }
        if let Some(item) = view.item.or_else(|| self.item_of(frame)) {
            object["Map"] = about(item);
        }
        object
    }

    /// The item of the innermost iteration around a frame.
    fn item_of(&self, frame: u64) -> Option<&Item> {
        let mut level = self.execution.frames.get(&frame);
        while let Some(frame) = level {
            if let Some(item) = &frame.item {
                return Some(item);
            }
            level = frame.parent.and_then(|(parent, _)| self.execution.frames.get(&parent));
        }
        None
    }
}

/// `Map` of the context object.
fn about(item: &Item) -> Value {
    json!({"Item": {"Index": item.index, "Value": *item.value}})
}
