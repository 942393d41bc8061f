//! How long people have been waited for: the alarm of operators, not a list for anybody.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{AppError, Portal};
use crate::domain::Run;

/// For how long the oldest open gate has been open, of those that groups are asked at. People who are asked by
/// name alone are not looked up: they are reminded, and their gates expire like all others.
pub(crate) async fn longest(portal: &Portal) -> Result<SignedDuration, AppError> {
    let index = portal.catalog.index();
    let mut ids = BTreeSet::new();
    for group in index.teams.values().flat_map(|team| team.groups.keys()) {
        ids.extend(portal.store.inbox(group).await?.into_iter().map(|asked| asked.run_id));
    }
    let runs = portal.store.runs(&ids.into_iter().collect::<Vec<_>>()).await?;
    let opened = runs.iter().flat_map(Run::open_gates).filter_map(|gate| gate.opened_at);
    let now = portal.now();
    Ok(opened.map(|at| now.duration_since(at)).max().unwrap_or_default())
}
