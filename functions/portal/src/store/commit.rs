//! The one way a run changes: run, audit, outbox and whatever belongs to the fact, in one transaction.
//!
//! 1. the transition is looked up in the table;
//! 2. audit records are chained to the head that was read, outbox rows numbered; what is recorded of a run
//!    that has closed is to be anchored, and whoever waits behind a door is to be answered, whoever closed it;
//! 3. a new run takes its places among those under way, a run that ends gives them back, whoever ends it;
//! 4. everything is written, if the run still has the version and status that were read, together with the circuit of
//!    a machine whose run begins or ends.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;

use super::breaker::Turn;
use super::error::Kind;
use super::outbox::{Message, Row};
use super::proposal::Proposal;
use super::result::StoredResult;
use super::subscriber::Subscriber;
use super::transact::{Condition, Write};
use super::{Item, Store, StoreError, item, keys};
use crate::domain::audit::{self, Entry, daily};
use crate::domain::limits::Count;
use crate::domain::{Gate, Person, Run, Status, Vote};
use crate::telemetry::{Metric, facts};

/// A change of a run with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Change {
    /// The run as it was read; none for a new one.
    before: Option<Run>,
    after: Run,
    entries: Vec<Entry>,
    messages: Vec<(Message, Timestamp)>,
    extras: Vec<Extra>,
    now: Timestamp,
}

/// An item that is written together with the run.
#[derive(Debug, Clone)]
pub enum Extra {
    /// A vote that must not exist.
    Vote(Vote),
    /// A gate's newest task token; must not exist.
    Token {
        /// The gate.
        gate: String,
        /// Which wait of the gate it belongs to.
        generation: u32,
        /// The token; it never leaves AWS.
        token: String,
    },
    /// A door's execution waits for the end, or waits anew with another token.
    Subscribe(Subscriber),
    /// It does not any more.
    Unsubscribe(Subscriber),
    /// The caller's idempotency key, which must not exist.
    Key(super::idempotency::Claim),
    /// The gate appears in the inboxes of these audiences.
    InboxOpen(Gate, Vec<String>),
    /// The gate leaves the inboxes of whoever may decide there.
    InboxClose(Gate),
    /// What the owner's steps returned.
    Result(StoredResult),
    /// What an approver proposes instead; takes the place of an earlier proposal.
    Proposal(Proposal),
    /// The signed request that this change carries out; it must not have been carried out before.
    Seen(super::seen::Seen),
    /// The run is one more in a window of time, which must not be full.
    Count(Count),
    /// Nothing is written: the person must still be in the groups that were read.
    StillIn(Person),
}

impl Change {
    /// A new run.
    pub fn create(run: Run, now: Timestamp) -> Self {
        Self { before: None, after: run, entries: vec![], messages: vec![], extras: vec![], now }
    }

    /// A change of a run that was read.
    pub fn of(run: &Run, now: Timestamp) -> Self {
        Self { before: Some(run.clone()), ..Self::create(run.clone(), now) }
    }

    /// The run as it will be, to look at.
    pub fn after(&self) -> &Run {
        &self.after
    }

    /// The run as it will be.
    pub fn run(&mut self) -> &mut Run {
        &mut self.after
    }

    /// Records a fact in the audit.
    pub fn record(&mut self, entry: Entry) -> &mut Self {
        self.entries.push(entry);
        self
    }

    /// Sends a message once the change is written; whoever wrote it tries first, the relay from `due` on.
    pub fn send(&mut self, message: Message, due: Timestamp) -> &mut Self {
        self.messages.push((message, due));
        self
    }

    /// What it does to the circuit of the machine that called, if one did.
    fn turn(&self) -> Option<Turn> {
        Turn::of(self.before.as_ref(), &self.after, self.now)
    }

    /// Writes an item with it.
    pub fn with(&mut self, extra: Extra) -> &mut Self {
        self.extras.push(extra);
        self
    }

    /// What it counts as, once it is written.
    fn metrics(&self) -> Vec<Metric> {
        facts::of_change(self.before.as_ref(), &self.after, self.now)
    }
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The run as it is now.
    pub run: Run,
    /// The outbox rows, of which most are to be tried at once.
    pub rows: Vec<Row>,
}

