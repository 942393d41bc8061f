//! Failures: named after the state, retried, caught, or passed on to what is around.

use std::sync::Arc;

use serde_json::json;

use super::Run;
use super::context::View;
use super::flow::Exit;
use super::frames::{Doing, Timer};
use super::journal::error_details;
use crate::data::scope::Chance;
use crate::data::{Failure, Origin};
use crate::definition::{Catcher, Kind, Language, Retrier};

impl Run<'_> {
    /// A failure of the interpretation itself: its cause names the state.
    pub(super) fn raise(&mut self, frame: u64, mut failure: Failure) {
        let Some((name, current)) =
            self.state_of(frame).map(|s| s.name.as_str()).zip(self.execution.frames.get(&frame))
        else {
            return;
        };
        if matches!(failure.origin, Origin::Runtime | Origin::Query) {
            let (event, cause) = (current.entered_event, failure.cause.unwrap_or_default());
            failure.cause = Some(format!(
                "An error occurred while executing the state '{name}' (entered at the event id #{event}). {cause}"
            ));
        }
        if failure.origin == Origin::Query {
            let mut details = error_details(failure.error.as_deref(), failure.cause.as_deref());
            details["state"] = json!(name);
            if let Some(location) = &failure.location {
                details["location"] = json!(location);
            }
            let before = current.before_entered;
            if current.last_event == current.entered_event {
                self.set_last_event(frame, before);
            }
            self.note(frame, "EvaluationFailed", Some(("evaluationFailedEventDetails", details)));
        }
        self.abandon(frame);
        // Of a state that could not be interpreted, AWS does not say that its branches failed.
        let silent = failure.origin == Origin::Runtime;
        self.fail_noting(frame, failure, !silent);
    }

    /// A state failed: it is tried again, left by a catcher, or given up.
    pub(super) fn fail(&mut self, frame: u64, failure: Failure) {
        self.fail_noting(frame, failure, true);
    }

    fn fail_noting(&mut self, frame: u64, failure: Failure, notes: bool) {
        let Some(state) = self.state_of(frame) else { return };
        if let Some((index, rule)) = first(&state.retry, |rule| &rule.errors, &failure)
            && self.try_again(frame, index, rule)
        {
            self.standing = None;
            return;
        }
        match state.kind {
            _ if !notes => {}
            Kind::Map(_) => drop(self.note(frame, "MapStateFailed", None)),
            Kind::Parallel(_) => drop(self.note(frame, "ParallelStateFailed", None)),
            _ => {}
        }
        if let Some((index, rule)) = first(&state.catch, |rule| &rule.errors, &failure) {
            match self.caught(frame, rule, &failure, state.language, index) {
                Ok(exit) => {
                    self.standing = None;
                    self.exit_caught(frame, exit);
                }
                Err(failure) => self.rise(frame, failure),
            }
            return;
        }
        self.rise(frame, failure);
    }

    fn try_again(&mut self, number: u64, index: usize, rule: &Retrier) -> bool {
        let Some(frame) = self.execution.frames.get_mut(&number) else { return false };
        let used = frame.retries_by_rule.entry(index).or_default();
        if *used >= rule.attempts {
            return false;
        }
        let before = *used;
        *used += 1;
        let delay = self.delay(rule, before);
        let timer = self.set_timer(Timer::Retry { frame: number }, delay);
        self.set_doing(number, Doing::Timer(timer));
        true
    }

    /// How long a rule waits before the next attempt, after so many of its own.
    pub(super) fn delay(&self, rule: &Retrier, used: u64) -> f64 {
        let exponent = i32::try_from(used).unwrap_or(i32::MAX);
        let delay = (rule.interval * rule.backoff.powi(exponent)).min(rule.max_delay.unwrap_or(f64::MAX));
        if rule.jitter { delay * self.chance.random() } else { delay }
    }

    /// How a catcher leaves the state.
    pub(super) fn caught(
        &self,
        frame: u64,
        rule: &Catcher,
        failure: &Failure,
        language: Language,
        index: usize,
    ) -> Result<Exit, Failure> {
        let input = self.input_of(frame);
        let error = Arc::new(json!({"Error": failure.error, "Cause": failure.cause}));
        let view = View { error_output: Some(&error), ..View::of(&input) };
        let next = Some(rule.next.clone());
        if language == Language::Jsonata {
            let place = format!("Catch[{index}]/");
            let assigned = self.assigned(frame, &rule.assign, view, &place)?;
            let output = match &rule.output {
                Some(template) => self.evaluate(frame, template, view, &format!("{place}Output"))?,
                None => Arc::clone(&error),
            };
            return Ok(Exit { output, assigned, next });
        }
        let assigned = self.assigned(frame, &rule.assign, view.rooted(&error), "")?;
        let output = rule.result_path.apply(&input, Arc::clone(&error)).map_err(Failure::runtime)?;
        Ok(Exit { output, assigned, next })
    }

    /// In a Parallel, AWS also says of the failed Task that it is aborted.
    fn note_given_up_task(&mut self, frame: u64) {
        let parent = self.execution.frames.get(&frame).and_then(|frame| frame.parent);
        let around = parent.and_then(|(parent, _)| self.state_of(parent)).map(|state| &state.kind);
        let is_task = matches!(self.state_of(frame).map(|state| &state.kind), Some(Kind::Task(_)));
        if is_task && matches!(around, Some(Kind::Parallel(_))) {
            self.note(frame, "TaskStateAborted", None);
        }
    }

    /// A state is given up: its branch fails, and the state around it, or the execution.
    pub(super) fn rise(&mut self, frame: u64, failure: Failure) {
        self.keep_standing();
        self.note_given_up_task(frame);
        let Some(failed) = self.execution.frames.get(&frame) else { return };
        let last_event = failed.last_event;
        let Some((parent, index)) = failed.parent else {
            self.end_failed(failure);
            return;
        };
        if let Some(state) = self.state_of(parent).filter(|state| matches!(state.kind, Kind::Map(_))) {
            let details = json!({"name": state.name, "index": index});
            self.note_aside(frame, "MapIterationFailed", Some(("mapIterationFailedEventDetails", details)));
        }
        self.execution.frames.remove(&frame);
        if let Some(branches) = self.branches(parent) {
            branches.running.remove(&index);
        }
        self.abandon(parent);
        self.set_last_event(parent, last_event);
        self.fail(parent, failure);
    }
}

