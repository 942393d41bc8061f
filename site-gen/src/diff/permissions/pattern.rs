//! Whether one IAM pattern covers everything that another one does.
//!
//! As with schemas, "yes" is certain and "no" also means "who knows".

/// Whether each action that `narrow` names is named by `wide`; IAM compares them without case.
pub(super) fn actions(wide: &str, narrow: &str) -> bool {
    glob(&wide.to_ascii_lowercase(), &narrow.to_ascii_lowercase())
}

/// Whether each resource that `narrow` names is named by `wide`. A wildcard stays within its part of an ARN.
pub(super) fn resources(wide: &str, narrow: &str) -> bool {
    if wide == "*" || wide == narrow {
        return true;
    }
    let (wide, narrow): (Vec<_>, Vec<_>) = (wide.splitn(6, ':').collect(), narrow.splitn(6, ':').collect());
    wide.len() == 6 && narrow.len() == 6 && wide.iter().zip(&narrow).all(|(wide, narrow)| text(wide, narrow))
}

/// Patterns with policy variables: `${aws:username}` stands for any text where it is covered, and covers only itself.
fn text(wide: &str, narrow: &str) -> bool {
    if wide == narrow {
        return true;
    }
    !wide.contains("${") && glob(wide, &without_variables(narrow))
}

fn without_variables(pattern: &str) -> String {
    let mut parts = pattern.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "*" + part.split_once('}').map_or("", |(_, rest)| rest))
}

/// `*` of `narrow` is only covered by a `*`, and `?` by either; the table holds, for what was read of `wide`, how
/// much of `narrow` it can cover.
fn glob(wide: &str, narrow: &str) -> bool {
    let narrow: Vec<char> = narrow.chars().collect();
    let mut reached = vec![false; narrow.len() + 1];
    reached[0] = true;
    for symbol in wide.chars() {
        let mut next = vec![false; narrow.len() + 1];
        if symbol == '*' {
            let first = reached.iter().position(|here| *here).unwrap_or(reached.len());
            next[first..].fill(true);
        } else {
            for (at, &other) in narrow.iter().enumerate() {
                next[at + 1] = reached[at] && other != '*' && (symbol == other || symbol == '?');
            }
        }
        reached = next;
    }
    reached[narrow.len()]
}

#[cfg(test)]
mod tests {
    use super::{actions, glob, resources};

    #[test]
    fn an_action_covers_what_it_names() {
        let check = |wide: &str, narrow: &str, expect: (bool, bool)| {
            assert_eq!((actions(wide, narrow), actions(narrow, wide)), expect, "{wide} {narrow}");
        };
        check("rds:Describe*", "rds:DescribeDBClusters", (true, false));
        check("rds:Describe*", "rds:describedbclusters", (true, false));
        check("rds:Describe*", "rds:DescribeDB*", (true, false));
        check("rds:*", "rds:Describe*", (true, false));
        check("*", "rds:*", (true, false));
        check("rds:Describe*", "rds:DeleteDBCluster", (false, false));
        check("rds:Describe?", "rds:Describe*", (false, true));
        check("s3:Get*Acl", "s3:Get*", (false, true));
        check("s3:*Object", "s3:GetObject", (true, false));
        check("s3:GetObject", "s3:GetObject", (true, true));
        check("", "", (true, true));
    }

    /// Every pair of short patterns, against every short text that tells them apart.
    #[test]
    fn whatever_is_covered_is_matched() {
        let patterns = words(&['a', 'b', '*', '?'], 3);
        let texts = words(&['a', 'b'], 4);
        let matched =
            |pattern: &String| -> Vec<bool> { texts.iter().map(|text| glob(pattern, text)).collect() };
        let matched: Vec<Vec<bool>> = patterns.iter().map(matched).collect();
        let mut missed = 0;
        for (wide, by_wide) in patterns.iter().zip(&matched) {
            for (narrow, by_narrow) in patterns.iter().zip(&matched) {
                let truly = by_narrow.iter().zip(by_wide).all(|(narrow, wide)| *wide || !narrow);
                let said = glob(wide, narrow);
                assert!(truly || !said, "{wide} does not cover {narrow}");
                missed += usize::from(truly && !said);
            }
        }
        // Such as `?*` and `*?`.
        assert!(missed * 40 < patterns.len() * patterns.len(), "{missed} are not seen");
    }

    fn words(letters: &[char], longest: usize) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let last = words.len();
            for index in from..last {
                words.extend(
                    letters.iter().map(|letter| format!("{}{letter}", words[index])).collect::<Vec<_>>(),
                );
            }
            from = last;
        }
        words
    }

    #[test]
    fn a_resource_covers_what_it_names() {
        let check = |wide: &str, narrow: &str, expect: (bool, bool)| {
            assert_eq!((resources(wide, narrow), resources(narrow, wide)), expect, "{wide} {narrow}");
        };
        let rds = |resource: &str| format!("arn:aws:rds:eu-west-1:111122223333:{resource}");
        check("*", &rds("cluster:x"), (true, false));
        check(&rds("cluster:*"), &rds("cluster:prod-*"), (true, false));
        check(&rds("cluster:prod-*"), &rds("cluster:dev-*"), (false, false));
        check("arn:aws:rds:*:111122223333:cluster:*", &rds("cluster:x"), (true, false));
        check("arn:aws:rds:*:cluster:x", &rds("cluster:x"), (false, false));
        check("arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/x", (true, false));
        check("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/x", (false, false));
        check("arn:aws:s3:::B", "arn:aws:s3:::b", (false, false));
    }
}
