//! Lines of a daily mail are told once, whatever happens meanwhile.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use portal::domain::PersonName;
use portal::steps::dispatch;
use portal::store::StoreError;
use portal::store::daily::{Daily, Line, Matter};
use serde_json::{Value, json};

use crate::support::World;

fn line(world: &World, who: &str) -> Line {
    let (at, approver) = (world.portal.now(), PersonName { id: who.to_owned(), name: who.to_uppercase() });
    Line { at, matter: Matter::Deputy { approver, from: at, until: at + SignedDuration::from_hours(1) } }
}

async fn add(world: &World, who: &str, due: Timestamp) -> Daily {
    world.portal.store.put_line("bob", &line(world, who), due).await.expect("written")
}

async fn round(world: &World) -> Value {
    dispatch("digest", json!({}), &world.portal).await.expect("the digest goes round")
}

#[tokio::test]
async fn a_line_that_comes_in_while_others_are_told_is_not_lost() {
    let world = World::start().await;
    let store = &world.portal.store;
    let now = world.portal.now();
    let before = add(&world, "ada", now).await;
    let told = store.lines("bob").await.expect("read");
    let after = add(&world, "dan", now + SignedDuration::from_hours(9)).await;
    assert_eq!(after.due_at, now, "it comes with what is due before");
    store.told_daily(&before, &told).await.expect("the told line is removed");
    assert_eq!(store.lines("bob").await.expect("read").len(), 1);
    assert!(store.daily("bob").await.expect("read").is_some(), "and the mail is still to be sent");
    assert!(matches!(store.update_daily(&before, &before).await, Err(StoreError::Changed)));
    assert_eq!(round(&world).await["done"], 1);
    let text = world.ses.to("bob").pop().expect("a mail").text;
    assert!(text.contains("DAN named you") && !text.contains("ADA named you"), "{text}");
    assert_eq!(store.daily("bob").await.expect("read"), None);
}

#[tokio::test]
async fn the_same_line_again_is_one_line() {
    let world = World::start().await;
    let again = line(&world, "ada");
    for _ in 0..3 {
        world.portal.store.put_line("bob", &again, world.portal.now()).await.expect("written");
    }
    assert_eq!(world.portal.store.lines("bob").await.expect("read"), [again]);
}

#[tokio::test]
async fn f53_a_daily_mail_that_never_works_is_given_up_and_others_flow() {
    let world = World::start().await;
    world.ses.refuse("bob", true);
    add(&world, "ada", world.portal.now()).await;
    for _ in 0..7 {
        assert_eq!(round(&world).await, json!({"done": 0, "failed": 1, "given_up": 0}));
        world.pass(Duration::from_hours(1));
    }
    let line = line(&world, "ada");
    world.portal.store.put_line("cleo", &line, world.portal.now()).await.expect("written");
    assert_eq!(round(&world).await, json!({"done": 1, "failed": 0, "given_up": 1}));
    world.pass(Duration::from_hours(1));
    assert_eq!(round(&world).await, json!({"done": 0, "failed": 0, "given_up": 0}));
    assert_eq!((world.ses.tries("bob"), world.ses.to("cleo").len()), (8, 1));
    let given_up = world.portal.store.daily("bob").await.expect("read").expect("it is kept");
    assert!(given_up.reason.is_some_and(|reason| reason.contains("mailbox does not exist")));
    world.ses.refuse("bob", false);
    add(&world, "dan", world.portal.now()).await;
    assert_eq!(round(&world).await["done"], 1, "the next line tries again");
    let text = world.ses.to("bob").pop().expect("a mail").text;
    assert!(text.contains("ADA named you") && text.contains("DAN named you"), "with all that waited: {text}");
}
