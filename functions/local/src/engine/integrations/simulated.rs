//! Services that local mode does not have: they answer what the first case of the workflow's
//! `cases.json` says, by state and invocation.

use std::sync::Arc;

use catalog_model::cases::{Cases, Mock};

use super::{Answer, Call};

/// The error of a task that no case answers.
pub const NOT_SIMULATED: &str = "Drawbridge.NotSimulated";

/// Where simulated answers come from. Asked anew for every task, so that a changed file counts at once.
pub trait Simulated: Send + Sync + 'static {
    /// What is known about the machine of that name; none when it has no cases.
    fn machine(&self, name: &str) -> Option<SimulatedMachine>;
}

/// The cases of a machine.
#[derive(Debug, Clone)]
pub struct SimulatedMachine {
    /// The file to extend, for the message to its owner: `catalog/workflows/resize/cases.json`.
    pub file: String,
    /// Its content.
    pub cases: Arc<Cases>,
}

/// What the cases say.
pub(super) fn answer(source: &dyn Simulated, call: &Call) -> Answer {
    let request = &call.request;
    let machine_name = call.machine.rsplit(':').next().unwrap_or_default();
    // A child of a map run is simulated as its machine is: `<machine>/<label>`.
    let machine_name = machine_name.split('/').next().unwrap_or_default();
    let Some(machine) = source.machine(machine_name) else {
        let why = format!("there is no cases.json for the state machine '{machine_name}'");
        return not_simulated(call, &why);
    };
    let mock =
        machine.cases.cases.first().and_then(|case| Cases::answer(case, &request.state, request.invocation));
    match mock {
        None => not_simulated(
            call,
            &format!(
                "add the state '{}' (invocation {}) to the mocks of the first case in {}",
                request.state, request.invocation, machine.file
            ),
        ),
        // The mock is the task's result, also where a real service would send a token back later.
        Some(Mock::Return(value)) => Answer::Done(value.clone()),
        Some(Mock::Throw(thrown)) => Answer::failed(&thrown.error, &thrown.cause),
    }
}

fn not_simulated(call: &Call, what_to_do: &str) -> Answer {
    let request = &call.request;
    Answer::failed(
        NOT_SIMULATED,
        format!(
            "Local mode does not have {}, which the state '{}' calls: {what_to_do}.",
            request.integration.resource, request.state
        ),
    )
}
