//! Stacks of stacks: a template has 500 resources at most, and some organisations have more.
//!
//! What a stack holds is then put into groups by the digest of its name. A group by rank would move half of
//! a team's workflows to other stacks when one is added, and a role cannot be in two stacks meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

/// Groups by their own names.
type Groups<'a> = BTreeMap<String, BTreeSet<&'a str>>;

/// The names in groups of at most `room`; None if they fit into one.
pub(super) fn groups<'a>(names: &BTreeSet<&'a str>, room: usize) -> Option<Groups<'a>> {
    if names.len() <= room {
        return None;
    }
    let few = by_digits(names, 1);
    let fit = few.values().all(|group| group.len() <= room);
    Some(if fit { few } else { by_digits(names, 2) })
}

fn by_digits<'a>(names: &BTreeSet<&'a str>, digits: usize) -> Groups<'a> {
    let mut groups = Groups::new();
    for name in names {
        let digest = hex::encode(Sha256::digest(name));
        groups.entry(digest[..digits].to_owned()).or_default().insert(name);
    }
    groups
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::groups;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("workflow-{number}")).collect()
    }

    fn members(names: &[String]) -> BTreeSet<&str> {
        names.iter().map(String::as_str).collect()
    }

    #[test]
    fn few_need_no_groups() {
        assert!(groups(&members(&names(450)), 450).is_none());
    }

    #[test]
    fn groups_hold_everything_once_and_none_is_too_large() {
        for count in [451, 3_000, 20_000] {
            let names = names(count);
            let groups = groups(&members(&names), 450).expect("there are too many for one");
            assert_eq!(groups.values().map(BTreeSet::len).sum::<usize>(), count);
            assert!(groups.len() <= 256 && groups.values().all(|group| group.len() <= 450), "{count}");
        }
    }

    #[test]
    fn one_more_moves_nobody() {
        let all = names(1_001);
        let (fewer, more) = (members(&all[..1_000]), members(&all));
        let (before, after) = (groups(&fewer, 450).expect("groups"), groups(&more, 450).expect("groups"));
        for (group, members) in before {
            assert!(members.is_subset(&after[&group]), "{group}");
        }
    }
}
