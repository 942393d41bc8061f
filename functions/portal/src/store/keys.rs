//! The keys of every item and the names of every index: the table of the design, in code.
//!
//! | item | PK / SK |
//! |---|---|
//! | run | `RUN#id` / `META` |
//! | result | `RUN#id` / `RESULT` |
//! | proposal | `RUN#id` / `PROPOSAL` |
//! | vote | `RUN#id` / `VOTE#gate#generation#person` |
//! | token | `RUN#id` / `TOKEN#gate#generation` |
//! | door's execution that waits for the end, and the run it waits for | `RUN#id` / `SUB#sha256(execution)`, `DOOR#sha256(execution)` / `META` |
//! | inbox entry | `RUN#id` / `INBOX#gate#audience` |
//! | outbox | `RUN#id` / `OUT#seq` |
//! | mails about a run, and who was told a notice | `RUN#id` / `MAIL#gate#person`, `TOLD#seq#person` |
//! | key | `IDEM#sha256(caller, op, key)` / `META` |
//! | person, group | `PERSON#id`, `GROUP#id` / `META` |
//! | deputy, and whom one stands in for | `PERSON#id` / `DEPUTY`, `DEPUTYFOR#approver` |
//! | preferences | `PERSON#id` / `PREFERENCES` |
//! | daily mail, and what waits for it | `DAILY#person` / `META`, `LINE#…` |
//! | session, sign-in | `SESSION#sha256(token)`, `SIGNIN#sha256(state)` / `META` |
//! | that somebody was signed out everywhere | `PERSON#id` / `SIGNEDOUT` |
//! | actions in a minute | `RATE#caller` / minute |
//! | places of a workflow's runs under way, of one target's | `LIMITS#slug` / `PLACES`, `PLACES#sha256(target)` |
//! | runs in a window, of one target | `LIMITS#slug` / `COUNT#seconds#since`, `TCOUNT#seconds#since#sha256(target)` |
//! | circuit of a caller and a workflow | `LIMITS#slug` / `BREAKER#caller` |
//! | workflow version | `WORKFLOW#slug` / `VERSION#digest` |
//! | Slack user, and the same from the person's side | `SLACK#team#user` / `META`, `PERSON#id` / `SLACK` |
//! | linking under way | `SLACKLINK#sha256(state)` / `META` |
//! | message in Slack | `RUN#id` / `SLACK#gate#to#what` |
//! | request of Slack that was carried out | `SEEN#sha256(signature)` / `META` |
//! | audit (own table) | `RUN#id` / `seq` |

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::RunId;
use crate::domain::limits::Count;

/// Partition key.
pub const PK: &str = "PK";
/// Sort key.
pub const SK: &str = "SK";
/// When `DynamoDB` may remove the item, in seconds since 1970. Best effort: readers check for themselves.
pub const TTL: &str = "ttl";

/// Outbox rows that are due, by shard.
pub const DUE_OUTBOX: Index = Index { name: "DueOutbox", partition: "OUT_SHARD", sort: "DUE_AT" };
/// A requester's runs, by time.
pub const MY_RUNS: Index = Index { name: "MyRuns", partition: "REQUESTER", sort: "CREATED_AT" };
/// The open gates of an audience (a group, or one person), by deadline.
pub const GROUP_INBOX: Index = Index { name: "GroupInbox", partition: "GROUP", sort: "EXPIRES_AT" };
/// A workflow's runs, by time.
pub const WORKFLOW_RUNS: Index = Index { name: "WorkflowRuns", partition: "WORKFLOW", sort: "CREATED_AT" };
/// The runs that changed last on a day. A run enters a day once, however often it changes on it.
pub const CHANGED_RUNS: Index = Index { name: "ChangedRuns", partition: "CHANGED_ON", sort: PK };

/// How many shards the due outbox has, so that a burst does not meet in one partition.
pub const SHARDS: u8 = 16;

/// Where daily mails are in the index of the outbox: beside its shards, which the relay asks for.
pub const DAILY_SHARD: &str = "DAILY";

