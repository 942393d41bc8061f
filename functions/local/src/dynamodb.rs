//! The embedded DynamoDB: `dynoxide` on `SQLite` in the data folder, behind the real protocol.

use std::path::Path;

use anyhow::Context;
use dynoxide::Database;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::tables::{TEMPLATE, Table, read};

/// Opens the database file, makes the template's tables where they are missing.
///
/// `name_of` gives the name of each table by its logical id in the template.
///
/// # Errors
/// When the file cannot be opened or a table cannot be made.
pub fn open(path: &Path, name_of: impl Fn(&str) -> String) -> anyhow::Result<Database> {
    let file = path.to_str().context("the path of the data folder is not UTF-8")?;
    let database = Database::new(file).with_context(|| format!("cannot open {file}"))?;
    for table in read(TEMPLATE)? {
        let name = name_of(&table.logical_id);
        if database.get_table_metadata(&name).context("cannot list tables")?.is_none() {
            create(&database, &name, table).with_context(|| format!("cannot make table {name}"))?;
        }
    }
    Ok(database)
}

/// Answers DynamoDB requests until the process ends.
pub async fn serve(listener: TcpListener, database: Database) {
    dynoxide::server::serve_on(listener, database).await;
}

fn create(database: &Database, name: &str, table: Table) -> anyhow::Result<()> {
    let mut request: Map<String, Value> = table.request;
    request.insert("TableName".to_owned(), name.into());
    database.create_table(serde_json::from_value(Value::Object(request))?)?;
    if let Some(attribute) = table.ttl {
        let specification = json!({"AttributeName": attribute, "Enabled": true});
        let request = json!({"TableName": name, "TimeToLiveSpecification": specification});
        database.update_time_to_live(serde_json::from_value(request)?)?;
    }
    Ok(())
}
