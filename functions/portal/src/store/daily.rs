//! What waits for somebody's daily mail: a head that is due at a moment, and a line for each thing to tell.
//!
//! Heads are in the index of the outbox, under a name that the relay does not ask for. Whoever takes one claims it
//! first; a line that comes in meanwhile changes the head, so that it is never removed with the others.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::commit::indexed;
use super::error::Kind;
use super::outbox::{MAX_TRIES, Notice};
use super::transact::{Condition, Write};
use super::{Item, Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::{PersonName, RunId};

/// How often a line is added anew when others add one at the same moment.
const TRIES: usize = 10;
/// How many lines one transaction removes.
const CHUNK: usize = 90;

/// Somebody's daily mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Daily {
    /// The person's id.
    pub person: String,
    /// When it is to be sent.
    pub due_at: Timestamp,
    /// How often that was tried.
    pub tries: u32,
    /// Raised by every line.
    pub version: u64,
    /// Why the newest try failed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Something that a daily mail tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was written.
    pub at: Timestamp,
    /// What it is about.
    #[serde(flatten)]
    pub matter: Matter,
}

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "matter", rename_all = "snake_case")]
pub enum Matter {
    /// A notice about a run.
    Notice {
        /// The run.
        run_id: RunId,
        /// The outbox row that said so.
        row: u64,
        /// What it says.
        notice: Notice,
    },
    /// Somebody named the person as their deputy.
    Deputy {
        /// Who.
        approver: PersonName,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
}

impl Line {
    /// Its sort key: in the order of time, and the same again when it is written again.
    fn key(&self, person: &str) -> keys::Key {
        let about = match &self.matter {
            Matter::Notice { run_id, row, .. } => format!("{run_id}#{row:010}"),
            Matter::Deputy { approver, from, .. } => format!("DEPUTY#{}#{}", approver.id, keys::stamp(*from)),
        };
        keys::daily_line(person, &about)
    }
}

impl Daily {
    /// Whether it is not tried any more.
    pub fn is_given_up(&self) -> bool {
        self.tries >= MAX_TRIES && self.reason.is_some()
    }

    fn item(&self) -> Result<Item, StoreError> {
        let key = keys::daily(&self.person);
        if self.is_given_up() {
            return item::to_item(key, Kind::Mail, self);
        }
        let (shard, due) = (keys::DAILY_SHARD.to_owned(), keys::stamp(self.due_at));
        indexed(key, Kind::Mail, self, keys::DUE_OUTBOX, shard, due)
    }

    /// The condition that nobody changed it since it was read.
    fn unchanged(&self) -> Condition {
        Condition {
            expression: "version = :version AND tries = :tries".to_owned(),
            names: Vec::new(),
            values: vec![
                (":version", AttributeValue::N(self.version.to_string())),
                (":tries", AttributeValue::N(self.tries.to_string())),
            ],
        }
    }
}

impl Store {
    /// Adds a line to somebody's daily mail, which is sent at `due` or when it was to be sent before. What the line
    /// tells of a run counts as told.
    pub async fn put_line(&self, person: &str, line: &Line, due: Timestamp) -> Result<Daily, StoreError> {
        for _ in 0..TRIES {
            let before = self.daily(person).await?;
            let waits = before.as_ref().filter(|daily| !daily.is_given_up());
            let after = Daily {
                person: person.to_owned(),
                due_at: waits.map_or(due, |daily| daily.due_at.min(due)),
                tries: 0,
                version: before.as_ref().map_or(0, |daily| daily.version) + 1,
                reason: None,
            };
            let stored = item::to_item(line.key(person), Kind::Mail, line)?;
            let mut writes = vec![Write::put(&self.main, Kind::Mail, stored)?];
            writes.push(match &before {
                Some(daily) => Write::replace(&self.main, Kind::Mail, after.item()?, daily.unchanged())?,
                None => Write::create(&self.main, Kind::Mail, after.item()?)?,
            });
            if let Matter::Notice { run_id, row, .. } = &line.matter {
                writes.push(self.write_told(*run_id, *row, person)?);
            }
            match self.transact(writes).await {
                Err(StoreError::Changed) => {}
                done => return done.map(|()| after),
            }
        }
        Err(StoreError::Busy)
    }

    /// Somebody's daily mail, if anything waits for it.
    pub async fn daily(&self, person: &str) -> Result<Option<Daily>, StoreError> {
        self.read(keys::daily(person)).await
    }

    /// What it tells, oldest first.
    pub async fn lines(&self, person: &str) -> Result<Vec<Line>, StoreError> {
        let mut lines: Vec<Line> = self.read_prefix(&keys::daily(person).pk, "LINE#").await?;
        lines.sort_by_key(|line| line.at);
        Ok(lines)
    }

    /// The daily mails that are due, read themselves.
    pub async fn due_dailies(&self, now: Timestamp, limit: i32) -> Result<Vec<Daily>, StoreError> {
        let index = keys::DUE_OUTBOX;
        let answer = self
            .client
            .query()
            .table_name(&self.main)
            .index_name(index.name)
            .key_condition_expression("#shard = :shard AND #due <= :now")
            .expression_attribute_names("#shard", index.partition)
            .expression_attribute_names("#due", index.sort)
            .expression_attribute_values(":shard", AttributeValue::S(keys::DAILY_SHARD.to_owned()))
            .expression_attribute_values(":now", AttributeValue::S(keys::stamp(now)))
            .limit(limit)
            .send()
            .await
            .map_err(AwsError::from)?;
        let mut due = Vec::new();
        for person in answer.items().iter().filter_map(person_of) {
            due.extend(self.daily(person).await?.filter(|daily| !daily.is_given_up() && daily.due_at <= now));
        }
        Ok(due)
    }

    /// Writes what a try made of it, if nobody changed it since it was read.
    pub async fn update_daily(&self, before: &Daily, after: &Daily) -> Result<(), StoreError> {
        let write = Write::replace(&self.main, Kind::Mail, after.item()?, before.unchanged())?;
        self.transact(vec![write]).await
    }

    /// Removes the lines that were told. The head stays where another line came in meanwhile.
    pub async fn told_daily(&self, daily: &Daily, lines: &[Line]) -> Result<(), StoreError> {
        for chunk in lines.chunks(CHUNK) {
            let delete = |line: &Line| Write::delete(&self.main, Kind::Mail, line.key(&daily.person));
            self.transact(chunk.iter().map(delete).collect::<Result<_, _>>()?).await?;
        }
        let gone = Write::delete_if(&self.main, Kind::Mail, keys::daily(&daily.person), daily.unchanged())?;
        match self.transact(vec![gone]).await {
            Err(StoreError::Changed) => Ok(()),
            done => done,
        }
    }
}

fn person_of(entry: &Item) -> Option<&str> {
    entry.get(keys::PK)?.as_s().ok()?.strip_prefix("DAILY#")
}
