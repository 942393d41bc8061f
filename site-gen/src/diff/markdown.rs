//! A comparison as the comment on a pull request.
//!
//! Sentences quote text of the catalog between backticks; values are put there. So nothing that a pull request
//! changes can mention people, link or draw anything in a comment that the portal's own robot writes.

use super::finding::{Finding, Severity};
use super::say::quoted;
use super::{Diff, Side};

/// By this line a robot finds its own comment again.
const MARK: &str = "<!-- site-gen diff -->";

/// GitHub takes 65,536 characters.
const LONGEST: usize = 60_000;

/// The text of the comment. `base`: what was compared with, as people know it.
pub fn markdown(diff: &Diff, base: &str) -> String {
    let Some(headline) = diff.headline() else {
        return format!("{MARK}\n### The catalog means the same as {}\n", quoted(base));
    };
    let mut page = Page { text: format!("{MARK}\n### What this changes in the catalog\n\n"), left_out: 0 };
    page.add(&format!("Compared with {}: **{headline}**.\n", quoted(base)));
    for severity in [Severity::Weakens, Severity::Breaks] {
        if diff.of(severity).next().is_some() {
            page.add(&format!("\n#### {}\n\n", heading(severity)));
            page.findings(diff.of(severity));
        }
    }
    for severity in [Severity::Changes, Severity::Strengthens] {
        let number = diff.of(severity).count();
        if number > 0 {
            page.add(&format!("\n<details><summary>{} ({number})</summary>\n\n", heading(severity)));
            page.findings(diff.of(severity));
            page.add("\n</details>\n");
        }
    }
    if page.left_out > 0 {
        let number = page.left_out;
        page.add(&format!("\n{number} more do not fit into a comment: `site-gen diff` prints them all.\n"));
    }
    page.text
}

fn heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Weakens => "Weakens: fewer people agree, or more is allowed",
        Severity::Breaks => "Breaks: requesters and callers must change, too",
        Severity::Changes => "Changes",
        Severity::Strengthens => "Strengthens",
    }
}

struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    fn add(&mut self, text: &str) {
        self.text += text;
    }

    fn findings<'f>(&mut self, findings: impl Iterator<Item = &'f Finding>) {
        for finding in findings {
            let item = item(finding);
            if self.text.len() + item.len() > LONGEST {
                self.left_out += 1;
            } else {
                self.add(&item);
            }
        }
    }
}

fn item(finding: &Finding) -> String {
    let whose =
        finding.workflow.as_deref().map_or_else(String::new, |slug| format!("**{}** · ", quoted(slug)));
    let values = match (&finding.before, &finding.after) {
        (None, None) => String::new(),
        (Some(before), None) => format!("; before: {}", quoted(before)),
        (None, Some(after)) => format!("; now: {}", quoted(after)),
        (Some(before), Some(after)) => format!(": {} → {}", quoted(before), quoted(after)),
    };
    let line = finding.place.map_or_else(String::new, |place| format!(":{}", place.line));
    let place = quoted(&format!("{}{line}", finding.file.display()));
    let pointer =
        if finding.pointer.is_empty() { String::new() } else { format!(" {}", quoted(&finding.pointer)) };
    let gone = if finding.side == Side::Base { " (before)" } else { "" };
    format!("- {whose}{}{values}<br><sub>{place}{pointer}{gone}</sub>\n", finding.message)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{LONGEST, markdown};
    use crate::diff::{Diff, Finding, Severity, Side, Subject};

    fn finding(severity: Severity, message: &str) -> Finding {
        Finding {
            severity,
            workflow: Some("w`@all".to_owned()),
            file: PathBuf::from("workflows/w/workflow.json"),
            place: None,
            pointer: "/x".to_owned(),
            side: Side::Head,
            subject: Subject::Approvals,
            message: message.to_owned(),
            before: None,
            after: Some("<img src=x> @all `".to_owned()),
        }
    }

    #[test]
    fn no_text_of_the_catalog_is_markdown() {
        let text = markdown(&Diff { findings: vec![finding(Severity::Weakens, "Message")] }, "a`b");
        let outside: Vec<&str> = text.split('`').step_by(2).collect();
        assert!(!outside.concat().contains("@all") && !outside.concat().contains("<img"), "{text}");
    }

    #[test]
    fn a_comment_is_never_too_long_and_weakenings_come_first() {
        let many = (0..1000).map(|number| finding(Severity::Changes, &format!("Change {number}")));
        let findings = std::iter::once(finding(Severity::Weakens, "Weak")).chain(many).collect();
        let text = markdown(&Diff { findings }, "main");
        assert!(text.len() < LONGEST + 500, "{}", text.len());
        assert!(text.find("Weak").expect("it is there") < text.find("Change 0").expect("it is there"));
        assert!(text.contains("do not fit into a comment"), "{text}");
        assert!(text.ends_with("prints them all.\n") && text.contains("</details>"));
    }

    #[test]
    fn no_difference_is_said() {
        let text = markdown(&Diff { findings: Vec::new() }, "main");
        assert_eq!(text, "<!-- site-gen diff -->\n### The catalog means the same as `main`\n");
    }
}
