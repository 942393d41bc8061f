//! Names that become addresses, ARNs and file names; texts that people read.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::Path;

use crate::load::report::{Report, whole};
use crate::{Problem, aws_names, codes};

/// `drawbridge-<slug>` must fit into the 80 characters of a state machine's name.
const LONGEST_NAME: usize = 63;
const RULE: &str =
    "Use lower case letters, digits and single dashes, 63 characters at most, such as `resize-rds-cluster`.";

/// Whether a text can be a slug or the id of a team, group or gate: lower case words joined by dashes.
pub fn is_name(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.len() <= LONGEST_NAME && name.split('-').all(word)
}

/// Whether a text is an AWS account's number.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Checks the name of a file or folder.
pub(crate) fn file_name(name: &str, path: &Path, what: &str, problems: &mut Vec<Problem>) {
    if !is_name(name) {
        let message = format!("`{name}` cannot be the name of a {what}.");
        problems.push(whole(path, codes::BAD_NAME, message, RULE));
    }
}

/// Checks that a role which is made for a workflow or team can have its name.
pub(crate) fn role(role: &str, path: &Path, problems: &mut Vec<Problem>) {
    let (length, longest) = (role.len(), aws_names::LONGEST_ROLE);
    if length > longest {
        let message = format!("Its role `{role}` would have {length} characters, and IAM takes {longest}.");
        let help = format!("Shorten the name by {} or more.", length - longest);
        problems.push(whole(path, codes::LONG_NAME, message, help));
    }
}

/// Checks a name in a file. Where it is, is only written down if it is wrong.
pub(crate) fn name(name: &str, pointer: impl Display, what: &str, report: &mut Report<'_>) {
    if !is_name(name) {
        report.at(
            pointer.to_string(),
            codes::BAD_NAME,
            format!("`{name}` cannot be the name of a {what}."),
            RULE,
        );
    }
}

/// Checks an account number.
pub(crate) fn account(text: &str, pointer: &str, report: &mut Report<'_>) {
    if !is_account(text) {
        let message = format!("`{text}` is not an AWS account.");
        report.at(pointer, codes::BAD_ACCOUNT, message, "Write its twelve digits, as a string.");
    }
}

/// Checks a text that people read. Where it is, is only written down if it is wrong.
pub(crate) fn text(text: &str, pointer: impl Display, longest: usize, report: &mut Report<'_>) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        let help = "People read it: say something.";
        report.at(pointer.to_string(), codes::EMPTY_TEXT, "This text is empty.", help);
    } else if length > longest {
        let message = format!("This text has {length} characters.");
        let help = format!("Pages and notices have room for {longest}; the guide has room for the rest.");
        report.at(pointer.to_string(), codes::LONG_TEXT, message, help);
    }
}

/// Reports every entry that a list has had before.
pub(crate) fn unique<E: Display + Ord>(
    entries: impl IntoIterator<Item = E>,
    pointer: &str,
    report: &mut Report<'_>,
) {
    let mut seen = BTreeSet::new();
    for (index, entry) in entries.into_iter().enumerate() {
        if seen.contains(&entry) {
            let message = format!("`{entry}` is in this list already.");
            report.at(format!("{pointer}/{index}"), codes::DUPLICATE_ENTRY, message, "Remove one of them.");
        }
        seen.insert(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_words_joined_by_dashes() {
        for good in ["a", "resize-rds-cluster", "s3", "v2-0"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "a/b", "ä", "..", &"a".repeat(64)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
