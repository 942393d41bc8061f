//! The one place where a vote is counted, whatever channel it came by.
//!
//! The run, the person's groups and the votes are read now; the vote is written only if the run is
//! still what was read. Whoever loses a race reads again and is judged by what is true then.

use jiff::Timestamp;

use super::check::decider;
use super::trigger::HEAD_START;
use super::{AppError, Portal, deliver, notices};
use crate::domain::mandate::Decider;
use crate::domain::verdict::{self, Ballot, Refusal, Verdict};
use crate::domain::{Caller, CallerKind, Gate, GateStatus, Run, RunId, Status, Vote, visibility};
use crate::store::StoreError;
use crate::store::commit::{Change, Committed, Extra};
use crate::store::error::Kind;
use crate::store::outbox::{Message, Notice};
use crate::store::seen::Seen;

/// How often a vote is judged anew when others change the run at the same moment.
const TRIES: usize = 10;

/// What became of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The run afterwards.
    pub run_status: Status,
    /// The gate afterwards.
    pub gate_status: GateStatus,
    /// Whether this vote was recorded before, word for word the same decision.
    pub repeated: bool,
}

/// A vote that was counted, and what is still to be told to the outside.
#[derive(Debug)]
pub struct Recorded {
    /// What became of it.
    pub decided: Decided,
    /// What was written, unless it was before; the relay carries out what nobody else does.
    pub written: Option<Committed>,
}

impl Recorded {
    /// Tells the outside. What became of the vote.
    pub async fn tell(self, portal: &Portal) -> Decided {
        if let Some(committed) = &self.written {
            deliver::attempt(portal, committed).await;
        }
        self.decided
    }
}

/// Counts a person's vote at a gate of a run, and tells the outside.
pub async fn decide(
    portal: &Portal,
    caller: &Caller,
    run_id: RunId,
    ballot: Ballot,
) -> Result<Decided, AppError> {
    let recorded = record(portal, caller, run_id, &ballot, None).await?;
    Ok(recorded.tell(portal).await)
}

/// Counts it and tells nobody yet. `signature` is that of the signed request which the vote came with, where it
/// came with one: a request is carried out once.
pub async fn record(
    portal: &Portal,
    caller: &Caller,
    run_id: RunId,
    ballot: &Ballot,
    signature: Option<&str>,
) -> Result<Recorded, AppError> {
    if caller.kind == CallerKind::Machine {
        return Err(Refusal::IsMachine.into());
    }
    let mut saw_it_open = false;
    for _ in 0..TRIES {
        if let Some(seen) = seen(portal, signature).await? {
            return Ok(repeated(seen.run_status, seen.gate_status));
        }
        let decider = decider(portal, caller).await?;
        let run = visible(portal, run_id, &decider, ballot).await?;
        let gate = run.gate(&ballot.gate).ok_or(Refusal::NoSuchGate)?;
        // One reading answers both questions: a vote that came between two would be taken for somebody else's.
        let votes = portal.store.votes(run_id).await?;
        if voted(&run, gate, caller, &decider, &votes, ballot)? {
            return Ok(repeated(run.status, gate.status));
        }
        let now = portal.now();
        let judged = verdict::judge(&run, ballot, caller, &decider, &votes, now);
        let verdict = match judged {
            Err(Refusal::NotOpen) if saw_it_open => {
                verdict::judge_raced(&run, ballot, caller, &decider, &votes, now)?
            }
            other => other?,
        };
        saw_it_open = true;
        let seen = signature.map(|signature| Seen::new(signature, run_id, &verdict, now));
        let mut change = change(&run, gate, &decider, verdict, now);
        if let Some(seen) = seen {
            change.with(Extra::Seen(seen));
        }
        match portal.store.commit(change).await {
            Ok(committed) => return Ok(fresh(committed, &ballot.gate)),
            Err(StoreError::Changed | StoreError::Exists(Kind::Vote | Kind::Seen)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Busy.into())
}

/// The run, if the person may know of it. Who shows its digest was shown the request before (and may
/// have lost the right to decide since), so that refusing them gives nothing away.
async fn visible(
    portal: &Portal,
    run_id: RunId,
    decider: &Decider,
    ballot: &Ballot,
) -> Result<Run, AppError> {
    let run = portal.store.run(run_id).await?.ok_or(AppError::NotFound("run"))?;
    if visibility::may_see(&run, decider) || run.digest == ballot.digest {
        Ok(run)
    } else {
        Err(AppError::NotFound("run"))
    }
}

/// What became of the signed request, where it was carried out before.
async fn seen(portal: &Portal, signature: Option<&str>) -> Result<Option<Seen>, AppError> {
    match signature {
        Some(signature) => Ok(portal.store.seen(signature).await?),
        None => Ok(None),
    }
}

/// Whether the person has voted at this gate: the same decision again is answered as before, another one is
/// refused.
fn voted(
    run: &Run,
    gate: &Gate,
    caller: &Caller,
    decider: &Decider,
    votes: &[Vote],
    ballot: &Ballot,
) -> Result<bool, Refusal> {
    let own = |vote: &&Vote| {
        vote.gate == gate.name && vote.generation == gate.generation && vote.person == decider.person.id
    };
    let Some(vote) = votes.iter().find(own) else { return Ok(false) };
    verdict::may_decide(run, gate, caller, decider)?;
    if vote.decision == ballot.decision { Ok(true) } else { Err(Refusal::AlreadyVoted) }
}

fn change(run: &Run, gate: &Gate, decider: &Decider, verdict: Verdict, now: Timestamp) -> Change {
    let mut change = Change::of(run, now);
    // Whoever loses the right while the vote is written, has lost it: the transaction looks again.
    let approvers = [&decider.person].into_iter().chain(&decider.deputy_for);
    for person in approvers
        .filter(|person| [&verdict.vote.person, verdict.vote.right_of()].contains(&person.id.as_str()))
    {
        change.with(Extra::StillIn(person.clone()));
    }
    let closes = verdict.closes() && gate.status == GateStatus::Open;
    if let Some(gate) = change.run().gate_mut(&gate.name) {
        gate.status = verdict.gate;
    }
    if verdict.run == Status::Rejected {
        for beside in run.open_gates().filter(|beside| beside.name != gate.name) {
            change.with(Extra::InboxClose(beside.clone()));
        }
        change.run().end(Status::Rejected);
        notices::send(&mut change, &Notice::Ended, now);
    }
    change.run().status = verdict.run;
    change.record(verdict.entry());
    if closes {
        change.with(Extra::InboxClose(gate.clone()));
        change.send(Message::Wake { gate: gate.name.clone() }, now + HEAD_START);
    }
    notices::send(&mut change, &Notice::Decided { gate: gate.name.clone() }, now);
    change.with(Extra::Vote(verdict.vote));
    change
}

fn fresh(committed: Committed, gate: &str) -> Recorded {
    let gate_status = committed.run.gate(gate).map_or(GateStatus::Skipped, |gate| gate.status);
    let decided = Decided { run_status: committed.run.status, gate_status, repeated: false };
    Recorded { decided, written: Some(committed) }
}

fn repeated(run_status: Status, gate_status: GateStatus) -> Recorded {
    Recorded { decided: Decided { run_status, gate_status, repeated: true }, written: None }
}