impl Store {
    /// Writes a change, whole or not at all.
    pub async fn commit(&self, change: Change) -> Result<Committed, StoreError> {
        let (metrics, turn) = (change.metrics(), change.turn());
        let (writes, committed) = self.prepare(change)?;
        // Boxed, so that whoever writes a change does not carry the state of its tries.
        Box::pin(self.transact_turning(writes, turn.as_slice())).await?;
        metrics.into_iter().for_each(Metric::emit);
        Ok(committed)
    }

    /// Writes the changes of two runs, both or neither: one takes the place of the other.
    pub async fn commit_both(&self, new: Change, old: Change) -> Result<(Committed, Committed), StoreError> {
        let metrics = [new.metrics(), old.metrics()];
        let turns: Vec<_> = old.turn().into_iter().chain(new.turn()).collect();
        let (mut writes, new) = self.prepare(new)?;
        let (more, old) = self.prepare(old)?;
        writes.extend(more);
        Box::pin(self.transact_turning(writes, &turns)).await?;
        metrics.into_iter().flatten().for_each(Metric::emit);
        Ok((new, old))
    }

    fn prepare(&self, mut change: Change) -> Result<(Vec<Write>, Committed), StoreError> {
        check_transition(&change)?;
        let mut writes = Vec::new();
        let rows = self.chain(&mut change, &mut writes)?;
        for extra in &change.extras {
            self.write_extra(&change.after, extra, &mut writes)?;
        }
        self.write_places(&change, &mut writes)?;
        writes.extend(self.taken_on(&change)?);
        writes.insert(0, self.write_run(&change)?);
        Ok((writes, Committed { run: change.after, rows }))
    }

    /// Numbers what follows from the change and moves the run's heads accordingly.
    fn chain(&self, change: &mut Change, writes: &mut Vec<Write>) -> Result<Vec<Row>, StoreError> {
        let Change { before, after, entries, messages, now, .. } = change;
        after.version = before.as_ref().map_or(1, |run| run.version + 1);
        after.updated_at = *now;
        let closes = before.as_ref().is_none_or(|run| !run.status.is_final());
        let anchored = after.status.is_final() && (closes || !entries.is_empty());
        for entry in entries.drain(..) {
            let record = audit::append(after, entry, *now)?;
            let stored = item::to_item(keys::audit(after.id, record.seq), Kind::Audit, &record.stored()?)?;
            writes.push(Write::create(&self.audit, Kind::Audit, stored)?);
        }
        if anchored {
            messages.push((Message::Anchor { head: after.audit.clone() }, *now));
        }
        if closes && after.status.is_final() && after.calling_team().is_some() {
            messages.push((Message::Answer, *now + super::outbox::HEAD_START));
        }
        let mut rows = Vec::new();
        for (message, due) in messages.drain(..) {
            after.outbox += 1;
            let row = Row::new(after.id, after.outbox, message, due, *now);
            writes.push(Write::create(&self.main, Kind::Outbox, row.item()?)?);
            rows.push(row);
        }
        Ok(rows)
    }

    fn write_run(&self, change: &Change) -> Result<Write, StoreError> {
        let run = &change.after;
        let mut stored = item::to_item(keys::run(run.id), Kind::Run, run)?;
        let created = keys::stamp(run.created_at);
        insert(&mut stored, keys::MY_RUNS.partition, run.caller_key());
        insert(&mut stored, keys::MY_RUNS.sort, created);
        insert(&mut stored, keys::WORKFLOW_RUNS.partition, run.workflow.clone());
        insert(&mut stored, keys::CHANGED_RUNS.partition, daily::day_of(run.updated_at).to_string());
        let Some(before) = &change.before else {
            return Write::create(&self.main, Kind::Run, stored);
        };
        let condition = Condition {
            expression: "version = :version AND #status = :from".to_owned(),
            names: vec![("#status", "status")],
            values: vec![
                (":version", AttributeValue::N(before.version.to_string())),
                (":from", AttributeValue::S(before.status.as_str().to_owned())),
            ],
        };
        Write::replace(&self.main, Kind::Run, stored, condition)
    }

    /// The gateway has taken the run on, so that it need not be started any more.
    fn taken_on(&self, change: &Change) -> Result<Option<Write>, StoreError> {
        let was_starting = change.before.as_ref().is_some_and(|run| run.status == Status::Starting);
        if !was_starting || !matches!(change.after.status, Status::Waiting | Status::Approved) {
            return Ok(None);
        }
        let key = keys::outbox(change.after.id, super::outbox::START);
        Write::delete(&self.main, Kind::Outbox, key).map(Some)
    }

