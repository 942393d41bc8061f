//! A request of `TestState`, and what can be said of it before the definition is looked at.

use serde::Deserialize;
use serde_json::Value;

use crate::json_text;
use crate::refusal::Refusal;

/// A request in the shape of the API; JSON is text there.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// One state, or a whole machine where `state_name` says which of its states is meant.
    pub definition: String,
    /// The role a call is made as; a Task without a mock needs one.
    pub role_arn: Option<String>,
    /// The state's input; `{}` where it is not given.
    pub input: Option<String>,
    /// How much is told: `INFO`, `DEBUG`, `TRACE`.
    pub inspection_level: Option<String>,
    /// Whether what is told of an HTTP Task holds secrets.
    pub reveal_secrets: Option<bool>,
    /// Variables that are set already, as a JSON object.
    pub variables: Option<String>,
    /// The state of a whole machine that is tested.
    pub state_name: Option<String>,
    /// What stands for the call, the branches or the iterations.
    pub mock: Option<Mock>,
    /// The context object; only with a mock.
    pub context: Option<String>,
    /// What has happened before.
    pub state_configuration: Option<Configuration>,
}

/// What stands for the work of a Task, Parallel or Map.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mock {
    /// Its result, as JSON text.
    pub result: Option<String>,
    /// Its error.
    pub error_output: Option<ErrorOutput>,
    /// How the result is held to the API's model: `STRICT`, `PRESENT`, `NONE`.
    pub field_validation_mode: Option<String>,
}

/// The error of a mock.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ErrorOutput {
    /// Its name.
    pub error: Option<String>,
    /// Its explanation.
    pub cause: Option<String>,
}

/// What has happened to the state before.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// How often the retrier that matches has retried.
    pub retrier_retry_count: Option<i64>,
    /// The inner state that a mocked error comes from.
    pub error_caused_by_state: Option<String>,
    /// How many iterations of a Map have failed.
    pub map_iteration_failure_count: Option<i64>,
    /// What `ItemReader` has read, as it is in its source.
    pub map_item_reader_data: Option<String>,
}

/// The parts of a request that are JSON, read.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) input: Value,
    pub(super) variables: serde_json::Map<String, Value>,
    pub(super) context: Option<Value>,
    pub(super) result: Option<Value>,
}

impl Request {
    /// Whether anything beyond the outcome is told.
    pub(super) fn inspects(&self) -> bool {
        matches!(self.inspection_level.as_deref(), Some("DEBUG" | "TRACE"))
    }

    /// The configuration; nothing has happened where there is none.
    pub(super) fn configuration(&self) -> Configuration {
        self.state_configuration.clone().unwrap_or_default()
    }

    /// Checks what needs no definition.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let level = self.inspection_level.as_deref();
        one_of(level, "inspectionLevel", &["INFO", "DEBUG", "TRACE"])?;
        let mode = self.mock.as_ref().and_then(|mock| mock.field_validation_mode.as_deref());
        one_of(mode, "mock.fieldValidationMode", &["STRICT", "PRESENT", "NONE"])?;
        self.check_counts()?;
        if self.mock.is_none() {
            return self.check_without_mock();
        }
        if self.reveal_secrets == Some(true) {
            return Err(Refusal::invalid(
                "TestState does not support RevealSecrets when a mock is specified.",
            ));
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), Refusal> {
        let configuration = self.configuration();
        let counts = [
            ("retrierRetryCount", configuration.retrier_retry_count),
            ("mapIterationFailureCount", configuration.map_iteration_failure_count),
        ];
        for (name, count) in counts {
            if let Some(count) = count.filter(|count| *count < 0) {
                let field = format!("stateConfiguration.{name}");
                let constraint = "Member must have value greater than or equal to 0";
                return Err(Refusal::constraint(Some(&count.to_string()), &field, constraint));
            }
        }
        Ok(())
    }

    /// What only a mock gives a meaning to.
    fn check_without_mock(&self) -> Result<(), Refusal> {
        let configuration = self.configuration();
        let given = [
            ("MapIterationFailureCount", configuration.map_iteration_failure_count.is_some()),
            ("RetrierRetryCount", configuration.retrier_retry_count.is_some()),
            ("ErrorCausedByState", configuration.error_caused_by_state.is_some()),
            ("MapItemReaderData", configuration.map_item_reader_data.is_some()),
            ("Context", self.context.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(Refusal::invalid(format!(
                "TestState does not support {name} when a mock is not specified."
            ))),
        }
    }

    /// Reads everything that is JSON.
    pub(super) fn texts(&self) -> Result<Texts, Refusal> {
        let input = match &self.input {
            None => Value::Object(serde_json::Map::new()),
            Some(text) => crate::validate::check_input(text)?,
        };
        let object = |text: &Option<String>, what: &str| match text {
            None => Ok(None),
            Some(text) => match serde_json::from_str(text) {
                Ok(Value::Object(object)) => Ok(Some(object)),
                Ok(_) => Err(Refusal::invalid(format!("Invalid {what} provided: must be a JSON object"))),
                Err(error) => {
                    let why = json_text::mistake(text).unwrap_or_else(|| error.to_string());
                    Err(Refusal::invalid(format!("Invalid {what} provided: {why}")))
                }
            },
        };
        let result = match self.mock.as_ref().and_then(|mock| mock.result.as_ref()) {
            None => None,
            Some(text) => {
                let read = serde_json::from_str(text);
                Some(read.map_err(|_| Refusal::invalid("Mocked result must be valid JSON"))?)
            }
        };
        Ok(Texts {
            input,
            variables: object(&self.variables, "variables")?.unwrap_or_default(),
            context: object(&self.context, "Context object")?.map(Value::Object),
            result,
        })
    }
}

fn one_of(value: Option<&str>, field: &str, words: &[&str]) -> Result<(), Refusal> {
    match value {
        Some(value) if !words.contains(&value) => {
            let constraint = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            Err(Refusal::constraint(Some(value), field, &constraint))
        }
        _ => Ok(()),
    }
}
