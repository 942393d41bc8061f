//! Sessions: the browser holds an opaque token, the table its hash. A stolen table opens nothing.
//!
//! All sessions of a person end at once by a mark with the moment that it was set at: what began before it opens
//! nothing any more, and access tokens that were issued before it neither. So none has to be found.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use catalog_model::IsoDuration;
use catalog_model::sign_in::Sessions;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::Person;

/// A mark is kept for longer than a session or token may last.
const MARKED: SignedDuration = SignedDuration::from_hours(32 * 24);
/// Not every request writes: the idle end is moved once it is older by this part of its time, by minutes of hours.
const TOUCH: i64 = 24;

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The person's id.
    pub person: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends without a request.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// For how many seconds it lasts without a request.
    #[serde(default)]
    pub idle_seconds: i64,
    /// What the provider issued when it began; it opens nothing here, and ends the session that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// The mark that a person was signed out everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct SignedOut {
    at: Timestamp,
}

impl Session {
    /// A session that begins now and lasts as long as they do where nothing else is said.
    pub fn begin(person: impl Into<String>, now: Timestamp) -> Self {
        Self::lasting(&Sessions::default(), person, now)
    }

    /// A session that begins now.
    pub fn lasting(lengths: &Sessions, person: impl Into<String>, now: Timestamp) -> Self {
        let idle = seconds(&lengths.idle);
        let expires_at = now + SignedDuration::from_secs(seconds(&lengths.absolute));
        Self {
            person: person.into(),
            created_at: now,
            idle_until: (now + SignedDuration::from_secs(idle)).min(expires_at),
            expires_at,
            idle_seconds: idle,
            id_token: None,
        }
    }

    /// When it would end, were this the last request.
    fn idle_from(&self, now: Timestamp) -> Timestamp {
        (now + SignedDuration::from_secs(self.idle_seconds)).min(self.expires_at)
    }

    fn is_live(&self, now: Timestamp) -> bool {
        now < self.idle_until && now < self.expires_at
    }
}

/// A length of the catalog, which is 30 days at most.
fn seconds(length: &IsoDuration) -> i64 {
    i64::try_from(length.seconds()).unwrap_or(i64::MAX)
}

impl Store {
    /// Keeps a new session under its token.
    pub async fn put_session(&self, token: &str, session: &Session) -> Result<(), StoreError> {
        let mut stored = item::to_item(keys::session(token), Kind::Session, session)?;
        let until = session.expires_at.as_second();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        self.put(stored).await
    }

    /// The live session of a token; being asked keeps it alive until its absolute end.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let found: Option<Session> = self.read(keys::session(token)).await?;
        let Some(mut session) = found.filter(|session| session.is_live(now)) else { return Ok(None) };
        let idle_until = session.idle_from(now);
        if idle_until > session.idle_until + SignedDuration::from_secs(session.idle_seconds / TOUCH) {
            session.idle_until = idle_until;
            self.touch_session(token, &session).await?;
        }
        Ok(Some(session))
    }

    /// Ends a session; what it was.
    pub async fn end_session(&self, token: &str) -> Result<Option<Session>, StoreError> {
        let delete = self.client.delete_item().table_name(&self.main);
        let delete = delete.set_key(Some(keys::session(token).item())).return_values(ReturnValue::AllOld);
        let ended = delete.send().await.map_err(AwsError::from)?;
        ended.attributes.map(item::from_item).transpose()
    }

    /// Ends all sessions of a person, and voids the access tokens that they have.
    pub async fn end_all_sessions(&self, person: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut stored = item::to_item(keys::signed_out(person), Kind::Session, &SignedOut { at: now })?;
        let until = (now + MARKED).as_second();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        self.put(stored).await
    }

    /// The person, unless what they come with began before they were signed out everywhere.
    pub async fn person_since(&self, id: &str, began: Timestamp) -> Result<Option<Person>, StoreError> {
        let (mut person, mut mark) = (None, None);
        let (who, out) = (keys::person(id), keys::signed_out(id));
        for item in self.read_each(vec![who, out.clone()]).await? {
            if out.is_of(&item) {
                mark = Some(item::from_item::<SignedOut>(item)?);
            } else {
                person = Some(item::from_item(item)?);
            }
        }
        Ok(person.filter(|_| mark.is_none_or(|mark| mark.at < began)))
    }

    /// Moves the idle end. A session that was ended in the meantime stays ended.
    async fn touch_session(&self, token: &str, session: &Session) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.main)
            .set_key(Some(keys::session(token).item()))
            .update_expression("SET idle_until = :until")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":until", AttributeValue::S(session.idle_until.to_string()))
            .send()
            .await;
        match update {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_conditional_check_failed_exception() => Ok(()),
                _ => Err(AwsError::from(error).into()),
            },
        }
    }
}
