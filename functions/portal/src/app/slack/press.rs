//! A click on Approve or Reject: whoever may decide is shown what will run, anybody else is told why not.

use catalog_model::approval::Channel;

use super::{Pointer, caller, modal};
use crate::app::check::decider;
use crate::app::facts::facts;
use crate::app::{AppError, Portal};
use crate::domain::mandate::Decider;
use crate::domain::verdict::{Refusal, channel_allows, may_decide};
use crate::domain::{Decision, Run, visibility};
use crate::notify::slack::View;

/// The modal for a click.
pub async fn pressed(
    portal: &Portal,
    team: &str,
    user: &str,
    about: &Pointer,
    decision: Decision,
) -> Result<View, AppError> {
    let caller = caller(portal, team, user).await?;
    let decider = decider(portal, &caller).await?;
    let run = shown(portal, &decider, about).await?;
    let gate = run.gate(&about.gate).ok_or(Refusal::NoSuchGate)?;
    may_decide(&run, gate, &caller, &decider)?;
    if !gate.is_open(portal.now()) {
        return Err(Refusal::NotOpen.into());
    }
    if run.digest != about.digest {
        return Err(Refusal::OtherDigest.into());
    }
    channel_allows(gate, Channel::Slack, None, portal.now())?;
    let facts = facts(portal, &run, gate).await?;
    Ok(modal::ask(&facts, gate, about, decision))
}

/// The run, if the person may know of it; whoever shows its digest was shown it before.
async fn shown(portal: &Portal, decider: &Decider, about: &Pointer) -> Result<Run, AppError> {
    let run = portal.store.run(about.run).await?.ok_or(AppError::NotFound("run"))?;
    let known = visibility::may_see(&run, decider) || run.digest == about.digest;
    if known { Ok(run) } else { Err(AppError::NotFound("run")) }
}
