//! Sessions end, sign-ins are taken once.

use std::time::Duration;

use portal::store::session::Session;
use portal::store::sign_in::{SignIn, WINDOW};

use crate::support::World;

#[tokio::test]
async fn a_session_ends_when_idle_and_at_its_absolute_end() {
    let world = World::start().await;
    let store = &world.portal.store;
    let session = Session::begin("ada", world.portal.now());
    store.put_session("token", &session).await.expect("written");
    assert!(
        !format!("{:?}", world.database.items("main")).contains("token\""),
        "the table has its hash only"
    );
    let live = async || store.session("token", world.portal.now()).await.expect("read").is_some();
    for _ in 0..7 {
        world.pass(Duration::from_mins(100));
        assert!(live().await, "being used keeps it alive");
    }
    world.pass(Duration::from_mins(21));
    assert!(!live().await, "twelve hours are the end");

    store.put_session("idle", &Session::begin("ada", world.portal.now())).await.expect("written");
    world.pass(Duration::from_hours(2));
    assert_eq!(store.session("idle", world.portal.now()).await.expect("read"), None);
}

#[tokio::test]
async fn a_session_that_was_ended_stays_ended() {
    let world = World::start().await;
    let store = &world.portal.store;
    store.put_session("token", &Session::begin("ada", world.portal.now())).await.expect("written");
    store.end_session("token").await.expect("ended");
    assert_eq!(store.session("token", world.portal.now()).await.expect("read"), None);
}

#[tokio::test]
async fn a_sign_in_is_taken_once_and_in_time() {
    let world = World::start().await;
    let (store, now) = (&world.portal.store, world.portal.now());
    let sign_in = SignIn {
        verifier: "v".to_owned(),
        nonce: "n".to_owned(),
        return_to: "/runs".to_owned(),
        expires_at: now + WINDOW,
    };
    store.put_sign_in("state", &sign_in).await.expect("written");
    assert_eq!(store.take_sign_in("state", now).await.expect("taken"), Some(sign_in.clone()));
    assert_eq!(store.take_sign_in("state", now).await.expect("taken"), None);
    store.put_sign_in("late", &sign_in).await.expect("written");
    assert_eq!(store.take_sign_in("late", now + WINDOW).await.expect("taken"), None);
}
