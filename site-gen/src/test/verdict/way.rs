//! The way to the end: states that are entered, states that are not, calls that are made.

use asl::TaskRequest;
use catalog_model::cases::{Expect, parse_range};

use super::super::journey::Journey;
use super::super::json_diff::Others;
use super::Finding;
use super::words::{self, documents, shown};

/// `path` and `never`.
pub(super) fn states(expect: &Expect, journey: &Journey, findings: &mut Vec<Finding>) {
    let mut left = journey.entered.iter();
    for (index, name) in expect.path.iter().enumerate() {
        if !left.any(|entered| entered.state == *name) {
            let after = index.checked_sub(1).and_then(|before| expect.path.get(before));
            let (expected, got) = match after {
                Some(before) => (format!("`{name}` after `{before}`"), "it was not entered after that"),
                None => (format!("`{name}`"), "it was not entered"),
            };
            let got = got.to_owned();
            findings.push(Finding { about: "path".to_owned(), expected, got, help: None });
            break;
        }
    }
    for name in &expect.never {
        let times = journey.entered.iter().filter(|entered| entered.state == *name).count();
        if times > 0 {
            let expected = format!("`{name}` is never entered");
            let got = words::times("entered", times);
            findings.push(Finding { about: "never".to_owned(), expected, got, help: None });
        }
    }
}

/// `calls`
pub(super) fn calls(expect: &Expect, journey: &Journey, findings: &mut Vec<Finding>) {
    for (state, expected) in &expect.calls {
        let made: Vec<&TaskRequest> = journey.calls.iter().filter(|call| call.state == *state).collect();
        let ranges = expected.iter().filter_map(|(key, arguments)| Some((parse_range(key)?, arguments)));
        for ((from, to), arguments) in ranges {
            for invocation in from..=to {
                let about = format!("call {invocation} of `{state}`");
                if let Some(call) = made.iter().find(|call| call.invocation == invocation) {
                    documents(&about, arguments, Some(&call.arguments), Others::Allowed, findings);
                } else {
                    let (expected, got) = (shown(Some(arguments)), words::times("called", made.len()));
                    findings.push(Finding { about, expected, got, help: None });
                    break;
                }
            }
        }
    }
}
