//! Lists and views show what the person may see.

use portal::app::AppError;
use portal::app::runs::{Query, list, view};
use portal::domain::Caller;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn a_list_is_complete_over_its_pages_and_newest_first() {
    let world = World::start().await;
    let mut asked = Vec::new();
    for n in 0..30 {
        world.pass(std::time::Duration::from_millis(3));
        let run = world.ask("ada", &format!("key-{n}"), json!({"environment": "staging"})).await;
        asked.push(run.expect("accepted").run_id);
    }
    world.ask("dan", "key", json!({"environment": "staging"})).await.expect("accepted");
    asked.reverse();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let query = Query { cursor, ..Query::default() };
        let page = list(&world.portal, &Caller::person("ada"), &query).await.expect("a page");
        found.extend(page.runs.iter().map(|run| run.id));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, asked);
}

#[tokio::test]
async fn f15_somebody_elses_run_is_as_good_as_missing() {
    let world = World::start().await;
    let run = world.waiting().await;
    let see = async |who: &str, id| view(&world.portal, &Caller::person(who), id).await;
    assert!(matches!(see("dan", run.id).await, Err(AppError::NotFound("run"))));
    let missing = portal::domain::RunId::new(world.portal.now(), [7; 10]);
    assert!(matches!(see("dan", missing).await, Err(AppError::NotFound("run"))));
    for who in ["ada", "bob"] {
        assert_eq!(see(who, run.id).await.expect("a view").line.id, run.id, "{who}");
    }
    let all = Query { workflow: Some("resize".to_owned()), everybody: true, cursor: None };
    let seen =
        async |who: &str| list(&world.portal, &Caller::person(who), &all).await.expect("a page").runs.len();
    assert_eq!((seen("dan").await, seen("bob").await), (0, 1));
}

#[tokio::test]
async fn a_view_says_what_the_person_may_do() {
    let world = World::start().await;
    let run = world.waiting().await;
    let can = async |who: &str| {
        let view = view(&world.portal, &Caller::person(who), run.id).await.expect("a view");
        (view.actions.cancel, view.actions.decide)
    };
    assert_eq!(can("ada").await, (true, Vec::new()));
    assert_eq!(can("bob").await, (true, vec!["owners".to_owned()]));
    let bad = Query { cursor: Some("not-a-cursor".to_owned()), ..Query::default() };
    let refused = list(&world.portal, &Caller::person("ada"), &bad).await;
    assert!(matches!(refused, Err(AppError::BadCursor)), "{refused:?}");
}
