//! Tags of machines and activities.

use rusqlite::params;

use super::Store;
use crate::services::sqlite::StoreError;

impl Store {
    /// The tags of a resource, by key.
    pub(crate) fn tags(&self, resource: &str) -> Result<Vec<(String, String)>, StoreError> {
        let connection = self.0.lock();
        let mut statement =
            connection.prepare_cached("SELECT key, value FROM tags WHERE resource = ?1 ORDER BY key")?;
        let rows = statement.query_map([resource], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds tags, or gives the ones that are there another value.
    pub(crate) fn tag(&self, resource: &str, tags: &[(String, String)]) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        for (key, value) in tags {
            tx.execute("INSERT OR REPLACE INTO tags VALUES (?1, ?2, ?3)", params![resource, key, value])?;
        }
        Ok(tx.commit()?)
    }

    /// Takes tags away; those that are not there are no mistake.
    pub(crate) fn untag(&self, resource: &str, keys: &[String]) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        for key in keys {
            tx.execute("DELETE FROM tags WHERE resource = ?1 AND key = ?2", params![resource, key])?;
        }
        Ok(tx.commit()?)
    }
}
