//! An embedded `DynamoDB` in memory, with the tables of the deployment template.

use dynoxide::Database as Engine;
use serde_json::{Map, Value, json};
use yaml_serde::Value as Yaml;

use super::listen;

const TEMPLATE: &str = include_str!("../../../../../infra/template.yaml");

/// The database, and what is in it without the portal's help.
pub(crate) struct Database {
    engine: Engine,
}

impl Database {
    /// An empty database and the address it answers at.
    pub(crate) async fn start() -> (Self, String) {
        let engine = Engine::memory().expect("an empty database");
        for (name, resource) in [("main", "MainTable"), ("audit", "AuditTable")] {
            let mut request = properties(resource);
            request.insert("TableName".to_owned(), name.into());
            let request = serde_json::from_value(request.into()).expect("a CreateTable request");
            engine.create_table(request).expect("a table");
        }
        let (listener, url) = listen().await;
        tokio::spawn(dynoxide::server::serve_on(listener, engine.clone()));
        (Self { engine }, url)
    }

    /// Every item of a table, as `DynamoDB` has it.
    pub(crate) fn items(&self, table: &str) -> Vec<Value> {
        let request = serde_json::from_value(json!({"TableName": table})).expect("a Scan request");
        let found = self.engine.scan(request).expect("the table is there");
        let found = serde_json::to_value(found).expect("an answer is JSON");
        found["Items"].as_array().expect("items").clone()
    }

    /// Writes an item behind the portal's back.
    pub(crate) fn put(&self, table: &str, item: &Value) {
        let request = serde_json::from_value(json!({"TableName": table, "Item": item})).expect("a request");
        self.engine.put_item(request).expect("the item is written");
    }

    /// Removes an item behind the portal's back.
    pub(crate) fn delete(&self, table: &str, item: &Value) {
        let key = json!({"PK": item["PK"], "SK": item["SK"]});
        let request = serde_json::from_value(json!({"TableName": table, "Key": key})).expect("a request");
        self.engine.delete_item(request).expect("the item is removed");
    }
}

/// What `CreateTable` takes of a table of the template.
pub(crate) fn properties(resource: &str) -> Map<String, Value> {
    let template: Yaml = yaml_serde::from_str(TEMPLATE).expect("the template is YAML");
    let table = &template["Resources"][resource]["Properties"];
    let fields = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"];
    let present = fields.iter().filter_map(|field| Some((*field, table.get(*field)?)));
    present
        .map(|(field, value)| (field.to_owned(), serde_json::to_value(value).expect("plain YAML")))
        .collect()
}
