//! A circuit turns in the transactions in which a machine's run begins or ends, exactly once, and concerns nobody else.

use std::time::Duration;

use portal::app::AppError;
use portal::app::cancel::cancel;
use portal::domain::breaker::{Breaker, FAILURES, State};
use portal::domain::{Caller, Run, Status};
use portal::store::StoreError;
use portal::store::commit::Change;
use serde_json::json;

use crate::support::World;

const CALLER: &str = "machine:apps";

impl World {
    async fn circuit(&self, slug: &str) -> Breaker {
        self.portal.store.breaker(CALLER, slug).await.expect("read")
    }

    async fn fail(&self, run: &Run) {
        let end = json!({"outcome": "FAILED", "error": "States.TaskFailed", "cause": "Rate exceeded"});
        self.finish(run, end).await;
    }

    /// Five calls of a workflow that fail one after the other.
    async fn cut_off(&self, slug: &str) {
        for _ in 0..FAILURES {
            let run = self.called_by("apps", slug).await.expect("let through");
            self.fail(&run).await;
        }
    }
}

fn refused(answer: Result<Run, StoreError>) -> Breaker {
    match answer {
        Err(StoreError::CircuitOpen(breaker)) => *breaker,
        other => panic!("let through: {other:?}"),
    }
}

#[tokio::test]
async fn the_fifth_failure_in_a_row_opens_it_for_a_minute() {
    let world = World::start().await;
    world.cut_off("resize").await;
    let breaker = refused(world.called_by("apps", "resize").await);
    let last = breaker.last.expect("a reason");
    assert_eq!((last.name.as_str(), last.cause.as_str()), ("States.TaskFailed", "Rate exceeded"));
    let now = world.portal.now();
    assert!(matches!(breaker.state, State::Open { until, .. } if until > now), "{:?}", breaker.state);
    world.pass(Duration::from_secs(59));
    refused(world.called_by("apps", "resize").await);
    world.pass(Duration::from_secs(2));
    world.called_by("apps", "resize").await.expect("a minute has passed");
}

#[tokio::test]
async fn others_are_not_concerned() {
    let world = World::start().await;
    world.cut_off("resize").await;
    refused(world.called_by("apps", "resize").await);
    world.called_by("data", "resize").await.expect("another caller");
    world.called_by("apps", "guarded").await.expect("another workflow");
    world.ask("ada", "person", json!({"environment": "staging"})).await.expect("a person");
}

#[tokio::test]
async fn people_are_never_cut_off() {
    let world = World::start().await;
    for number in 0..=FAILURES {
        let asked = world.ask("ada", &format!("{number}"), json!({"environment": "staging"})).await;
        let run = world.run(asked.expect("let through").run_id).await;
        world.fail(&run).await;
        assert_eq!(world.run(run.id).await.status, Status::Failed);
    }
    let circuits = world.portal.store.breakers("resize").await.expect("read");
    assert_eq!(circuits, [], "nothing is even counted");
}

#[tokio::test]
async fn of_six_that_begin_at_once_one_is_the_probe_and_its_success_closes() {
    let world = World::start().await;
    world.cut_off("resize").await;
    world.pass(Duration::from_secs(61));
    let mut runs = Vec::new();
    for _ in 0..6 {
        runs.push(world.called_run("apps", "resize").await);
    }
    let now = world.portal.now();
    let begin = |at: usize| world.portal.store.commit(Change::create(runs[at].clone(), now));
    let answers = <[_; 6]>::from(tokio::join!(begin(0), begin(1), begin(2), begin(3), begin(4), begin(5)));
    let (through, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    let [Ok(probe)] = through.as_slice() else { panic!("{through:?}") };
    let cut_off = |answer: &Result<_, _>| matches!(answer, Err(StoreError::CircuitOpen(_)));
    assert!(refused.iter().all(cut_off), "{refused:?}");
    assert!(matches!(world.circuit("resize").await.state, State::Probing { run, .. } if run == probe.run.id));

    let mut executing = Change::of(&probe.run, now);
    executing.run().status = Status::Approved;
    let approved = world.portal.store.commit(executing).await.expect("written").run;
    let mut executing = Change::of(&approved, now);
    executing.run().status = Status::Executing;
    let probe = world.portal.store.commit(executing).await.expect("written").run;
    world.finish(&probe, json!({"outcome": "SUCCEEDED"})).await;
    let closed = world.circuit("resize").await;
    assert_eq!((closed.state, closed.failures, closed.last), (State::Closed, 0, None));
    world.called_by("apps", "resize").await.expect("closed");
}

#[tokio::test]
async fn ends_at_once_are_all_counted_and_each_once() {
    let world = World::start().await;
    let mut runs = Vec::new();
    for _ in 0..4 {
        runs.push(world.called_by("apps", "resize").await.expect("let through"));
    }
    let [a, b, c, d] = runs.as_slice() else { panic!("four") };
    tokio::join!(world.fail(a), world.fail(b), world.fail(c), world.fail(d));
    for run in &runs {
        world.fail(run).await;
    }
    let breaker = world.circuit("resize").await;
    assert_eq!((breaker.failures, breaker.state), (4, State::Closed));
}

#[tokio::test]
async fn a_probe_that_says_nothing_lets_the_next_take_its_place() {
    let world = World::start().await;
    world.cut_off("resize").await;
    world.pass(Duration::from_secs(61));
    let probe = world.called_run("apps", "resize").await;
    let committed = world.portal.store.commit(Change::create(probe, world.portal.now())).await;
    let probe = committed.expect("the probe").run;
    refused(world.called_by("apps", "resize").await);
    // Somebody of the owner team stops it before it has begun.
    cancel(&world.portal, &Caller::person("bob"), probe.id).await.expect("cancelled");
    world.called_by("apps", "resize").await.expect("the next probe");
}

#[tokio::test]
async fn whoever_is_refused_is_told_why_and_until_when() {
    let world = World::start().await;
    world.cut_off("limited").await;
    let shown = portal::app::limits::view::view(&world.portal, &world.person("bob").await, "limited").await;
    let shown = shown.expect("an owner");
    let caller = shown.callers.iter().find(|caller| caller.team == "apps").expect("the caller");
    assert_eq!(caller.failures, FAILURES);
    let reason = caller.reason.as_deref().expect("a reason");
    assert!(reason.starts_with("5 runs of “Resize a cluster” in a row failed for this caller"), "{reason}");
    assert!(reason.contains("the last with States.TaskFailed at ") && reason.contains("; from "), "{reason}");
    let other = shown.callers.iter().find(|caller| caller.team == "data").expect("may call, too");
    assert_eq!((&other.state, other.reason.as_deref()), (&State::Closed, None));
    let open = AppError::from(world.called_by("apps", "limited").await.expect_err("cut off"));
    assert!(matches!(open, AppError::Store(StoreError::CircuitOpen(_))), "{open:?}");
}
