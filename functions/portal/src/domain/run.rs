//! A run: one request and everything that became of it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::audit::Head;
use super::{Caller, Gate, GateStatus, RunId, Status};

/// How long a START may wait for the gateway before it is never started automatically again.
pub const START_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Who asked, as others read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Requester {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
}

/// Where and how long the owner's steps run, pinned with the workflow's digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The owner team's id.
    pub owner: String,
    /// The owner's account.
    pub account: String,
    /// The workflow's Region.
    pub region: String,
    /// How long the steps may take.
    pub timeout_seconds: u64,
}

/// One parameter as people read it; a secret says that it is set, never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParameterRow {
    /// The field's title.
    pub label: String,
    /// JSON pointer of the value.
    pub pointer: String,
    /// The value in words.
    pub text: String,
    /// Whether it is a secret.
    pub secret: bool,
    /// Whether it is the schema's default.
    pub is_default: bool,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// The error's name.
    pub name: String,
    /// What the service or step said.
    pub cause: String,
}

/// The run item: the only authority on what happened and what may happen next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The run's id.
    pub id: RunId,
    /// The workflow's slug.
    pub workflow: String,
    /// The workflow's title when it was requested.
    pub title: String,
    /// Digest of the compiled workflow it was requested from.
    pub workflow_digest: String,
    /// Digest of the run.
    pub digest: String,
    /// Where the steps run.
    pub target: Target,
    /// Who asked.
    pub requester: Requester,
    /// Where it is.
    pub status: Status,
    /// Raised by every write; every write demands the version it read.
    pub version: u64,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ends at the latest.
    pub deadline: Timestamp,
    /// The parameters, secrets as references.
    #[serde(with = "json_text")]
    pub parameters: Value,
    /// The parameters in words, as the requester and every approver saw them.
    pub rows: Vec<ParameterRow>,
    /// The gates, in the order in which they are asked.
    pub gates: Vec<Gate>,
    /// The gateway execution that passed the commit gate; no other ever passes.
    #[serde(default)]
    pub gateway_execution: Option<String>,
    /// The owner's machine version that was started.
    #[serde(default)]
    pub machine_version: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub failure: Option<Failure>,
    /// Head of the audit chain.
    pub audit: Head,
    /// Number of the newest outbox row.
    pub outbox: u64,
}

impl Run {
    /// The gate with this name.
    pub fn gate(&self, name: &str) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.name == name)
    }

    /// The gate with this name, to change it.
    pub fn gate_mut(&mut self, name: &str) -> Option<&mut Gate> {
        self.gates.iter_mut().find(|gate| gate.name == name)
    }

    /// The requester's name in keys, digest and audit: `person:ada`.
    pub fn caller_key(&self) -> String {
        Caller::person(&*self.requester.id).key()
    }

    /// The first gate that is not passed yet.
    pub fn current_gate(&self) -> Option<&Gate> {
        self.gates.iter().find(|gate| !matches!(gate.status, GateStatus::Approved | GateStatus::Skipped))
    }

    /// Moves to a final state; gates that were not decided are not asked any more.
    pub fn end(&mut self, status: Status) {
        self.status = status;
        for gate in &mut self.gates {
            if matches!(gate.status, GateStatus::Pending | GateStatus::Open) {
                gate.status = GateStatus::Skipped;
            }
        }
    }

    /// The run's deadline when it is requested: it may wait to be started, then each gate takes its
    /// time, then the steps take theirs.
    pub fn deadline_of(now: Timestamp, gates: &[Gate], timeout_seconds: u64) -> Timestamp {
        let asked = gates.iter().filter(|gate| gate.status == GateStatus::Pending);
        let seconds = asked.map(|gate| gate.within_seconds).fold(timeout_seconds, u64::saturating_add);
        let length = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        now.checked_add(length).and_then(|at| at.checked_add(START_WINDOW)).unwrap_or(Timestamp::MAX)
    }
}

/// JSON that is kept as text: `DynamoDB` numbers do not reach as far as JSON's.
mod json_text {
    use serde::{Deserialize, Deserializer, Serializer, de, ser};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(value).map_err(ser::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(de::Error::custom)
    }
}

/// A run for tests.
#[cfg(test)]
pub(crate) mod sample {
    use super::*;

    pub(crate) fn run() -> Run {
        let at = Timestamp::from_second(1_795_000_000).expect("in range");
        let target = Target {
            owner: "data".to_owned(),
            account: "222222222222".to_owned(),
            region: "eu-west-1".to_owned(),
            timeout_seconds: 3600,
        };
        Run {
            id: RunId::new(at, [1; 10]),
            workflow: "resize".to_owned(),
            title: "Resize a cluster".to_owned(),
            workflow_digest: "digest-of-resize".to_owned(),
            digest: "digest".to_owned(),
            target,
            requester: Requester { id: "ada".to_owned(), name: "Ada".to_owned() },
            status: Status::Starting,
            version: 0,
            created_at: at,
            updated_at: at,
            deadline: at + START_WINDOW,
            parameters: Value::Null,
            rows: Vec::new(),
            gates: Vec::new(),
            gateway_execution: None,
            machine_version: None,
            failure: None,
            audit: Head::default(),
            outbox: 0,
        }
    }
}
