//! One-time authorization codes, held in memory: a code is worth a minute and a single use.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

const LIFETIME: Duration = Duration::from_mins(1);

/// What a code stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) person: String,
    pub(super) nonce: Option<String>,
    /// PKCE challenge (RFC 7636, S256) the token request must answer.
    pub(super) challenge: String,
    pub(super) redirect_uri: String,
}

/// The codes that nobody has used yet.
#[derive(Default)]
pub(super) struct Codes(Mutex<HashMap<String, (Grant, Instant)>>);

impl Codes {
    /// A new code for the grant.
    pub(super) fn issue(&self, grant: Grant) -> String {
        let code = Uuid::new_v4().simple().to_string();
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, (_, issued)| issued.elapsed() < LIFETIME);
        codes.insert(code.clone(), (grant, Instant::now()));
        code
    }

    /// What the code stands for, once.
    pub(super) fn redeem(&self, code: &str) -> Option<Grant> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (grant, issued) = codes.remove(code)?;
        (issued.elapsed() < LIFETIME).then_some(grant)
    }
}
