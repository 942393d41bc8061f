//! Modals: who sees which, and what is in them.

use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::Value;

use super::Inbox;
use crate::services::sqlite::StoreError;

/// A modal in front of somebody.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenView {
    /// The member who sees it.
    pub(crate) member: String,
    /// The view as Slack gives it to apps, with id, hash and state.
    pub(crate) view: Value,
}

impl OpenView {
    /// A field of the view that is text.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.view[field].as_str().unwrap_or_default()
    }
}

impl Inbox {
    /// Shows a modal in place of whatever the member had open.
    pub(crate) fn open_view(&self, opened: &OpenView) -> Result<(), StoreError> {
        let mut connection = self.database().lock();
        let tx = connection.transaction()?;
        tx.execute("DELETE FROM views WHERE member = ?1", [&opened.member])?;
        tx.execute(
            "INSERT INTO views VALUES (?1, ?2, ?3, ?4)",
            params![opened.text("id"), opened.member, opened.text("external_id"), opened.view.to_string()],
        )?;
        tx.commit()?;
        drop(connection);
        self.changed();
        Ok(())
    }

    /// Keeps what a modal shows now.
    pub(crate) fn update_view(&self, changed: &OpenView) -> Result<(), StoreError> {
        self.database().lock().execute(
            "UPDATE views SET external_id = ?2, content = ?3 WHERE id = ?1",
            params![changed.text("id"), changed.text("external_id"), changed.view.to_string()],
        )?;
        self.changed();
        Ok(())
    }

    /// Takes a modal away.
    pub(crate) fn close_view(&self, id: &str) -> Result<(), StoreError> {
        self.database().lock().execute("DELETE FROM views WHERE id = ?1", [id])?;
        self.changed();
        Ok(())
    }

    /// The open modal with this id.
    pub(crate) fn view(&self, id: &str) -> Result<Option<OpenView>, StoreError> {
        self.one_view("id", id)
    }

    /// The open modal that an app gave this id.
    pub(crate) fn view_by_external_id(&self, id: &str) -> Result<Option<OpenView>, StoreError> {
        self.one_view("external_id", id)
    }

    /// The modal that the member has open.
    pub(crate) fn view_of(&self, member: &str) -> Result<Option<OpenView>, StoreError> {
        self.one_view("member", member)
    }

    fn one_view(&self, column: &str, value: &str) -> Result<Option<OpenView>, StoreError> {
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let connection = self.database().lock();
        let sql = format!("SELECT member, content FROM views WHERE {column} = ?1");
        let found = connection.prepare_cached(&sql)?.query_row([value], read).optional()?;
        found.map(|(member, view)| Ok(OpenView { member, view: serde_json::from_str(&view)? })).transpose()
    }
}
