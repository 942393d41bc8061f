//! What a door answers: how the run ended, with its result, or with an error that Retry and Catch match by name.
//!
//! Rejected, expired, cancelled and timed out have names of the portal's; whatever else went wrong keeps the name
//! that the owner's steps gave it.

use serde_json::{Value, json};

use super::error::sentence;
use super::runs::result_view;
use super::{AppError, Portal};
use crate::domain::{Decision, Failure, GateStatus, Run, Status, Vote};
use crate::store::result::{MAX_BYTES, StoredResult};

/// What the caller's Task gets besides parameters and answer: ARNs, names and times.
const BESIDES: usize = 4 * 1024;

/// The answer of a run that has ended.
pub(super) async fn answer_of(portal: &Portal, run: &Run) -> Result<Value, AppError> {
    if run.status == Status::Succeeded {
        return Ok(succeeded(run, portal.store.result(run.id).await?));
    }
    let votes = portal.store.votes(run.id).await?;
    let Failure { name, cause } = failure(run, &votes);
    let error = json!({ "name": name, "cause": cause });
    Ok(json!({ "run_id": run.id, "status": run.status, "error": error }))
}

/// A result travels whole or as a pointer. The caller's Task gets its own input back with it, and all of that has to
/// fit into what Step Functions carries: where it does not, the Task would fail after the work was done.
fn succeeded(run: &Run, stored: Option<StoredResult>) -> Value {
    let room = MAX_BYTES.saturating_sub(BESIDES + run.parameters.to_string().len());
    let fits =
        |stored: StoredResult| StoredResult { text: stored.text.filter(|text| text.len() <= room), ..stored };
    let result = stored.map_or(Value::Null, |stored| result_view(fits(stored)));
    json!({ "run_id": run.id, "status": run.status, "result": result })
}

fn failure(run: &Run, votes: &[Vote]) -> Failure {
    let known = run.failure.as_ref();
    let because = |otherwise: &str| known.map_or_else(|| otherwise.to_owned(), |known| known.cause.clone());
    let (name, cause) = match run.status {
        Status::Rejected => ("Drawbridge.Rejected", rejection(run, votes)),
        Status::Expired => ("Drawbridge.Expired", because(&expiry(run))),
        Status::Cancelled => ("Drawbridge.Cancelled", cancellation(run, &because)),
        Status::TimedOut => ("Drawbridge.TimedOut", because("The run took longer than it may.")),
        _ => return known.cloned().unwrap_or_else(unexplained),
    };
    Failure { name: name.to_owned(), cause }
}

fn rejection(run: &Run, votes: &[Vote]) -> String {
    let title = |gate: &str| run.gate(gate).map_or_else(|| gate.to_owned(), |gate| gate.title.clone());
    if let Some(vote) = votes.iter().find(|vote| vote.decision == Decision::Reject) {
        let reason = vote.reason.as_deref().unwrap_or("no reason given");
        return format!("{} rejected it at “{}”: {reason}", vote.name, title(&vote.gate));
    }
    let silent = run.gates.iter().find(|gate| gate.status == GateStatus::Rejected);
    let gate = silent.map_or_else(|| "an approval".to_owned(), |gate| format!("“{}”", gate.title));
    format!("Nobody decided at {gate} in time, which counts as a no there.")
}

fn expiry(run: &Run) -> String {
    match run.gates.iter().find(|gate| gate.status == GateStatus::Expired) {
        Some(gate) => format!("Too few people had decided at “{}” when its time was up.", gate.title),
        None => "Its time was up before it was started.".to_owned(),
    }
}

fn cancellation(run: &Run, because: &impl Fn(&str) -> String) -> String {
    match run.superseded_by {
        Some(other) => format!(
            "An approver changed the parameters and your team confirmed them: run {other} took its place, and this \
             one does nothing any more."
        ),
        None => because("It was cancelled before its steps were started."),
    }
}

fn unexplained() -> Failure {
    let cause = sentence("the steps failed without saying why");
    Failure { name: "States.TaskFailed".to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::sample;

    #[test]
    fn every_end_has_a_name_to_match() {
        let check = |status: Status, name: Option<&str>, expect: &str| {
            let failure = name.map(|name| Failure { name: name.to_owned(), cause: "why".to_owned() });
            let run = Run { status, failure, ..sample::run() };
            assert_eq!(failure_name(&run), expect, "{status} {name:?}");
        };
        check(Status::Rejected, None, "Drawbridge.Rejected");
        check(Status::Expired, Some("Drawbridge.TimedOut"), "Drawbridge.Expired");
        check(Status::Cancelled, Some("Drawbridge.Cancelled"), "Drawbridge.Cancelled");
        check(Status::TimedOut, Some("States.Timeout"), "Drawbridge.TimedOut");
        check(Status::Failed, Some("Rds.Fault"), "Rds.Fault");
        check(Status::Failed, None, "States.TaskFailed");
    }

    fn failure_name(run: &Run) -> String {
        failure(run, &[]).name
    }

    #[test]
    fn f48_a_result_that_would_not_fit_beside_its_parameters_becomes_a_pointer() {
        let check = |parameters: usize, result: usize, whole: bool| {
            let run = Run { parameters: json!("p".repeat(parameters)), ..sample::run() };
            let stored = StoredResult::new(&json!("r".repeat(result)), "arn").expect("canonical");
            let told = succeeded(&run, Some(stored));
            assert_eq!(told["result"].is_string(), whole, "{parameters} + {result}");
            let digest = told["result"]["too_large"]["digest"].as_str().map(str::len);
            assert_eq!(digest, (!whole).then_some(64), "never cut");
            assert!(told.to_string().len() + parameters < MAX_BYTES, "{parameters} + {result}");
        };
        check(10, 1_000, true);
        check(10, MAX_BYTES - BESIDES - 14, true);
        check(10, MAX_BYTES - BESIDES - 13, false);
        check(100_000, 170_000, false);
        check(100_000, 150_000, true);
        check(10, MAX_BYTES + 1, false);
    }
}
