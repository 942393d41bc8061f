//! A distributed Map: its fields are worked out, then a map run is asked for and waited for.

use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Step;
use crate::command::{Command, Integration};
use crate::data::scope::{Chance, Variables};
use crate::data::{Failure, Template};
use crate::definition::distributed::{Batcher, Format, Reader, Transformation, Writer};
use crate::definition::{Distributed, Language, Map, Number, State};
use crate::map_run::{Batching, MapRunRequest, Reading, Seen, Writing};
use crate::run::Run;
use crate::run::assign::unexpected;
use crate::run::context::View;
use crate::run::frames::{Doing, OpenMapRun};

/// Tolerated failures: how many, and how many of a hundred.
pub(super) type Tolerance = (Option<f64>, Option<f64>);

/// What a map run is asked for with.
pub(super) struct Plan<'p> {
    pub(super) state: &'p State,
    pub(super) map: &'p Map,
    pub(super) distributed: &'p Distributed,
    /// The effective input.
    pub(super) input: &'p Arc<Value>,
    /// None where they are to be read.
    pub(super) items: Option<Arc<Value>>,
    pub(super) at_once: f64,
    pub(super) tolerance: Tolerance,
}

impl Run<'_> {
    /// `MaxConcurrency`; 0 where nothing limits it.
    pub(in crate::run) fn concurrency(&self, frame: u64, map: &Map, view: View<'_>) -> Result<f64, Failure> {
        let Some(most) = &map.concurrency else { return Ok(0.0) };
        let most = self.loose_number(frame, most, view, ("MaxConcurrency", "integer"))?;
        if most < 0.0 { Err(Failure::runtime("MaxConcurrency cannot be negative.")) } else { Ok(most) }
    }

    /// `ToleratedFailureCount` and `ToleratedFailurePercentage`.
    pub(in crate::run) fn tolerance(
        &self,
        frame: u64,
        map: &Map,
        view: View<'_>,
    ) -> Result<Tolerance, Failure> {
        let read = |number: Option<&Number>, field: &str, kind: &str| {
            number.map(|number| self.loose_number(frame, number, view, (field, kind))).transpose()
        };
        let count = read(map.tolerated_count.as_ref(), "ToleratedFailureCount", "integer")?;
        if count.is_some_and(|count| count < 0.0) {
            return Err(Failure::runtime("ToleratedFailureCount cannot be negative."));
        }
        let percentage = read(map.tolerated_percentage.as_ref(), "ToleratedFailurePercentage", "float")?;
        if percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
            return Err(Failure::runtime("ToleratedFailurePercentage must be between 0 and 100."));
        }
        Ok((count, percentage))
    }

    /// A number of any sign, or the text of one.
    fn loose_number(
        &self,
        frame: u64,
        number: &Number,
        view: View<'_>,
        (field, kind): (&str, &str),
    ) -> Result<f64, Failure> {
        let read = |value: &Value| {
            let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
            number.filter(|number| number.is_finite() && (kind != "integer" || number.fract() == 0.0))
        };
        match number {
            Number::Fixed(number) => Ok(*number),
            Number::Path(path) => {
                let field = format!("{field}Path");
                let value = self.path_value(frame, path, view, &field)?;
                read(&value).ok_or_else(|| {
                    let (shown, source) = (shown(&value), &path.source);
                    Failure::runtime(format!(
                        "The {field} field refers to value \"{shown}\" which is not a valid {kind}: {source}"
                    ))
                })
            }
            Number::Expression(template) => {
                let value = self.evaluate(frame, template, view, field)?;
                if !value.is_number() && !value.is_string() {
                    return Err(unexpected(template, field, "number", &value));
                }
                read(&value).ok_or_else(|| {
                    let message = format!("The {field} field must be a valid {kind} but was: {value}");
                    Failure::query(message, Some(field))
                })
            }
        }
    }

    /// Asks for a map run and waits for it.
    pub(super) fn start_map_run(&mut self, frame: u64, plan: Plan<'_>) -> Result<Step, Failure> {
        let input = self.input_of(frame);
        let view = View::of(&input).rooted(plan.input);
        let distributed = plan.distributed;
        let reading = distributed.reader.as_ref().map(|reader| self.reading(frame, reader, plan.state, view));
        let batching = distributed.batcher.as_ref().map(|batcher| self.batching(frame, batcher, view));
        let (reading, batching) = (reading.transpose()?, batching.transpose()?);
        let writing = self.writing(frame, distributed.writer.as_ref(), plan.state, view)?;
        let seen = plan.map.selector.is_some().then(|| self.seen(frame, plan.input, view));
        let (count, percentage) = plan.tolerance;
        let number = self.execution.counters.map_run + 1;
        let label = distributed.label.clone().unwrap_or_else(|| self.made_up_label(&plan.state.name));
        let arn = self.map_run_arn(&label);
        let begun = &self.execution.begun;
        let request = MapRunRequest {
            map_run: number,
            arn: arn.clone(),
            execution_arn: begun.execution_arn.clone(),
            machine_arn: begun.machine_arn.split('/').next().unwrap_or_default().to_owned(),
            role_arn: begun.role_arn.clone(),
            label,
            state: plan.state.name.clone(),
            express: distributed.express,
            max_concurrency: whole(plan.at_once),
            tolerated_failure_count: count.map(whole),
            tolerated_failure_percentage: percentage,
            entered_event: self.execution.frames.get(&frame).map_or(0, |frame| frame.entered_event),
            items: plan.items,
            reading,
            batching,
            writing,
            seen,
        };
        self.execution.counters.map_run = number;
        self.await_map_run(frame, OpenMapRun { number, arn: arn.clone(), redrives: 0 });
        let details = json!({"mapRunArn": arn});
        self.note(frame, "MapRunStarted", Some(("mapRunStartedEventDetails", details)));
        self.transition.commands.push(Command::StartMapRun(Box::new(request)));
        Ok(Step::Waits)
    }

    fn await_map_run(&mut self, number: u64, map_run: OpenMapRun) {
        self.execution.map_runs.insert(map_run.number, number);
        if let Some(frame) = self.execution.frames.get_mut(&number) {
            frame.doing = Doing::MapRun(map_run.number);
            frame.map_run = Some(Box::new(map_run));
        }
    }

    /// `arn:…:mapRun:<machine>/<label>:<id>`
    fn map_run_arn(&self, label: &str) -> String {
        let machine = self.execution.begun.machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
        let machine = machine.split('/').next().unwrap_or_default();
        format!("{machine}/{label}:{}", self.chance.uuid())
    }

    /// A label for a state without one: always the same, so that its children can be found by it.
    fn made_up_label(&self, state: &str) -> String {
        let digest = Sha256::digest(format!("{} {state}", self.execution.begun.machine_arn));
        let hex = hex::encode(digest);
        format!("{}-{}-8{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    fn seen(&self, frame: u64, effective: &Arc<Value>, view: View<'_>) -> Seen {
        let mut variables = Variables::new();
        let mut level = self.execution.frames.get(&frame);
        while let Some(frame) = level {
            for (name, value) in &frame.variables {
                variables.entry(name.clone()).or_insert_with(|| Arc::clone(value));
            }
            level = frame.parent.and_then(|(parent, _)| self.execution.frames.get(&parent));
        }
        Seen {
            input: self.input_of(frame),
            effective: Arc::clone(effective),
            variables,
            context: self.context_object(frame, view),
        }
    }

    fn arguments(
        &self,
        frame: u64,
        template: Option<&Template>,
        state: &State,
        view: View<'_>,
    ) -> Result<Value, Failure> {
        let field = if state.language == Language::Jsonata { "Arguments" } else { "Parameters" };
        match template {
            Some(template) => self.evaluate(frame, template, view, field).map(Arc::unwrap_or_clone),
            None => Ok(json!({})),
        }
    }

    fn reading(
        &self,
        frame: u64,
        reader: &Reader,
        state: &State,
        view: View<'_>,
    ) -> Result<Reading, Failure> {
        let max_items = match &reader.max_items {
            Some(number) => self.loose_number(frame, number, view, ("MaxItems", "integer"))?,
            None => 0.0,
        };
        Ok(Reading {
            integration: reader.integration.clone(),
            arguments: self.arguments(frame, reader.arguments.as_ref(), state, view)?,
            objects: reader.objects,
            format: Format::clone(&reader.format),
            max_items: signed(max_items),
        })
    }

    fn batching(&self, frame: u64, batcher: &Batcher, view: View<'_>) -> Result<Batching, Failure> {
        let number = |number: Option<&Number>, field| match number {
            Some(number) => self.number(frame, number, view, field).map(whole),
            None => Ok(0),
        };
        let input = batcher.input.as_ref().map(|template| self.evaluate(frame, template, view, "BatchInput"));
        Ok(Batching {
            max_items: number(batcher.max_items.as_ref(), "MaxItemsPerBatch")?,
            max_bytes: number(batcher.max_bytes.as_ref(), "MaxInputBytesPerBatch")?,
            input: input.transpose()?.map(Arc::unwrap_or_clone),
        })
    }

    fn writing(
        &self,
        frame: u64,
        writer: Option<&Writer>,
        state: &State,
        view: View<'_>,
    ) -> Result<Writing, Failure> {
        let target = |(integration, template): &(Integration, Option<Template>)| {
            let arguments = self.arguments(frame, template.as_ref(), state, view)?;
            Ok::<_, Failure>((integration.clone(), arguments))
        };
        let target = writer.and_then(|writer| writer.target.as_ref()).map(target).transpose()?;
        // Results that are exported say everything about the children, unless otherwise told.
        let default = if target.is_some() { Transformation::None } else { Transformation::Compact };
        Ok(Writing {
            target,
            transformation: writer.and_then(|writer| writer.transformation).unwrap_or(default),
            lines: writer.is_some_and(|writer| writer.lines),
        })
    }

    /// The map run ended well. The state's exit follows from its start in the history, as on AWS.
    pub(in crate::run) fn map_run_succeeded(&mut self, number: u64, output: Value) {
        let Some(frame) = self.close_map_run(number) else { return };
        let succeeded = self.record(self.last_event(frame), "MapRunSucceeded", None);
        self.record(succeeded, "MapStateSucceeded", None);
        if let Some(frame) = self.execution.frames.get_mut(&frame) {
            frame.map_run = None;
        }
        self.complete(frame, Arc::new(output));
    }

    /// The map run failed.
    pub(in crate::run) fn map_run_failed(&mut self, number: u64, failure: Failure) {
        let Some(frame) = self.close_map_run(number) else { return };
        let details = crate::run::journal::error_details(failure.error.as_deref(), failure.cause.as_deref());
        self.note(frame, "MapRunFailed", Some(("mapRunFailedEventDetails", details)));
        self.fail(frame, failure);
    }

    /// Nobody waits for the map run any more.
    pub(in crate::run) fn stop_map_run(&mut self, frame: u64, number: u64) {
        self.execution.map_runs.remove(&number);
        let map_run = self.execution.frames.get(&frame).and_then(|frame| frame.map_run.as_ref());
        if let Some(arn) = map_run.map(|map_run| map_run.arn.clone()) {
            self.transition.commands.push(Command::StopMapRun { map_run: number, arn });
            self.note(frame, "MapRunAborted", None);
        }
    }

    /// Goes on with the map run that the state started last; false if there is none.
    pub(in crate::run) fn redrive_map_run(&mut self, frame: u64) -> bool {
        let map_run = self.execution.frames.get_mut(&frame).and_then(|frame| frame.map_run.take());
        let Some(mut map_run) = map_run else { return false };
        map_run.redrives += 1;
        let (number, arn) = (map_run.number, map_run.arn.clone());
        let details = json!({"mapRunArn": arn, "redriveCount": map_run.redrives});
        self.await_map_run(frame, *map_run);
        self.note(frame, "MapRunRedriven", Some(("mapRunRedrivenEventDetails", details)));
        self.transition.commands.push(Command::RedriveMapRun { map_run: number, arn });
        true
    }

    fn close_map_run(&mut self, number: u64) -> Option<u64> {
        let frame = self.execution.map_runs.remove(&number)?;
        self.set_doing(frame, Doing::Ready);
        Some(frame)
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, and checked or saturated"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

#[expect(clippy::cast_possible_truncation, reason = "whole, or saturated")]
fn signed(number: f64) -> i64 {
    number as i64
}
