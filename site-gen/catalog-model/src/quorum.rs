//! Whether enough people can agree, each of them for another group: used by the check of a catalog and by
//! the functions that count votes, so that what was proved is what is counted.

/// The largest number of people who can stand for different groups at once: a maximum bipartite matching,
/// found by augmenting paths (Kuhn). `stands_for[person]` lists the numbers of the groups that somebody is in.
pub fn largest_matching(stands_for: &[Vec<usize>]) -> usize {
    let groups = stands_for.iter().flatten().max().map_or(0, |last| last + 1);
    let mut taken = vec![None; groups];
    (0..stands_for.len())
        .filter(|person| place(*person, stands_for, &mut taken, &mut vec![false; groups]))
        .count()
}

/// Finds a group for a person; whoever stands for it already moves to another one if they can.
fn place(person: usize, stands_for: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for &group in &stands_for[person] {
        if std::mem::replace(&mut seen[group], true) {
            continue;
        }
        if taken[group].is_none_or(|other| place(other, stands_for, taken, seen)) {
            taken[group] = Some(person);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::largest_matching;

    #[test]
    fn everybody_stands_for_one_group_at_most() {
        let check = |stands_for: &[&[usize]], expect: usize| {
            let stands_for: Vec<_> = stands_for.iter().map(|groups| groups.to_vec()).collect();
            assert_eq!(largest_matching(&stands_for), expect, "{stands_for:?}");
        };
        check(&[], 0);
        check(&[&[]], 0);
        check(&[&[0]], 1);
        check(&[&[0], &[0]], 1);
        check(&[&[0, 1]], 1);
        check(&[&[0, 1], &[0]], 2);
        check(&[&[0], &[0, 1], &[1, 2]], 3);
        check(&[&[0, 1], &[0, 1], &[0, 1]], 2);
    }
}
