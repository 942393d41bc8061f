//! What a change of a run counts as.

use jiff::Timestamp;

use super::Metric;
use crate::domain::{Gate, GateStatus, Run, Status};

/// The metrics of one committed change; none of a change that left status and gates as they were.
pub(crate) fn of_change(before: Option<&Run>, after: &Run, now: Timestamp) -> Vec<Metric> {
    let mut metrics = Vec::new();
    let count = |name| Metric::one(name).by("Workflow", &*after.workflow);
    if before.is_none() {
        metrics.push(count("Triggered"));
    }
    for gate in &after.gates {
        let was = before.and_then(|run| run.gate(&gate.name)).map(|gate| gate.status);
        if was != Some(gate.status) {
            metrics
                .extend(of_gate(gate, now).into_iter().map(|metric| metric.by("Workflow", &*after.workflow)));
        }
    }
    if after.status.is_final() && before.is_none_or(|run| !run.status.is_final()) {
        metrics.push(Metric::one("Ended").by("Status", after.status.as_str()));
        if matches!(after.status, Status::Failed | Status::TimedOut) {
            metrics.push(count("Failed"));
        }
    }
    metrics
}

/// A gate that came to be what it is.
fn of_gate(gate: &Gate, now: Timestamp) -> Vec<Metric> {
    match gate.status {
        GateStatus::Open => vec![Metric::one("Waiting")],
        GateStatus::Approved | GateStatus::Rejected | GateStatus::Overridden => {
            let waited = gate.opened_at.map(|at| now.duration_since(at).as_secs_f64());
            let waited = waited.map(|seconds| Metric::seconds("ApprovalSeconds", seconds));
            std::iter::once(Metric::one("Decided")).chain(waited).collect()
        }
        GateStatus::Pending | GateStatus::Expired | GateStatus::Skipped => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::run::sample;

    #[test]
    fn counts_what_changed_and_nothing_else() {
        let new = sample::run();
        let with = |status| Run { status, ..sample::run() };
        let check = |before: Option<&Run>, after: &Run, expect: &[&str]| {
            let metrics = of_change(before, after, after.created_at);
            assert_eq!(metrics.iter().map(|metric| metric.name).collect::<Vec<_>>(), expect);
        };
        check(None, &new, &["Triggered"]);
        check(Some(&new), &with(Status::Approved), &[]);
        check(Some(&with(Status::Executing)), &with(Status::Succeeded), &["Ended"]);
        check(Some(&with(Status::Executing)), &with(Status::TimedOut), &["Ended", "Failed"]);
        check(Some(&with(Status::Succeeded)), &with(Status::Succeeded), &[]);
    }

    fn sample_gate() -> Gate {
        serde_json::from_value(serde_json::json!({
            "name": "owners", "title": "Owners", "why": "They own it.", "stage": 0, "circle": {}, "quorum": 1,
            "distinct_groups": false, "within": "PT1H", "within_seconds": 3600, "remind_seconds": [],
            "on_expiry": "expire", "reason_required": false, "risk": "standard", "channels": ["portal"],
            "status": "PENDING", "generation": 1, "token_generation": 0,
        }))
        .expect("a gate")
    }

    #[test]
    fn a_gate_is_counted_when_it_opens_and_when_it_is_decided() {
        let at = sample::run().created_at;
        let with = |status| {
            let gate = Gate { status, opened_at: Some(at), ..sample_gate() };
            Run { gates: vec![gate], ..sample::run() }
        };
        let later = at + SignedDuration::from_secs(90);
        let opened = of_change(Some(&with(GateStatus::Pending)), &with(GateStatus::Open), later);
        assert_eq!(opened, [Metric::one("Waiting").by("Workflow", "resize")]);
        let decided = of_change(Some(&with(GateStatus::Open)), &with(GateStatus::Approved), later);
        let waited = Metric::seconds("ApprovalSeconds", 90.0).by("Workflow", "resize");
        assert_eq!(decided, [Metric::one("Decided").by("Workflow", "resize"), waited]);
        let silent = of_change(Some(&with(GateStatus::Open)), &with(GateStatus::Skipped), later);
        assert_eq!(silent, []);
    }
}
