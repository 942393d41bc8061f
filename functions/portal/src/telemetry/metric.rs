//! One number of one moment.

/// The target of the events that are metrics, which are of the level INFO.
pub const TARGET: &str = "drawbridge::metric";

/// A number with a name that the dashboard and the alarms of `infra/template.yaml` know.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its name, such as `Triggered`.
    pub name: &'static str,
    /// In CloudWatch's words: `Count`, `Seconds`, `Milliseconds`.
    pub unit: &'static str,
    /// How much.
    pub value: f64,
    /// What it is broken down by, beside being counted as a whole: `("Workflow", "resize")`.
    pub by: Option<(&'static str, String)>,
}

impl Metric {
    /// One more of something.
    pub fn one(name: &'static str) -> Self {
        Self { name, unit: "Count", value: 1.0, by: None }
    }

    /// A length of time.
    pub fn seconds(name: &'static str, value: f64) -> Self {
        Self { unit: "Seconds", value, ..Self::one(name) }
    }

    /// A short length of time.
    pub fn milliseconds(name: &'static str, value: f64) -> Self {
        Self { unit: "Milliseconds", value, ..Self::one(name) }
    }

    /// The same, broken down.
    #[must_use]
    pub fn by(self, dimension: &'static str, value: impl Into<String>) -> Self {
        Self { by: Some((dimension, value.into())), ..self }
    }

    /// Sends it to whoever collects metrics.
    pub fn emit(self) {
        let Self { name, unit, value, by } = self;
        let (dimension, of) = by.unwrap_or_default();
        tracing::info!(target: TARGET, name, unit, value, dimension, of, "metric");
    }
}
