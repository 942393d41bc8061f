//! An approver names somebody to decide for them for a time: one deputy at a time, for a quarter of a year at most.
//!
//! A deputy's vote says whose right it used, so that the audit of each run has it; there is no run to record the
//! arrangement itself in, and the log does.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AppError, Portal, daily};
use crate::domain::{Person, PersonName};
use crate::store::daily::{Line, Matter};
use crate::store::deputy::Delegation;

/// How long somebody may stand in for somebody else.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Somebody stands in for somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// The other one: the deputy, or whom one stands in for.
    pub person: PersonName,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// Who decides for a person, and for whom they decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Deputies {
    /// The person's deputy, now or from a later moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<Standing>,
    /// Whom the person stands in for now.
    pub stands_in_for: Vec<Standing>,
}

/// Who a person's deputy is, and whom they stand in for.
pub async fn of(portal: &Portal, person: &str) -> Result<Deputies, AppError> {
    let now = portal.now();
    let arranged = portal.store.delegation(person).await?.filter(|arranged| now < arranged.until);
    let deputy = match arranged {
        Some(arranged) => standing(portal, &arranged.deputy, &arranged).await?,
        None => None,
    };
    let mut stands_in_for = Vec::new();
    for arranged in portal.store.delegations_to(person, now).await? {
        stands_in_for.extend(standing(portal, &arranged.approver, &arranged).await?);
    }
    Ok(Deputies { deputy, stands_in_for })
}

/// Makes somebody the person's deputy, instead of whoever was, and tells them.
pub async fn appoint(
    portal: &Portal,
    person: &Person,
    deputy: &str,
    from: Option<Timestamp>,
    until: Timestamp,
) -> Result<(), AppError> {
    let now = portal.now();
    let from = from.unwrap_or(now);
    check_time(now, from, until)?;
    if deputy == person.id {
        return Err(wrong("deputy", "Nobody is their own deputy. Name somebody else."));
    }
    let unknown =
        || wrong("deputy", "There is nobody of this name here. Choose somebody of the catalog's teams.");
    let deputy = portal.store.person(deputy).await?.ok_or_else(unknown)?;
    let arranged =
        Delegation { approver: person.id.clone(), deputy: deputy.id.clone(), from, until, at: now };
    portal.store.delegate(&person.id, Some(&arranged)).await?;
    tracing::info!(approver = ?person.id, deputy = ?deputy.id, %from, %until, "a deputy was named");
    let approver = PersonName { id: person.id.clone(), name: person.name.clone() };
    let line = Line { at: now, matter: Matter::Deputy { approver, from, until } };
    daily::tell_now(portal, &deputy, &line, now).await
}

/// Ends what a person arranged; votes that were cast stay.
pub async fn dismiss(portal: &Portal, person: &str) -> Result<(), AppError> {
    portal.store.delegate(person, None).await?;
    tracing::info!(approver = ?person, "a deputy was dismissed");
    Ok(())
}

fn check_time(now: Timestamp, from: Timestamp, until: Timestamp) -> Result<(), AppError> {
    if until <= now {
        return Err(wrong("until", "This has passed already. Choose a moment in the future."));
    }
    if until <= from {
        return Err(wrong("until", "This is before the beginning. Choose a later end."));
    }
    if until.duration_since(now) > LONGEST {
        return Err(wrong("until", "A deputy stands in for 90 days at most. Choose an earlier end."));
    }
    Ok(())
}

fn wrong(field: &'static str, says: &'static str) -> AppError {
    AppError::Wrong { field, says }
}

/// The other side of an arrangement; none when they left.
async fn standing(portal: &Portal, other: &str, arranged: &Delegation) -> Result<Option<Standing>, AppError> {
    let known = portal.store.person(other).await?;
    Ok(known.map(|known| Standing {
        person: PersonName { id: known.id, name: known.name },
        from: arranged.from,
        until: arranged.until,
    }))
}
