//! Collects what is found in one file, and sees to it that no difference is silent.

use std::path::Path;

use serde_json::Value;

use super::at::At;
use super::finding::{Finding, Severity, Subject};
use super::say::{quoted, short};

/// Collects the findings of one file.
pub(super) struct Report<'c> {
    workflow: Option<&'c str>,
    file: &'c Path,
    found: Vec<Finding>,
}

impl<'c> Report<'c> {
    pub(super) fn new(workflow: Option<&'c str>, file: &'c Path) -> Self {
        Self { workflow, file, found: Vec::new() }
    }

    /// Everything that was found.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.found
    }

    /// A difference, with both values as they are written.
    pub(super) fn say(&mut self, severity: Severity, at: &At<'_>, message: impl Into<String>) {
        self.words(severity, at, message, at.before.map(short), at.after.map(short));
    }

    /// A difference, with both values in words.
    pub(super) fn words(
        &mut self,
        severity: Severity,
        at: &At<'_>,
        message: impl Into<String>,
        before: Option<String>,
        after: Option<String>,
    ) {
        self.found.push(Finding {
            severity,
            workflow: self.workflow.map(str::to_owned),
            file: self.file.to_owned(),
            place: None,
            pointer: at.pointer().to_owned(),
            side: at.side(),
            subject: Subject::of(self.file, at.pointer()),
            message: message.into(),
            before,
            after,
        });
    }

    /// A difference that is a sentence, without values.
    pub(super) fn sentence(&mut self, severity: Severity, at: &At<'_>, message: impl Into<String>) {
        self.words(severity, at, message, None, None);
    }

    /// Lets a rule compare a place. What differs there without the rule having anything to say is said in general:
    /// no difference is silent because somebody forgot it.
    pub(super) fn rule(&mut self, at: &At<'_>, rule: impl FnOnce(&At<'_>, &mut Self)) {
        if !at.differs() {
            return;
        }
        let before = self.found.len();
        rule(at, self);
        if self.found.len() == before {
            self.general(at);
        }
    }

    /// Compares each member of an object by its rule, and those without one in general.
    pub(super) fn members<'v>(
        &mut self,
        at: &At<'v>,
        mut rule: impl FnMut(&str, &At<'v>, &mut Self) -> Known,
    ) {
        for key in at.keys() {
            let member = at.member(key);
            if !member.differs() {
                continue;
            }
            let before = self.found.len();
            let known = rule(key, &member, self);
            if self.found.len() == before {
                match known {
                    Known::Yes => self.general(&member),
                    Known::No => self.strange(&member),
                    Known::Elsewhere => {}
                }
            }
        }
    }

    /// A difference of which only the values are known.
    pub(super) fn general(&mut self, at: &At<'_>) {
        self.each(at, |at, report| report.say(Severity::Changes, at, verb(at)));
    }

    /// A difference in something that no rule knows.
    fn strange(&mut self, at: &At<'_>) {
        let say = |at: &At<'_>, report: &mut Self| {
            let message = format!("{} (no rule knows what it means: read it)", verb(at));
            report.say(Severity::Changes, at, message);
        };
        self.each(at, say);
    }

    /// Goes down to the places that differ, through objects and lists of one length.
    fn each(&mut self, at: &At<'_>, mut say: impl FnMut(&At<'_>, &mut Self) + Copy) {
        match (at.before, at.after) {
            (Some(Value::Object(_)), Some(Value::Object(_))) => {
                for key in at.keys() {
                    self.each(&at.member(key), say);
                }
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
                for index in 0..before.len() {
                    self.each(&at.items(Some(index), Some(index)), say);
                }
            }
            _ if at.differs() => say(at, self),
            _ => {}
        }
    }
}

/// Whether a rule knows what a member means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    No,
    /// What it means for several things together is said where they are compared.
    Elsewhere,
}

/// "`limits.per_hour` is new".
fn verb(at: &At<'_>) -> String {
    let path = at.pointer().trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
    let what = if path.is_empty() { "the file".to_owned() } else { quoted(&path) };
    let verb = match (at.before, at.after) {
        (None, _) => "is new",
        (_, None) => "is gone",
        _ => "changed",
    };
    format!("{what} {verb}")
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::{Known, Report};
    use crate::diff::at::At;

    /// What a rule says of two values: `severity: message (before → after)`, one a line.
    pub(in crate::diff) fn said(
        file: &str,
        before: &Value,
        after: &Value,
        rule: impl FnOnce(&At<'_>, &mut Report<'_>),
    ) -> Vec<String> {
        let mut report = Report::new(Some("w"), Path::new(file));
        rule(&At::root(Some(before), Some(after)), &mut report);
        let mut found = report.into_findings();
        found.sort();
        let line = |finding: super::Finding| {
            let word = finding.severity.as_str();
            match (&finding.before, &finding.after) {
                (None, None) => format!("{word}: {}", finding.message),
                (before, after) => {
                    let [before, after] = [before, after].map(|side| side.as_deref().unwrap_or("-"));
                    format!("{word}: {} ({before} → {after})", finding.message)
                }
            }
        };
        found.into_iter().map(line).collect()
    }

    #[test]
    fn what_no_rule_explains_is_said_in_general() {
        let check = |before: &Value, after: &Value, expect: &[&str]| {
            let rule = |key: &str, _: &At<'_>, _: &mut Report<'_>| match key {
                "known" => Known::Yes,
                _ => Known::No,
            };
            let found = said("workflow.json", before, after, |at, report| report.members(at, rule));
            assert_eq!(found, expect, "{before} {after}");
        };
        let same = json!({"known": [1, 2], "limits": {"per/hour": 3}});
        check(&same, &same, &[]);
        check(&same, &json!({"limits": {"per/hour": 3}, "known": [1, 2]}), &[]);
        check(
            &same,
            &json!({"known": [1, 3], "limits": {"per/hour": 4}}),
            &[
                "changes: `known.1` changed (2 → 3)",
                "changes: `limits.per/hour` changed (no rule knows what it means: read it) (3 → 4)",
            ],
        );
        check(
            &same,
            &json!({"known": [1], "more": null}),
            &[
                "changes: `known` changed ([1,2] → [1])",
                "changes: `limits` is gone (no rule knows what it means: read it) ({\"per/hour\":3} → -)",
                "changes: `more` is new (no rule knows what it means: read it) (- → null)",
            ],
        );
    }
}
