//! Who was told what, and in which conversation.

use portal::domain::Conversation;
use portal::store::mail::Mailed;

use crate::support::World;

#[tokio::test]
async fn conversations_are_a_persons_and_a_gates_own() {
    let world = World::start().await;
    let store = &world.portal.store;
    let run = world
        .ask("ada", "key", serde_json::json!({"environment": "staging"}))
        .await
        .expect("accepted")
        .run_id;
    let conversation = Conversation { first: "<a@x>".to_owned(), newest: "<b@x>".to_owned() };
    let mailed = |gate: &str, person: &str| Mailed {
        gate: gate.to_owned(),
        person: person.to_owned(),
        conversation: conversation.clone(),
    };
    // A person's id that looks like the end of another key is still another person.
    for (row, one) in
        [(1, mailed("owners", "bob")), (2, mailed("", "owners#bob")), (12, mailed("owners", "cleo"))]
    {
        store.put_mailed(run, row, &one).await.expect("written");
        assert_eq!(store.mailed(run, &one.gate, &one.person).await.expect("read"), Some(one));
    }
    assert_eq!(store.mailed(run, "security", "bob").await.expect("read"), None);
    assert_eq!(store.all_mailed(run).await.expect("read").len(), 3);
    let told = async |row| store.told(run, row).await.expect("read").into_iter().collect::<Vec<_>>();
    assert_eq!(
        (told(1).await, told(2).await, told(3).await),
        (vec!["bob".to_owned()], vec!["owners#bob".to_owned()], vec![])
    );
}
