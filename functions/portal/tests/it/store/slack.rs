//! A Slack user is one person's, and a person has one Slack user.

use jiff::SignedDuration;
use portal::store::StoreError;
use portal::store::error::Kind;
use portal::store::slack::{Link, Linking};

use crate::support::World;

fn link(world: &World, person: &str, user: &str) -> Link {
    Link { person: person.to_owned(), team: "T1".to_owned(), user: user.to_owned(), at: world.portal.now() }
}

#[tokio::test]
async fn f28_a_slack_user_is_linked_to_one_person_until_they_unlink() {
    let world = World::start().await;
    let store = &world.portal.store;
    store.link_slack(&link(&world, "bob", "U1")).await.expect("linked");
    store.link_slack(&link(&world, "bob", "U1")).await.expect("linked again");
    let stolen = store.link_slack(&link(&world, "cleo", "U1")).await;
    assert!(matches!(stolen, Err(StoreError::Exists(Kind::Link))), "{stolen:?}");
    assert_eq!(store.slack_link("cleo").await.expect("read"), None, "neither side was written");
    let known = store.slack_user("T1", "U1").await.expect("read").expect("linked");
    assert_eq!(known.person, "bob");
    assert_eq!(store.slack_user("T2", "U1").await.expect("read"), None, "another workspace's U1 is nobody");
    store.unlink_slack("bob").await.expect("unlinked");
    assert_eq!(store.slack_user("T1", "U1").await.expect("read"), None);
    assert_eq!(store.slack_link("bob").await.expect("read"), None);
    store.link_slack(&link(&world, "cleo", "U1")).await.expect("free again");
}

#[tokio::test]
async fn another_user_of_the_same_person_takes_the_place_of_the_first() {
    let world = World::start().await;
    let store = &world.portal.store;
    store.link_slack(&link(&world, "bob", "U1")).await.expect("linked");
    store.link_slack(&link(&world, "bob", "U2")).await.expect("linked otherwise");
    assert_eq!(store.slack_user("T1", "U1").await.expect("read"), None);
    assert_eq!(store.slack_link("bob").await.expect("read").map(|link| link.user).as_deref(), Some("U2"));
    let (third, fourth) = (link(&world, "finn", "U3"), link(&world, "finn", "U4"));
    let (one, other) = tokio::join!(store.link_slack(&third), store.link_slack(&fourth));
    assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
    let user = store.slack_link("finn").await.expect("read").expect("linked").user;
    for candidate in ["U3", "U4"] {
        let side = store.slack_user("T1", candidate).await.expect("read");
        assert_eq!(side.is_some(), candidate == user, "{candidate} of {user}: no side without the other");
    }
}

#[tokio::test]
async fn a_linking_is_taken_once_and_in_time() {
    let world = World::start().await;
    let (store, now) = (&world.portal.store, world.portal.now());
    let linking = Linking {
        person: "bob".to_owned(),
        nonce: "n".to_owned(),
        expires_at: now + SignedDuration::from_mins(10),
    };
    store.put_linking("state", &linking).await.expect("written");
    assert_eq!(store.take_linking("state", now).await.expect("taken"), Some(linking.clone()));
    assert_eq!(store.take_linking("state", now).await.expect("taken"), None);
    store.put_linking("late", &linking).await.expect("written");
    assert_eq!(store.take_linking("late", linking.expires_at).await.expect("taken"), None);
}
