//! A model of trigger, votes, expiry, cancel, relay and crash, whose every state is visited.
//!
//! What is modelled, each in the words and by the rules of the code it stands for:
//!
//! 1. the items: the run with its gates and votes, tokens, outbox rows, the idempotency key ([`state`]);
//! 2. people: a request made again and again under one key, approvals and rejections by several channels,
//!    the requester who tries to vote, a page that shows something else, cancelling ([`people`]);
//! 3. the gateway: its states, the functions they call, tokens that are forged, late or used up, answers
//!    that are lost, retries that are used up, a redrive, a foreign execution ([`gateway`]);
//! 4. the outbox: whoever writes a row tries it or dies, the relay carries it out any number of times or
//!    puts it aside; the owner's steps end; gates, the day for a START and deadlines pass ([`relay`]);
//! 5. what must hold in every state, and what must be possible ([`properties`]);
//! 6. rules broken one at a time, each of which the checker has to notice ([`defects`]).
//!
//! What a function reads, decides and writes is one step, because its write demands the version it read;
//! calls that are overtaken by others between the two are modelled for one approver and for cancelling.
//! That the database really refuses such writes, and all that the model's table does not know, is held
//! against the store itself ([`conditions`]).
//!
//! Left out on purpose: notices, secrets, inboxes and audit (nothing decides by them); what the digest is
//! made of (a vote is for the run or for something else); more than one run (runs share no item but the
//! key, and the places, counts and circuits of a workflow's limits: those can refuse the first write of a run, which
//! then never was, and follow from its end); an operator who stops the gateway's execution. Taken for granted: Step Functions keeps its word
//! about names and tokens, `DynamoDB` about conditions, and a gateway that has passed the commit gate comes
//! to the start within the grace that follows the deadline.

mod action;
mod conditions;
mod defects;
mod gateway;
mod people;
mod properties;
mod relay;
mod state;
mod system;
mod table;

use std::collections::BTreeSet;

use portal::domain::Status;
use stateright::{Checker, HasDiscoveries, Model};

use action::Action;
use properties::SUCCEEDS;
use state::Row;
use system::System;

#[test]
fn holds_in_more_than_a_million_states() {
    let system = System::sound();
    let taken = system.taken();
    let checker = system.checker().threads(2).spawn_bfs().join();
    let broken: Vec<_> = checker.discoveries().into_iter().collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let states = checker.unique_state_count();
    assert!(states > 1_000_000, "only {states} states");
    assert_eq!(words(&taken.pairs()), words(&table::TABLE), "every transition is taken, and no other");
}

#[test]
fn whatever_a_run_may_come_to_is_possible() {
    let checker = System::possible(|_| false).checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
}

/// Every function dies once it has written.
#[test]
fn f39_f41_a_run_whose_functions_all_die_succeeds_by_the_relay() {
    succeeds_without(lives);
}

/// Nobody wakes the gateway: the time-outs of its waits find out that it may go on.
#[test]
fn f38_a_run_whose_gateway_nobody_wakes_succeeds_by_its_time_outs() {
    succeeds_without(|action| {
        lives(action) || matches!(action, Action::RelayTries(Row::Wake(_), _) | Action::Forge(_))
    });
}

fn lives(action: &Action) -> bool {
    matches!(action, Action::Submit(false) | Action::AtOnce(_, false) | Action::Write(false))
}

fn succeeds_without(without: fn(&Action) -> bool) {
    let found = HasDiscoveries::AnyOf([SUCCEEDS].into());
    let system = System::possible(without);
    system.checker().finish_when(found).spawn_bfs().join().assert_any_discovery(SUCCEEDS);
}

fn words(pairs: &[(Status, Status)]) -> BTreeSet<(&'static str, &'static str)> {
    pairs.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect()
}
