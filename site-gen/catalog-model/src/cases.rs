//! `cases.json`: named test cases of a state machine with mocked integration results.
//!
//! The mocks have the shape of AWS Step Functions Local's mock configuration: state name → invocation
//! number (`"0"`, or a range `"1-3"`) → `Return` or `Throw`. `site-gen test` runs every case; local
//! mode answers the services it does not have from the first case, and says so on the run page.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The file `cases.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// The JSON Schema of this file, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The cases; the first is the one that local mode replays.
    pub cases: Vec<Case>,
}

/// One way through the state machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A sentence that says what happens.
    pub name: String,
    /// What the requester fills in; must satisfy the workflow's parameter schema.
    pub parameters: Value,
    /// State name → invocation → answer, for every state that calls a service.
    #[serde(default)]
    pub mocks: BTreeMap<String, BTreeMap<String, Mock>>,
    /// How the execution must end.
    pub expect: Expect,
}

/// The answer of an integration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum Mock {
    /// The call succeeds with this result.
    Return(Value),
    /// The call fails.
    Throw(Throw),
}

/// A mocked failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Throw {
    /// Error name, such as `Rds.InvalidDbClusterStateException`.
    pub error: String,
    /// What the service said.
    #[serde(default)]
    pub cause: String,
}

/// How a case ends, and on which way. What is not written is not compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `SUCCEEDED`, `FAILED` or `TIMED_OUT`.
    pub status: Outcome,
    /// The whole output, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// What the output has at least: objects may have more members; lists are compared item by item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_includes: Option<Value>,
    /// The error's name, for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A part of the error's cause, for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// States that are entered in this order; others may lie between them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// States that are not entered at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
    /// What services are asked for. State name → invocation → what the call's arguments have at least.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calls: BTreeMap<String, BTreeMap<String, Value>>,
}

/// The ends of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// It reached an end state.
    Succeeded,
    /// It failed with an error nobody caught.
    Failed,
    /// The time of the steps, or of the workflow, was over.
    TimedOut,
}

impl Cases {
    /// The mock of `state` at its `invocation` (0-based): the entry whose number or range holds it.
    ///
    /// Past the last entry the last one answers again, so that a polling loop needs no exact count.
    pub fn answer<'a>(case: &'a Case, state: &str, invocation: u64) -> Option<&'a Mock> {
        let mocks = case.mocks.get(state)?;
        let ranged = mocks.iter().filter_map(|(key, mock)| Some((parse_range(key)?, mock)));
        let mut last = None;
        for ((from, to), mock) in ranged {
            if (from..=to).contains(&invocation) {
                return Some(mock);
            }
            if to < invocation && last.is_none_or(|(end, _)| end < to) {
                last = Some((to, mock));
            }
        }
        last.map(|(_, mock)| mock)
    }
}

/// `"2"` is `(2, 2)`, `"1-3"` is `(1, 3)`; anything else is not an invocation.
pub fn parse_range(key: &str) -> Option<(u64, u64)> {
    let (from, to) = key.split_once('-').unwrap_or((key, key));
    let range = (from.parse().ok()?, to.parse().ok()?);
    (range.0 <= range.1).then_some(range)
}
