//! A run: one request and everything that became of it.

use std::collections::BTreeMap;

use catalog_model::CompiledWorkflow;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::audit::Head;
use super::gate::Circle;
use super::limits::Slot;
use super::{Caller, CallerKind, Gate, GateStatus, Person, RunId, Status};
use crate::telemetry::Trace;

/// How long a START may wait for the gateway before it is never started automatically again.
pub const START_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// A person as others read it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct PersonName {
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

impl Target {
    /// Where the steps of a workflow run.
    pub fn of(workflow: &CompiledWorkflow) -> Self {
        Self {
            owner: workflow.workflow.owner.clone(),
            account: workflow.account.clone(),
            region: workflow.region.clone(),
            timeout_seconds: workflow.workflow.timeout.seconds(),
        }
    }
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
    /// The schema's default in words, where the value is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// The error's name.
    pub name: String,
    /// What the service or step said.
    pub cause: String,
}

/// The run whose owner's steps asked for another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OuterRun {
    /// Its id.
    pub id: RunId,
    /// Its title.
    pub title: String,
    /// Who asked for it.
    pub requester: PersonName,
    /// People who may not decide about what it asks for: who requested or changed it, or a run around it.
    pub barred: Vec<PersonName>,
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
    /// Whether a person asked, or the state machine of a team.
    #[serde(default)]
    pub caller: CallerKind,
    /// Who asked: a person, or the team whose state machine did.
    pub requester: PersonName,
    /// The run on whose behalf a state machine asked.
    #[serde(default)]
    pub for_run: Option<OuterRun>,
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
    /// What it acts on: the parameter that the workflow names as its target, as canonical JSON.
    #[serde(default)]
    pub acts_on: Option<String>,
    /// The places that it holds among the runs under way, until it ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// The gates, in the order in which they are asked.
    pub gates: Vec<Gate>,
    /// Who may let it past its gates in an emergency.
    #[serde(default)]
    pub break_glass: Circle,
    /// The run that it replaces, with the parameters that an approver changed.
    #[serde(default)]
    pub supersedes: Option<RunId>,
    /// The run that replaced it.
    #[serde(default)]
    pub superseded_by: Option<RunId>,
    /// Proposals of other parameters that the requester declined, by their moment.
    #[serde(default)]
    pub declined: Vec<Timestamp>,
    /// Who changed its parameters and therefore does not decide about them.
    #[serde(default)]
    pub edited_by: Option<PersonName>,
    /// The gateway execution that passed the commit gate; no other ever passes.
    #[serde(default)]
    pub gateway_execution: Option<String>,
    /// The owner's machine version that was started.
    #[serde(default)]
    pub machine_version: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub failure: Option<Failure>,
    /// By which it is followed through every service; none for runs of earlier releases.
    #[serde(default)]
    pub trace: Option<Trace>,
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

    /// The requester's name in keys, digest and audit: `person:ada`, `machine:cloud-ops`.
    pub fn caller_key(&self) -> String {
        Caller { kind: self.caller, id: self.requester.id.clone(), channel: None }.key()
    }

    /// Whether this person asked for it. A team that has a person's id is not that person.
    pub fn is_requested_by(&self, person: &str) -> bool {
        self.caller == CallerKind::Person && self.requester.id == person
    }

    /// The team whose state machine asked for it; none where a person did.
    pub fn calling_team(&self) -> Option<&str> {
        (self.caller == CallerKind::Machine).then_some(self.requester.id.as_str())
    }

    /// Whether the run is this person's own: they asked for it, or a state machine of their team did.
    pub fn belongs_to(&self, person: &Person) -> bool {
        match self.calling_team() {
            Some(team) => person.teams.iter().any(|own| own == team),
            None => self.is_requested_by(&person.id),
        }
    }

    /// What a run stands for that the steps of this one ask for.
    pub fn as_outer(&self) -> OuterRun {
        let requester = (self.caller == CallerKind::Person).then_some(&self.requester);
        let around = self.for_run.iter().flat_map(|outer| &outer.barred);
        OuterRun {
            id: self.id,
            title: self.title.clone(),
            requester: self.requester.clone(),
            barred: requester.into_iter().chain(&self.edited_by).chain(around).cloned().collect(),
        }
    }

    /// The gates that stand in the way now: those of the first stage that is not passed yet.
    pub fn current_stage(&self) -> impl Iterator<Item = &Gate> {
        let ahead = |gate: &&Gate| !gate.is_passed();
        let stage = self.gates.iter().filter(ahead).map(|gate| gate.stage).min();
        self.gates.iter().filter(ahead).filter(move |gate| Some(gate.stage) == stage)
    }

    /// The gates at which people are asked now.
    pub fn open_gates(&self) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(|gate| gate.status == GateStatus::Open)
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

    /// The run's deadline when it is requested: it may wait to be started, then each stage of gates takes
    /// its time, then the steps take theirs.
    pub fn deadline_of(now: Timestamp, gates: &[Gate], timeout_seconds: u64) -> Timestamp {
        let mut stages = BTreeMap::new();
        for gate in gates.iter().filter(|gate| gate.status == GateStatus::Pending) {
            let longest = stages.entry(gate.stage).or_insert(0);
            *longest = gate.within_seconds.max(*longest);
        }
        let seconds = stages.into_values().fold(timeout_seconds, u64::saturating_add);
        let length = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        now.checked_add(length).and_then(|at| at.checked_add(START_WINDOW)).unwrap_or(Timestamp::MAX)
    }
}

/// JSON that is kept as text: `DynamoDB` numbers do not reach as far as JSON's.
pub(crate) mod json_text {
    use serde::{Deserialize, Deserializer, Serializer, de, ser};
    use serde_json::Value;

    pub(crate) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(value).map_err(ser::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
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
            caller: CallerKind::Person,
            requester: PersonName { id: "ada".to_owned(), name: "Ada".to_owned() },
            for_run: None,
            status: Status::Starting,
            version: 0,
            created_at: at,
            updated_at: at,
            deadline: at + START_WINDOW,
            parameters: Value::Null,
            rows: Vec::new(),
            acts_on: None,
            slots: Vec::new(),
            gates: Vec::new(),
            break_glass: Circle::default(),
            supersedes: None,
            superseded_by: None,
            declined: Vec::new(),
            edited_by: None,
            gateway_execution: None,
            machine_version: None,
            failure: None,
            trace: None,
            audit: Head::default(),
            outbox: 0,
        }
    }
}
