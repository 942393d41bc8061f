//! A target that takes no more: backed off from with growing, jittered, capped pauses, and given up at last; the fifth
//! time in a row its caller is cut off, and nobody else.

use asl::TaskRequest;
use jiff::Timestamp;
use portal::domain::breaker::{FAILURES, State};
use portal::domain::{Run, Status};
use portal::store::StoreError;
use portal::store::commit::Change;
use serde_json::json;

use crate::support::World;
use crate::support::gateway::{self, Answer};

/// How AWS says that a nested execution could not be started because there were too many: the start's own name hides
/// in the cause.
const IN_THE_CAUSE: (&str, &str) = (
    "States.TaskFailed",
    "Rate exceeded (Service: AWSStepFunctions; Status Code: 400; Error Code: ThrottlingException)",
);
/// The same by name.
const BY_NAME: (&str, &str) = ("StepFunctions.ThrottlingException", "Rate exceeded");

/// An account in which nothing can be started, for now.
fn throttled(by: (&'static str, &'static str)) -> impl Fn(&TaskRequest) -> Answer {
    move |request| match request.state.as_str() {
        "StartWorkflow" => Err((by.0.to_owned(), by.1.to_owned())),
        "DescribeWorkflow" => {
            Err(("Sfn.ExecutionDoesNotExistException".to_owned(), "Execution Does Not Exist".to_owned()))
        }
        other => panic!("{other} is not reached"),
    }
}

/// A call that its gateway carries as far as it gets; the pauses between its starts, in seconds.
async fn call(world: &World, random: f64, by: (&'static str, &'static str)) -> (Run, Vec<f64>) {
    let run = world.called_run("apps", "resize").await;
    let run =
        world.portal.store.commit(Change::create(run, world.portal.now())).await.expect("let through").run;
    let called = gateway::run(world, &run, random, &throttled(by)).await;
    let starts: Vec<Timestamp> =
        called.iter().filter(|(state, _)| state == "StartWorkflow").map(|(_, at)| *at).collect();
    let pauses = starts.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs_f64()).collect();
    (world.run(run.id).await, pauses)
}

#[tokio::test]
async fn f46_pauses_grow_are_jittered_and_capped_and_end() {
    let world = World::start().await;
    let (run, pauses) = call(&world, 0.5, IN_THE_CAUSE).await;
    // Doubled, a minute at most; each from half of that to the whole.
    let whole = [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0, 60.0];
    assert_eq!(pauses.len(), whole.len(), "ten more times, and no more: {pauses:?}");
    let within = |(pause, whole): (&f64, &f64)| (whole / 2.0..=*whole).contains(pause);
    assert!(pauses.iter().zip(&whole).all(within), "{pauses:?}");
    assert_eq!(run.status, Status::Failed);
    let failure = run.failure.expect("a reason");
    assert!(failure.cause.contains("Rate exceeded"), "{failure:?}");
    let (_, others) = call(&world, 0.5, IN_THE_CAUSE).await;
    assert_ne!(others, pauses, "chance parts those who were refused together");
}

#[tokio::test]
async fn f46_what_is_throttled_by_name_is_backed_off_from_as_well() {
    let world = World::start().await;
    let (run, pauses) = call(&world, 0.999_999, BY_NAME).await;
    assert_eq!(run.status, Status::Failed);
    let first: Vec<_> = pauses[..8].iter().map(|pause| pause.round()).collect();
    assert_eq!(first, [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0], "Retry's own pauses come first");
    assert!(pauses.iter().all(|pause| *pause <= 60.0), "{pauses:?}");
    assert_eq!(pauses.len() + 1, 11 * 9, "ten more times, with eight retries each");
    let (_, jittered) = call(&world, 0.25, BY_NAME).await;
    assert!((jittered[5] - 15.0).abs() < 0.01, "a quarter of a minute: {jittered:?}");
}

#[tokio::test]
async fn f46_the_fifth_in_a_row_cuts_the_caller_off_and_nobody_else() {
    let world = World::start().await;
    for failures in 1..=FAILURES {
        let (run, _) = Box::pin(call(&world, 0.5, IN_THE_CAUSE)).await;
        assert_eq!(run.status, Status::Failed);
        let breaker = world.portal.store.breaker("machine:apps", "resize").await.expect("read");
        assert_eq!((breaker.failures, breaker.last.map(|last| last.run)), (failures, Some(run.id)));
        assert_eq!(breaker.state != State::Closed, failures == FAILURES, "{failures}: {:?}", breaker.state);
    }
    let refused = world.called_by("apps", "resize").await.expect_err("cut off");
    let StoreError::CircuitOpen(breaker) = refused else { panic!("{refused:?}") };
    assert!(breaker.last.expect("a reason").cause.contains("Rate exceeded"));
    world.called_by("data", "resize").await.expect("another caller is let through");
    world.called_by("apps", "guarded").await.expect("so is another workflow of the same caller");
    world.ask("ada", "person", json!({"environment": "staging"})).await.expect("and a person");
}
