//! What Express workflows cannot do.

use serde_json::Value;

use super::graph::inner_branches;
use crate::command::Pattern;
use crate::definition::{pointer_token, resource};
use crate::diagnostic::{Diagnostic, Severity};

/// Everything in a definition that an Express workflow cannot do.
pub(super) fn found(definition: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    branch(definition, "", &mut found);
    found
}

fn branch(branch: &Value, pointer: &str, found: &mut Vec<Diagnostic>) {
    for (name, state) in branch.get("States").and_then(Value::as_object).into_iter().flatten() {
        let at = format!("{pointer}/States/{}", pointer_token(name));
        found.extend(task(state, &at));
        found.extend(map(state, &at));
        for (place, inner) in inner_branches(state) {
            self::branch(inner, &format!("{at}{place}"), found);
        }
    }
}

fn task(state: &Value, at: &str) -> Option<Diagnostic> {
    let integration = resource::parse(state.get("Resource")?.as_str()?)?;
    let message = match integration.pattern {
        _ if integration.service == "activity" => "Express state machine does not support Activity ARN",
        Pattern::RequestResponse => return None,
        Pattern::Sync | Pattern::SyncV2 => {
            "Express state machine does not support '.sync' service integration"
        }
        // With a blank at its end, as AWS says it.
        Pattern::WaitForTaskToken => {
            "Express state machine does not support '.waitForTaskToken' service integration "
        }
    };
    Some(wrong(message, format!("{at}/Resource")))
}

fn map(state: &Value, at: &str) -> Option<Diagnostic> {
    let mode = state.pointer("/ItemProcessor/ProcessorConfig/Mode")?;
    (mode == "DISTRIBUTED").then(|| {
        let message =
            "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
        wrong(message, format!("{at}/ItemProcessor/ProcessorConfig/Mode"))
    })
}

fn wrong(message: &str, pointer: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: "SCHEMA_VALIDATION_FAILED".to_owned(),
        message: message.to_owned(),
        pointer,
    }
}
