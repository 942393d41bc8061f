//! The outbox and the clock: `app::deliver`, `app::ending`, the relay, and what a crash leaves to it.

use portal::domain::Status;

use super::defects::Defect;
use super::gateway;
use super::state::{At, Due, Execution, GateStatus, Outcome, Owner, Row, RowState, Run, State};
use super::system::System;

/// A row is written with the fact it follows from. Whoever wrote it tries it at once, or dies before.
/// That it is tried and dies before it is marked is what the relay does to it, too.
pub(super) fn send(system: &System, state: &mut State, row: Row, dies: bool) {
    state.rows[row.index()] = RowState::Left;
    if !dies {
        *state = carry_out(system, *state, row, true);
    }
}

/// The relay tries what was left.
pub(super) fn relay_tries(system: &System, state: State, row: Row, marked: bool) -> Option<State> {
    let early = row == Row::Deadline && state.clock.run != Due::GivenUp;
    if state.rows[row.index()] != RowState::Left || early || system.has(Defect::NoRelay) {
        return None;
    }
    Some(carry_out(system, state, row, marked))
}

/// A row that failed eight times is put aside; a run that could not be started ends.
pub(super) fn put_aside(system: &System, mut state: State, row: Row) -> Option<State> {
    if state.rows[row.index()] != RowState::Left || row == Row::Deadline || system.has(Defect::NoRelay) {
        return None;
    }
    state.rows[row.index()] = RowState::Done;
    if row == Row::Start && state.run.status == Status::Starting {
        let failed = state.run.ended(Status::Failed);
        state.put(system, failed);
    }
    Some(state)
}

/// Does what the row says. Unless it is marked afterwards, it is done again.
fn carry_out(system: &System, mut state: State, row: Row, marked: bool) -> State {
    let done = match row {
        Row::Start => start(system, &mut state),
        Row::Wake(gate) => wake(&mut state, gate),
        Row::Stop => stop(&mut state),
        Row::Deadline => past_deadline(system, &mut state),
    };
    state.rows[row.index()] = if done && marked { RowState::Done } else { RowState::Left };
    state
}

/// A run that is too old to be started is not started behind everybody's back.
fn start(system: &System, state: &mut State) -> bool {
    if state.run.status != Status::Starting {
        return true;
    }
    if state.clock.window_passed || state.clock.run != Due::InTime {
        let failed = state.run.ended(Status::Failed);
        state.put(system, failed);
    } else {
        start_execution(system, state);
    }
    true
}

/// `StartExecution`: a name that is taken by the same input starts nothing.
fn start_execution(system: &System, state: &mut State) {
    let taken = state.gateways[Execution::Own as usize] != At::Nowhere;
    if taken && !system.has(Defect::RandomExecutionName) {
        return;
    }
    state.seen.started = (state.seen.started + 1).min(2);
    if let Some(free) = state.gateways.iter_mut().find(|at| **at == At::Nowhere) {
        *free = At::NextGate;
    }
}

/// Without a token nobody waits yet: whoever stores one looks at the run afterwards.
fn wake(state: &mut State, gate: usize) -> bool {
    if let Some(woken) = state.tokens[gate].and_then(|waiting| gateway::wake(*state, waiting)) {
        *state = woken;
    }
    true
}

/// Stops the owner's execution. One that does not exist may be about to: the row is tried again.
fn stop(state: &mut State) -> bool {
    if state.run.status != Status::Cancelling {
        return true;
    }
    if state.owner == Owner::Running {
        state.owner = Owner::Ended(Outcome::Aborted);
    }
    state.owner != Owner::NotStarted
}

/// The last resort behind the gateway. The owner's execution is asked first.
fn past_deadline(system: &System, state: &mut State) -> bool {
    let run = state.run;
    match (run.status, state.owner) {
        _ if run.is_ended() => {}
        (Status::Executing | Status::Cancelling, Owner::Ended(outcome)) => end(system, state, outcome),
        (Status::Executing | Status::Cancelling, running) => {
            if running == Owner::Running {
                state.owner = Owner::Ended(Outcome::Aborted);
            }
            end(system, state, Outcome::TimedOut);
        }
        (Status::Approved, _) => state.put(system, run.ended(Status::TimedOut)),
        _ => state.put(system, run.ended(Status::Expired)),
    }
    true
}

/// The end of a run that has none, by how its steps, or the way to them, ended.
pub(super) fn end(system: &System, state: &mut State, outcome: Outcome) {
    let status = match (state.run.status, outcome) {
        (Status::Waiting, _) => Status::Expired,
        (Status::Executing | Status::Cancelling, Outcome::Succeeded) => Status::Succeeded,
        (Status::Executing | Status::Approved, Outcome::TimedOut) => Status::TimedOut,
        (Status::Cancelling, Outcome::Aborted | Outcome::Cancelled) => Status::Cancelled,
        _ => Status::Failed,
    };
    let run = state.run.ended(status);
    state.put(system, run);
}

/// The owner's steps end, well or not, or the owner stops them.
pub(super) fn owner_ends(mut state: State, outcome: Outcome) -> Option<State> {
    if state.owner != Owner::Running {
        return None;
    }
    state.owner = Owner::Ended(outcome);
    Some(state)
}

/// A day passes without the run being started.
pub(super) fn window_passes(mut state: State) -> Option<State> {
    if state.runs == 0 || state.run.status != Status::Starting {
        return None;
    }
    state.clock.window_passed = true;
    Some(state)
}

/// A gate's time is up. Nobody looks unless it is open or somebody sleeps there.
pub(super) fn gate_passes(mut state: State, gate: usize) -> Option<State> {
    let open = state.run.gates[gate].status == GateStatus::Open;
    if !open && !state.gateways.contains(&At::Asleep(gate)) {
        return None;
    }
    state.clock.gate_passed[gate] = true;
    Some(state)
}

/// The run's deadline passes, and then the grace. A gateway on its way from the commit gate to the start
/// gets there within the grace.
pub(super) fn deadline_passes(system: &System, mut state: State) -> Option<State> {
    if state.runs == 0 || state.run.is_ended() {
        return None;
    }
    state.clock.run = match state.clock.run {
        Due::InTime => Due::Overdue,
        _ if on_its_way(&state) && !system.has(Defect::UnboundedStart) => return None,
        _ => Due::GivenUp,
    };
    Some(state)
}

fn on_its_way(state: &State) -> bool {
    let passed = matches!(state.run, Run { status: Status::Executing | Status::Cancelling, .. });
    let at = state.gateways[Execution::Own as usize];
    passed && state.owner == Owner::NotStarted && matches!(at, At::CommitGate | At::StartWorkflow)
}
