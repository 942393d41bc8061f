//! Where a workflow acts, and whose it is.

use super::at::At;
use super::context::Sides;
use super::finding::Severity::{Breaks, Changes, Weakens};
use super::report::Report;
use super::say::inert;

/// Another owner: other people answer for it, and its steps run in another account.
pub(super) fn owner(at: &At<'_>, sides: &Sides<'_>, report: &mut Report<'_>) {
    let (was, is) = at.texts();
    let said = |team: Option<&str>, account: Option<&str>| {
        let (team, account) = (inert(team?), inert(account.unwrap_or("?")));
        Some(format!("{team}, account {account}"))
    };
    let was = said(was, was.and_then(|team| sides.base.account(team)));
    let is = said(is, is.and_then(|team| sides.head.account(team)));
    report.words(Weakens, at, "Another team owns it, and its steps run in that team's account", was, is);
}

/// Another Region: runs that wait find no state machine there, and callers come from another portal.
pub(super) fn region(at: &At<'_>, sides: &Sides<'_>, report: &mut Report<'_>) {
    let was = at.texts().0.or(sides.base.primary_region());
    let is = at.texts().1.or(sides.head.primary_region());
    if was != is {
        report.words(Breaks, at, "It runs in another Region", was.map(inert), is.map(inert));
    }
}

/// What is acted on: approvers are shown what differs from the last run with the same value.
pub(super) fn target(at: &At<'_>, report: &mut Report<'_>) {
    let (severity, message) = match (at.before, at.after) {
        (None, _) => (Changes, "Approvers are shown what differs from the last run with the same value"),
        (_, None) => {
            (Weakens, "Approvers are no longer shown what differs from the last run on the same target")
        }
        _ => (Weakens, "What is acted on is told by another parameter: approvers compare with other runs"),
    };
    report.say(severity, at, message);
}

/// How long the owner's steps may take.
pub(super) fn timeout(at: &At<'_>, report: &mut Report<'_>) {
    let (longer, shorter) = ("The steps may take longer", "The steps may take less time");
    super::approvals::length(at, report, (Weakens, longer), (Changes, shorter));
}
