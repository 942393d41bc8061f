//! Approvals of different groups: enough groups for them, and nobody who is in none.

use crate::load::report::Report;
use crate::{Approval, codes};

/// Checks what `distinct_groups` asks for; whether it can be asked for.
pub(super) fn check(gate: &Approval, pointer: &str, report: &mut Report<'_>) -> bool {
    if !gate.distinct_groups {
        return true;
    }
    let mut sound = true;
    let named =
        [("people", Some(&gate.people)), ("escalate/people", gate.escalate.as_ref().map(|e| &e.people))];
    for (place, _) in named.into_iter().filter(|(_, people)| people.is_some_and(|ids| !ids.is_empty())) {
        let message = "Each approval is for another group here, and people who are named stand for none.";
        let help = "Put them into a group and name it, or remove `distinct_groups`.";
        report.at(format!("{pointer}/{place}"), codes::DISTINCT_PEOPLE, message, help);
        sound = false;
    }
    let groups = u32::try_from(gate.from.len()).unwrap_or(u32::MAX);
    if gate.quorum == 1 {
        let message = "One approval has no other whose group could differ.";
        let help = "Ask for as many approvals as groups must agree, or remove `distinct_groups`.";
        report.at(format!("{pointer}/distinct_groups"), codes::NEEDLESS_DISTINCT, message, help);
        sound = false;
    } else if gate.quorum > groups && groups > 0 {
        let named = if groups == 1 { "only one is named".to_owned() } else { format!("{groups} are named") };
        let message =
            format!("{} approvals of different groups need as many groups, and {named}.", gate.quorum);
        let help = match groups {
            1 => "Name another group in `from`, or remove `distinct_groups`.".to_owned(),
            _ => format!("Name another group in `from`, or ask for {groups} at most."),
        };
        report.at(format!("{pointer}/quorum"), codes::FEW_GROUPS, message, help);
        sound = false;
    }
    sound
}
