//! One-time codes: worth a minute and a single use.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::services::slack::refusal::Refusal;

const LIFETIME: Duration = Duration::from_mins(1);
/// A code is remembered that long, so that a second use is called a second one.
const REMEMBERED: Duration = Duration::from_mins(10);

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) member: String,
    pub(super) nonce: Option<String>,
    pub(super) redirect_uri: String,
    /// PKCE challenge (RFC 7636, S256) that the token request must answer, where there was one.
    pub(super) challenge: Option<String>,
}

/// The codes of the last minutes.
#[derive(Debug, Default)]
pub(super) struct Codes(Mutex<HashMap<String, Issued>>);

#[derive(Debug)]
struct Issued {
    grant: Grant,
    at: Instant,
    used: bool,
}

impl Codes {
    /// A new code.
    pub(super) fn issue(&self, grant: Grant, now: Instant) -> String {
        let code = Uuid::new_v4().simple().to_string();
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, issued| now.duration_since(issued.at) < REMEMBERED);
        codes.insert(code.clone(), Issued { grant, at: now, used: false });
        code
    }

    /// What the code stands for, once.
    pub(super) fn redeem(&self, code: &str, now: Instant) -> Result<Grant, Refusal> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let issued = codes.get_mut(code).ok_or("invalid_code")?;
        if std::mem::replace(&mut issued.used, true) {
            return Err("code_already_used".into());
        }
        if now.duration_since(issued.at) >= LIFETIME {
            return Err("code_expired".into());
        }
        Ok(issued.grant.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_within_a_minute() {
        let (codes, now) = (Codes::default(), Instant::now());
        let grant = Grant {
            member: "U1".to_owned(),
            nonce: None,
            redirect_uri: "http://127.0.0.1/".to_owned(),
            challenge: None,
        };
        let (first, late) = (codes.issue(grant.clone(), now), codes.issue(grant.clone(), now));
        let redeem = |code: &str, at| codes.redeem(code, at).map_err(|refusal| refusal.error);
        assert_eq!(redeem(&first, now + Duration::from_secs(59)), Ok(grant));
        assert_eq!(redeem(&first, now), Err("code_already_used"));
        assert_eq!(redeem(&late, now + LIFETIME), Err("code_expired"));
        assert_eq!(redeem("guessed", now), Err("invalid_code"));
    }
}
