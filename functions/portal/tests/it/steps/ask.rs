//! State machines ask for runs through their team's door: who may, for what, on what terms.

use std::time::Duration;

use jiff::SignedDuration;
use portal::domain::{CallerKind, Decision, GateStatus, Status};
use portal::steps::dispatch;
use portal::store::outbox::Message;
use serde_json::{Value, json};

use crate::support::doors::{execution, production, request};
use crate::support::{World, gateway_of};

#[tokio::test]
async fn a_state_machine_asks_waits_and_gets_the_result() {
    let world = World::start().await;
    let run = world.called().await;
    assert_eq!((run.caller, run.requester.id.as_str()), (CallerKind::Machine, "apps"));
    assert_eq!(
        (run.requester.name.as_str(), run.caller_key().as_str()),
        ("Apps (state machine)", "machine:apps")
    );
    let first = &world.portal.store.audit(run.id).await.expect("records")[0];
    assert_eq!((first.actor.as_str(), first.channel.as_deref()), ("machine:apps", Some("door")));
    for who in ["bob", "cleo"] {
        world.vote(&run, "owners", who, Decision::Approve).await.expect("counts");
    }
    let passed = world.commit(&run, &gateway_of(&run)).await.expect("passes");
    assert_eq!(passed["input"]["run"]["requester"], "machine:apps", "no person's id");
    assert!(world.answers().is_empty(), "nobody is answered before the end");
    world.finish(&run, json!({"outcome": "SUCCEEDED", "output": {"size": "large"}})).await;
    let told = json!({"run_id": run.id, "status": "SUCCEEDED", "result": {"size": "large"}});
    assert_eq!(world.answers(), [("token-1".to_owned(), told)]);
    assert!(world.portal.store.subscribers(run.id).await.expect("read").is_empty(), "no token is left");
}

#[tokio::test]
async fn f43_a_retry_replaces_the_token_and_only_the_newest_is_answered() {
    let world = World::start().await;
    let run = world.called().await;
    world.call("apps", "one", "token-2", request("key", production())).await.expect("the same run");
    let waiting = world.portal.store.subscribers(run.id).await.expect("read");
    assert_eq!((waiting.len(), waiting[0].generation, waiting[0].token.as_str()), (1, 2, "token-2"));
    world.vote(&run, "owners", "bob", Decision::Reject).await.expect("counts");
    let tokens: Vec<_> = world.answers().into_iter().map(|(token, _)| token).collect();
    assert_eq!(tokens, ["token-2"]);
    let actions = world.actions(run.id).await;
    assert_eq!(actions.iter().filter(|action| *action == "waited for").count(), 1, "a retry is the same one");
}

#[tokio::test]
async fn several_executions_attach_to_one_run_and_each_is_answered() {
    let world = World::start().await;
    let run = world.called().await;
    let other = world.call("apps", "two", "token-2", request("key", production())).await.expect("attached");
    assert_eq!(other["run_id"], json!(run.id));
    assert_eq!(world.engine.executions().len(), 1, "one run, one execution");
    world.vote(&run, "owners", "bob", Decision::Reject).await.expect("counts");
    let mut told: Vec<_> = world.answers();
    told.sort_by(|one, two| one.0.cmp(&two.0));
    assert_eq!(told.iter().map(|(token, _)| token.as_str()).collect::<Vec<_>>(), ["token-1", "token-2"]);
    assert_eq!(told[0].1, told[1].1);
    // Whoever comes after the end is answered at once, and so is a retry whose first answer got lost.
    world.call("apps", "three", "token-3", request("key", production())).await.expect("answered");
    world.call("apps", "one", "token-4", request("key", production())).await.expect("answered");
    let late: Vec<_> = world.answers()[2..].to_vec();
    assert_eq!(late, [("token-3".to_owned(), told[0].1.clone()), ("token-4".to_owned(), told[0].1.clone())]);
}

#[tokio::test]
async fn refusals_have_names_that_say_what_to_do() {
    let world = World::start().await;
    let check = async |request: Value, name: &str, says: &[&str]| {
        let refused = world.call("apps", "one", "token", request.clone()).await.expect_err("refused");
        assert_eq!(refused.name, name, "{request}: {refused}");
        assert!(says.iter().all(|part| refused.message.contains(part)), "{says:?} in {refused}");
    };
    let with = |member: &str, value: Value| {
        let mut request = request("key", production());
        request[member] = value;
        request
    };
    let invalid = "Drawbridge.InvalidParameters";
    check(with("parameters", json!({"environment": "moon"})), invalid, &["/parameters/environment"]).await;
    check(with("parametres", json!({})), invalid, &["/parametres is not known"]).await;
    for key in ["", "a\nb", &"x".repeat(1025)] {
        check(with("idempotency_key", json!(key)), invalid, &["/idempotency_key must be 1 to 1024"]).await;
    }
    check(with("workflow", json!("nothing")), "Drawbridge.NoSuchWorkflow", &[]).await;
    check(with("workflow", json!("elsewhere")), "Drawbridge.NoSuchWorkflow", &["eu-central-1"]).await;
    check(with("workflow", json!("undeployed")), "Drawbridge.NotDeployed", &[]).await;
    let secret = json!({"environment": "staging", "password": "hunter2"});
    check(with("parameters", secret), invalid, &["/parameters/password", "history"]).await;
    let past = (world.portal.now() - SignedDuration::from_secs(1)).to_string();
    check(with("deadline", json!(past)), "Drawbridge.TimedOut", &["has passed"]).await;
    assert!(world.database.items("audit").is_empty() && world.engine.executions().is_empty());

    world.call("apps", "one", "token", request("key", production())).await.expect("accepted");
    let other = json!({"environment": "staging"});
    check(with("parameters", other), "Drawbridge.KeyReused", &[]).await;
    let again = world.call("apps", "one", "token", with("deadline", json!(past))).await;
    assert!(again.is_ok(), "the run is there: what a retry says about its end does not matter");
}

