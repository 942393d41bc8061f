//! Inbox entries: one small item for each open gate and audience, so that nobody's list needs a scan.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::commit::indexed;
use super::error::Kind;
use super::{Item, Store, StoreError, keys};
use crate::AwsError;
use crate::domain::{Gate, Run, RunId};

/// How many entries of one audience are read for one list.
const PER_AUDIENCE: i32 = 100;

#[derive(Serialize)]
struct Entry<'a> {
    run_id: RunId,
    gate: &'a str,
}

/// A gate that an audience is asked about, as the index says. The run itself decides whether it is open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The run.
    pub run_id: RunId,
    /// The gate.
    pub gate: String,
}

/// The entry of an open gate in an audience's inbox.
pub(super) fn entry(run: &Run, gate: &Gate, audience: &str) -> Result<Item, StoreError> {
    let expires = gate.expires_at.map(keys::stamp).unwrap_or_default();
    let entry = Entry { run_id: run.id, gate: &gate.name };
    let key = keys::inbox(run.id, &gate.name, audience);
    indexed(key, Kind::Inbox, &entry, keys::GROUP_INBOX, audience.to_owned(), expires)
}

impl Store {
    /// The gates that an audience is asked about, those that expire first in front.
    pub async fn inbox(&self, audience: &str) -> Result<Vec<Asked>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.main)
            .index_name(keys::GROUP_INBOX.name)
            .key_condition_expression("#group = :group")
            .expression_attribute_names("#group", keys::GROUP_INBOX.partition)
            .expression_attribute_values(":group", AttributeValue::S(audience.to_owned()))
            .limit(PER_AUDIENCE)
            .send()
            .await
            .map_err(AwsError::from)?;
        Ok(answer.items().iter().filter_map(asked).collect())
    }
}

fn asked(entry: &Item) -> Option<Asked> {
    let sort = entry.get(keys::SK)?.as_s().ok()?;
    let (gate, _) = sort.strip_prefix("INBOX#")?.split_once('#')?;
    Some(Asked { run_id: super::lists::run_of(entry)?, gate: gate.to_owned() })
}
