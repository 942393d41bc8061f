//! Metrics as lines of CloudWatch's embedded metric format, which the log of a function turns into metrics.
//!
//! The format: "Specification: Embedded metric format" in the Amazon CloudWatch user guide. Metric and
//! dimension names stand in `_aws`, their values beside it.

use std::io::Write;
use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::TARGET;

/// The namespace of all metrics.
pub const NAMESPACE: &str = "Drawbridge";

/// Writes each metric as one line.
pub struct Emf<W>(Mutex<W>);

impl<W: Write> Emf<W> {
    /// Writes to `to`: standard output, on Lambda.
    pub fn new(to: W) -> Self {
        Self(Mutex::new(to))
    }
}

impl<S: Subscriber, W: Write + 'static> Layer<S> for Emf<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = fields.line(Timestamp::now());
        if let Ok(mut to) = self.0.lock() {
            // A metric that cannot be written is lost; nothing that it counts is.
            let _ = writeln!(to, "{line}");
        }
    }
}

#[derive(Default)]
struct Fields {
    text: Map<String, Value>,
    value: f64,
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "value" {
            self.value = value;
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.text.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn line(&self, now: Timestamp) -> Value {
        let (name, dimension) = (self.get("name"), self.get("dimension"));
        // Broken down, and as a whole: CloudWatch does not add up dimensions by itself.
        let dimensions = if dimension.is_empty() { json!([[]]) } else { json!([[dimension], []]) };
        let mut line = json!({
            "_aws": {
                "Timestamp": now.as_millisecond(),
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": dimensions,
                    "Metrics": [{ "Name": name, "Unit": self.get("unit") }],
                }],
            },
        });
        line[name] = json!(self.value);
        if !dimension.is_empty() {
            line[dimension] = json!(self.get("of"));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::prelude::*;

    use super::*;
    use crate::telemetry::Metric;

    #[test]
    fn each_metric_is_one_line_that_cloudwatch_takes() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let subscriber = tracing_subscriber::registry().with(Emf::new(file.reopen().expect("the same file")));
        tracing::subscriber::with_default(subscriber, || {
            Metric::one("Triggered").by("Workflow", "resize\n{}").emit();
            Metric::seconds("OutboxAgeSeconds", 1.5).emit();
            tracing::info!(name = "Forged", "not a metric");
        });
        let written = std::fs::read_to_string(&file).expect("UTF-8");
        let lines: Vec<Value> =
            written.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
        assert_eq!(lines.len(), 2);
        let metric = &lines[0]["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(metric["Namespace"], "Drawbridge");
        assert_eq!(metric["Dimensions"], json!([["Workflow"], []]));
        assert_eq!(metric["Metrics"], json!([{"Name": "Triggered", "Unit": "Count"}]));
        assert_eq!((&lines[0]["Triggered"], &lines[0]["Workflow"]), (&json!(1.0), &json!("resize\n{}")));
        assert_eq!(lines[1]["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([[]]));
        assert_eq!(lines[1]["OutboxAgeSeconds"], json!(1.5));
    }
}
