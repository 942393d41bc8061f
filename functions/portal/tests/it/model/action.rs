//! Everything that can happen. All of it is tried in every state; what cannot happen there changes nothing.

use super::people::{Ballot, Call, Person};
use super::state::{Execution, GATES, Outcome, Row, State};
use super::system::System;
use super::{gateway, people, relay};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// The requester submits, with the same key as ever; whether the function dies once it wrote.
    Submit(bool),
    /// A call reads and writes without being disturbed, and dies afterwards or not.
    AtOnce(Call, bool),
    /// A call reads the run.
    Read(Call),
    /// The call that has read writes, and dies afterwards or not.
    Write(bool),
    /// The relay tries the row, and marks it as done or dies before.
    RelayTries(Row, bool),
    /// The row is put aside after too many tries.
    PutAside(Row),
    /// The execution's next step, its answer arriving or lost.
    Step(Execution, bool),
    /// Somebody sends a token that the portal did not send.
    Forge(Execution),
    /// The time-out of a wait.
    TimeOut(Execution),
    /// A function fails for longer than it is retried.
    GiveUp,
    /// The owner's account refuses the start.
    Refuse,
    /// A failed execution is redriven.
    Redrive,
    /// Somebody starts the gateway's machine by hand.
    StartForeign,
    /// The owner's steps end.
    OwnerEnds(Outcome),
    /// A START becomes too old.
    WindowPasses,
    /// A gate's time is up.
    GatePasses(usize),
    /// The run's time is up, and later the grace.
    DeadlinePasses,
}

impl Action {
    /// The state afterwards; none where this cannot happen.
    pub(super) fn apply(self, system: &System, state: State) -> Option<State> {
        match self {
            Self::Submit(dies) => people::submit(system, state, dies),
            Self::AtOnce(call, dies) => people::at_once(system, state, call, dies),
            Self::Read(call) => people::read(system, state, call),
            Self::Write(dies) => people::write(system, state, dies),
            Self::RelayTries(row, marked) => relay::relay_tries(system, state, row, marked),
            Self::PutAside(row) => relay::put_aside(system, state, row),
            Self::Step(execution, answered) => gateway::step(system, state, execution, answered),
            Self::Forge(execution) => gateway::wake(state, execution),
            Self::TimeOut(execution) => gateway::time_out(system, state, execution),
            Self::GiveUp => gateway::give_up(state),
            Self::Refuse => gateway::refuse(state),
            Self::Redrive => gateway::redrive(state),
            Self::StartForeign => gateway::start_foreign(state),
            Self::OwnerEnds(outcome) => relay::owner_ends(state, outcome),
            Self::WindowPasses => relay::window_passes(state),
            Self::GatePasses(gate) => relay::gate_passes(state, gate),
            Self::DeadlinePasses => relay::deadline_passes(system, state),
        }
    }
}

/// Everything that can happen.
pub(super) fn all() -> Vec<Action> {
    let mut all = people();
    for row in Row::ALL {
        all.extend([Action::RelayTries(row, true), Action::RelayTries(row, false), Action::PutAside(row)]);
    }
    for execution in [Execution::Own, Execution::Foreign] {
        all.extend([Action::Step(execution, true), Action::Step(execution, false)]);
        all.extend([Action::Forge(execution), Action::TimeOut(execution)]);
    }
    all.extend([Action::GiveUp, Action::Refuse, Action::Redrive, Action::StartForeign]);
    all.extend([Outcome::Succeeded, Outcome::Failed, Outcome::Aborted].map(Action::OwnerEnds));
    all.extend([Action::WindowPasses, Action::DeadlinePasses]);
    all.extend((0..GATES).map(Action::GatePasses));
    all
}

/// What people do.
fn people() -> Vec<Action> {
    let mut all: Vec<_> = [Call::Cancel, Call::Vote(ballot(Person::Cleo, 0))].map(Action::Read).to_vec();
    for dies in [false, true] {
        all.extend([Action::Submit(dies), Action::Write(dies)]);
        all.extend(calls().into_iter().map(|call| Action::AtOnce(call, dies)));
    }
    all
}

/// Everybody approves at every gate, Bob and the requester by two channels; Dan and the requester reject,
/// and Bob approves on a page that shows something else.
fn calls() -> Vec<Call> {
    let mut ballots = vec![Ballot { shown: false, ..ballot(Person::Bob, 0) }];
    for gate in 0..GATES {
        ballots.extend(Person::ALL.map(|who| ballot(who, gate)));
        ballots.extend([Person::Ada, Person::Bob].map(|who| Ballot { channel: 1, ..ballot(who, gate) }));
        ballots.extend([Person::Ada, Person::Dan].map(|who| Ballot { approves: false, ..ballot(who, gate) }));
    }
    ballots.into_iter().map(Call::Vote).chain([Call::Cancel]).collect()
}

fn ballot(who: Person, gate: usize) -> Ballot {
    Ballot { who, gate, approves: true, channel: 0, shown: true }
}

/// What the system does by itself when nobody disturbs it and nothing crashes; time passes last.
pub(super) fn by_itself() -> Vec<Action> {
    let mut own = Row::ALL.map(|row| Action::RelayTries(row, true)).to_vec();
    for execution in [Execution::Own, Execution::Foreign] {
        own.extend([Action::Step(execution, true), Action::TimeOut(execution)]);
    }
    own.push(Action::OwnerEnds(Outcome::Succeeded));
    own.extend((0..GATES).map(Action::GatePasses));
    own.push(Action::DeadlinePasses);
    own
}
