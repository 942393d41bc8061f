//! How many people count when each must stand for another group.
//!
//! `check` proves with it that a gate can be met, and the portal counts the votes of a run with it, so that the
//! two cannot disagree.

/// How many people can stand for different groups at the same time: the size of a largest matching.
///
/// Each person is given as the groups they may stand for, by any numbers that the caller likes. Somebody of two
/// groups stands for one of them only, for whichever lets more people count.
///
/// ```
/// use catalog_model::quorum::largest_matching;
///
/// const SECURITY: usize = 0;
/// const CLOUD_OPS: usize = 1;
/// assert_eq!(largest_matching(&[vec![SECURITY], vec![SECURITY]]), 1);
/// assert_eq!(largest_matching(&[vec![SECURITY, CLOUD_OPS], vec![SECURITY]]), 2);
/// ```
pub fn largest_matching(people: &[Vec<usize>]) -> usize {
    let groups = people.iter().flatten().max().map_or(0, |last| last + 1);
    let mut matching = Matching { people, taken_by: vec![None; groups] };
    (0..people.len()).filter(|person| matching.place(*person, &mut vec![false; groups])).count()
}

/// Who stands for which group.
struct Matching<'a> {
    people: &'a [Vec<usize>],
    taken_by: Vec<Option<usize>>,
}

impl Matching<'_> {
    /// Finds a group for a person, where need be by moving others to another of theirs; whether there is one.
    /// Groups that were `tried` on the way are not tried again.
    fn place(&mut self, person: usize, tried: &mut [bool]) -> bool {
        for &group in &self.people[person] {
            if std::mem::replace(&mut tried[group], true) {
                continue;
            }
            if self.taken_by[group].is_none_or(|holder| self.place(holder, tried)) {
                self.taken_by[group] = Some(person);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::largest_matching;

    #[test]
    fn everybody_counts_for_one_group_at_most() {
        let check = |people: &[&[usize]], expect| {
            let people: Vec<_> = people.iter().map(|groups| groups.to_vec()).collect();
            assert_eq!(largest_matching(&people), expect, "{people:?}");
        };
        check(&[], 0);
        check(&[&[]], 0);
        check(&[&[0], &[0], &[0]], 1);
        check(&[&[0, 1]], 1);
        check(&[&[0, 1], &[0]], 2);
        check(&[&[0], &[0, 1], &[1, 2]], 3);
        check(&[&[0, 1], &[0, 1], &[0, 1]], 2);
        check(&[&[7], &[7, 7]], 1);
    }

    /// Ten thousand ways in which five people can be of four groups, against trying out every choice.
    #[test]
    fn no_choice_of_groups_lets_more_people_count() {
        let groups_of = |bits: usize| (0..4).filter(|group| bits >> group & 1 == 1).collect::<Vec<_>>();
        for seed in 0..10_000_usize {
            let bits = seed.wrapping_mul(0x9E37_79B9);
            let people: Vec<_> = (0..5).map(|person| groups_of(bits >> (4 * person) & 15)).collect();
            assert_eq!(largest_matching(&people), best_choice(&people, 0), "{people:?}");
        }
    }

    fn best_choice(people: &[Vec<usize>], taken: usize) -> usize {
        let Some((first, rest)) = people.split_first() else { return 0 };
        let free = first.iter().filter(|group| taken >> **group & 1 == 0);
        let placed = free.map(|group| 1 + best_choice(rest, taken | 1 << group));
        placed.max().unwrap_or(0).max(best_choice(rest, taken))
    }
}
