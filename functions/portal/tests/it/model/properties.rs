//! What must hold in every state, and what must be possible in some.

use portal::domain::Status;
use stateright::Property;

use super::people::{self, Person, RULES};
use super::state::{At, Due, Execution, GATES, GateStatus, Owner, Row, RowState, State};
use super::system::System;

pub(super) const ONE_RUN: &str = "one request is one run";
pub(super) const ONE_GATEWAY: &str = "one run is one gateway execution";
pub(super) const ONE_EXECUTION: &str = "one run is one execution of the owner's steps";
pub(super) const NOT_AFTER_THE_END: &str = "nothing privileged begins once a run has ended";
pub(super) const PAST_THE_GATE: &str = "nothing privileged begins before the commit gate";
pub(super) const BY_ITS_OWN: &str = "nothing privileged is begun by a foreign execution";
pub(super) const ENOUGH_PEOPLE: &str = "what runs was approved by enough people";
pub(super) const NOT_ONESELF: &str = "a requester never approves";
pub(super) const ONE_VOTE: &str = "one person is one vote";
pub(super) const WHAT_WAS_SHOWN: &str = "approved is what was shown";
pub(super) const ALONG_THE_TABLE: &str = "a run changes along the table";
pub(super) const ENDED_FOR_GOOD: &str = "an ended run never changes";
pub(super) const IN_TIME_COUNTS: &str = "an approval in time is honoured";
pub(super) const COMES_TO_AN_END: &str = "a run comes to its end by itself";

pub(super) const SUCCEEDS: &str = "succeeds";

/// More steps than any run needs to its end.
const ENOUGH_STEPS: usize = 64;

/// What must hold in every state.
pub(super) fn always() -> Vec<Property<System>> {
    vec![
        must(ONE_RUN, |_, state| state.runs <= 1),
        must(ONE_GATEWAY, |_, state| state.seen.started <= 1),
        must(ONE_EXECUTION, |_, state| state.seen.begun <= 1),
        must(NOT_AFTER_THE_END, |_, state| !state.seen.begun_in.is_some_and(super::table::is_end)),
        must(PAST_THE_GATE, |_, state| past_the_gate(state)),
        must(BY_ITS_OWN, |_, state| state.seen.begun_by != Some(Execution::Foreign)),
        must(ENOUGH_PEOPLE, |_, state| enough_people(state)),
        must(NOT_ONESELF, |_, state| votes_of(state, Person::REQUESTER).all(|votes| votes == 0)),
        must(ONE_VOTE, |_, state| {
            Person::ALL.iter().all(|who| votes_of(state, *who).all(|votes| votes <= 1))
        }),
        must(WHAT_WAS_SHOWN, |_, state| !state.seen.misled),
        must(ALONG_THE_TABLE, |_, state| !state.seen.strayed),
        must(ENDED_FOR_GOOD, |_, state| !state.seen.disturbed),
        must(IN_TIME_COUNTS, |_, state| in_time_counts(state)),
        must(COMES_TO_AN_END, comes_to_an_end),
    ]
}

/// What must be possible: without it the model might hold because nothing happens in it.
pub(super) fn sometimes() -> Vec<Property<System>> {
    vec![
        may(SUCCEEDS, |_, state| state.run.status == Status::Succeeded),
        may("is rejected", |_, state| state.run.status == Status::Rejected),
        may("expires", |_, state| state.run.status == Status::Expired),
        may("is cancelled", |_, state| state.run.status == Status::Cancelled),
        may("times out", |_, state| state.run.status == Status::TimedOut),
        may("fails", |_, state| state.run.status == Status::Failed),
        // Two people were the last, at once: both are recorded.
        may("three of three approve", |_, state| people::others(state.run, 0) == 3),
        may("a foreign execution is refused", |_, state| {
            state.gateways[Execution::Foreign as usize] == At::Ended && state.run.status == Status::Approved
        }),
        may("cancelled too late, succeeds", |_, state| {
            state.run.status == Status::Succeeded && state.rows[Row::Stop.index()] != RowState::Absent
        }),
    ]
}

fn must(name: &'static str, holds: fn(&System, &State) -> bool) -> Property<System> {
    Property::always(name, holds)
}

fn may(name: &'static str, happens: fn(&System, &State) -> bool) -> Property<System> {
    Property::sometimes(name, happens)
}

fn past_the_gate(state: &State) -> bool {
    let begun_in = state.seen.begun_in;
    begun_in.is_none_or(|status| {
        super::table::is_end(status) || matches!(status, Status::Executing | Status::Cancelling)
    })
}

/// Every gate that was asked has its number of different people, none of them the requester.
fn enough_people(state: &State) -> bool {
    let enough = |gate: usize| {
        state.run.gates[gate].status == GateStatus::Skipped
            || people::others(state.run, gate) >= RULES[gate].quorum
    };
    state.owner == Owner::NotStarted || (0..GATES).all(enough)
}

fn votes_of(state: &State, who: Person) -> impl Iterator<Item = u32> {
    state.run.gates.into_iter().map(move |gate| gate.votes.of(who))
}

/// No timer takes back what people decided: a run expires at a gate that nobody answered or at its
/// deadline, and a run with every approval fails only if something outside does.
fn in_time_counts(state: &State) -> bool {
    let gates = state.run.gates;
    let answered = !gates.iter().any(|gate| gate.status == GateStatus::Expired);
    let approved = gates.iter().any(|gate| gate.status == GateStatus::Approved);
    let outside = state.outage || state.clock.run != Due::InTime;
    match state.run.status {
        Status::Expired => !answered || outside,
        Status::Failed if approved => state.seen.begun > 0 || outside,
        _ => true,
    }
}

/// From wherever it is, without another crash, the relay, the gateway and the clock bring it to an end.
fn comes_to_an_end(system: &System, state: &State) -> bool {
    let mut state = *state;
    for _ in 0..ENOUGH_STEPS {
        if state.runs == 0 || state.run.is_ended() {
            return true;
        }
        match system.by_itself(&state) {
            Some(next) => state = next,
            None => return false,
        }
    }
    false
}
