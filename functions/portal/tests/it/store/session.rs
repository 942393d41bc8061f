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
async fn sessions_last_as_long_as_the_catalog_says() {
    let world = World::start().await;
    let store = &world.portal.store;
    let lengths =
        serde_json::from_value(serde_json::json!({"idle": "PT5M", "absolute": "PT1H"})).expect("sound");
    let begin = || Session::lasting(&lengths, "ada", world.portal.now());
    let live = async |token: &str| store.session(token, world.portal.now()).await.expect("read").is_some();
    store.put_session("used", &begin()).await.expect("written");
    for _ in 0..14 {
        world.pass(Duration::from_mins(4));
        assert!(live("used").await, "being used keeps it alive");
    }
    world.pass(Duration::from_mins(4));
    assert!(!live("used").await, "not beyond its absolute end");
    store.put_session("idle", &begin()).await.expect("written");
    world.pass(Duration::from_mins(5));
    assert!(!live("idle").await);
}

#[tokio::test]
async fn whoever_is_signed_out_everywhere_has_nothing_that_began_before() {
    let world = World::start().await;
    let (store, began) = (&world.portal.store, world.portal.now());
    let person = async |began| store.person_since("ada", began).await.expect("read").map(|person| person.id);
    assert_eq!(person(began).await.as_deref(), Some("ada"));
    world.pass(Duration::from_secs(10));
    store.end_all_sessions("ada", world.portal.now()).await.expect("ended");
    assert_eq!(person(began).await, None);
    assert_eq!(person(world.portal.now()).await, None, "what began at the same moment neither");
    world.pass(Duration::from_secs(1));
    assert_eq!(person(world.portal.now()).await.as_deref(), Some("ada"));
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
