//! What one vote does: whether it counts, and what gate and run become.

use jiff::Timestamp;
use serde_json::json;

use super::audit::Entry;
use super::{Caller, CallerKind, Decision, Gate, GateStatus, Person, Run, Status, Vote};

/// Longest reason that is kept, in characters.
pub const REASON_MAX: usize = 2_000;

/// A vote that does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The run has no such gate.
    #[error("this run has no such approval")]
    NoSuchGate,
    /// The requester never decides about their own request.
    #[error("you requested this run, so somebody else has to decide")]
    IsRequester,
    /// Not in any of the gate's groups, at this moment.
    #[error("you are not in a group that may decide here")]
    NotInGroup,
    /// Machines never approve.
    #[error("only people decide")]
    IsMachine,
    /// The run is not what the person saw.
    #[error("this is not the request you were shown; open it again and decide about what it says now")]
    OtherDigest,
    /// Already decided, expired, cancelled, or not asked yet.
    #[error("this approval is not open: it was decided, has expired, was cancelled, or is not asked yet")]
    NotOpen,
    /// The person voted otherwise before.
    #[error("you have already decided here")]
    AlreadyVoted,
    /// A rejection, or a gate that wants one, without a reason.
    #[error("a reason is needed: the requester will read it")]
    ReasonNeeded,
    /// The reason is too long.
    #[error("the reason is longer than {REASON_MAX} characters")]
    ReasonTooLong,
}

/// A vote as it arrives, by whatever channel.
#[derive(Debug, Clone)]
pub struct Ballot {
    /// Which gate.
    pub gate: String,
    /// What the person says.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
    /// The run's digest on the page that the person decided on.
    pub digest: String,
    /// `portal`, `api`, `slack` or `email`.
    pub channel: String,
}

/// What a counted vote changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The vote to record.
    pub vote: Vote,
    /// What the gate is afterwards.
    pub gate: GateStatus,
    /// What the run is afterwards.
    pub run: Status,
}

impl Verdict {
    /// Whether this vote closed the gate.
    pub fn closes(&self) -> bool {
        self.gate != GateStatus::Open
    }

    /// What the audit says about it.
    pub fn entry(&self) -> Entry {
        let action = match self.vote.decision {
            Decision::Approve => "approved",
            Decision::Reject => "rejected",
        };
        let detail = json!({
            "gate": self.vote.gate,
            "reason": self.vote.reason,
            "gate_status": self.gate,
        });
        Entry::new(format!("person:{}", self.vote.person), action, detail).by(&*self.vote.channel)
    }
}

/// Who may decide at a gate: a person, never the requester, in one of its groups now.
pub fn may_decide(run: &Run, gate: &Gate, caller: &Caller, person: &Person) -> Result<(), Refusal> {
    if caller.kind == CallerKind::Machine {
        return Err(Refusal::IsMachine);
    }
    if person.id == run.requester.id {
        return Err(Refusal::IsRequester);
    }
    if !person.in_any(&gate.group_ids()) {
        return Err(Refusal::NotInGroup);
    }
    Ok(())
}

/// Counts a ballot. `votes` are those already recorded at this gate.
pub fn judge(
    run: &Run,
    ballot: &Ballot,
    caller: &Caller,
    person: &Person,
    votes: &[Vote],
    now: Timestamp,
) -> Result<Verdict, Refusal> {
    let gate = named(run, ballot, caller, person)?;
    if run.status != Status::Waiting || !gate.is_open(now) {
        return Err(Refusal::NotOpen);
    }
    let vote = cast(run, gate, ballot, person, now)?;
    let (gate, run) = outcome(run, gate, &vote, votes);
    Ok(Verdict { vote, gate, run })
}

/// The vote of somebody who decided while the gate was open, but committed after it was approved:
/// recorded, without a second transition. Only an approval of an approved gate can be such a vote.
pub fn judge_raced(
    run: &Run,
    ballot: &Ballot,
    caller: &Caller,
    person: &Person,
    now: Timestamp,
) -> Result<Verdict, Refusal> {
    let gate = named(run, ballot, caller, person)?;
    if gate.status != GateStatus::Approved || ballot.decision != Decision::Approve || run.status.is_final() {
        return Err(Refusal::NotOpen);
    }
    let vote = cast(run, gate, ballot, person, now)?;
    Ok(Verdict { vote, gate: gate.status, run: run.status })
}

/// The gate that a ballot names, if this person may decide there and has seen what will run.
fn named<'a>(run: &'a Run, ballot: &Ballot, caller: &Caller, person: &Person) -> Result<&'a Gate, Refusal> {
    let gate = run.gate(&ballot.gate).ok_or(Refusal::NoSuchGate)?;
    may_decide(run, gate, caller, person)?;
    if ballot.digest == run.digest { Ok(gate) } else { Err(Refusal::OtherDigest) }
}

fn reason_of(gate: &Gate, ballot: &Ballot) -> Result<Option<String>, Refusal> {
    let reason = ballot.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if reason.is_some_and(|text| text.chars().count() > REASON_MAX) {
        return Err(Refusal::ReasonTooLong);
    }
    let needed = gate.reason_required || ballot.decision == Decision::Reject;
    if needed && reason.is_none() {
        return Err(Refusal::ReasonNeeded);
    }
    Ok(reason.map(str::to_owned))
}

fn cast(run: &Run, gate: &Gate, ballot: &Ballot, person: &Person, now: Timestamp) -> Result<Vote, Refusal> {
    Ok(Vote {
        gate: gate.name.clone(),
        generation: gate.generation,
        person: person.id.clone(),
        name: person.name.clone(),
        decision: ballot.decision,
        reason: reason_of(gate, ballot)?,
        at: now,
        channel: ballot.channel.clone(),
        digest: run.digest.clone(),
    })
}

fn outcome(run: &Run, gate: &Gate, vote: &Vote, votes: &[Vote]) -> (GateStatus, Status) {
    if vote.decision == Decision::Reject {
        return (GateStatus::Rejected, Status::Rejected);
    }
    if approvers(run, gate, votes.iter().chain([vote])) < gate.quorum as usize {
        return (GateStatus::Open, Status::Waiting);
    }
    let more = run.gates.iter().any(|other| other.name != gate.name && other.status == GateStatus::Pending);
    (GateStatus::Approved, if more { Status::Waiting } else { Status::Approved })
}

/// How many different people approved this gate as it is now; the requester never counts.
pub fn approvers<'a>(run: &Run, gate: &Gate, votes: impl Iterator<Item = &'a Vote>) -> usize {
    let people: std::collections::BTreeSet<_> = votes
        .filter(|vote| vote.decision == Decision::Approve)
        .filter(|vote| vote.gate == gate.name && vote.generation == gate.generation)
        .filter(|vote| vote.digest == run.digest && vote.person != run.requester.id)
        .map(|vote| vote.person.as_str())
        .collect();
    people.len()
}
