//! Requests become runs, once.

use portal::app::AppError;
use portal::domain::GateStatus::{Pending, Skipped};
use portal::domain::{GateStatus, Person, Status, digest};
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn f31_double_submit_is_one_run() {
    let world = World::start().await;
    let ask = || world.ask("ada", "key-1", json!({"environment": "production"}));
    let answers = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask());
    let answers = [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5];
    let answers: Vec<_> = answers.into_iter().map(|a| a.expect("each submit is answered")).collect();
    assert!(answers.iter().all(|answer| answer.run_id == answers[0].run_id), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.created).count(), 1, "{answers:?}");
    let runs = world.database.items("main").into_iter().filter(|item| item["SK"]["S"] == "META");
    let runs = runs.filter(|item| item["PK"]["S"].as_str().is_some_and(|pk| pk.starts_with("RUN#")));
    assert_eq!(runs.count(), 1);
    assert_eq!(world.engine.executions().len(), 1);
}

#[tokio::test]
async fn f31_a_key_belongs_to_its_caller() {
    let world = World::start().await;
    let ada = world.ask("ada", "same", json!({"environment": "staging"})).await.expect("accepted");
    let dan = world.ask("dan", "same", json!({"environment": "staging"})).await.expect("accepted");
    assert!(ada.created && dan.created && ada.run_id != dan.run_id);
}

#[tokio::test]
async fn f31_a_repetition_is_answered_whatever_is_refused_by_now() {
    let world = World::start().await;
    let staging = || json!({"environment": "staging"});
    let asked = world.ask("ada", "key", staging()).await.expect("accepted");
    let left = Person { groups: Vec::new(), ..world.person("ada").await };
    world.portal.store.put_person(&left).await.expect("written");
    let refused = world.ask("ada", "another", staging()).await;
    assert!(matches!(refused, Err(AppError::NotAllowed(_))), "{refused:?}");
    let again = world.ask("ada", "key", staging()).await.expect("what it became before");
    assert_eq!((again.run_id, again.created), (asked.run_id, false));
    assert_eq!(world.engine.calls("StartExecution").len(), 1);
}

#[tokio::test]
async fn f32_same_key_other_body_is_refused() {
    let world = World::start().await;
    world.ask("ada", "key", json!({"environment": "staging"})).await.expect("accepted");
    let other = world.ask("ada", "key", json!({"environment": "production"})).await;
    assert!(matches!(other, Err(AppError::KeyReused)), "{other:?}");
    let slug = world.ask_for("undeployed", "ada", "key", json!({"environment": "staging"})).await;
    assert!(matches!(slug, Err(AppError::KeyReused)), "{slug:?}");
    assert_eq!(world.engine.executions().len(), 1);
}

#[tokio::test]
async fn f09_a_secret_is_in_no_item_and_no_input() {
    let world = World::start().await;
    let parameters = json!({"environment": "production", "password": "hunter2-secret"});
    let asked = world.ask("ada", "key", parameters.clone()).await.expect("accepted");
    let run = world.run(asked.run_id).await;
    let reference = run.parameters["password"].as_str().expect("a reference");
    assert!(reference.starts_with("arn:aws:secretsmanager:eu-west-1:111111111111:secret:drawbridge/resize/"));
    assert_eq!(reference.split(":::").count(), 2, "{reference}");
    assert_eq!(world.secrets.values(), ["hunter2-secret"]);
    let stored = format!("{:?}{:?}", world.database.items("main"), world.database.items("audit"));
    assert!(stored.contains("drawbridge/resize/"), "the reference is stored");
    let plain = digest::of_text("hunter2-secret");
    assert!(!stored.contains("hunter2-secret") && !stored.contains(&plain));
    assert!(!format!("{:?}", world.engine.calls("StartExecution")).contains("hunter2"));
    // The same request again is the same run, another secret is another request.
    let again = world.ask("ada", "key", parameters).await.expect("the same");
    assert_eq!((again.run_id, again.created), (asked.run_id, false));
    let other = json!({"environment": "production", "password": "another"});
    assert!(matches!(world.ask("ada", "key", other).await, Err(AppError::KeyReused)));
}

#[tokio::test]
async fn what_cannot_be_run_starts_nothing() {
    let world = World::start().await;
    let staging = || json!({"environment": "staging"});
    let invalid = world.ask("ada", "1", json!({"environment": "moon"})).await;
    assert!(matches!(&invalid, Err(AppError::Invalid(errors)) if errors.len() == 1), "{invalid:?}");
    let not_asker = world.ask("sven", "2", staging()).await;
    assert!(matches!(not_asker, Err(AppError::NotAllowed(_))), "{not_asker:?}");
    let stranger = world.ask("nobody", "3", staging()).await;
    assert!(matches!(stranger, Err(AppError::NotAllowed(_))), "{stranger:?}");
    let unknown = world.ask_for("nothing", "ada", "4", staging()).await;
    assert!(matches!(unknown, Err(AppError::NotFound("workflow"))), "{unknown:?}");
    let undeployed = world.ask_for("undeployed", "ada", "5", staging()).await;
    assert!(matches!(undeployed, Err(AppError::NotDeployed(_))), "{undeployed:?}");
    let elsewhere = world.ask_for("elsewhere", "ada", "6", staging()).await.expect_err("another Region");
    assert!(elsewhere.to_string().contains("https://recovery.example.com"), "{elsewhere}");
    for key in ["", "with space", "ä", &"x".repeat(256)] {
        assert!(matches!(world.ask("ada", key, staging()).await, Err(AppError::BadKey)), "{key}");
    }
    assert!(world.engine.calls("StartExecution").is_empty());
    assert!(world.database.items("audit").is_empty());
}

#[tokio::test]
async fn the_gates_that_apply_are_pinned() {
    let world = World::start().await;
    let check = async |key: &str, parameters, expect: [GateStatus; 2]| {
        let asked = world.ask("ada", key, parameters).await.expect("accepted");
        let run = world.run(asked.run_id).await;
        assert_eq!(run.gates.iter().map(|gate| gate.status).collect::<Vec<_>>(), expect, "{key}");
        assert_eq!(run.status, Status::Starting);
    };
    check("none", json!({"environment": "staging"}), [Skipped, Skipped]).await;
    check("one", json!({"environment": "production"}), [Pending, Skipped]).await;
    check("other", json!({"environment": "staging", "audited": true}), [Skipped, Pending]).await;
    check("both", json!({"environment": "production", "audited": true}), [Pending, Pending]).await;
}