/// As the snippet makes it: the execution's ARN, the state's name, a Map's index.
#[tokio::test]
async fn a_key_may_be_made_of_long_names_in_any_language() {
    let world = World::start().await;
    let key = format!("{}/Zugriff gewähren für {}/3", execution("apps", &"n".repeat(80)), "ß".repeat(60));
    let first = world.call("apps", "one", "t1", request(&key, production())).await.expect("accepted");
    let again = world.call("apps", "two", "t2", request(&key, production())).await.expect("the same");
    assert_eq!(first["run_id"], again["run_id"]);
}

#[tokio::test]
async fn nobody_calls_who_is_not_among_the_callers() {
    let world = World::start().await;
    let asked = world.call("nobody", "one", "token", request("key", production())).await;
    assert_eq!(asked.expect_err("refused").name, "Drawbridge.NotAllowed");
    let refused = world.call(
        "apps",
        "one",
        "t",
        json!({
            "workflow": "guarded", "parameters": production(), "idempotency_key": "key",
        }),
    );
    let refused = refused.await.expect_err("denied where nobody is listed");
    assert_eq!(refused.name, "Drawbridge.NotAllowed");
    assert!(refused.message.contains("Data (data) owns it"), "{refused}");
}

#[tokio::test]
async fn a_door_speaks_for_its_own_team_alone() {
    let world = World::start().await;
    let check = async |caller: &str, arn: String| {
        let payload = json!({"caller": caller, "execution_arn": arn, "token": "t", "request": request("k", production())});
        let refused = dispatch("ask", payload, &world.portal).await.expect_err("refused");
        assert_eq!(refused.name, "Drawbridge.ForeignExecution", "{refused}");
    };
    check("apps", execution("data", "one")).await;
    check("apps", execution("apps", "one").replace("111111111111", "333333333333")).await;
    check("apps", gateway_of(&world.waiting().await)).await;
}

#[tokio::test]
async fn keys_of_a_team_and_of_a_person_never_meet() {
    let world = World::start().await;
    let run = world.called().await;
    let person = world.ask("ada", "key", production()).await.expect("accepted");
    let team = world.call("data", "one", "t", request("key", production())).await.expect("accepted");
    assert!(person.created && person.run_id != run.id && team["run_id"] != json!(run.id));
}

#[tokio::test]
async fn a_deadline_of_the_caller_ends_the_run_and_is_never_later_than_its_own() {
    let world = World::start().await;
    let until = world.portal.now() + SignedDuration::from_mins(30);
    let mut asked = request("soon", production());
    asked["deadline"] = json!(until);
    let asked = world.call("apps", "one", "token-1", asked).await.expect("accepted");
    let run = world.run_of(&asked).await;
    assert_eq!(run.deadline, until);
    world.next(run.id).await.expect("the gate opens");
    let gate = world.run(run.id).await.gates[0].clone();
    assert_eq!((gate.status, gate.expires_at), (GateStatus::Open, Some(until)), "nobody is asked for longer");
    world.pass(Duration::from_mins(30));
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "STOP", "status": "EXPIRED"})));
    assert_eq!(world.answers()[0].1["error"]["name"], "Drawbridge.Expired");

    let mut asked = request("late", production());
    asked["deadline"] = json!(world.portal.now() + SignedDuration::from_hours(24 * 365));
    let asked = world.call("apps", "two", "token-2", asked).await.expect("accepted");
    let run = world.run_of(&asked).await;
    assert!(run.deadline < world.portal.now() + SignedDuration::from_hours(48), "{}", run.deadline);
}

#[tokio::test]
async fn the_steps_have_no_more_time_than_the_caller() {
    let world = World::start().await;
    let mut asked = request("soon", json!({"environment": "staging"}));
    asked["deadline"] = json!(world.portal.now() + SignedDuration::from_mins(10));
    let asked = world.call("apps", "one", "token-1", asked).await.expect("accepted");
    let run = world.run_of(&asked).await;
    world.next(run.id).await.expect("approved");
    world.pass(Duration::from_mins(4));
    let passed = world.commit(&run, &gateway_of(&run)).await.expect("passes");
    assert_eq!(passed["seconds"], 360, "of an hour that the steps may take");
}

/// The run exists with its subscriber, whatever dies afterwards.
#[tokio::test]
async fn f39_whoever_asks_is_written_with_the_run() {
    let world = World::start().await;
    world.engine.break_down(true);
    let asked = world.call("apps", "one", "token-1", request("key", production())).await.expect("accepted");
    let run = world.run_of(&asked).await;
    assert_eq!(world.portal.store.subscribers(run.id).await.expect("read").len(), 1);
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    assert!(rows.iter().any(|row| row.message == Message::Watch), "{rows:?}");
    world.engine.break_down(false);
    world.pass(Duration::from_secs(11));
    world.relay().await;
    assert_eq!(world.engine.executions().len(), 1);
    assert_eq!(run.status, Status::Starting);
}
