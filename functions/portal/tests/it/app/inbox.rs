//! The inbox holds what the person can decide, and nothing else.

use portal::app::inbox::inbox;
use portal::domain::{Caller, Decision};

use crate::support::World;

async fn waiting_for(world: &World, who: &str) -> Vec<String> {
    let lines = inbox(&world.portal, &Caller::person(who)).await.expect("an inbox");
    lines.into_iter().map(|line| format!("{} {}/{}", line.gate, line.votes, line.quorum)).collect()
}

#[tokio::test]
async fn holds_open_gates_of_ones_groups_only() {
    let world = World::start().await;
    let run = world.waiting().await;
    assert_eq!(waiting_for(&world, "bob").await, ["owners 0/2"]);
    assert!(waiting_for(&world, "ada").await.is_empty(), "never the requester, though in the group");
    assert!(waiting_for(&world, "sven").await.is_empty());
    world.vote(&run, "owners", "bob", Decision::Approve).await.expect("counts");
    assert_eq!(waiting_for(&world, "cleo").await, ["owners 1/2"]);
    world.vote(&run, "owners", "cleo", Decision::Approve).await.expect("counts");
    assert!(waiting_for(&world, "finn").await.is_empty(), "the gate is closed");
}

#[tokio::test]
async fn forgets_what_expired() {
    let world = World::start().await;
    world.waiting().await;
    world.pass(std::time::Duration::from_hours(4));
    assert!(waiting_for(&world, "bob").await.is_empty());
}
