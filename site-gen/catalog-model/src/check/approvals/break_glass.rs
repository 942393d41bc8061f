//! Breaking the glass: somebody may, there is something to break, and nobody is alone with it.

use super::met::Requesters;
use super::who;
use crate::load::report::Report;
use crate::{Workflow, codes};

const POINTER: &str = "/break_glass";

/// Checks who may let a run past its gates.
pub(super) fn check(workflow: &Workflow, requesters: &Requesters<'_>, report: &mut Report<'_>) {
    let Some(break_glass) = &workflow.break_glass else { return };
    if workflow.approvals.is_empty() {
        let help = "Remove `break_glass`: valid requests start at once.";
        report.at(POINTER, codes::NEEDLESS_BREAK_GLASS, "There is no gate that anybody could open.", help);
    }
    let nobody = "Nobody may break the glass.";
    if !who::check(break_glass.approvers(), POINTER, nobody, requesters.catalog, report) {
        return;
    }
    let people: Vec<&str> = who::everybody(break_glass.approvers(), requesters.catalog).into_iter().collect();
    if let [alone] = people.as_slice()
        && requesters.contains(alone)
    {
        let message = format!("Nobody can break the glass when `{alone}` requests.");
        let help = "Nobody does so for their own request: name a second person, or a larger group.";
        report.at(POINTER, codes::LONE_BREAK_GLASS, message, help);
    }
}
