//! While a gate is open: reminders in order, and an escalation that asks somebody new.

use super::who;
use crate::approval::{Escalation, Reminders};
use crate::load::Catalog;
use crate::load::report::Report;
use crate::{Approval, IsoDuration, codes};

/// Checks reminders and escalation.
pub(super) fn check(gate: &Approval, pointer: &str, catalog: &Catalog, report: &mut Report<'_>) {
    let remind = format!("{pointer}/remind");
    match &gate.remind {
        None => {}
        Some(Reminders::Once(moment)) => in_time(gate, moment, remind, report),
        Some(Reminders::Each(moments)) => each(gate, moments, &remind, report),
    }
    if let Some(escalation) = &gate.escalate {
        escalate(gate, escalation, &format!("{pointer}/escalate"), catalog, report);
    }
}

fn each(gate: &Approval, moments: &[IsoDuration], pointer: &str, report: &mut Report<'_>) {
    if moments.is_empty() {
        let help = "Say when, such as `\"PT1H\"`, or remove `remind`.";
        report.at(pointer, codes::EMPTY_LIST, "This reminds nobody.", help);
    }
    for (index, moment) in moments.iter().enumerate() {
        let at = format!("{pointer}/{index}");
        let before = index.checked_sub(1).map(|before| &moments[before]);
        if let Some(before) = before.filter(|before| before.seconds() >= moment.seconds()) {
            let message =
                format!("This reminder does not come after the one before it, `{}`.", before.as_str());
            let help = "Count each from the gate's opening, the earliest first, each moment once.";
            report.at(at.clone(), codes::REMINDER_ORDER, message, help);
        }
        in_time(gate, moment, at, report);
    }
}

fn in_time(gate: &Approval, moment: &IsoDuration, pointer: String, report: &mut Report<'_>) {
    if moment.seconds() >= gate.within.seconds() {
        let message = "The reminder would come when the gate is closed.";
        let help = format!("Remind earlier than `{}`.", gate.within.as_str());
        report.at(pointer, codes::LATE_REMINDER, message, help);
    }
}

fn escalate(gate: &Approval, to: &Escalation, pointer: &str, catalog: &Catalog, report: &mut Report<'_>) {
    if to.after.seconds() >= gate.within.seconds() {
        let message = "Others would be asked when the gate is closed.";
        let help = format!("Ask them earlier than `{}`.", gate.within.as_str());
        report.at(format!("{pointer}/after"), codes::LATE_ESCALATION, message, help);
    }
    let known = who::check(to.approvers(), pointer, "This escalation asks nobody.", catalog, report);
    if known && !asks_somebody_new(gate, to, catalog) {
        let message = "Whoever is asked here may decide from the beginning.";
        let help = "Name others, such as who is on call or leads the team, or remove `escalate`.";
        report.at(pointer, codes::NEEDLESS_ESCALATION, message, help);
    }
}

/// Where groups must differ, somebody known who stands for a further group is new as well.
fn asks_somebody_new(gate: &Approval, to: &Escalation, catalog: &Catalog) -> bool {
    if gate.distinct_groups && to.from.iter().any(|group| !gate.from.contains(group)) {
        return true;
    }
    let from_the_beginning = who::everybody(gate.approvers(), catalog);
    !who::everybody(to.approvers(), catalog).is_subset(&from_the_beginning)
}
