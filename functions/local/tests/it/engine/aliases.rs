//! Versions and aliases: what a name stands for, and where it sends executions.

use std::collections::BTreeSet;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::RoutingConfigurationListItem;
use serde_json::json;

use super::harness::{Local, SHARED, output, role, single};

/// A machine with three published versions; gives its ARN.
async fn versions(client: &Client) -> String {
    let definition = |result: u32| single(json!({"Type": "Pass", "Result": result})).to_string();
    let create = client.create_state_machine().name("m").definition(definition(1)).role_arn(role(SHARED));
    let machine = create.publish(true).send().await.expect("created").state_machine_arn;
    for result in [2, 3] {
        let update = client.update_state_machine().state_machine_arn(&machine).definition(definition(result));
        update.publish(true).version_description(format!("v{result}")).send().await.expect("updated");
    }
    machine
}

fn route(machine: &str, version: u32, weight: i32) -> RoutingConfigurationListItem {
    let arn = format!("{machine}:{version}");
    RoutingConfigurationListItem::builder()
        .state_machine_version_arn(arn)
        .weight(weight)
        .build()
        .expect("whole")
}

#[tokio::test]
async fn an_alias_is_made_changed_listed_and_deleted() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = versions(&client).await;
    let create =
        || client.create_state_machine_alias().name("live").routing_configuration(route(&machine, 1, 100));
    let created = create().send().await.expect("created");
    assert_eq!(created.state_machine_alias_arn, format!("{machine}:live"));
    let again = create().send().await.expect("the same request");
    assert_eq!(again.creation_date, created.creation_date);
    let other = create().description("another").send().await.expect_err("not the same");
    assert_eq!(other.code(), Some("ConflictException"));
    let preview =
        client.create_state_machine_alias().name("next").routing_configuration(route(&machine, 2, 100));
    preview.send().await.expect("created");

    let arn = &created.state_machine_alias_arn;
    let update = client.update_state_machine_alias().state_machine_alias_arn(arn).description("for users");
    let update =
        update.routing_configuration(route(&machine, 1, 30)).routing_configuration(route(&machine, 2, 70));
    update.send().await.expect("updated");
    let found =
        client.describe_state_machine_alias().state_machine_alias_arn(arn).send().await.expect("there");
    assert_eq!(found.description.as_deref(), Some("for users"));
    let weights: Vec<i32> = found.routing_configuration.expect("routes").iter().map(|r| r.weight).collect();
    assert_eq!(weights, [30, 70]);

    let list = |of: String| client.list_state_machine_aliases().state_machine_arn(of).max_results(1);
    let first = list(machine.clone()).send().await.expect("listed");
    assert_eq!(first.state_machine_aliases[0].state_machine_alias_arn, *arn);
    let second =
        list(machine.clone()).next_token(first.next_token.expect("more")).send().await.expect("listed");
    assert_eq!(second.state_machine_aliases.len(), 1);
    let of_version = list(format!("{machine}:1")).send().await.expect("listed");
    assert_eq!(of_version.state_machine_aliases.len(), 1);

    for _ in 0..2 {
        client.delete_state_machine_alias().state_machine_alias_arn(arn).send().await.expect("deleted");
    }
    let gone =
        client.describe_state_machine_alias().state_machine_alias_arn(arn).send().await.expect_err("gone");
    assert_eq!(gone.code(), Some("ResourceNotFound"));
}

#[tokio::test]
async fn an_execution_is_started_by_an_alias_and_says_so() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = versions(&client).await;
    let create =
        client.create_state_machine_alias().name("half").routing_configuration(route(&machine, 1, 50));
    let create = create.routing_configuration(route(&machine, 3, 50));
    let alias = create.send().await.expect("created").state_machine_alias_arn;
    let mut outputs = BTreeSet::new();
    // Each goes one way or the other; that fifty go the same way does not happen.
    for number in 0..50 {
        let found = local.end(&local.run(&alias, &format!("run-{number}"), &json!({})).await).await;
        assert_eq!(found.state_machine_alias_arn.as_deref(), Some(alias.as_str()));
        let version = found.state_machine_version_arn.clone().expect("a version");
        let result = output(&found);
        assert_eq!(version, format!("{machine}:{result}"));
        outputs.insert(result.to_string());
    }
    assert_eq!(outputs, BTreeSet::from(["1".to_owned(), "3".to_owned()]));
    let listed = client.list_executions().state_machine_arn(&alias).send().await.expect("listed");
    assert_eq!(listed.executions.len(), 50);
    let version = format!("{machine}:1");
    let listed = client.list_executions().state_machine_arn(version).send().await.expect("listed");
    assert!(listed.executions.iter().all(|e| e.state_machine_alias_arn.as_deref() == Some(alias.as_str())));
}

#[tokio::test]
async fn wrong_routes_and_names_are_refused_in_awss_words() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = versions(&client).await;
    let refused = async |name: &str, routes: &[RoutingConfigurationListItem], message: &str| {
        let create = client.create_state_machine_alias().name(name);
        let create = create.set_routing_configuration(Some(routes.to_vec()));
        let error = create.send().await.expect_err(message);
        assert_eq!(error.code(), Some("ValidationException"));
        let said = error.message().unwrap_or_default();
        assert!(said.contains(message), "{said}");
    };
    let one = route(&machine, 1, 100);
    refused("123", std::slice::from_ref(&one), "Member must satisfy regular expression pattern").await;
    refused(&"a".repeat(81), &[one], "Member must have length less than or equal to 80").await;
    let halves = [route(&machine, 1, 70), route(&machine, 2, 29)];
    refused("a", &halves, "Sum of routing configuration weights must equal 100. Received: [70, 29]").await;
    let twice = [route(&machine, 1, 50), route(&machine, 1, 50)];
    refused("a", &twice, "must contain distinct state machine version ARNs").await;
    let three = [route(&machine, 1, 50), route(&machine, 2, 30), route(&machine, 3, 20)];
    refused("a", &three, "Member must have length less than or equal to 2").await;
    refused("a", &[route(&machine, 9, 100)], "must contain state machine version ARNs").await;
    refused("a", &[route(&machine, 1, 101)], "Member must have value less than or equal to 100").await;
}

#[tokio::test]
async fn a_version_that_an_alias_uses_is_not_deleted() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = versions(&client).await;
    let create =
        client.create_state_machine_alias().name("live").routing_configuration(route(&machine, 2, 100));
    create.send().await.expect("created");
    let delete = |version: u32| {
        client.delete_state_machine_version().state_machine_version_arn(format!("{machine}:{version}")).send()
    };
    let error = delete(2).await.expect_err("in use");
    assert_eq!(error.code(), Some("ConflictException"));
    assert!(error.message().unwrap_or_default().ends_with("referencing this version: [live]"), "{error:?}");
    delete(1).await.expect("deleted");
    delete(1).await.expect("as good as deleted");
    let left = client.list_state_machine_versions().state_machine_arn(&machine).send().await.expect("listed");
    assert_eq!(left.state_machine_versions.len(), 2);
    let publish = client.publish_state_machine_version().state_machine_arn(&machine);
    let error = publish.revision_id("INITIAL").send().await.expect_err("not the current one");
    assert_eq!(error.code(), Some("ConflictException"));
}