/// The first rule that matches a failure.
pub(super) fn first<'l, T>(
    rules: &'l [T],
    errors: impl Fn(&T) -> &Vec<String>,
    failure: &Failure,
) -> Option<(usize, &'l T)> {
    rules.iter().enumerate().find(|(_, rule)| errors(rule).iter().any(|name| matches(name, failure)))
}

/// Whether a name in `ErrorEquals` stands for a failure.
fn matches(name: &str, failure: &Failure) -> bool {
    let error = failure.error.as_deref().unwrap_or_default();
    // Nothing but its own name catches a mistake in the definition.
    let terminal = error == "States.Runtime";
    match name {
        "States.ALL" => !terminal,
        "States.TaskFailed" => !terminal && error != "States.Timeout",
        "States.HeartbeatTimeout" => failure.origin == Origin::Heartbeat || error == name,
        _ => name == error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_do_not_stand_for_everything() {
        let check = |name: &str, failure: &Failure, want: bool| {
            assert_eq!(matches(name, failure), want, "{name} for {failure:?}");
        };
        let mine = Failure::reported("Mine", "");
        check("Mine", &mine, true);
        check("States.ALL", &mine, true);
        check("States.TaskFailed", &mine, true);
        check("States.Timeout", &mine, false);
        check("States.TaskFailed", &Failure::timeout(false), false);
        check("States.HeartbeatTimeout", &Failure::timeout(false), false);
        check("States.HeartbeatTimeout", &Failure::timeout(true), true);
        check("States.Timeout", &Failure::timeout(true), true);
        check("States.ALL", &Failure::runtime("broken"), false);
        check("States.ALL", &Failure::data_limit("X"), true);
        check("States.DataLimitExceeded", &Failure::data_limit("X"), true);
        check("States.ALL", &Failure::reported("", ""), true);
    }
}
