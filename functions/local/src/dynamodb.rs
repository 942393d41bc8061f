//! The embedded DynamoDB: `dynoxide` on `SQLite` in the data folder, behind the real protocol.

use std::path::Path;

use anyhow::{Context, bail};
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
        match database.get_table_metadata(&name).context("cannot list tables")? {
            None => create(&database, &name, table).with_context(|| format!("cannot make table {name}"))?,
            Some(made) => check(&table, made.gsi_definitions.as_deref(), path)?,
        }
    }
    Ok(database)
}

/// Answers DynamoDB requests until the process ends.
pub async fn serve(listener: TcpListener, database: Database) {
    dynoxide::server::serve_on(listener, database).await;
}

/// A table that an older version made may lack an index, and its items may look otherwise.
fn check(table: &Table, made: Option<&str>, path: &Path) -> anyhow::Result<()> {
    let names = |indexes: &Value| -> Vec<String> {
        let each = indexes.as_array().into_iter().flatten();
        each.filter_map(|index| index["IndexName"].as_str()).map(str::to_owned).collect()
    };
    let made = names(&serde_json::from_str(made.unwrap_or("[]")).context("cannot read the indexes")?);
    let wanted = table.request.get("GlobalSecondaryIndexes").map(names).unwrap_or_default();
    if let Some(index) = wanted.iter().find(|index| !made.contains(index)) {
        bail!(
            "{} was made by an older version: it has no index {index}. Delete the data folder to start afresh, or \
             choose another with --data",
            path.display()
        );
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_an_older_version_is_refused_with_the_way_out() {
        let table = read(TEMPLATE).expect("a template").into_iter().find(|t| t.logical_id == "MainTable");
        let check = |made| check(&table.clone().expect("the table"), made, Path::new("x.db"));
        let all = table.clone().expect("the table").request["GlobalSecondaryIndexes"].to_string();
        assert!(check(Some(&all)).is_ok());
        let older = all.replace("ChangedRuns", "Another");
        for made in [Some(&*older), None] {
            let refused = check(made).expect_err("an index is missing").to_string();
            assert!(refused.contains("x.db") && refused.contains("--data"), "{refused}");
        }
    }
}
