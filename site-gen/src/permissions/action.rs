//! IAM actions in words: `rds:DescribeDBClusters` is "RDS: describe DB clusters".

use super::{code, plain, tables};
use crate::words;

/// Verbs in the order in which they came, each with its objects.
type Verbs = Vec<(String, Vec<String>)>;

/// Several actions, each service once and in it each verb once.
pub(super) fn sentence<'a>(actions: impl Iterator<Item = &'a str>) -> String {
    let mut services: Vec<(&str, Verbs)> = Vec::new();
    for action in actions {
        let (prefix, name) = action.split_once(':').unwrap_or(("", action));
        let (verb, object) = phrase(action, name);
        let verbs = entry(&mut services, tables::service(prefix));
        entry(verbs, verb).push(object);
    }
    let services =
        services.into_iter().map(|(service, verbs)| format!("{}: {}", plain(service), joined(verbs)));
    services.collect::<Vec<_>>().join(". ")
}

/// Actions of one service, without its name: "delete DB clusters and DB instances; create stacks".
pub(super) fn phrases(prefix: &str, names: &[&str]) -> String {
    let mut verbs = Verbs::new();
    for name in names {
        let (verb, object) = phrase(&format!("{prefix}:{name}"), name);
        entry(&mut verbs, verb).push(object);
    }
    joined(verbs)
}

/// What is done with the same objects is said together: "create and delete schedules".
fn joined(verbs: Verbs) -> String {
    let mut objects: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for (verb, done_to) in verbs {
        entry(&mut objects, done_to).push(verb);
    }
    let phrases = objects.iter().map(|(objects, verbs)| {
        let verbs = words::and(verbs);
        let alone = objects.iter().all(String::is_empty);
        if alone { verbs } else { format!("{verbs} {}", words::and(objects)) }
    });
    phrases.collect::<Vec<_>>().join("; ")
}

/// The entry of a key in a short list, in the order in which keys came.
fn entry<K: PartialEq, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    let at = list.iter().position(|(known, _)| *known == key).unwrap_or(list.len());
    if at == list.len() {
        list.push((key, V::default()));
    }
    &mut list[at].1
}

/// Verb and object, as HTML; all in the object where the action is a pattern.
fn phrase(action: &str, name: &str) -> (String, String) {
    if name.contains(['*', '?']) {
        return ("everything that is named".to_owned(), code(name));
    }
    if let Some((_, verb, object)) = tables::ACTIONS.iter().find(|(known, ..)| *known == action) {
        return ((*verb).to_owned(), (*object).to_owned());
    }
    let spaced = words::spaced(name);
    let (verb, object) = spaced.split_once(' ').unwrap_or((&spaced, ""));
    (plain(&verb.to_lowercase()), plain(&plural(object)))
}

/// The plural of what its last word names; none of what cannot be counted.
pub(super) fn plural(noun: &str) -> String {
    let last = noun.rsplit(' ').next().unwrap_or(noun);
    let uncountable = ["data", "access", "information", "logging", "tagging", "versioning", "content"];
    let sibilant = ["x", "ch", "sh"].iter().any(|end| last.ends_with(end));
    let before_y = last.strip_suffix('y').and_then(|stem| stem.chars().last());
    if last.is_empty() || last.ends_with('s') || uncountable.contains(&last) {
        noun.to_owned()
    } else if before_y.is_some_and(|before| !"aeiou".contains(before)) {
        format!("{}ies", &noun[..noun.len() - 1])
    } else if sibilant {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::{plural, sentence};

    #[test]
    fn actions_are_sentences() {
        let check = |actions: &[&str], expect: &str| {
            assert_eq!(sentence(actions.iter().copied()), expect, "{actions:?}");
        };
        check(&["rds:ModifyDBInstance"], "RDS: modify DB instances");
        check(
            &["rds:DescribeDBClusters", "rds:CreateDBClusterSnapshot", "rds:DescribeDBInstances"],
            "RDS: describe DB clusters and DB instances; create DB cluster snapshots",
        );
        check(
            &["cloudwatch:GetMetricData", "sns:Publish"],
            "CloudWatch: get metric data. SNS: publish messages",
        );
        check(
            &["ses:CreateEmailIdentity", "ses:DeleteEmailIdentity"],
            "SES: create and delete email identities",
        );
        check(&["rds:FailoverDBCluster"], "RDS: fail over DB clusters");
        check(&["dynamodb:Query"], "DynamoDB: query");
        check(&["s3:Get*"], "S3: everything that is named <code>Get*</code>");
        check(&["braket:CancelJob"], "braket: cancel jobs");
    }

    #[test]
    fn nouns_have_plurals() {
        let check = |noun: &str, expect: &str| assert_eq!(plural(noun), expect);
        check("role policy", "role policies");
        check("key", "keys");
        check("batch", "batches");
        check("metric data", "metric data");
        check("services", "services");
    }
}
