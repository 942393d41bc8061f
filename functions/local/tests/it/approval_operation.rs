//! The operation `approval`: it asks whom its request names, as many as it says, and answers with who agreed.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::sample::{REQUESTER, parameters_of};
use crate::support::World;

const OPERATION: &str = "approval";
const GATE: &str = "decision";

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_request_names_is_asked_and_the_result_says_who_agreed() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let mut parameters = parameters_of(OPERATION);
    parameters["from"] = json!(["data-stewards", "release-managers"]);
    parameters["quorum"] = json!(2);

    let preview = requester
        .post(&format!("/api/workflows/{OPERATION}/check"), &json!({"parameters": parameters}))
        .await;
    let preview: Value = preview.json().await.expect("JSON");
    let asked = &preview["approvals"][0];
    let names: Vec<_> = asked["from"].as_array().expect("groups").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Data stewards", "Release managers"], "{preview:#}");
    assert_eq!(asked["quorum"], 2, "{preview:#}");

    let run = requester.run(OPERATION, "asked", &parameters).await;
    requester.until(&run, "WAITING").await;
    let steward = world.person("clara.lindqvist").await;
    let manager = world.person("sofia.petrakis").await;
    let commander = world.person("hana.kobayashi").await;
    let inbox = commander.json("/api/approvals").await;
    assert_eq!(inbox["approvals"], json!([]), "incident commanders were not chosen");

    let answer = steward.decide(&run, GATE, "approve", "After the close, yes.").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(requester.json(&format!("/api/runs/{run}")).await["status"], "WAITING", "one of two");
    let answer = manager.decide(&run, GATE, "approve", "").await;
    assert_eq!(answer.status(), StatusCode::OK);

    let done = requester.until(&run, "SUCCEEDED").await;
    let agreed = done["result"]["approved_by"].as_array().expect("people");
    let said: Vec<_> = agreed.iter().map(|one| (&one["id"], &one["name"], &one["reason"])).collect();
    let expected = [
        (&json!("clara.lindqvist"), &json!("Clara Lindqvist"), &json!("After the close, yes.")),
        (&json!("sofia.petrakis"), &json!("Sofia Petrakis"), &Value::Null),
    ];
    assert_eq!(said, expected, "{done:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_cannot_be_chosen_is_refused() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    for (key, field, value, pointer) in [
        ("other-group", "from", json!(["engineers"]), "/from/0"),
        ("nobody", "from", json!([]), "/from"),
        ("too-many", "quorum", json!(3), "/quorum"),
    ] {
        let mut parameters = parameters_of(OPERATION);
        parameters[field] = value;
        let answer = requester.request(OPERATION, key, &parameters).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{key}");
        let problem: Value = answer.json().await.expect("JSON");
        assert!(problem.to_string().contains(&format!("{pointer}\"")), "{key}: {problem:#}");
    }
}
