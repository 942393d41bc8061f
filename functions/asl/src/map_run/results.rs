//! Results: as the state's result, or as the files that a `ResultWriter` leaves in S3.

use serde_json::{Value, json};

use super::messages::{ChildExecution, ChildRecord};
use super::{Ending, MapRun, Phase, Step};
use crate::data::{Failure, timestamp};
use crate::definition::distributed::Transformation;
use crate::run::Status;

/// The statuses that have files of their own, as the manifest orders them.
const FILES: [&str; 3] = ["FAILED", "PENDING", "SUCCEEDED"];

impl Step<'_> {
    /// Every child's record is here.
    pub(super) fn collected(&mut self, children: &[ChildRecord]) {
        if self.run.phase != Phase::Collecting {
            return;
        }
        if self.run.request.writing.target.is_some() {
            return self.write(children);
        }
        let result = if self.run.ending.is_some() { Value::Null } else { self.run.result(children) };
        self.finish(result);
    }

    /// Asks for every file to be written.
    fn write(&mut self, children: &[ChildRecord]) {
        let Some((integration, _)) = self.run.request.writing.target.clone() else { return };
        let (mut open, before) = (Vec::new(), self.run.calls);
        for (key, body) in self.run.files(children) {
            self.run.calls += 1;
            let call = self.run.calls;
            open.push(call);
            let arguments = json!({"Bucket": self.run.bucket(), "Key": key, "Body": body});
            let command = self.run.call(call, &integration, arguments);
            self.command(command);
        }
        self.run.phase = Phase::Writing { open, before };
    }

    /// Every file is written.
    pub(super) fn written(&mut self) {
        let run = &mut *self.run;
        run.executions.results_written = run.executions.total;
        run.items.results_written = run.items.total;
        let details = json!({"Bucket": run.bucket(), "Key": run.key("manifest.json")});
        let result = json!({"MapRunArn": run.request.arn, "ResultWriterDetails": details});
        self.finish(result);
    }

    /// A file could not be written; what failed before goes first.
    pub(super) fn give_up_writing(&mut self, failure: Failure) {
        let (error, cause) = (failure.error.unwrap_or_default(), failure.cause.unwrap_or_default());
        self.run.ending.get_or_insert(Ending { aborted: false, error, cause });
        self.finish(Value::Null);
    }
}

impl MapRun {
    /// The state's result.
    fn result(&self, children: &[ChildRecord]) -> Value {
        let transformation = self.request.writing.transformation;
        let results: Vec<Value> =
            children.iter().flat_map(|child| self.shown(child, transformation)).collect();
        if self.request.writing.lines {
            return json!(lines(&results));
        }
        Value::Array(results)
    }

    /// Every file with its key, the manifest last.
    fn files(&self, children: &[ChildRecord]) -> Vec<(String, String)> {
        let writing = &self.request.writing;
        let mut manifest = json!({});
        let mut files = Vec::new();
        for status in FILES {
            let of_status = children.iter().filter(|child| file_of(child) == status);
            let results: Vec<Value> =
                of_status.flat_map(|child| self.shown(child, writing.transformation)).collect();
            manifest[status] = json!([]);
            if !results.is_empty() {
                let extension = if writing.lines { "jsonl" } else { "json" };
                let key = self.key(&format!("{status}_0.{extension}"));
                let body = if writing.lines { lines(&results) } else { Value::Array(results).to_string() };
                manifest[status] = json!([{"Key": key, "Size": body.len()}]);
                files.push((key, body));
            }
        }
        let manifest = json!({
            "DestinationBucket": self.bucket(),
            "MapRunArn": self.request.arn,
            "ResultFiles": manifest,
        });
        files.push((self.key("manifest.json"), manifest.to_string()));
        files
    }

    fn argument(&self, name: &str) -> &str {
        let arguments = self.request.writing.target.as_ref().map(|(_, arguments)| arguments);
        arguments.and_then(|arguments| arguments.get(name)).and_then(Value::as_str).unwrap_or_default()
    }

    fn bucket(&self) -> &str {
        self.argument("Bucket")
    }

    /// `<prefix>/<id of the map run>/<file>`
    fn key(&self, file: &str) -> String {
        let id = self.request.arn.rsplit(':').next().unwrap_or_default();
        match self.argument("Prefix").trim_end_matches('/') {
            "" => format!("{id}/{file}"),
            prefix => format!("{prefix}/{id}/{file}"),
        }
    }

    /// What is said of one child: nothing but its output, or everything where it did not succeed.
    fn shown(&self, child: &ChildRecord, transformation: Transformation) -> Vec<Value> {
        let output = child.execution.as_ref().filter(|execution| execution.status == Status::Succeeded);
        match (transformation, output.and_then(|execution| execution.output.clone())) {
            (Transformation::Flatten, Some(Value::Array(outputs))) => outputs,
            (Transformation::Compact | Transformation::Flatten, Some(output)) => vec![output],
            _ => vec![self.described(child)],
        }
    }

    fn described(&self, child: &ChildRecord) -> Value {
        let mut shown = json!({"Input": child.input.to_string(), "InputDetails": {"Included": true}});
        match &child.execution {
            None => shown["Status"] = json!("PENDING"),
            Some(execution) => self.describe(execution, &mut shown),
        }
        shown
    }

    fn describe(&self, execution: &ChildExecution, shown: &mut Value) {
        shown["ExecutionArn"] = json!(self.child_arn(&execution.name));
        shown["Name"] = json!(execution.name);
        shown["RedriveCount"] = json!(execution.redrives);
        shown["StartDate"] = json!(timestamp::text(execution.started_at));
        shown["StateMachineArn"] = json!(self.machine_arn());
        shown["Status"] = json!(execution.status.word());
        shown["StopDate"] = json!(timestamp::text(execution.stopped_at));
        for (name, text) in [("Error", &execution.error), ("Cause", &execution.cause)] {
            if let Some(text) = text {
                shown[name] = json!(text);
            }
        }
        if let Some(output) = &execution.output {
            shown["Output"] = json!(output.to_string());
            shown["OutputDetails"] = json!({"Included": true});
        }
        if execution.status == Status::Succeeded {
            shown["RedriveStatus"] = json!("NOT_REDRIVABLE");
            shown["RedriveStatusReason"] = json!("Execution is SUCCEEDED and cannot be redriven");
        } else {
            shown["RedriveStatus"] =
                json!(if self.request.express { "REDRIVABLE_BY_MAP_RUN" } else { "REDRIVABLE" });
        }
    }
}

fn file_of(child: &ChildRecord) -> &'static str {
    match child.execution.as_ref().map(|execution| execution.status) {
        None => "PENDING",
        Some(Status::Succeeded) => "SUCCEEDED",
        Some(_) => "FAILED",
    }
}

fn lines(results: &[Value]) -> String {
    let lines: Vec<String> = results.iter().map(ToString::to_string).collect();
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" }
}
