//! Children that start and end; giving up, stopping and going on.

use super::messages::MapRunCommand;
use super::{Ending, MapRunRequest, MapRunStatus, Phase, Step};
use crate::data::Failure;
use crate::data::scope::Chance;
use crate::run::Status;

/// Most children at once.
const MOST_AT_ONCE: u64 = 10_000;
/// Most redrives of one map run.
const MOST_REDRIVES: u64 = 1000;

impl Step<'_> {
    /// Starts what may run; when nothing is left, it is time for the results.
    pub(super) fn launch(&mut self) {
        if self.run.ending.is_some() {
            return self.wind_up();
        }
        while self.run.executions.running < at_once(&self.run.request) && self.run.next < self.run.children {
            let index = self.run.next;
            self.run.next += 1;
            if self.run.succeeded.has(index) || !self.run.begun.add(index) {
                continue;
            }
            self.run.executions.begin(1);
            let items = self.size(index);
            self.run.items.begin(items);
            if self.run.known.add(index) || self.run.request.express {
                let name = self.chance.uuid();
                self.command(MapRunCommand::StartChild { index, name });
            } else {
                self.command(MapRunCommand::RedriveChild { index });
            }
        }
        if self.run.executions.running == 0 && self.run.next >= self.run.children {
            self.collect();
        }
    }

    /// A child ended; one that ended before changes nothing.
    pub(super) fn child_ended(&mut self, index: usize, status: Status) {
        let items = self.size(index);
        let run = &mut *self.run;
        if run.phase != Phase::Running || !run.begun.has(index) || !run.ended.add(index) {
            return;
        }
        if status == Status::Succeeded {
            run.succeeded.add(index);
        }
        run.executions.end(1, status);
        run.items.end(items, status);
        if run.ending.is_none() && self.is_too_much() {
            let cause = "The specified tolerated failure threshold was exceeded";
            return self.give_up(Failure::reported("States.ExceedToleratedFailureThreshold", cause));
        }
        self.launch();
    }

    /// Whether more items failed than is tolerated; where nothing is said, none may.
    fn is_too_much(&self) -> bool {
        let (request, items) = (&self.run.request, &self.run.items);
        let failed = items.failed + items.timed_out + items.aborted;
        match (request.tolerated_failure_count, request.tolerated_failure_percentage) {
            (None, None) => failed > 0,
            (count, percentage) => {
                count.is_some_and(|most| failed > most)
                    || percentage.is_some_and(|most| share(failed, items.total) > most)
            }
        }
    }

    /// Stops what runs, then goes on to the results.
    pub(super) fn wind_up(&mut self) {
        if self.run.phase != Phase::Running {
            return;
        }
        if self.run.executions.running > 0 {
            self.command(MapRunCommand::StopChildren);
            return;
        }
        self.collect();
    }

    fn collect(&mut self) {
        // Without children there is nothing to write about a map run that failed to read.
        if self.run.ending.is_some() && self.run.children == 0 {
            return self.finish(serde_json::Value::Null);
        }
        self.run.phase = Phase::Collecting;
        self.command(MapRunCommand::Collect);
    }

    /// The parent no longer waits.
    pub(super) fn stop(&mut self) {
        self.run.redrive_wanted = false;
        if self.run.phase == Phase::Over {
            return;
        }
        self.run.ending = Some(Ending { aborted: true, error: String::new(), cause: String::new() });
        if matches!(self.run.phase, Phase::Reading { .. } | Phase::Loading { .. }) {
            self.run.phase = Phase::Running;
        }
        self.wind_up();
    }

    /// `UpdateMapRun`: a higher limit starts children, a lower threshold may end it.
    pub(super) fn update(&mut self, at_once: Option<u64>, count: Option<u64>, percentage: Option<f64>) {
        let request = &mut self.run.request;
        request.max_concurrency = at_once.unwrap_or(request.max_concurrency);
        request.tolerated_failure_count = count.or(request.tolerated_failure_count);
        request.tolerated_failure_percentage = percentage.or(request.tolerated_failure_percentage);
        if self.run.phase == Phase::Running && self.run.ending.is_none() {
            self.launch();
        }
    }

    /// Goes on with what ended badly; what has not been read or written is read or written now.
    pub(super) fn redrive(&mut self) {
        if self.run.phase != Phase::Over {
            self.run.redrive_wanted = self.run.ending.is_some();
            return;
        }
        let run = &mut *self.run;
        run.redrives += 1;
        run.redriven_at = Some(self.now);
        run.stopped_at = None;
        run.ending = None;
        run.report = None;
        run.status = MapRunStatus::Running;
        run.phase = Phase::Running;
        if run.redrives > MOST_REDRIVES {
            let cause = "The map run was redriven 1000 times and cannot be redriven again.";
            return self.give_up(Failure::reported("States.Runtime", cause));
        }
        if run.children == 0 {
            return self.read();
        }
        for index in (0..run.children).filter(|index| !run.succeeded.has(*index)) {
            run.begun.remove(index);
            run.ended.remove(index);
        }
        run.executions.redrive();
        run.items.redrive();
        run.next = 0;
        self.launch();
    }
}

fn at_once(request: &MapRunRequest) -> u64 {
    if request.max_concurrency == 0 { MOST_AT_ONCE } else { request.max_concurrency.min(MOST_AT_ONCE) }
}

#[expect(clippy::cast_precision_loss, reason = "items are counted in millions at most")]
fn share(failed: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { failed as f64 * 100.0 / total as f64 }
}
