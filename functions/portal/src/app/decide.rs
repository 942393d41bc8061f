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
use crate::domain::{Caller, CallerKind, Gate, GateStatus, Run, RunId, Status, visibility};
use crate::store::StoreError;
use crate::store::commit::{Change, Committed, Extra};
use crate::store::error::Kind;
use crate::store::outbox::{Message, Notice};

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

/// Counts a person's vote at a gate of a run.
pub async fn decide(
    portal: &Portal,
    caller: &Caller,
    run_id: RunId,
    ballot: Ballot,
) -> Result<Decided, AppError> {
    if caller.kind == CallerKind::Machine {
        return Err(Refusal::IsMachine.into());
    }
    let mut saw_it_open = false;
    for _ in 0..TRIES {
        let decider = decider(portal, caller).await?;
        let run = visible(portal, run_id, &decider, &ballot).await?;
        let gate = run.gate(&ballot.gate).ok_or(Refusal::NoSuchGate)?;
        if let Some(repeated) = recorded(portal, &run, gate, caller, &decider, &ballot).await? {
            return Ok(repeated);
        }
        let now = portal.now();
        let votes = portal.store.votes(run_id).await?;
        let judged = verdict::judge(&run, &ballot, caller, &decider, &votes, now);
        let verdict = match judged {
            Err(Refusal::NotOpen) if saw_it_open => {
                verdict::judge_raced(&run, &ballot, caller, &decider, &votes, now)?
            }
            other => other?,
        };
        saw_it_open = true;
        match portal.store.commit(change(&run, gate, &decider, verdict, now)).await {
            Ok(committed) => return Ok(decided(portal, committed, &ballot.gate).await),
            Err(StoreError::Changed | StoreError::Exists(Kind::Vote)) => {}
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

/// The person's earlier vote at this gate: the same decision again is answered as before, another one
/// is refused.
async fn recorded(
    portal: &Portal,
    run: &Run,
    gate: &Gate,
    caller: &Caller,
    decider: &Decider,
    ballot: &Ballot,
) -> Result<Option<Decided>, AppError> {
    let person = &decider.person.id;
    let Some(vote) = portal.store.vote(run.id, &gate.name, gate.generation, person).await? else {
        return Ok(None);
    };
    verdict::may_decide(run, gate, caller, decider)?;
    if vote.decision != ballot.decision {
        return Err(Refusal::AlreadyVoted.into());
    }
    Ok(Some(Decided { run_status: run.status, gate_status: gate.status, repeated: true }))
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

async fn decided(portal: &Portal, committed: Committed, gate: &str) -> Decided {
    deliver::attempt(portal, committed.rows).await;
    let gate_status = committed.run.gate(gate).map_or(GateStatus::Skipped, |gate| gate.status);
    Decided { run_status: committed.run.status, gate_status, repeated: false }
}
