//! Sign-ins under way: what the callback needs, taken exactly once.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Store, StoreError, item, keys};
use crate::AwsError;

/// How long a person may take at the identity provider.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// A sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The PKCE verifier.
    pub verifier: String,
    /// The nonce that the ID token must carry.
    pub nonce: String,
    /// The path to go back to.
    pub return_to: String,
    /// When it is too late.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a sign-in under its state.
    pub async fn put_sign_in(&self, state: &str, sign_in: &SignIn) -> Result<(), StoreError> {
        let mut stored = item::to_item(keys::sign_in(state), Kind::Session, sign_in)?;
        let until = sign_in.expires_at.as_second();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        self.put(stored).await
    }

    /// Takes a sign-in: whoever asks second gets nothing, and nobody gets an old one.
    pub async fn take_sign_in(&self, state: &str, now: Timestamp) -> Result<Option<SignIn>, StoreError> {
        let taken = self
            .client
            .delete_item()
            .table_name(&self.main)
            .set_key(Some(keys::sign_in(state).item()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(AwsError::from)?;
        let sign_in: Option<SignIn> = taken.attributes.map(item::from_item).transpose()?;
        Ok(sign_in.filter(|sign_in| now < sign_in.expires_at))
    }
}
