//! The template's tables are those that the code reads and writes.

use portal::store::keys::{CHANGED_RUNS, DUE_OUTBOX, GROUP_INBOX, MY_RUNS, PK, SK, WORKFLOW_RUNS};
use serde_json::{Value, json};

use crate::support::database::properties;

#[test]
fn the_template_has_these_keys_and_indexes() {
    let main = properties("MainTable");
    let key = json!([{"AttributeName": PK, "KeyType": "HASH"}, {"AttributeName": SK, "KeyType": "RANGE"}]);
    assert_eq!(main["KeySchema"], key);
    assert_eq!(properties("AuditTable")["KeySchema"], key);
    let expected = [DUE_OUTBOX, MY_RUNS, GROUP_INBOX, WORKFLOW_RUNS, CHANGED_RUNS].map(|index| {
        json!({
            "IndexName": index.name,
            "KeySchema": [
                {"AttributeName": index.partition, "KeyType": "HASH"},
                {"AttributeName": index.sort, "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        })
    });
    assert_eq!(main["GlobalSecondaryIndexes"], Value::from(expected.to_vec()));
}
