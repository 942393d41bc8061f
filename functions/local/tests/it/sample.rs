//! The workflow that most tests request, and the people who take part.

use serde_json::Value;

use crate::support::shipped;

/// "Resize an RDS cluster".
pub(crate) const SLUG: &str = "resize-rds-cluster";
/// Its gate.
pub(crate) const GATE: &str = "database-owners";
/// Somebody who may request it and is no approver.
pub(crate) const REQUESTER: &str = "declan.moriarty";
/// Somebody who may decide.
pub(crate) const APPROVER: &str = "tomasz.wieczorek";

/// Parameters of a production resize: those of the case that local mode replays.
pub(crate) fn parameters() -> Value {
    parameters_of(SLUG)
}

/// The parameters of a workflow's first case.
pub(crate) fn parameters_of(slug: &str) -> Value {
    let path = shipped("catalog").join("workflows").join(slug).join("cases.json");
    let text = std::fs::read_to_string(&path).expect("the shipped catalog has cases");
    let cases: Value = serde_json::from_str(&text).expect("JSON");
    cases["cases"][0]["parameters"].clone()
}
