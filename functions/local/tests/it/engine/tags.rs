//! Tags of machines and activities.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::Tag;
use serde_json::json;

use super::harness::{Local, SHARED, role, single};

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

async fn tags(client: &Client, arn: &str) -> Vec<(String, String)> {
    let listed = client.list_tags_for_resource().resource_arn(arn).send().await.expect("listed");
    let text = |text: Option<String>| text.unwrap_or_default();
    listed.tags.unwrap_or_default().into_iter().map(|tag| (text(tag.key), text(tag.value))).collect()
}

#[tokio::test]
async fn resources_are_tagged_and_untagged() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let definition = single(json!({"Type": "Pass"})).to_string();
    let create = client.create_state_machine().name("m").definition(definition).role_arn(role(SHARED));
    let machine = create.tags(tag("team", "a")).send().await.expect("created").state_machine_arn;
    let activity = client.create_activity().name("a").tags(tag("team", "b")).send().await.expect("created");
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    for (arn, team) in [(&machine, "a"), (&activity.activity_arn, "b")] {
        assert_eq!(tags(&client, arn).await, [pair("team", team)]);
        let add = client.tag_resource().resource_arn(arn).tags(tag("stage", "")).tags(tag("team", "c"));
        add.send().await.expect("tagged");
        assert_eq!(tags(&client, arn).await, [pair("stage", ""), pair("team", "c")]);
        let remove = client.untag_resource().resource_arn(arn).tag_keys("team").tag_keys("not there");
        remove.send().await.expect("untagged");
        assert_eq!(tags(&client, arn).await, [pair("stage", "")]);
    }
}

#[tokio::test]
async fn too_many_tags_and_tags_of_nothing_are_refused() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = local.machine(SHARED, "m", &single(json!({"Type": "Pass"}))).await;
    let many = (0..51).map(|number| tag(&number.to_string(), "x")).collect();
    let error =
        client.tag_resource().resource_arn(&machine).set_tags(Some(many)).send().await.expect_err("x");
    assert_eq!(error.code(), Some("TooManyTags"));
    assert!(tags(&client, &machine).await.is_empty());
    let nothing = client.tag_resource().resource_arn(format!("{machine}x")).tags(tag("a", "b"));
    let error = nothing.send().await.expect_err("not there");
    assert_eq!(error.code(), Some("ResourceNotFound"));
    assert_eq!(error.message(), Some(format!("Resource not found: '{machine}x'").as_str()));
    let version = client.tag_resource().resource_arn(format!("{machine}:1")).tags(tag("a", "b"));
    assert_eq!(version.send().await.expect_err("a version").code(), Some("ResourceNotFound"));
}
