//! Lists of runs: found through an index, then read themselves.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::keys::{self, Index};
use super::{Item, Store, StoreError};
use crate::AwsError;
use crate::domain::{Run, RunId};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List<'a> {
    /// What this caller asked for: `person:ada`.
    Requester(&'a str),
    /// All runs of a workflow.
    Workflow(&'a str),
}

/// Where a list goes on; opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    at: String,
    id: RunId,
}

/// A page of runs, newest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// The runs.
    pub runs: Vec<Run>,
    /// Where the next page begins; none at the end.
    pub next: Option<Cursor>,
}

impl Cursor {
    /// As text for an address.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {}", self.at, self.id))
    }

    /// From an address; none when it is not one of ours.
    pub fn decode(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, id) = text.split_once(' ')?;
        at.parse::<jiff::Timestamp>().ok()?;
        Some(Self { at: at.to_owned(), id: id.parse().ok()? })
    }
}

impl Store {
    /// One page of a list.
    pub async fn list(&self, list: List<'_>, from: Option<&Cursor>, limit: i32) -> Result<Page, StoreError> {
        let (index, partition) = match list {
            List::Requester(key) => (keys::MY_RUNS, key),
            List::Workflow(slug) => (keys::WORKFLOW_RUNS, slug),
        };
        let answer = self
            .client
            .query()
            .table_name(&self.main)
            .index_name(index.name)
            .key_condition_expression("#partition = :partition")
            .expression_attribute_names("#partition", index.partition)
            .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()))
            .scan_index_forward(false)
            .limit(limit)
            .set_exclusive_start_key(from.map(|cursor| start_key(cursor, index, partition)))
            .send()
            .await
            .map_err(AwsError::from)?;
        let ids: Vec<_> = answer.items().iter().filter_map(run_of).collect();
        let next = answer.last_evaluated_key().and_then(|key| cursor_of(key, index));
        Ok(Page { runs: self.runs(&ids).await?, next })
    }
}

/// The run that an index entry points at.
pub(super) fn run_of(entry: &Item) -> Option<RunId> {
    entry.get(keys::PK)?.as_s().ok()?.strip_prefix("RUN#")?.parse().ok()
}

fn cursor_of(key: &Item, index: Index) -> Option<Cursor> {
    Some(Cursor { at: key.get(index.sort)?.as_s().ok()?.clone(), id: run_of(key)? })
}

/// The start key is rebuilt from the list that is asked for, so a cursor cannot lead into another.
fn start_key(cursor: &Cursor, index: Index, partition: &str) -> HashMap<String, AttributeValue> {
    let mut key = keys::run(cursor.id).item();
    key.insert(index.partition.to_owned(), AttributeValue::S(partition.to_owned()));
    key.insert(index.sort.to_owned(), AttributeValue::S(cursor.at.clone()));
    key
}
