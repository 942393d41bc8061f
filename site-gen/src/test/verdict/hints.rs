//! What to do about a call without a mock, and about steps that go round in circles.

use std::collections::BTreeMap;

use asl::TaskRequest;
use catalog_model::cases::Case;
use serde_json::json;

use super::super::journey::Journey;
use super::Finding;

/// A call without an answer, and the answer to add.
pub(super) fn unmocked(slug: &str, case: &Case, request: &TaskRequest) -> Finding {
    let TaskRequest { state, invocation, integration, .. } = request;
    let got = match case.mocks.get(state).filter(|mocks| !mocks.is_empty()) {
        None => "no mock of that state".to_owned(),
        Some(mocks) => {
            let keys: Vec<&str> = mocks.keys().map(String::as_str).collect();
            format!("mocks of that state for the invocations {} only", keys.join(", "))
        }
    };
    let example = json!({ state: {invocation.to_string(): {"Return": {}}} });
    Finding {
        about: "mock".to_owned(),
        expected: format!("an answer of {} to invocation {invocation} of `{state}`", integration.resource),
        got,
        help: Some(format!(
            "add {example} to `mocks` of this case in workflows/{slug}/cases.json, with what the service returns"
        )),
    }
}

/// Which state an endless execution keeps entering.
pub(super) fn endless(journey: &Journey) -> String {
    let mut entries = BTreeMap::<&str, usize>::new();
    for entered in &journey.entered {
        *entries.entry(&entered.state).or_default() += 1;
    }
    let (state, most) = entries.into_iter().max_by_key(|(_, number)| *number).unwrap_or_default();
    format!(
        "the steps go round in circles: `{state}` was entered {most} times. The last mock of a state answers \
         again and again; add the one that ends the loop"
    )
}
