//! Reading histories.

use asl::HistoryEvent;
use rusqlite::params;

use super::Store;
use crate::services::sqlite::StoreError;

/// Part of a history.
#[derive(Debug)]
pub(crate) struct HistoryPage {
    pub(crate) events: Vec<HistoryEvent>,
    /// The id to go on after, if there is more.
    pub(crate) next: Option<u64>,
}

impl Store {
    /// At most `limit` events after the id `after` (before it, when reversed; 0 is the beginning of either).
    pub(crate) fn history(
        &self,
        execution: &str,
        after: u64,
        limit: usize,
        reverse: bool,
    ) -> Result<HistoryPage, StoreError> {
        let sql = if reverse {
            "SELECT event FROM history WHERE execution = ?1 AND (?2 = 0 OR id < ?2) ORDER BY id DESC LIMIT ?3"
        } else {
            "SELECT event FROM history WHERE execution = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
        };
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(sql)?;
        let texts =
            statement.query_map(params![execution, after, limit + 1], |row| row.get::<_, String>(0))?;
        let mut events = Vec::new();
        for text in texts {
            events.push(serde_json::from_str::<HistoryEvent>(&text?)?);
        }
        let more = events.len() > limit;
        events.truncate(limit);
        let next = events.last().filter(|_| more).map(|event| event.id);
        Ok(HistoryPage { events, next })
    }
}
