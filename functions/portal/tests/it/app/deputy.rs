//! Deputies decide by somebody else's right, which is used once.

use std::time::Duration;

use jiff::SignedDuration;
use portal::app::inbox::inbox;
use portal::domain::verdict::Refusal;
use portal::domain::{Caller, Decision, Status};
use portal::store::deputy::Delegation;

use crate::support::{World, refusal};

async fn delegate(world: &World, approver: &str, deputy: &str) {
    let now = world.portal.now();
    let until = now + SignedDuration::from_hours(2);
    let delegation =
        Delegation { approver: approver.to_owned(), deputy: deputy.to_owned(), from: now, until, at: now };
    world.portal.store.delegate(approver, Some(&delegation)).await.expect("written");
}

#[tokio::test]
async fn a_deputy_and_their_approver_are_one_vote() {
    let world = World::start().await;
    let run = world.waiting().await;
    assert_eq!(refusal(world.vote(&run, "owners", "sven", Decision::Approve).await), Refusal::NotInGroup);
    delegate(&world, "bob", "sven").await;
    let asked = inbox(&world.portal, &Caller::person("sven")).await.expect("an inbox");
    assert_eq!(asked.len(), 1, "what Bob is asked, Sven is asked");
    world.vote(&run, "owners", "sven", Decision::Approve).await.expect("counts");
    let votes = world.portal.store.votes(run.id).await.expect("votes");
    assert_eq!(votes[0].on_behalf_of.as_ref().map(|approver| approver.id.as_str()), Some("bob"));
    assert_eq!(refusal(world.vote(&run, "owners", "bob", Decision::Approve).await), Refusal::RightUsed);
    world.vote(&run, "owners", "cleo", Decision::Approve).await.expect("counts");
    assert_eq!(world.run(run.id).await.status, Status::Approved);
}

#[tokio::test]
async fn f35_the_requester_is_nobodys_deputy_and_lends_no_right() {
    let world = World::start().await;
    let run = world.waiting().await;
    delegate(&world, "bob", "ada").await;
    assert_eq!(refusal(world.vote(&run, "owners", "ada", Decision::Approve).await), Refusal::IsRequester);
    delegate(&world, "ada", "sven").await;
    assert_eq!(refusal(world.vote(&run, "owners", "sven", Decision::Approve).await), Refusal::NotInGroup);
}

#[tokio::test]
async fn a_delegation_ends_by_itself_and_with_the_next() {
    let world = World::start().await;
    let run = world.waiting().await;
    delegate(&world, "bob", "sven").await;
    delegate(&world, "bob", "uma").await;
    assert_eq!(refusal(world.vote(&run, "owners", "sven", Decision::Approve).await), Refusal::NotInGroup);
    world.pass(Duration::from_hours(3));
    assert_eq!(refusal(world.vote(&run, "owners", "uma", Decision::Approve).await), Refusal::NotInGroup);
    delegate(&world, "bob", "uma").await;
    world.portal.store.delegate("bob", None).await.expect("ended");
    assert_eq!(refusal(world.vote(&run, "owners", "uma", Decision::Approve).await), Refusal::NotInGroup);
}
