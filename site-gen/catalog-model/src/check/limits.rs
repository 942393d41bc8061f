//! `limits`: each lets something through, holds something back, and can be counted.

use crate::limits::{Limits, Rate, TargetLimits};
use crate::load::report::Report;
use crate::{Workflow, codes};

/// The runs under way are listed in one item, which every request and every end writes.
const MOST_CONCURRENT: u32 = 100;
/// Whoever comes when a window is full waits for the next: longer than a day nobody does.
const LONGEST_WINDOW: u64 = 86_400;

/// Checks `limits`, where a workflow has them.
pub(crate) fn check(workflow: &Workflow, report: &mut Report<'_>) {
    let Some(limits) = &workflow.limits else { return };
    if *limits == Limits::default() {
        return empty("/limits", report);
    }
    each(&limits.of_all(), "/limits", report);
    let Some(of_target) = &limits.per_target else { return };
    if *of_target == TargetLimits::default() {
        empty("/limits/per_target", report);
    }
    each(of_target, "/limits/per_target", report);
    if workflow.target.is_none() {
        let message = "The workflow does not say what its runs act on, so nothing can be counted for each.";
        let help = "Name the parameter as `target`, such as `/cluster`, or remove `per_target`.";
        report.at("/limits/per_target", codes::LIMITS_WITHOUT_TARGET, message, help);
    }
    needless(limits, of_target, report);
}

fn empty(pointer: &str, report: &mut Report<'_>) {
    let help = "Add `concurrent` or `rate`, or remove it: without limits nothing is counted.";
    report.at(pointer, codes::EMPTY_LIMITS, "This limits nothing.", help);
}

fn each(limits: &TargetLimits, pointer: &str, report: &mut Report<'_>) {
    if let Some(runs) = limits.concurrent {
        let at = format!("{pointer}/concurrent");
        zero(runs, &at, report);
        if runs > MOST_CONCURRENT {
            let message = format!("Not more than {MOST_CONCURRENT} runs are counted at the same time.");
            let help = format!("Write {MOST_CONCURRENT} or less, or remove it and limit the `rate`.");
            report.at(at, codes::LARGE_LIMIT, message, help);
        }
    }
    if let Some(rate) = &limits.rate {
        zero(rate.runs, &format!("{pointer}/rate/runs"), report);
        window(rate, &format!("{pointer}/rate/per"), report);
    }
}

fn zero(runs: u32, pointer: &str, report: &mut Report<'_>) {
    if runs == 0 {
        let help = "Write 1 or more. To close a workflow, remove whoever may request or call it.";
        report.at(pointer, codes::ZERO_LIMIT, "This lets no run through at all.", help);
    }
}

fn window(rate: &Rate, pointer: &str, report: &mut Report<'_>) {
    if rate.per.seconds() > LONGEST_WINDOW {
        let message = "Runs are counted for a day at most.";
        let help = "Write `P1D` or less.";
        report.at(pointer, codes::LONG_WINDOW, message, help);
    }
}

/// A limit per target that the limit of all always comes before.
fn needless(limits: &Limits, of_target: &TargetLimits, report: &mut Report<'_>) {
    let mut say = |pointer: &str| {
        let message = "The limit of all runs together is never above this one, so this one is never reached.";
        let help = "Write a lower one here, or remove it.";
        report.at(pointer, codes::NEEDLESS_LIMIT, message, help);
    };
    if let (Some(all), Some(one)) = (limits.concurrent, of_target.concurrent)
        && one >= all
    {
        say("/limits/per_target/concurrent");
    }
    if let (Some(all), Some(one)) = (&limits.rate, &of_target.rate)
        && one.runs >= all.runs
        && one.per.seconds() <= all.per.seconds()
    {
        say("/limits/per_target/rate");
    }
}
