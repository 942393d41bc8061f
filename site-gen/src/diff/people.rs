//! Who may ask for a workflow: people by their groups, and state machines of other teams.

use super::at::{At, strings};
use super::finding::Severity::{Breaks, Strengthens, Weakens};
use super::lists;
use super::report::Report;
use super::say::{inert, quoted};
use crate::words;

/// Groups whose members may request it. None means everybody.
pub(super) fn requesters(at: &At<'_>, report: &mut Report<'_>) {
    let said = |groups: &[&str]| Some(words::or(&groups.iter().map(|id| inert(id)).collect::<Vec<_>>()));
    let (was, is) = (strings(at.before), strings(at.after));
    match (was.as_slice(), is.as_slice()) {
        ([], []) => {}
        (was, []) => {
            report.words(Weakens, at, "Everybody may request it", said(was), Some("everybody".to_owned()));
        }
        ([], is) => {
            let message = "Not everybody may request it any more";
            report.words(Strengthens, at, message, Some("everybody".to_owned()), said(is));
        }
        _ => {
            let gained = |group: &str| format!("The group {} may request it, too", quoted(group));
            let lost = |group: &str| format!("The group {} may no longer request it", quoted(group));
            lists::compare(at, report, (Weakens, &gained), (Strengthens, &lost));
        }
    }
}

/// Teams whose state machines may call it.
pub(super) fn callers(at: &At<'_>, report: &mut Report<'_>) {
    let gained =
        |team: &str| format!("State machines of the team {} may call it through their door", quoted(team));
    let lost = |team: &str| format!("State machines of the team {} may no longer call it", quoted(team));
    lists::compare(at, report, (Weakens, &gained), (Breaks, &lost));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::diff::report::tests::said;

    #[test]
    fn who_may_ask_is_compared() {
        let check = |rule: fn(&At<'_>, &mut Report<'_>), before: Value, after: Value, expect: &[&str]| {
            assert_eq!(said("workflow.json", &before, &after, rule), expect, "{before} {after}");
        };
        check(
            requesters,
            json!(["a", "b"]),
            json!(["b", "c"]),
            &[
                "weakens: The group `c` may request it, too",
                "strengthens: The group `a` may no longer request it",
            ],
        );
        check(
            requesters,
            json!(["a", "b"]),
            json!([]),
            &["weakens: Everybody may request it (a or b → everybody)"],
        );
        check(
            requesters,
            json!([]),
            json!(["a"]),
            &["strengthens: Not everybody may request it any more (everybody → a)"],
        );
        check(
            callers,
            json!(["a"]),
            json!(["b"]),
            &[
                "weakens: State machines of the team `b` may call it through their door",
                "breaks: State machines of the team `a` may no longer call it",
            ],
        );
    }
}
