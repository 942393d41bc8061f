//! Creating, changing, publishing and deleting machines.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use serde_json::json;

use super::harness::{Local, OWNER, REGION, SHARED, output, role, single, waiting};

#[tokio::test]
async fn a_machine_belongs_to_the_account_that_creates_it() {
    let local = Local::start().await;
    let definition = single(json!({"Type": "Pass"}));
    let arn = local.machine(OWNER, "resize", &definition).await;
    assert_eq!(arn, format!("arn:aws:states:{REGION}:{OWNER}:stateMachine:resize"));
    assert_eq!(local.machine(OWNER, "resize", &definition).await, arn, "the same request again");

    let listed = local.client(OWNER).list_state_machines().send().await.expect("listed");
    assert_eq!(listed.state_machines.len(), 1);
    let listed = local.client(SHARED).list_state_machines().send().await.expect("listed");
    assert!(listed.state_machines.is_empty());

    let other = single(json!({"Type": "Succeed"})).to_string().replace(",\"End\":true", "");
    let create = local.client(OWNER).create_state_machine().name("resize").definition(other);
    let error = create.role_arn(role(OWNER)).send().await.expect_err("another definition");
    assert_eq!(error.code(), Some("StateMachineAlreadyExists"));
}

#[tokio::test]
async fn a_version_keeps_the_steps_it_was_published_with() {
    let local = Local::start().await;
    let client = local.client(OWNER);
    let before = single(json!({"Type": "Pass", "Result": "before"}));
    let created = client
        .create_state_machine()
        .name("m")
        .definition(before.to_string())
        .role_arn(role(OWNER))
        .publish(true)
        .send()
        .await
        .expect("created");
    let version = created.state_machine_version_arn.expect("published");
    assert_eq!(version, format!("{}:1", created.state_machine_arn));

    let after = single(json!({"Type": "Pass", "Result": "after"})).to_string();
    let machine = &created.state_machine_arn;
    let update = client.update_state_machine().state_machine_arn(machine).definition(after).publish(true);
    let updated = update.send().await.expect("updated");
    assert_eq!(updated.state_machine_version_arn, Some(format!("{machine}:2")));
    let again =
        client.publish_state_machine_version().state_machine_arn(machine).send().await.expect("published");
    assert_eq!(again.state_machine_version_arn, format!("{machine}:2"), "nothing changed since");
    let versions =
        client.list_state_machine_versions().state_machine_arn(machine).send().await.expect("listed");
    let arns: Vec<_> =
        versions.state_machine_versions.iter().map(|v| v.state_machine_version_arn.clone()).collect();
    assert_eq!(arns, [format!("{machine}:2"), format!("{machine}:1")]);

    let old = local.end(&local.run(&version, "a", &json!({})).await).await;
    assert_eq!(output(&old), json!("before"));
    assert_eq!(old.state_machine_version_arn.as_deref(), Some(version.as_str()));
    let new = local.end(&local.run(machine, "b", &json!({})).await).await;
    assert_eq!(output(&new), json!("after"));

    let described =
        client.describe_state_machine().state_machine_arn(&version).send().await.expect("described");
    assert_eq!(described.definition, before.to_string());
    let shown = client.describe_state_machine_for_execution().execution_arn(&old.execution_arn);
    assert_eq!(shown.send().await.expect("described").definition, before.to_string());
}

#[tokio::test]
async fn a_wrong_definition_is_refused_with_every_reason() {
    let local = Local::start().await;
    let wrong = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass"},
        "B": {"Type": "Task", "Resource": "arn:aws:states:::nothing:do", "End": true}}});
    let create = local.client(OWNER).create_state_machine().name("m").definition(wrong.to_string());
    let error = create.role_arn(role(OWNER)).send().await.expect_err("refused");
    assert_eq!(error.code(), Some("InvalidDefinition"));
    let message = error.message().unwrap_or_default();
    assert!(message.contains(" at /States/A") && message.contains(" at /States/B"), "{message}");

    let validate = local.client(OWNER).validate_state_machine_definition().definition(wrong.to_string());
    let found = validate.send().await.expect("answered");
    assert_eq!(found.result.as_str(), "FAIL");
    assert!(found.diagnostics.iter().any(|d| d.location.as_deref() == Some("/States/A")), "{found:?}");
    let validate = local.client(OWNER).validate_state_machine_definition();
    let found = validate.definition(waiting().to_string()).send().await.expect("answered");
    assert_eq!(found.result.as_str(), "OK", "{found:?}");
}

#[tokio::test]
async fn a_machine_that_runs_is_deleted_when_its_last_execution_ends() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    client.delete_state_machine().state_machine_arn(&machine).send().await.expect("accepted");
    let status =
        client.describe_state_machine().state_machine_arn(&machine).send().await.expect("there").status;
    assert_eq!(status.expect("a status").as_str(), "DELETING");
    let error = client.start_execution().state_machine_arn(&machine).send().await.expect_err("no more");
    assert_eq!(error.code(), Some("StateMachineDeleting"));

    client.stop_execution().execution_arn(&arn).send().await.expect("stopped");
    let error = client.describe_state_machine().state_machine_arn(&machine).send().await.expect_err("gone");
    assert_eq!(error.code(), Some("StateMachineDoesNotExist"));
}
