//! What one vote does: whether it counts, and what gate and run become.

use catalog_model::approval::{Channel, Risk};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::audit::Entry;
use super::mandate::{self, Decider, Mandate};
use super::{Caller, Decision, Gate, GateStatus, Run, Status, Vote};

/// Longest reason that is kept, in characters.
pub const REASON_MAX: usize = 2_000;

/// How long after signing in somebody may decide where a wrong decision could cost much.
pub const RECENT: SignedDuration = SignedDuration::from_mins(15);

/// A vote that does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The run has no such gate.
    #[error("this run has no such approval")]
    NoSuchGate,
    /// The requester never decides about their own request.
    #[error("you requested this run, so somebody else has to decide")]
    IsRequester,
    /// Whoever changed the parameters does not decide about them.
    #[error("you changed what this run will do, so somebody else has to decide")]
    IsEditor,
    /// Whoever requested or changed a run does not decide about what its steps ask for.
    #[error("this is on behalf of a run that you requested or changed, so somebody else has to decide")]
    StandsBehind,
    /// Not among those who may decide, at this moment.
    #[error("you are not among those who may decide here")]
    NotInGroup,
    /// The right was used already, by the approver or by their deputy.
    #[error("this has been decided already by whom you stand in for, or by your deputy")]
    RightUsed,
    /// The gate is not decided by this channel.
    #[error("this is not decided here; open the request in the portal")]
    WrongChannel,
    /// The sign-in is too old for what a wrong decision could cost.
    #[error("sign in again: this is decided within 15 minutes of signing in")]
    SignInAgain,
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
    /// By which channel.
    pub channel: Channel,
    /// When the person last proved who they are, where the channel knows.
    pub signed_in_at: Option<Timestamp>,
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
            "on_behalf_of": self.vote.on_behalf_of.as_ref().map(|approver| &approver.id),
            "gate_status": self.gate,
        });
        Entry::new(format!("person:{}", self.vote.person), action, detail).by(self.vote.channel.as_str())
    }
}

/// Who may decide at a gate: a person who has a right there, never the requester.
pub fn may_decide(run: &Run, gate: &Gate, caller: &Caller, decider: &Decider) -> Result<(), Refusal> {
    mandate::rights(run, gate, caller, decider).map(drop)
}

/// Counts a ballot. `votes` are those already recorded.
pub fn judge(
    run: &Run,
    ballot: &Ballot,
    caller: &Caller,
    decider: &Decider,
    votes: &[Vote],
    now: Timestamp,
) -> Result<Verdict, Refusal> {
    let (gate, rights) = named(run, ballot, caller, decider)?;
    if run.status != Status::Waiting || !gate.is_open(now) {
        return Err(Refusal::NotOpen);
    }
    let vote = cast(run, gate, ballot, rights, decider, votes, now)?;
    let (gate, run) = outcome(run, gate, &vote, votes);
    Ok(Verdict { vote, gate, run })
}

/// The vote of somebody who decided while the gate was open, but committed after it was approved:
/// recorded, without a second transition. Only an approval of an approved gate can be such a vote.
pub fn judge_raced(
    run: &Run,
    ballot: &Ballot,
    caller: &Caller,
    decider: &Decider,
    votes: &[Vote],
    now: Timestamp,
) -> Result<Verdict, Refusal> {
    let (gate, rights) = named(run, ballot, caller, decider)?;
    if gate.status != GateStatus::Approved || ballot.decision != Decision::Approve || run.status.is_final() {
        return Err(Refusal::NotOpen);
    }
    let vote = cast(run, gate, ballot, rights, decider, votes, now)?;
    Ok(Verdict { vote, gate: gate.status, run: run.status })
}

/// The gate that a ballot names, and this person's rights there, if they have seen what will run.
fn named<'a>(
    run: &'a Run,
    ballot: &Ballot,
    caller: &Caller,
    decider: &Decider,
) -> Result<(&'a Gate, Vec<Mandate>), Refusal> {
    let gate = run.gate(&ballot.gate).ok_or(Refusal::NoSuchGate)?;
    let rights = mandate::rights(run, gate, caller, decider)?;
    if ballot.digest == run.digest { Ok((gate, rights)) } else { Err(Refusal::OtherDigest) }
}

/// Whether a gate of this risk may be decided by this channel, so long after signing in.
pub fn channel_allows(
    gate: &Gate,
    channel: Channel,
    signed_in_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !gate.channels.contains(&channel) {
        return Err(Refusal::WrongChannel);
    }
    match gate.risk {
        Risk::High => recent(signed_in_at, now),
        Risk::Standard => Ok(()),
    }
}

/// Whether somebody proved who they are a short while ago.
pub fn recent(signed_in_at: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    let is_recent = signed_in_at.is_some_and(|at| now.duration_since(at) <= RECENT);
    if is_recent { Ok(()) } else { Err(Refusal::SignInAgain) }
}

/// What somebody says for the record: without it nothing is refused, rejected or overridden.
pub fn reason_of(given: Option<&str>, needed: bool) -> Result<Option<String>, Refusal> {
    let reason = given.map(str::trim).filter(|text| !text.is_empty());
    if reason.is_some_and(|text| text.chars().count() > REASON_MAX) {
        return Err(Refusal::ReasonTooLong);
    }
    if needed && reason.is_none() {
        return Err(Refusal::ReasonNeeded);
    }
    Ok(reason.map(str::to_owned))
}

fn cast(
    run: &Run,
    gate: &Gate,
    ballot: &Ballot,
    rights: Vec<Mandate>,
    decider: &Decider,
    votes: &[Vote],
    now: Timestamp,
) -> Result<Vote, Refusal> {
    channel_allows(gate, ballot.channel, ballot.signed_in_at, now)?;
    let needed = gate.reason_required || ballot.decision == Decision::Reject;
    let reason = reason_of(ballot.reason.as_deref(), needed)?;
    let right = mandate::unused(rights, &decider.person, gate, votes)?;
    Ok(Vote {
        gate: gate.name.clone(),
        generation: gate.generation,
        person: decider.person.id.clone(),
        name: decider.person.name.clone(),
        decision: ballot.decision,
        reason,
        at: now,
        channel: ballot.channel,
        digest: run.digest.clone(),
        groups: right.groups,
        on_behalf_of: right.on_behalf_of,
    })
}

fn outcome(run: &Run, gate: &Gate, vote: &Vote, votes: &[Vote]) -> (GateStatus, Status) {
    if vote.decision == Decision::Reject {
        return (GateStatus::Rejected, Status::Rejected);
    }
    if mandate::counted(run, gate, votes.iter().chain([vote])) < gate.quorum as usize {
        return (GateStatus::Open, Status::Waiting);
    }
    let more = run.gates.iter().any(|other| other.name != gate.name && !other.is_passed());
    (GateStatus::Approved, if more { Status::Waiting } else { Status::Approved })
}
