//! The gateway's state machine and the functions it calls: `infra/state-machines/gateway.asl.json`
//! and `steps`. Each step of an execution is one function call or one integration.

use portal::domain::Status;

use super::defects::Defect;
use super::relay;
use super::state::{At, Due, Execution, GateStatus, Outcome, Owner, Run, State};
use super::system::System;

/// One step. When the function's answer is lost, what it wrote stays, and the state is entered again.
pub(super) fn step(system: &System, mut state: State, execution: Execution, answered: bool) -> Option<State> {
    let here = state.gateways[execution as usize];
    let next = match here {
        At::NextGate => next_gate(system, &mut state),
        At::AwaitApproval(gate) => await_approval(&mut state, execution, gate),
        At::CommitGate => commit_gate(system, &mut state, execution),
        At::StartWorkflow => start_workflow(system, &mut state, execution),
        At::Watching => watch(&mut state)?,
        At::Finish(outcome) => finish(system, &mut state, execution, outcome),
        At::Nowhere | At::Asleep(_) | At::Failed(_) | At::Ended => return None,
    };
    if answered {
        state.gateways[execution as usize] = next;
    } else if let At::Asleep(gate) = next {
        // The call is repeated with a new token; the one that was stored wakes nobody.
        state.tokens[gate] = None;
    }
    Some(state)
}

/// `next-gate`: what comes next, decided by the run item alone.
fn next_gate(system: &System, state: &mut State) -> At {
    let run = state.run;
    match run.status {
        Status::Starting | Status::Waiting => {}
        Status::Approved if system.has(Defect::NoCommitGate) => return At::StartWorkflow,
        Status::Approved | Status::Executing => return At::CommitGate,
        _ => return At::Ended,
    }
    let Some(gate) = run.current_gate() else {
        state.put(system, Run { status: Status::Approved, ..run });
        return next_gate(system, state);
    };
    let open = run.gates[gate].status == GateStatus::Open;
    if state.clock.run != Due::InTime || (open && !state.is_open(run, gate)) {
        state.put(system, run.ended(Status::Expired));
        return At::Ended;
    }
    if !open {
        let mut opened = Run { status: Status::Waiting, ..run };
        opened.gates[gate].status = GateStatus::Open;
        state.put(system, opened);
    }
    At::AwaitApproval(gate)
}

/// `await-approval`: the token is stored while the gate is open; otherwise the gateway is woken here.
fn await_approval(state: &mut State, execution: Execution, gate: usize) -> At {
    if state.run.status != Status::Waiting || state.run.gates[gate].status != GateStatus::Open {
        return At::NextGate;
    }
    state.tokens[gate] = Some(execution);
    At::Asleep(gate)
}

/// A token comes back: the gate's own, a forged one, one from long ago.
pub(super) fn wake(mut state: State, execution: Execution) -> Option<State> {
    leave(&mut state, execution)?;
    state.gateways[execution as usize] = At::NextGate;
    Some(state)
}

/// The time-out of `AwaitApproval`: the run is read again, because the last vote may have been counted
/// in the same second.
pub(super) fn time_out(system: &System, mut state: State, execution: Execution) -> Option<State> {
    let gate = leave(&mut state, execution)?;
    if !state.clock.gate_passed[gate] && state.clock.run == Due::InTime {
        return None;
    }
    let blind = system.has(Defect::TimeoutDoesNotReread);
    state.gateways[execution as usize] = if blind { At::Finish(Outcome::Failed) } else { At::NextGate };
    Some(state)
}

/// Ends the wait: its token is used up.
fn leave(state: &mut State, execution: Execution) -> Option<usize> {
    let At::Asleep(gate) = state.gateways[execution as usize] else { return None };
    if state.tokens[gate] == Some(execution) {
        state.tokens[gate] = None;
    }
    Some(gate)
}

/// `commit-gate`: the run's own execution takes it from APPROVED to EXECUTING, and may repeat itself.
fn commit_gate(system: &System, state: &mut State, execution: Execution) -> At {
    let run = state.run;
    match run.status {
        _ if execution != Execution::Own && !system.has(Defect::AnyExecutionPasses) => {
            At::Finish(Outcome::Failed)
        }
        Status::Approved if state.clock.run == Due::InTime => {
            state.put(system, Run { status: Status::Executing, ..run });
            At::StartWorkflow
        }
        Status::Approved => {
            state.put(system, run.ended(Status::TimedOut));
            At::Finish(Outcome::Failed)
        }
        Status::Executing => At::StartWorkflow,
        Status::Cancelling | Status::Cancelled => At::Finish(Outcome::Cancelled),
        _ => At::Finish(Outcome::Failed),
    }
}

/// `StartWorkflow`: the owner's execution has the run's name, so it begins once.
fn start_workflow(system: &System, state: &mut State, execution: Execution) -> At {
    let named = !system.has(Defect::RandomExecutionName);
    if state.owner == Owner::NotStarted || !named && state.seen.begun < 2 {
        state.owner = Owner::Running;
        state.seen.begun += 1;
        state.seen.begun_in = state.seen.begun_in.or(Some(state.run.status));
        state.seen.begun_by = state.seen.begun_by.or(Some(execution));
    }
    At::Watching
}

/// The owner's account refuses the start for good, or throttles it until the run's time is up.
pub(super) fn refuse(mut state: State) -> Option<State> {
    let at = &mut state.gateways[Execution::Own as usize];
    if *at != At::StartWorkflow || state.owner != Owner::NotStarted {
        return None;
    }
    *at = At::Finish(Outcome::Failed);
    state.outage = true;
    Some(state)
}

/// Waits for the end of the owner's execution; what outlasts the run's deadline is stopped.
fn watch(state: &mut State) -> Option<At> {
    match state.owner {
        Owner::Ended(outcome) => Some(At::Finish(outcome)),
        Owner::Running if state.clock.run != Due::InTime => {
            state.owner = Owner::Ended(Outcome::Aborted);
            Some(At::Finish(Outcome::TimedOut))
        }
        Owner::NotStarted | Owner::Running => None,
    }
}

/// `finish`: records the end, unless there is one or another execution says so.
fn finish(system: &System, state: &mut State, execution: Execution, outcome: Outcome) -> At {
    if execution == Execution::Own && !state.run.is_ended() {
        relay::end(system, state, outcome);
    }
    At::Ended
}

/// A function fails for longer than the gateway retries. In `Finish` the execution fails with it.
pub(super) fn give_up(mut state: State) -> Option<State> {
    let at = &mut state.gateways[Execution::Own as usize];
    *at = match *at {
        At::NextGate | At::AwaitApproval(_) | At::CommitGate => At::Finish(Outcome::Failed),
        At::Finish(outcome) => At::Failed(outcome),
        _ => return None,
    };
    state.outage = true;
    Some(state)
}

/// Somebody redrives the failed execution: it goes on where it failed.
pub(super) fn redrive(mut state: State) -> Option<State> {
    let at = &mut state.gateways[Execution::Own as usize];
    let At::Failed(outcome) = *at else { return None };
    *at = At::Finish(outcome);
    Some(state)
}

/// Somebody starts the machine by hand, under another name, with the run's input. Runs that the second
/// gate is not asked of are enough to see what comes of it.
pub(super) fn start_foreign(mut state: State) -> Option<State> {
    let at = &mut state.gateways[Execution::Foreign as usize];
    if state.runs == 0 || *at != At::Nowhere || state.run.gates[1].status != GateStatus::Skipped {
        return None;
    }
    *at = At::NextGate;
    Some(state)
}
