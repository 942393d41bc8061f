//! Sessions: the browser holds an opaque token, the table its hash. A stolen table opens nothing.

use crate::AwsError;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Store, StoreError, item, keys};

/// A session ends after so long without a request.
pub const IDLE: SignedDuration = SignedDuration::from_hours(2);
/// A session ends after so long, whatever happens.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// Not every request writes: the idle end is moved once it is so much older.
const TOUCH: SignedDuration = SignedDuration::from_mins(5);

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
}

impl Session {
    /// A session that begins now.
    pub fn begin(person: impl Into<String>, now: Timestamp) -> Self {
        Self { person: person.into(), created_at: now, idle_until: now + IDLE, expires_at: now + ABSOLUTE }
    }

    fn is_live(&self, now: Timestamp) -> bool {
        now < self.idle_until && now < self.expires_at
    }
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
        if now + IDLE > session.idle_until + TOUCH {
            session.idle_until = now + IDLE;
            self.touch_session(token, &session).await?;
        }
        Ok(Some(session))
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &str) -> Result<(), StoreError> {
        self.remove(keys::session(token)).await
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
