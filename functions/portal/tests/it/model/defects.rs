//! One rule of the system broken at a time: the checker has to find what comes of each.

use stateright::{Checker, HasDiscoveries, Model};

use super::properties as must;
use super::system::System;

/// A rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    /// The gateway's and the owner's executions have names of their own instead of the run's.
    RandomExecutionName,
    /// Nobody carries out what a crash left in the outbox.
    NoRelay,
    /// The requester is an approver like any other.
    SelfApproval,
    /// Votes are counted by channel instead of by person.
    VotesWithoutIdentity,
    /// The time-out of a wait ends the run without looking at it.
    TimeoutDoesNotReread,
    /// The gateway starts what it once read as approved.
    NoCommitGate,
    /// The commit gate does not ask which execution wants to pass.
    AnyExecutionPasses,
    /// A write does not demand the version that was read.
    VersionNotCompared,
    /// A vote is not bound to what the page showed.
    DigestNotCompared,
    /// The idempotency key may exist when it is written.
    KeyNotUnique,
    /// A throttled start is tried without regard to the run's deadline.
    UnboundedStart,
}

fn check(defect: Defect, property: &'static str) {
    let found = HasDiscoveries::AnyOf([property].into());
    let checker = System::with(defect).checker().threads(2).finish_when(found).spawn_bfs().join();
    assert!(checker.discovery(property).is_some(), "{defect:?} goes unnoticed: {property}");
}

#[test]
fn a_random_execution_name_starts_two_gateways() {
    check(Defect::RandomExecutionName, must::ONE_GATEWAY);
}

#[test]
fn a_random_execution_name_starts_the_owners_steps_twice() {
    check(Defect::RandomExecutionName, must::ONE_EXECUTION);
}

#[test]
fn without_a_relay_a_crash_leaves_a_run_forever() {
    check(Defect::NoRelay, must::COMES_TO_AN_END);
}

#[test]
fn a_requester_who_may_approve_does() {
    check(Defect::SelfApproval, must::NOT_ONESELF);
    check(Defect::SelfApproval, must::ENOUGH_PEOPLE);
}

#[test]
fn votes_without_identity_make_two_people_of_one() {
    check(Defect::VotesWithoutIdentity, must::ONE_VOTE);
    check(Defect::VotesWithoutIdentity, must::ENOUGH_PEOPLE);
}

#[test]
fn a_timeout_that_does_not_reread_takes_an_approval_back() {
    check(Defect::TimeoutDoesNotReread, must::IN_TIME_COUNTS);
}

#[test]
fn without_a_commit_gate_a_cancelled_run_begins() {
    check(Defect::NoCommitGate, must::NOT_AFTER_THE_END);
    check(Defect::NoCommitGate, must::PAST_THE_GATE);
}

#[test]
fn a_commit_gate_that_does_not_ask_who_lets_a_foreign_execution_pass() {
    check(Defect::AnyExecutionPasses, must::BY_ITS_OWN);
}

#[test]
fn a_write_that_does_not_compare_the_version_brings_an_ended_run_back() {
    check(Defect::VersionNotCompared, must::ENDED_FOR_GOOD);
    check(Defect::VersionNotCompared, must::ALONG_THE_TABLE);
}

#[test]
fn a_vote_that_does_not_compare_the_digest_approves_something_else() {
    check(Defect::DigestNotCompared, must::WHAT_WAS_SHOWN);
}

#[test]
fn a_key_that_may_exist_makes_two_runs() {
    check(Defect::KeyNotUnique, must::ONE_RUN);
}

#[test]
fn a_start_that_outlasts_the_grace_begins_after_the_end() {
    check(Defect::UnboundedStart, must::NOT_AFTER_THE_END);
}
