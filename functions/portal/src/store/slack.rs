//! Which Slack user is which person, proved once by both sign-ins. Names and addresses prove nothing.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::transact::{Condition, Write};
use super::{Store, StoreError, item, keys};
use crate::AwsError;

/// A person's Slack user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The person's id.
    pub person: String,
    /// The workspace.
    pub team: String,
    /// The user in it.
    pub user: String,
    /// When they were linked.
    pub at: Timestamp,
}

/// A linking that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linking {
    /// Who began it.
    pub person: String,
    /// The nonce that the ID token must carry.
    pub nonce: String,
    /// When it is too late.
    pub expires_at: Timestamp,
}

impl Store {
    /// Whom a Slack user is linked to.
    pub async fn slack_user(&self, team: &str, user: &str) -> Result<Option<Link>, StoreError> {
        self.read(keys::slack_user(team, user)).await
    }

    /// A person's Slack user.
    pub async fn slack_link(&self, person: &str) -> Result<Option<Link>, StoreError> {
        self.read(keys::slack_link(person)).await
    }

    /// Links a person and a Slack user, both sides in one transaction. Whoever had another user has this one
    /// now; a user who is somebody else's stays so.
    pub async fn link_slack(&self, link: &Link) -> Result<(), StoreError> {
        let before = self.slack_link(&link.person).await?;
        let side = item::to_item(keys::slack_user(&link.team, &link.user), Kind::Link, link)?;
        let mut writes = vec![Write::replace(&self.main, Kind::Link, side, free_or_of(&link.person))?];
        let side = item::to_item(keys::slack_link(&link.person), Kind::Person, link)?;
        writes.push(Write::replace(&self.main, Kind::Person, side, unchanged(before.as_ref()))?);
        if let Some(gone) = before.filter(|old| (&old.team, &old.user) != (&link.team, &link.user)) {
            writes.push(Write::delete(&self.main, Kind::Link, keys::slack_user(&gone.team, &gone.user))?);
        }
        self.transact(writes).await
    }

    /// Ends a person's link, if there is one.
    pub async fn unlink_slack(&self, person: &str) -> Result<(), StoreError> {
        let Some(link) = self.slack_link(person).await? else { return Ok(()) };
        let writes = vec![
            Write::delete(&self.main, Kind::Link, keys::slack_user(&link.team, &link.user))?,
            Write::delete(&self.main, Kind::Person, keys::slack_link(person))?,
        ];
        self.transact(writes).await
    }

    /// Keeps a linking under its state.
    pub async fn put_linking(&self, state: &str, linking: &Linking) -> Result<(), StoreError> {
        let mut stored = item::to_item(keys::slack_linking(state), Kind::Session, linking)?;
        let until = linking.expires_at.as_second();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        self.put(stored).await
    }

    /// Takes a linking: whoever asks second gets nothing, and nobody gets an old one.
    pub async fn take_linking(&self, state: &str, now: Timestamp) -> Result<Option<Linking>, StoreError> {
        let taken = self
            .client
            .delete_item()
            .table_name(&self.main)
            .set_key(Some(keys::slack_linking(state).item()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(AwsError::from)?;
        let linking: Option<Linking> = taken.attributes.map(item::from_item).transpose()?;
        Ok(linking.filter(|linking| now < linking.expires_at))
    }
}

/// The Slack user is nobody's yet, or this person's.
fn free_or_of(person: &str) -> Condition {
    Condition {
        expression: "attribute_not_exists(PK) OR person = :person".to_owned(),
        names: Vec::new(),
        values: vec![(":person", AttributeValue::S(person.to_owned()))],
    }
}

/// The person's side is what was read, so that no old user keeps a side of its own.
fn unchanged(before: Option<&Link>) -> Condition {
    match before {
        None => Condition {
            expression: "attribute_not_exists(PK)".to_owned(),
            names: Vec::new(),
            values: Vec::new(),
        },
        Some(link) => Condition {
            expression: "team = :team AND #user = :user".to_owned(),
            names: vec![("#user", "user")],
            values: vec![
                (":team", AttributeValue::S(link.team.clone())),
                (":user", AttributeValue::S(link.user.clone())),
            ],
        },
    }
}
