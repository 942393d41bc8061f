//! Trigger ids: leave to open a modal, for one use within three seconds of what somebody did.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::refusal::Refusal;

const LIFETIME: Duration = Duration::from_secs(3);
/// A trigger is remembered that long, so that a late use is called late and not unknown.
const REMEMBERED: Duration = Duration::from_mins(10);

/// The triggers given out lately. They live three seconds, so that no restart needs them.
#[derive(Debug, Default)]
pub(super) struct Triggers(Mutex<HashMap<String, Trigger>>);

#[derive(Debug)]
struct Trigger {
    member: String,
    given: Instant,
    used: bool,
}

impl Triggers {
    /// A trigger for what the member did.
    pub(super) fn give(&self, member: &str, now: Instant) -> String {
        let random = Uuid::new_v4().as_u128();
        let id = format!("{}.{}.{:032x}", random % 10_000_000_000, random >> 96, Uuid::new_v4().as_u128());
        let mut triggers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        triggers.retain(|_, trigger| now.duration_since(trigger.given) < REMEMBERED);
        triggers.insert(id.clone(), Trigger { member: member.to_owned(), given: now, used: false });
        id
    }

    /// Whom the modal is for; the trigger is used up.
    pub(super) fn exchange(&self, id: &str, now: Instant) -> Result<String, Refusal> {
        let mut triggers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let trigger = triggers.get_mut(id).ok_or("invalid_trigger_id")?;
        if now.duration_since(trigger.given) >= LIFETIME {
            return Err("expired_trigger_id".into());
        }
        if std::mem::replace(&mut trigger.used, true) {
            return Err("exchanged_trigger_id".into());
        }
        Ok(trigger.member.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_works_once_within_three_seconds() {
        let (triggers, now) = (Triggers::default(), Instant::now());
        let id = triggers.give("U1", now);
        let late = triggers.give("U1", now);
        let error = |id: &str, at| triggers.exchange(id, at).map_err(|refusal| refusal.error);
        assert_eq!(error(&id, now + Duration::from_millis(2999)), Ok("U1".to_owned()));
        assert_eq!(error(&id, now), Err("exchanged_trigger_id"));
        assert_eq!(error(&late, now + LIFETIME), Err("expired_trigger_id"));
        assert_eq!(error("1.2.3", now), Err("invalid_trigger_id"));
    }
}