    /// A place that was handed over by the run that this one supersedes is under that one's name and needs no write.
    fn write_places(&self, change: &Change, writes: &mut Vec<Write>) -> Result<(), StoreError> {
        let run = &change.after;
        match &change.before {
            None => {
                for slot in run.slots.iter().filter(|slot| slot.holder == run.id) {
                    writes.push(self.take(run, slot, change.now)?);
                }
            }
            Some(before) if run.status.is_final() && !before.status.is_final() => {
                for slot in &run.slots {
                    writes.push(self.give_back(run, slot)?);
                }
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn write_extra(&self, run: &Run, extra: &Extra, writes: &mut Vec<Write>) -> Result<(), StoreError> {
        let create = |kind, stored| Write::create(&self.main, kind, stored);
        match extra {
            Extra::Vote(vote) => {
                let key = keys::vote(run.id, &vote.gate, vote.generation, &vote.person);
                writes.push(create(Kind::Vote, item::to_item(key, Kind::Vote, vote)?)?);
            }
            Extra::Token { gate, generation, token } => {
                let key = keys::token(run.id, gate, *generation);
                let stored = super::token::Stored { token: token.clone() };
                writes.push(create(Kind::Token, item::to_item(key, Kind::Token, &stored)?)?);
            }
            Extra::Subscribe(subscriber) => self.write_subscriber(run.id, subscriber, writes)?,
            Extra::Unsubscribe(subscriber) => writes.push(self.drop_subscriber(run.id, subscriber)?),
            Extra::Key(claim) => writes.push(create(Kind::Key, claim.item()?)?),
            Extra::Result(result) => {
                let stored = item::to_item(keys::result(run.id), Kind::Result, result)?;
                writes.push(create(Kind::Result, stored)?);
            }
            Extra::Proposal(proposal) => {
                let stored = item::to_item(keys::proposal(run.id), Kind::Proposal, proposal)?;
                writes.push(Write::put(&self.main, Kind::Proposal, stored)?);
            }
            Extra::Count(count) => writes.push(self.count(run, count)?),
            Extra::Seen(seen) => writes.push(create(Kind::Seen, seen.item()?)?),
            Extra::StillIn(person) => writes.push(self.still_in(person)?),
            Extra::InboxOpen(gate, audiences) => {
                for audience in audiences {
                    writes.push(Write::put(
                        &self.main,
                        Kind::Inbox,
                        super::inbox::entry(run, gate, audience)?,
                    )?);
                }
            }
            Extra::InboxClose(gate) => {
                for audience in gate.audiences().into_iter().collect::<BTreeSet<_>>() {
                    let key = keys::inbox(run.id, &gate.name, &audience);
                    writes.push(Write::delete(&self.main, Kind::Inbox, key)?);
                }
            }
        }
        Ok(())
    }
}

impl Store {
    fn still_in(&self, person: &Person) -> Result<Write, StoreError> {
        let groups = person.groups.iter().cloned().map(AttributeValue::S).collect();
        let condition = Condition {
            expression: "#groups = :groups".to_owned(),
            names: vec![("#groups", "groups")],
            values: vec![(":groups", AttributeValue::L(groups))],
        };
        Write::demand(&self.main, Kind::Person, keys::person(&person.id), condition)
    }
}

/// Staying where it is needs no entry in the table; everything else does.
fn check_transition(change: &Change) -> Result<(), StoreError> {
    let Some(before) = &change.before else { return Ok(()) };
    let (from, to) = (before.status, change.after.status);
    if from == to || from.may_become(to) { Ok(()) } else { Err(StoreError::NoSuchTransition { from, to }) }
}

/// Adds an index attribute.
pub(super) fn insert(item: &mut Item, name: &str, value: String) {
    item.insert(name.to_owned(), AttributeValue::S(value));
}

/// A struct as an item with extra index attributes.
pub(super) fn indexed<T: Serialize>(
    key: keys::Key,
    kind: Kind,
    value: &T,
    index: keys::Index,
    partition: String,
    sort: String,
) -> Result<Item, StoreError> {
    let mut stored = item::to_item(key, kind, value)?;
    insert(&mut stored, index.partition, partition);
    insert(&mut stored, index.sort, sort);
    Ok(stored)
}
