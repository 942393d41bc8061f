//! People: the requester asks and cancels, approvers vote. `app::trigger`, `app::decide`, `app::cancel`.

use portal::domain::Status;

use super::defects::Defect;
use super::relay;
use super::state::{GateStatus, Row, RowState, Run, Slow, State};
use super::system::System;

/// Everybody who tries to decide. Ada is in the groups, but she is the requester.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Person {
    Ada,
    Bob,
    Cleo,
    Dan,
}

impl Person {
    pub(super) const REQUESTER: Self = Self::Ada;
    pub(super) const ALL: [Self; 4] = [Self::Ada, Self::Bob, Self::Cleo, Self::Dan];
}

/// Who may decide at a gate and how many of them must agree.
pub(super) struct Rule {
    pub(super) from: &'static [Person],
    pub(super) quorum: u32,
}

/// Two of Bob, Cleo and Dan; then one of Cleo and Dan.
pub(super) const RULES: [Rule; 2] = [
    Rule { from: &Person::ALL, quorum: 2 },
    Rule { from: &[Person::Ada, Person::Cleo, Person::Dan], quorum: 1 },
];

/// A vote as it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ballot {
    pub(super) who: Person,
    pub(super) gate: usize,
    pub(super) approves: bool,
    /// Slack or the portal.
    pub(super) channel: u8,
    /// Whether the page showed the digest that the run has.
    pub(super) shown: bool,
}

/// A call that reads the run and writes it a while later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    Vote(Ballot),
    Cancel,
}

/// The request, made any number of times under one key. The key must not exist when it is written.
pub(super) fn submit(system: &System, mut state: State, dies: bool) -> Option<State> {
    if state.runs > 0 && !(system.has(Defect::KeyNotUnique) && state.runs == 1) {
        return None;
    }
    state.runs += 1;
    state.rows[Row::Deadline.index()] = RowState::Left;
    relay::send(system, &mut state, Row::Start, dies);
    Some(state)
}

/// A call that nobody interferes with.
pub(super) fn at_once(system: &System, state: State, call: Call, dies: bool) -> Option<State> {
    finish(system, state, state.run, call, dies)
}

/// A call reads the run.
pub(super) fn read(system: &System, mut state: State, call: Call) -> Option<State> {
    if state.runs == 0 || state.slow.is_some() {
        return None;
    }
    after(system, &state, state.run, call)?;
    state.slow = Some(Slow { call, read: Some(state.run) });
    Some(state)
}

/// The same call writes what follows from what it read, if nobody wrote in between; otherwise it is
/// judged by what is true now. An approval of a gate that others closed meanwhile is recorded.
pub(super) fn write(system: &System, mut state: State, dies: bool) -> Option<State> {
    let Slow { call, read } = state.slow.take()?;
    if let Some(read) = read {
        return Some(finish(system, state, read, call, dies).unwrap_or(state));
    }
    if let Some(again) = at_once(system, state, call, dies) {
        return Some(again);
    }
    if let Call::Vote(ballot) = call
        && let Some(run) = raced(system, state.run, ballot)
    {
        state.put(system, run);
    }
    Some(state)
}

fn finish(system: &System, mut state: State, read: Run, call: Call, dies: bool) -> Option<State> {
    if state.runs == 0 {
        return None;
    }
    let next = after(system, &state, read, call)?;
    state.put(system, next);
    for gate in 0..next.gates.len() {
        let was = read.gates[gate].status;
        if was == GateStatus::Open && next.gates[gate].status != was {
            relay::send(system, &mut state, Row::Wake(gate), dies);
        }
    }
    if next.status == Status::Cancelling {
        relay::send(system, &mut state, Row::Stop, dies);
    }
    if let Call::Vote(ballot) = call {
        state.seen.misled |= ballot.approves && !ballot.shown;
    }
    Some(state)
}

/// What the call makes of the run as it was read; none where it is refused or changes nothing.
fn after(system: &System, state: &State, read: Run, call: Call) -> Option<Run> {
    match call {
        Call::Vote(ballot) => judge(system, state, read, ballot),
        Call::Cancel => cancel(read),
    }
}

fn judge(system: &System, state: &State, read: Run, ballot: Ballot) -> Option<Run> {
    if !may_vote(system, read, ballot) || read.status != Status::Waiting || !state.is_open(read, ballot.gate)
    {
        return None;
    }
    let mut run = read;
    if !ballot.approves {
        run.gates[ballot.gate].status = GateStatus::Rejected;
        return Some(run.ended(Status::Rejected));
    }
    let gate = &mut run.gates[ballot.gate];
    gate.votes.cast(ballot.who, ballot.channel);
    if approvers(system, run, ballot.gate) < RULES[ballot.gate].quorum {
        return Some(run);
    }
    run.gates[ballot.gate].status = GateStatus::Approved;
    let more = run.gates.iter().any(|gate| gate.status == GateStatus::Pending);
    run.status = if more { Status::Waiting } else { Status::Approved };
    Some(run)
}

/// The approval of somebody who had read the gate open, committed after others closed it.
fn raced(system: &System, now: Run, ballot: Ballot) -> Option<Run> {
    let mut run = now;
    let gate = &mut run.gates[ballot.gate];
    let counts = ballot.approves && gate.status == GateStatus::Approved && !now.is_ended();
    if !counts || !may_vote(system, now, ballot) {
        return None;
    }
    gate.votes.cast(ballot.who, ballot.channel);
    Some(run)
}

/// A person of the group, never the requester, who saw what will run and has not voted here.
fn may_vote(system: &System, run: Run, ballot: Ballot) -> bool {
    let votes = run.gates[ballot.gate].votes;
    let again = if system.has(Defect::VotesWithoutIdentity) {
        votes.has(ballot.who, ballot.channel)
    } else {
        votes.of(ballot.who) > 0
    };
    (ballot.who != Person::REQUESTER || system.has(Defect::SelfApproval))
        && RULES[ballot.gate].from.contains(&ballot.who)
        && (ballot.shown || system.has(Defect::DigestNotCompared))
        && !again
}

/// How many approvals the gate has, as the portal counts.
fn approvers(system: &System, run: Run, gate: usize) -> u32 {
    let votes = run.gates[gate].votes;
    if system.has(Defect::VotesWithoutIdentity) {
        votes.count()
    } else if system.has(Defect::SelfApproval) {
        others(run, gate) + votes.of(Person::REQUESTER).min(1)
    } else {
        others(run, gate)
    }
}

/// How many different people approved the gate; the requester never counts.
pub(super) fn others(run: Run, gate: usize) -> u32 {
    let votes = run.gates[gate].votes;
    let approved = |who: &&Person| **who != Person::REQUESTER && votes.of(**who) > 0;
    u32::try_from(Person::ALL.iter().filter(approved).count()).unwrap_or(u32::MAX)
}

/// At once while nothing privileged has begun, a wish afterwards.
fn cancel(read: Run) -> Option<Run> {
    match read.status {
        Status::Starting | Status::Waiting | Status::Approved => Some(read.ended(Status::Cancelled)),
        Status::Executing => Some(Run { status: Status::Cancelling, ..read }),
        _ => None,
    }
}
