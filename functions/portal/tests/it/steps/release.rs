//! What a deployment ends with: who is who, and which published version is started for what was approved.

use serde_json::{Value, json};

use crate::support::World;

/// The owner's account and Region of every workflow of this portal.
const OWNER: &str = "arn:aws:states:eu-west-1:222222222222:stateMachine";

async fn release(world: &World) -> Value {
    portal::steps::dispatch("release", json!({}), &world.portal)
        .await
        .expect("it answers, whatever is missing")
}

async fn recorded(world: &World, slug: &str) -> Option<String> {
    world.portal.store.version(slug, &format!("digest-of-{slug}")).await.expect("read")
}

#[tokio::test]
async fn each_workflow_is_started_as_the_version_of_its_digest() {
    let world = World::start().await;
    let index = world.portal.catalog.index();
    let publish =
        |slug: &str, digest: &str| world.engine.publish(&format!("{OWNER}:drawbridge-{slug}"), digest);
    publish("resize", "digest-before");
    publish("guarded", "digest-of-guarded");
    let mut expect = json!({});
    for slug in index.workflows.keys().filter(|slug| *slug != "elsewhere") {
        publish(slug, &format!("digest-of-{slug}"));
        let number = if ["resize", "guarded"].contains(&slug.as_str()) { 2 } else { 1 };
        expect[slug] = json!(format!("{OWNER}:drawbridge-{slug}:{number}"));
    }
    publish("resize", "digest-of-a-later-pull-request");

    let answer = release(&world).await;
    assert_eq!(answer["missing"], json!({}));
    assert_eq!(answer["recorded"], expect, "the newest of the digest; and none of another Region's portal");
    for (slug, arn) in expect.as_object().expect("an object") {
        assert_eq!(recorded(&world, slug).await.as_deref(), arn.as_str(), "{slug}");
    }
    assert_eq!(release(&world).await, answer, "once more changes nothing");
    let described = world.engine.calls("DescribeStateMachine");
    assert!(described.iter().all(|call| call["includedData"] == "METADATA_ONLY"), "no definition is read");
}

#[tokio::test]
async fn what_is_not_published_is_named_by_owner_and_stays_as_it_was() {
    let world = World::start().await;
    world.engine.publish(&format!("{OWNER}:drawbridge-resize"), "digest-of-resize");
    world.engine.publish(&format!("{OWNER}:drawbridge-undeployed"), "digest-of-something-else");
    let answer = release(&world).await;
    assert_eq!(answer["recorded"], json!({"resize": format!("{OWNER}:drawbridge-resize:1")}));
    let missing = answer["missing"]["data"].as_array().expect("of this team");
    let of = |slug: &str| missing.iter().find(|one| one["workflow"] == slug);
    assert!(of("guarded").is_some() && of("resize").is_none() && of("elsewhere").is_none(), "{missing:#?}");
    let undeployed = json!({
        "workflow": "undeployed", "account": "222222222222", "digest": "digest-of-undeployed",
        "why": "no version of its machine was published for this digest",
    });
    assert_eq!(of("undeployed"), Some(&undeployed));
    assert_eq!(recorded(&world, "undeployed").await, None);
}

#[tokio::test]
async fn an_account_that_does_not_answer_is_told_and_holds_up_nobody() {
    let world = World::start().await;
    world.engine.break_down(true);
    let answer = release(&world).await;
    assert_eq!(answer["recorded"], json!({}));
    let why = answer["missing"]["data"][0]["why"].as_str().expect("a reason");
    assert!(why.contains("Step Functions did not answer as expected"), "{why}");
    assert_eq!(answer["people"], 8, "they are written all the same");
}

#[tokio::test]
async fn whoever_left_the_catalog_is_nobody_after_it() {
    let world = World::start().await;
    let mut index = (*world.portal.catalog.index()).clone();
    let team = index.teams.get_mut("apps").expect("a team");
    let mut leaver = team.people[0].clone();
    leaver.id = "leaver".to_owned();
    team.people.push(leaver);
    world.portal.store.seed_people(&index).await.expect("written");
    assert!(world.portal.store.person("leaver").await.expect("read").is_some());
    release(&world).await;
    assert_eq!(world.portal.store.person("leaver").await.expect("read"), None);
}
