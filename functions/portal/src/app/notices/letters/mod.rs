//! What mails say: notices put into words. Facts come from where every other channel has them.

mod asked;
mod closed;
pub(in crate::app) mod daily;
mod ended;
mod glass_broken;
mod proposed;
mod rows;

use jiff::Timestamp;

pub(super) use asked::asked;
pub(super) use closed::closed;
pub(super) use ended::ended;
pub(super) use glass_broken::glass_broken;
pub(super) use proposed::proposed;

use crate::app::Portal;
use crate::domain::link::{Link, LinkKey};
use crate::domain::{Gate, Run, Status};
use crate::notify::Letterhead;

/// Whose portal writes.
pub(in crate::app) fn head(portal: &Portal) -> Letterhead {
    let index = portal.catalog.index();
    Letterhead {
        title: index.portal.title.clone(),
        organisation: index.portal.organisation.clone(),
        settings: format!("{}/settings", portal.config.url),
    }
}

/// The subject of every mail about an approval, or about a run: mail clients put those with one subject together,
/// and other runs of the same workflow apart.
pub(in crate::app) fn subject(run: &Run, gate: Option<&Gate>) -> String {
    let id = run.id.to_string();
    let short = id.rsplit('-').next().map_or(id.as_str(), |tail| &tail[tail.len().saturating_sub(6)..]);
    match gate {
        Some(gate) => format!("{}: {} ({short})", run.title, gate.title),
        None => format!("{} for {} ({short})", run.title, run.requester.name),
    }
}

/// The page where a gate is decided. The mail's link is signed, so that a vote says that it came by mail; where the
/// gate is not decided by mail, it is the page's plain address.
pub(in crate::app) fn decide_at(portal: &Portal, run: &Run, gate: &Gate) -> String {
    let page = format!("{}/runs/{}/approvals/{}", portal.config.url, run.id, gate.name);
    match gate.expires_at {
        Some(expires) if gate.channels.contains(&catalog_model::approval::Channel::Email) => {
            let link = Link { run: run.id, gate: gate.name.clone(), expires };
            format!("{page}?link={}", LinkKey::derive(&portal.config.link_key).sign(&link))
        }
        _ => page,
    }
}

/// The page of a run.
pub(in crate::app) fn page_of(portal: &Portal, run: &Run) -> String {
    format!("{}/runs/{}", portal.config.url, run.id)
}

/// A moment as people write it.
pub(in crate::app) fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// What became of a run, after its title.
pub(in crate::app) fn outcome(status: Status) -> &'static str {
    match status {
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        Status::TimedOut => "took too long and was stopped",
        Status::Rejected => "was rejected",
        Status::Expired => "expired before enough people had decided",
        Status::Cancelled => "was cancelled",
        Status::Approved | Status::Executing => "was approved and goes on",
        Status::Starting | Status::Waiting => "waits to be decided",
        Status::Cancelling => "is being cancelled",
    }
}