/// A global secondary index.
#[derive(Debug, Clone, Copy)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// The attribute of its partition key.
    pub partition: &'static str,
    /// The attribute of its sort key.
    pub sort: &'static str,
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// Whether an item is the one of this key.
    pub(super) fn is_of(&self, item: &HashMap<String, AttributeValue>) -> bool {
        let is = |name, value: &String| item.get(name).and_then(|has| has.as_s().ok()) == Some(value);
        is(PK, &self.pk) && is(SK, &self.sk)
    }

    /// The key as `DynamoDB` has it.
    pub(super) fn item(self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk)),
            (SK.to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// The partition of everything about a run.
pub fn run_partition(id: RunId) -> String {
    format!("RUN#{id}")
}

/// An item that is never there: reading it opens a connection.
pub fn nothing() -> Key {
    Key::new("NOTHING".to_owned(), "META")
}

/// The run itself.
pub fn run(id: RunId) -> Key {
    Key::new(run_partition(id), "META")
}

/// The run's result.
pub fn result(id: RunId) -> Key {
    Key::new(run_partition(id), "RESULT")
}

/// What an approver proposes instead.
pub fn proposal(id: RunId) -> Key {
    Key::new(run_partition(id), "PROPOSAL")
}

/// One person's vote at one gate.
pub fn vote(id: RunId, gate: &str, generation: u32, person: &str) -> Key {
    Key::new(run_partition(id), format!("VOTE#{gate}#{generation}#{person}"))
}

/// The task token that a gate waits with.
pub fn token(id: RunId, gate: &str, generation: u32) -> Key {
    Key::new(run_partition(id), format!("TOKEN#{gate}#{generation}"))
}

/// A door's execution that waits for the run's end, by the hash of its ARN.
pub fn subscriber(id: RunId, execution: &str) -> Key {
    Key::new(run_partition(id), format!("SUB#{}", crate::domain::digest::of_text(execution)))
}

/// Which run a door's execution waits for.
pub fn door(execution: &str) -> Key {
    Key::new(format!("DOOR#{}", crate::domain::digest::of_text(execution)), "META")
}

/// An open gate in the inbox of an audience: a group, or `person:ada`.
pub fn inbox(id: RunId, gate: &str, audience: &str) -> Key {
    Key::new(run_partition(id), format!("INBOX#{gate}#{audience}"))
}

/// An outbox row.
pub fn outbox(id: RunId, seq: u64) -> Key {
    Key::new(run_partition(id), format!("OUT#{seq:010}"))
}

/// Somebody's mails about one approval of a run, or about the run itself.
pub fn mail(id: RunId, gate: &str, person: &str) -> Key {
    Key::new(run_partition(id), format!("MAIL#{gate}#{person}"))
}

/// That somebody was told the notice of an outbox row.
pub fn told(id: RunId, seq: u64, person: &str) -> Key {
    Key::new(run_partition(id), format!("TOLD#{seq:010}#{person}"))
}

/// An idempotency key. The parts are hashed with their lengths, so that no two triples look alike.
pub fn idempotency(caller: &str, operation: &str, key: &str) -> Key {
    let parts = [caller, operation, key].map(|part| format!("{}:{part}", part.len()));
    Key::new(format!("IDEM#{}", crate::domain::digest::of_text(&parts.concat())), "META")
}

/// The partition of everything about a person.
pub fn person_partition(id: &str) -> String {
    format!("PERSON#{id}")
}

/// A person.
pub fn person(id: &str) -> Key {
    Key::new(person_partition(id), "META")
}

/// Who stands in for an approver.
pub fn deputy(approver: &str) -> Key {
    Key::new(person_partition(approver), "DEPUTY")
}

/// The same from the deputy's side.
pub fn deputy_for(deputy: &str, approver: &str) -> Key {
    Key::new(person_partition(deputy), format!("DEPUTYFOR#{approver}"))
}

/// How a person wants to be told.
pub fn preferences(person: &str) -> Key {
    Key::new(person_partition(person), "PREFERENCES")
}

/// A person's daily mail.
pub fn daily(person: &str) -> Key {
    Key::new(format!("DAILY#{person}"), "META")
}

/// Something that a person's daily mail tells.
pub fn daily_line(person: &str, about: &str) -> Key {
    Key::new(format!("DAILY#{person}"), format!("LINE#{about}"))
}

/// A group.
pub fn group(id: &str) -> Key {
    Key::new(format!("GROUP#{id}"), "META")
}

/// Which people and groups were written from the catalog.
pub fn directory() -> Key {
    Key::new("DIRECTORY".to_owned(), "META")
}

/// A session, by the hash of its token.
pub fn session(token: &str) -> Key {
    Key::new(format!("SESSION#{}", crate::domain::digest::of_text(token)), "META")
}

/// That somebody was signed out everywhere.
pub fn signed_out(person: &str) -> Key {
    Key::new(person_partition(person), "SIGNEDOUT")
}

/// A sign-in under way, by the hash of its state.
pub fn sign_in(state: &str) -> Key {
    Key::new(format!("SIGNIN#{}", crate::domain::digest::of_text(state)), "META")
}

/// A Slack user who is linked to a person.
pub fn slack_user(team: &str, user: &str) -> Key {
    Key::new(format!("SLACK#{team}#{user}"), "META")
}

/// The same from the person's side.
pub fn slack_link(person: &str) -> Key {
    Key::new(person_partition(person), "SLACK")
}

/// A linking under way, by the hash of its state.
pub fn slack_linking(state: &str) -> Key {
    Key::new(format!("SLACKLINK#{}", crate::domain::digest::of_text(state)), "META")
}

/// What was sent to Slack about a gate (nothing for the run itself), to a channel or user.
pub fn slack_message(id: RunId, gate: &str, to: &str, what: &str) -> Key {
    Key::new(run_partition(id), format!("SLACK#{gate}#{to}#{what}"))
}

/// A signed request that was carried out, by the hash of its signature.
pub fn seen(signature: &str) -> Key {
    Key::new(format!("SEEN#{}", crate::domain::digest::of_text(signature)), "META")
}

/// How often a caller acted in a minute (counted from 1970).
pub fn actions(caller: &str, minute: i64) -> Key {
    Key::new(format!("RATE#{caller}"), format!("{minute}"))
}

/// The partition of everything that a workflow's limits are held with.
pub fn limits_partition(slug: &str) -> String {
    format!("LIMITS#{slug}")
}

/// The places of a workflow's runs under way, or of those that act on one thing.
pub fn places(slug: &str, target: Option<&str>) -> Key {
    let of_target = |target| format!("{PLACES_OF_TARGETS}{}", crate::domain::digest::of_text(target));
    Key::new(limits_partition(slug), target.map_or_else(|| "PLACES".to_owned(), of_target))
}

/// How the keys of places begin that are counted for each thing.
pub const PLACES_OF_TARGETS: &str = "PLACES#";

/// How many runs were requested in a window, or of those that act on one thing.
pub fn counted(slug: &str, count: &Count, target: Option<&str>) -> Key {
    let of_target =
        |target| format!("{}{}", counted_of_targets(count), crate::domain::digest::of_text(target));
    let of_all = || format!("COUNT#{}#{}", count.seconds, count.since.as_second());
    Key::new(limits_partition(slug), target.map_or_else(of_all, of_target))
}

/// How the keys of counts in a window begin that are made for each thing.
pub fn counted_of_targets(count: &Count) -> String {
    format!("TCOUNT#{}#{}#", count.seconds, count.since.as_second())
}

/// The circuit between a caller and a workflow.
pub fn breaker(caller: &str, slug: &str) -> Key {
    Key::new(limits_partition(slug), format!("{BREAKERS}{caller}"))
}

/// How the keys of circuits begin.
pub const BREAKERS: &str = "BREAKER#";

/// A published version of a workflow's machine.
pub fn version(slug: &str, digest: &str) -> Key {
    Key::new(format!("WORKFLOW#{slug}"), format!("VERSION#{digest}"))
}

/// An audit record; zero-padded, so that text order is number order.
pub fn audit(id: RunId, seq: u64) -> Key {
    Key::new(run_partition(id), format!("{seq:010}"))
}

/// A moment as an index sorts it: always the same width, so that text order is time order.
pub fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The due-outbox shard of a run: always the same one.
pub fn shard_of(id: RunId) -> u8 {
    id.to_string().bytes().fold(0, u8::wrapping_add) % SHARDS
}

/// The name of a shard.
pub fn shard_name(shard: u8) -> String {
    format!("OUT#{shard:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_sort_as_time_does() {
        let stamp_of = |ms| stamp(Timestamp::from_millisecond(ms).expect("in range"));
        assert_eq!(stamp_of(1_795_000_000_000), "2026-11-18T11:06:40.000Z");
        assert!(stamp_of(1_795_000_000_000) < stamp_of(1_795_000_000_500));
        assert!(stamp_of(1_795_000_000_999) < stamp_of(1_795_000_001_000));
    }

    #[test]
    fn idempotency_parts_cannot_be_shifted() {
        assert_ne!(idempotency("a", "bc", "d"), idempotency("ab", "c", "d"));
        assert_ne!(idempotency("person:a", "run", "k"), idempotency("person:b", "run", "k"));
    }
}
