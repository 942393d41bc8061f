//! Limits: exact however many ask at once, given back by every end, and told to whoever is refused.

use std::time::Duration;

use catalog_model::approval::Channel;
use portal::app::AppError;
use portal::app::cancel::cancel;
use portal::app::check::check;
use portal::app::limits::{Exceeded, view};
use portal::app::propose::{Edit, answer, propose};
use portal::app::trigger::Triggered;
use portal::domain::{Caller, Decision, Run, RunId, Status};
use serde_json::{Value, json};

use crate::support::{World, gateway_of};

fn on(cluster: &str) -> Value {
    json!({"environment": "staging", "cluster": cluster})
}

fn production(cluster: &str) -> Value {
    json!({"environment": "production", "cluster": cluster})
}

impl World {
    async fn limited(&self, who: &str, key: &str, parameters: Value) -> Result<Triggered, AppError> {
        self.ask_for("limited", who, key, parameters).await
    }

    /// A request that is let through.
    async fn let_through(&self, key: &str, parameters: Value) -> Run {
        let asked = self.limited("ada", key, parameters).await.expect("it is let through");
        self.run(asked.run_id).await
    }

    /// What holds places, of the workflow and of each cluster: the names of the holders.
    fn holders(&self) -> Vec<Vec<String>> {
        let items = self.database.items("main").into_iter();
        let places = items.filter(|item| {
            item["PK"]["S"] == "LIMITS#limited"
                && item["SK"]["S"].as_str().is_some_and(|sk| sk.starts_with("PLACES"))
        });
        let names = |item: Value| {
            let set = item["holders"]["SS"].as_array().cloned().unwrap_or_default();
            set.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        places.map(names).filter(|names: &Vec<_>| !names.is_empty()).collect()
    }

    /// Lets the run through its gate and the commit gate.
    async fn begin(&self, run: &Run) -> Run {
        self.next(run.id).await.expect("nothing stands in the way");
        let approved = self.run(run.id).await;
        self.commit(&approved, &gateway_of(&approved)).await.expect("passes the commit gate");
        self.run(run.id).await
    }
}

fn exceeded<T: std::fmt::Debug>(answer: Result<T, AppError>) -> Exceeded {
    match answer {
        Err(AppError::LimitExceeded(exceeded)) => *exceeded,
        other => panic!("no limit stood in the way: {other:?}"),
    }
}

#[tokio::test]
async fn of_six_who_ask_at_once_for_one_place_one_gets_it() {
    let world = World::start().await;
    let ask = |key| world.limited("ada", key, on("orders"));
    let answers = tokio::join!(ask("1"), ask("2"), ask("3"), ask("4"), ask("5"), ask("6"));
    let answers = [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5];
    let (through, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    let [Ok(run)] = through.as_slice() else { panic!("{through:?}") };
    assert_eq!(world.holders(), vec![vec![run.run_id.to_string()]; 2]);
    for refused in refused {
        let exceeded = exceeded(refused);
        assert_eq!(
            exceeded.says,
            "At most one run per cluster at a time, and one is under way for orders; request it again when it \
             has ended."
        );
        let [in_the_way] = exceeded.runs.as_slice() else { panic!("{exceeded:?}") };
        assert_eq!(in_the_way.url, format!("https://drawbridge.example.com/runs/{}", run.run_id));
        assert_eq!((exceeded.retry_after, exceeded.page), (None, None), "Ada does not own it");
    }
}

#[tokio::test]
async fn a_limit_of_all_counts_every_target() {
    let world = World::start().await;
    world.let_through("1", on("orders")).await;
    world.let_through("2", on("returns")).await;
    let exceeded = exceeded(world.limited("dan", "3", on("ledger")).await);
    assert_eq!(
        exceeded.says,
        "At most 2 runs at a time, and 2 are under way (requested by others); request it again when one has \
         ended."
    );
    assert_eq!(exceeded.runs, [], "Dan may not see Ada's runs");
    let unlimited = world.ask("dan", "4", json!({"environment": "staging"})).await;
    unlimited.expect("another workflow is not concerned");
}

#[tokio::test]
async fn what_was_accepted_before_is_found_and_not_refused() {
    let world = World::start().await;
    let first = world.limited("ada", "same", on("orders")).await.expect("let through");
    let ask = || world.limited("ada", "same", on("orders"));
    for again in <[_; 3]>::from(tokio::join!(ask(), ask(), ask())) {
        assert_eq!(again.expect("found").run_id, first.run_id);
    }
    let ask = || world.limited("ada", "at-once", on("returns"));
    let answers = <[_; 4]>::from(tokio::join!(ask(), ask(), ask(), ask()));
    let ids: Vec<RunId> =
        answers.into_iter().map(|answer| answer.expect("one and the same").run_id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let counts = world
        .database
        .items("main")
        .into_iter()
        .filter_map(|item| item["runs"]["N"].as_str().map(str::to_owned));
    let mut counts: Vec<_> = counts.collect();
    counts.sort();
    assert_eq!(counts, ["1", "1", "2"], "two runs of the workflow, one of each cluster");
}

/// Every way in which a run ends, and whoever ends it.
#[tokio::test]
async fn every_end_gives_the_places_back() {
    for (how, status) in [
        ("succeeds", Status::Succeeded),
        ("fails", Status::Failed),
        ("times out", Status::TimedOut),
        ("is cancelled", Status::Cancelled),
        ("is rejected", Status::Rejected),
        ("expires", Status::Expired),
        ("is cancelled while it runs", Status::Cancelled),
        ("is ended by the relay", Status::Expired),
        ("is too late for the commit gate", Status::TimedOut),
    ] {
        let world = Box::pin(World::start()).await;
        let run = Box::pin(ended(&world, how)).await;
        assert_eq!(run.status, status, "{how}");
        assert_eq!(world.holders(), [[""; 0]; 0], "{how}");
        let again = Box::pin(world.limited("dan", "again", on("orders"))).await;
        again.unwrap_or_else(|error| panic!("{how}: {error}"));
    }
}

/// A run on the orders that has come to this end.
async fn ended(world: &World, how: &str) -> Run {
    let waits = ["is rejected", "expires", "is ended by the relay"].contains(&how);
    let parameters = if waits { production("orders") } else { on("orders") };
    let run = world.let_through("first", parameters).await;
    assert_eq!(world.holders().len(), 2, "{how}: it holds its places until then");
    match how {
        "is cancelled" => {
            cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("cancelled");
        }
        "is rejected" => {
            world.next(run.id).await.expect("the gate opens");
            let waiting = world.run(run.id).await;
            world.vote(&waiting, "owners", "bob", Decision::Reject).await.expect("counts");
        }
        "expires" => {
            world.next(run.id).await.expect("the gate opens");
            world.pass(Duration::from_hours(5));
            world.next(run.id).await.expect("the gate closes");
        }
        "is ended by the relay" => {
            // It was started, which the relay sees to; then nothing comes of it.
            world.pass(Duration::from_secs(11));
            world.relay().await;
            world.pass(Duration::from_hours(30 * 24));
            world.relay().await;
        }
        "is too late for the commit gate" => {
            world.next(run.id).await.expect("nothing stands in the way");
            world.pass(Duration::from_hours(30 * 24));
            world.commit(&world.run(run.id).await, &gateway_of(&run)).await.expect_err("too late");
        }
        "is cancelled while it runs" => {
            let run = world.begin(&run).await;
            cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("cancelling");
            assert_eq!(world.holders().len(), 2, "{how}: as long as it runs");
            world.finish(&run, json!({"outcome": "ABORTED"})).await;
        }
        _ => {
            let run = world.begin(&run).await;
            let outcome = match how {
                "succeeds" => "SUCCEEDED",
                "fails" => "FAILED",
                _ => "TIMED_OUT",
            };
            world.finish(&run, json!({"outcome": outcome})).await;
            world.finish(&run, json!({"outcome": outcome})).await;
        }
    }
    world.run(run.id).await
}

#[tokio::test]
async fn an_end_that_is_told_twice_does_not_free_the_place_of_the_next() {
    let world = World::start().await;
    let first = world.let_through("1", on("orders")).await;
    let first = world.begin(&first).await;
    world.finish(&first, json!({"outcome": "SUCCEEDED"})).await;
    let next = world.let_through("2", on("orders")).await;
    world.finish(&first, json!({"outcome": "SUCCEEDED"})).await;
    assert_eq!(world.holders(), vec![vec![next.id.to_string()]; 2]);
    exceeded(world.limited("dan", "3", on("orders")).await);
}

/// Ada asks for a change of the orders, and Bob would let it through with other parameters.
async fn proposed(world: &World, parameters: Value) -> Run {
    let run = world.let_through("first", production("orders")).await;
    world.next(run.id).await.expect("the gate opens");
    let run = world.run(run.id).await;
    let edit = Edit {
        gate: "owners".to_owned(),
        parameters,
        reason: "Rather so.".to_owned(),
        digest: run.digest.clone(),
        channel: Channel::Api,
        signed_in_at: None,
    };
    propose(&world.portal, &Caller::person("bob"), run.id, &edit).await.expect("proposed");
    run
}

#[tokio::test]
async fn a_superseding_run_takes_over_the_places() {
    let world = World::start().await;
    let mut audited = production("orders");
    audited["audited"] = json!(true);
    let run = proposed(&world, audited).await;
    let ada = Caller::person("ada");
    let next = answer(&world.portal, &ada, run.id, true).await.expect("confirmed").expect("a run");
    assert_eq!(world.holders(), vec![vec![run.id.to_string()]; 2], "under the name of the first");
    let refused = exceeded(world.limited("ada", "2", on("orders")).await);
    assert_eq!(refused.runs[0].id, next, "the one in the way is the one that took over");
    cancel(&world.portal, &ada, next).await.expect("cancelled");
    assert_eq!(world.holders(), [[""; 0]; 0]);
    let counted = world.portal.store.places("limited", None).await.expect("read");
    assert!(counted.holders.is_empty());
    world.let_through("3", on("orders")).await;
    world.let_through("4", on("returns")).await;
}

#[tokio::test]
async fn a_superseding_run_for_something_else_needs_a_place_there() {
    let world = World::start().await;
    let run = proposed(&world, production("returns")).await;
    let other = world.let_through("other", on("returns")).await;
    let ada = Caller::person("ada");
    let refused = exceeded(answer(&world.portal, &ada, run.id, true).await);
    assert_eq!(refused.runs[0].id, other.id);
    assert_eq!(world.run(run.id).await.status, Status::Waiting, "nothing was replaced");

    let other = world.begin(&other).await;
    world.finish(&other, json!({"outcome": "SUCCEEDED"})).await;
    let next = answer(&world.portal, &ada, run.id, true).await.expect("confirmed").expect("a run");
    let holders = world.holders().concat();
    assert_eq!(holders.len(), 2, "{holders:?}");
    for holder in [run.id, next] {
        assert!(holders.contains(&holder.to_string()), "one taken over, one of its own: {holders:?}");
    }
    cancel(&world.portal, &ada, next).await.expect("cancelled");
    assert_eq!(world.holders(), [[""; 0]; 0]);
}

#[tokio::test]
async fn a_window_that_is_full_says_when_the_next_begins() {
    let world = World::start().await;
    let cancelled = async |key: &str, cluster: &str| {
        let run = world.limited("ada", key, on(cluster)).await?;
        cancel(&world.portal, &Caller::person("ada"), run.run_id).await
    };
    // From the beginning of an hour in the middle of a day, so that no window turns meanwhile.
    let now = world.portal.now().as_second();
    let until_ten = u64::try_from((10 * 3600 - now).rem_euclid(86_400)).expect("positive");
    world.pass(Duration::from_secs(until_ten));
    for key in ["1", "2", "3"] {
        cancelled(key, "orders").await.expect("let through");
    }
    let day = exceeded(cancelled("4", "orders").await);
    assert!(
        day.says.starts_with("At most 3 runs per cluster in 1 day, and as many were requested for orders"),
        "{}",
        day.says
    );
    assert!(day.retry_after.is_some_and(|seconds| (13 * 3600..=14 * 3600).contains(&seconds)), "{day:?}");
    cancelled("5", "returns").await.expect("another cluster");
    cancelled("6", "returns").await.expect("the fifth in this hour");
    let hour = exceeded(cancelled("7", "returns").await);
    assert!(
        hour.says.contains("At most 5 runs in 1 hour, and as many were requested since"),
        "{}",
        hour.says
    );
    assert!(hour.says.ends_with("11:00:00 UTC."), "{}", hour.says);
    let wait = hour.retry_after.expect("known");
    assert!((3500..=3600).contains(&wait), "{wait}");
    cancelled("1", "orders").await.expect("what was accepted is found, not counted and not refused");
    world.pass(Duration::from_secs(wait));
    cancelled("8", "returns").await.expect("another hour");
    exceeded(cancelled("9", "orders").await);
}

#[tokio::test]
async fn a_place_that_nobody_holds_is_found_and_given_back() {
    let world = World::start().await;
    let run = world.let_through("1", on("orders")).await;
    // Done to the tables from outside: the run is gone, its places are not.
    let items = world.database.items("main");
    let item = items
        .iter()
        .find(|item| item["PK"]["S"] == format!("RUN#{}", run.id).as_str() && item["SK"]["S"] == "META");
    world.database.delete("main", item.expect("the run's item"));
    let next = world.let_through("2", on("orders")).await;
    assert!(world.holders().contains(&vec![next.id.to_string()]), "{:?}", world.holders());
    let shown = view::view(&world.portal, &world.person("bob").await, "limited").await.expect("an owner");
    assert_eq!(shown.limits[0].uses[0].used, 1, "{shown:?}");
    assert_eq!(world.holders(), vec![vec![next.id.to_string()]; 2], "looking mends the rest");
}

#[tokio::test]
async fn a_preview_says_it_before_anything_is_asked_for() {
    let world = World::start().await;
    let look = async |who: &str, cluster: &str| {
        let checked = check(&world.portal, &world.person(who).await, "limited", &on(cluster)).await;
        checked.expect("checked").limit
    };
    assert_eq!(look("ada", "orders").await, None);
    world.let_through("1", on("orders")).await;
    let limit = look("ada", "orders").await.expect("it would be refused");
    assert_eq!(limit, exceeded(world.limited("ada", "2", on("orders")).await), "in the same words");
    assert_eq!(look("ada", "returns").await, None);
}

#[tokio::test]
async fn a_secret_is_not_kept_for_a_request_that_is_refused() {
    let world = World::start().await;
    world.let_through("1", on("orders")).await;
    let mut secret = on("orders");
    secret["password"] = json!("hunter2-limits");
    exceeded(world.limited("ada", "2", secret).await);
    assert!(world.secrets.values().is_empty());
}

#[tokio::test]
async fn the_owner_team_sees_what_is_used_and_nobody_else() {
    let world = World::start().await;
    let run = world.let_through("1", on("orders")).await;
    let shown = view::view(&world.portal, &world.person("bob").await, "limited").await.expect("an owner");
    let lines: Vec<_> = shown
        .limits
        .iter()
        .map(|limit| {
            (
                limit.says.as_str(),
                limit.uses.iter().map(|one| (one.target.as_deref(), one.used)).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("At most 2 runs at a time.", vec![(None, 1)]),
            ("At most 5 runs in 1 hour.", vec![(None, 1)]),
            ("At most one run per cluster at a time.", vec![(Some("orders"), 1)]),
            ("At most 3 runs per cluster in 1 day.", vec![(Some("orders"), 1)]),
        ]
    );
    assert_eq!(shown.limits[2].uses[0].runs[0].id, run.id);
    let callers: Vec<_> =
        shown.callers.iter().map(|caller| (caller.team.as_str(), caller.name.as_str())).collect();
    assert_eq!(callers, [("apps", "Apps"), ("data", "Data")], "who may call, though nothing happened yet");
    for other in ["ada", "dan", "sven"] {
        let answer = view::view(&world.portal, &world.person(other).await, "limited").await;
        assert!(matches!(answer, Err(AppError::NotFound("workflow"))), "{other}: {answer:?}");
    }
}
