//! People and groups follow the catalog.

use catalog_model::CatalogIndex;

use crate::support::World;

#[tokio::test]
async fn whoever_leaves_the_catalog_loses_everything() {
    let world = World::start().await;
    let bob = world.portal.store.person("bob").await.expect("read").expect("known");
    assert_eq!((bob.groups, bob.teams), (vec!["owners".to_owned()], vec!["data".to_owned()]));
    let ada = world.portal.store.person("ada").await.expect("read").expect("known");
    assert_eq!(ada.groups, ["askers", "owners"], "groups of another team count");

    let mut index: CatalogIndex = (*world.portal.catalog.index()).clone();
    let data = index.teams.get_mut("data").expect("the team");
    data.people.retain(|person| person.id != "bob");
    let owners = data.groups.get_mut("owners").expect("the group");
    owners.members.retain(|member| member != "bob" && member != "ada");
    data.groups.remove("askers");
    world.portal.store.seed_people(&index).await.expect("people are written");

    assert_eq!(world.portal.store.person("bob").await.expect("read"), None);
    assert_eq!(world.portal.store.group("askers").await.expect("read"), None);
    let ada = world.portal.store.person("ada").await.expect("read").expect("known");
    assert!(ada.groups.is_empty());
}
