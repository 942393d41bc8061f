//! What an execution keeps of its end, and how it goes on from there.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::frames::{Doing, Frame, Timer};
use super::{Execution, HISTORY_LIMIT, Run, Status, Transition, seconds_f64};
use crate::definition::{Definition, Kind};
use crate::event::Entropy;

/// The branches as they stood when a failure began to rise, or when the execution was stopped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Standing {
    frames: BTreeMap<u64, Box<Frame>>,
    ready: VecDeque<u64>,
}

/// A bad end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stopped {
    at: Timestamp,
    standing: Standing,
}

impl Execution {
    /// How often it was redriven.
    pub fn redrive_count(&self) -> u64 {
        self.redrives
    }

    pub(crate) fn stopped_at(&self) -> Option<Timestamp> {
        self.stopped.as_ref().map(|stopped| stopped.at)
    }

    pub(crate) fn started_at(&self) -> Timestamp {
        self.begun.at
    }

    pub(crate) fn history_is_full(&self) -> bool {
        self.counters.event >= HISTORY_LIMIT - 1
    }

    /// Goes on from the end; None if nothing of it was kept.
    pub(crate) fn go_on(
        &mut self,
        definition: &Definition,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Option<Transition> {
        let Stopped { standing, .. } = *self.stopped.take()?;
        self.status = Status::Running;
        (self.error, self.cause) = (None, None);
        self.redrives += 1;
        self.redriven_at = Some(now);
        self.tasks.clear();
        self.tokens.clear();
        self.frames = standing.frames;
        self.ready = standing.ready;
        let mut run = Run::new(self, definition, now, entropy);
        run.resume();
        run.settle();
        Some(run.transition)
    }
}

impl Run<'_> {
    /// Keeps the branches as they stand, unless an earlier step of the same failure did.
    pub(super) fn keep_standing(&mut self) {
        if self.standing.is_none() {
            self.standing = Some(self.stand());
        }
    }

    /// The end is a bad one: what stood before it is kept.
    pub(super) fn keep_stopped(&mut self) {
        let standing = self.standing.take().unwrap_or_else(|| self.stand());
        self.execution.stopped = Some(Box::new(Stopped { at: self.now, standing }));
    }

    fn stand(&self) -> Standing {
        Standing { frames: self.execution.frames.clone(), ready: self.execution.ready.clone() }
    }

    fn resume(&mut self) {
        let details = json!({"redriveCount": self.execution.redrives});
        let last = self.execution.counters.event;
        let event = self.record(last, "ExecutionRedriven", Some(("executionRedrivenEventDetails", details)));
        if let Some(seconds) = self.definition.timeout {
            self.set_timer(Timer::Execution, seconds_f64(seconds));
        }
        let frames: Vec<u64> = self.execution.frames.keys().copied().collect();
        for frame in &frames {
            self.set_last_event(*frame, event);
        }
        for frame in frames {
            if self.execution.status == Status::Running {
                self.resume_frame(frame);
            }
        }
    }

    fn resume_frame(&mut self, number: u64) {
        if self.execution.ready.contains(&number) {
            return;
        }
        let Some(state) = self.state_of(number) else { return };
        let Some(frame) = self.execution.frames.get_mut(&number) else { return };
        if matches!(frame.doing, Doing::Branches(_)) {
            self.fill(number);
            return;
        }
        if self.redrive_map_run(number) {
            return;
        }
        let Some(frame) = self.execution.frames.get_mut(&number) else { return };
        frame.doing = Doing::Ready;
        frame.retries = 0;
        frame.retries_by_rule.clear();
        match state.kind {
            Kind::Fail { .. } => self.execution.ready.push_back(number),
            _ => self.attempt(number),
        }
    }
}
