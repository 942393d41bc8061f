//! A catalog that is not public: its pages are for whoever signed in.

use reqwest::StatusCode;
use serde_json::json;

use crate::catalog::Catalog;
use crate::sample::{REQUESTER, SLUG};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_catalog_that_is_not_public_are_for_whoever_signed_in() {
    let catalog = Catalog::copied().changed("portal.json", |portal| portal["public"] = json!(false));
    let world = World::of(catalog.path()).await;
    let page = format!("/workflows/{SLUG}/");
    let stranger = world.visitor().get(&page).await;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
    assert!(stranger.headers()["location"].to_str().expect("text").starts_with("/sign-in?return_to="));
    let person = world.person(REQUESTER).await;
    let shown = person.get(&page).await;
    assert_eq!(shown.status(), StatusCode::OK);
    let shown = shown.text().await.expect("a page");
    let style = shown.split_once("rel=\"stylesheet\" href=\"").expect("a style").1.split('"').next();
    let style = world.visitor().get(style.expect("an address")).await;
    assert_eq!(style.status(), StatusCode::OK, "styles say nothing of the catalog");
    person.posting("/sign-out").send().await.expect("an answer");
    assert_eq!(person.get(&page).await.status(), StatusCode::SEE_OTHER);
}
