//! What the steps may do: IAM policies, compared by what they allow and not by how they say it.
//!
//! 1. each policy becomes a list of grants: an action on a resource under a condition;
//! 2. a grant that none of the other policy covers is a widening, or a narrowing the other way round;
//! 3. what is closest on the other side says which of the three it is about.

mod condition;
mod grants;
mod pattern;

use catalog_model::Permissions;
use serde::Deserialize;
use serde_json::Value;

use super::at::At;
use super::finding::Severity::{self, Changes, Strengthens, Weakens};
use super::report::{Known, Report};
use super::say::{inert, quoted, short};
use grants::Grant;

/// Compares two policies.
pub(super) fn compare(at: &At<'_>, report: &mut Report<'_>) {
    let policy = |side: Option<&Value>| side.and_then(|policy| Permissions::deserialize(policy).ok());
    let (Some(before), Some(after)) = (policy(at.before), policy(at.after)) else {
        let message = "What the steps may do cannot be compared: one of the policies has another shape";
        report.sentence(Weakens, at, message);
        return report.general(at);
    };
    let (was, is) = (grants::all(&before), grants::all(&after));
    let statements = at.member("Statement");
    let (wider, narrower) = (beyond(&is, &was), beyond(&was, &is));
    for difference in &wider {
        let at = statements.items(None, Some(difference.grant.statement)).member("Action");
        let at = if difference.grant.index.is_some() { at.items(None, difference.grant.index) } else { at };
        difference.say(Weakens, &at, report);
    }
    for difference in &narrower {
        let at = statements.items(Some(difference.grant.statement), None).member("Action");
        let at = if difference.grant.index.is_some() { at.items(difference.grant.index, None) } else { at };
        difference.say(Strengthens, &at, report);
    }
    if wider.is_empty() && narrower.is_empty() && statements.differs() {
        report.sentence(Changes, &statements, "Statements are written differently and allow the same");
    }
    report.members(at, |key, _, _| if key == "Statement" { Known::Elsewhere } else { Known::No });
}

/// An action that is allowed beyond what the other policy allows.
struct Difference<'p> {
    grant: Grant<'p>,
    /// On these resources.
    resources: Vec<&'p str>,
    about: About<'p>,
}

/// What the other policy does not have.
enum About<'p> {
    /// Nothing like the action.
    Action,
    /// The action, but by other names: a wildcard, or what a wildcard meant.
    Pattern(&'p str),
    /// The action, but on other resources.
    Resource(Vec<&'p str>),
    /// The action on the resource, but under another condition.
    Condition(Option<&'p Value>),
}

/// What a policy allows beyond another one, joined by action.
fn beyond<'p>(grants: &[Grant<'p>], policy: &[Grant<'p>]) -> Vec<Difference<'p>> {
    let mut found: Vec<Difference<'p>> = Vec::new();
    for grant in grants.iter().filter(|grant| !policy.iter().any(|other| other.covers(grant))) {
        let about = about(grant, policy);
        let joined = found.iter_mut().find(|other| {
            let same = (other.grant.statement, other.grant.action) == (grant.statement, grant.action);
            same && std::mem::discriminant(&other.about) == std::mem::discriminant(&about)
        });
        match joined {
            Some(other) => other.resources.push(grant.resource),
            None => found.push(Difference { grant: *grant, resources: vec![grant.resource], about }),
        }
    }
    found
}

fn about<'p>(grant: &Grant<'p>, policy: &[Grant<'p>]) -> About<'p> {
    let named: Vec<_> = policy.iter().filter(|other| pattern::actions(other.action, grant.action)).collect();
    let here = named.iter().find(|other| pattern::resources(other.resource, grant.resource));
    match (here, named.as_slice()) {
        (Some(other), _) => About::Condition(other.condition),
        (None, []) => match policy.iter().find(|other| pattern::actions(grant.action, other.action)) {
            Some(other) => About::Pattern(other.action),
            None => About::Action,
        },
        (None, named) => {
            let mut resources: Vec<&str> = named.iter().map(|other| other.resource).collect();
            resources.sort_unstable();
            resources.dedup();
            About::Resource(resources)
        }
    }
}

impl Difference<'_> {
    /// What one side allows beyond the other; it is a widening if the side is the one that is proposed.
    fn say(&self, severity: Severity, at: &At<'_>, report: &mut Report<'_>) {
        let wider = severity == Weakens;
        let (other, this) = self.values();
        let (before, after) = if wider { (other, Some(this)) } else { (Some(this), other) };
        report.words(severity, at, self.sentence(wider), before, after);
    }

    fn sentence(&self, wider: bool) -> String {
        let action = quoted(self.grant.action);
        match (&self.about, wider, self.grant.condition) {
            (About::Action, true, _) => format!("The steps may do {action}"),
            (About::Action, false, _) => format!("The steps may no longer do {action}"),
            (About::Pattern(_), true, _) => {
                format!("A wildcard allows {action} instead of some actions of it")
            }
            (About::Pattern(_), false, _) => format!("Some actions are allowed instead of {action}"),
            (About::Resource(_), true, _) => format!("The steps may do {action} on more resources"),
            (About::Resource(_), false, _) => format!("The steps may do {action} on fewer resources"),
            (About::Condition(_), true, None) => format!("{action} is allowed without a condition"),
            (About::Condition(_), false, None) => format!("{action} is allowed under a condition only"),
            (About::Condition(_), _, Some(_)) => format!("{action} is allowed under another condition"),
        }
    }

    /// What the other side has instead, and what this one has.
    fn values(&self) -> (Option<String>, String) {
        match &self.about {
            About::Action => (None, on(&self.resources)),
            About::Pattern(other) => (Some(inert(other)), inert(self.grant.action)),
            About::Resource(others) => (Some(on(others)), on(&self.resources)),
            About::Condition(other) => (Some(when(*other)), when(self.grant.condition)),
        }
    }
}

fn on(resources: &[&str]) -> String {
    let on =
        resources.iter().map(|resource| if *resource == "*" { "everything".into() } else { inert(resource) });
    on.collect::<Vec<String>>().join(", ")
}

fn when(condition: Option<&Value>) -> String {
    condition.map_or_else(|| "always".to_owned(), short)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compare;
    use crate::diff::report::tests::said;

    fn policy(statements: &[(Value, Value)]) -> Value {
        let statement = |(index, (action, resource)): (usize, &(Value, Value))| json!({"Sid": format!("S{index}"), "Effect": "Allow", "Action": action, "Resource": resource});
        let statements: Vec<Value> = statements.iter().enumerate().map(statement).collect();
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    fn check(before: &Value, after: &Value, expect: &[&str]) {
        assert_eq!(said("permissions.json", before, after, compare), expect, "{before} {after}");
    }

    const CLUSTERS: &str = "arn:aws:rds:eu-west-1:111122223333:cluster:*";
    const PRODUCTION: &str = "arn:aws:rds:eu-west-1:111122223333:cluster:prod-*";

    #[test]
    fn every_widening_is_called_by_name() {
        let before = policy(&[(json!(["rds:DescribeDBClusters", "rds:ModifyDBCluster"]), json!(PRODUCTION))]);
        check(
            &before,
            &policy(&[(
                json!(["rds:Describe*", "rds:ModifyDBCluster", "rds:DeleteDBCluster"]),
                json!(PRODUCTION),
            )]),
            &[
                "weakens: A wildcard allows `rds:Describe*` instead of some actions of it \
                 (rds:DescribeDBClusters → rds:Describe*)",
                &format!("weakens: The steps may do `rds:DeleteDBCluster` (- → {PRODUCTION})"),
            ],
        );
        check(
            &before,
            &policy(&[
                (json!("rds:DescribeDBClusters"), json!(PRODUCTION)),
                (json!("rds:ModifyDBCluster"), json!([CLUSTERS, "*"])),
            ]),
            &[&format!(
                "weakens: The steps may do `rds:ModifyDBCluster` on more resources ({PRODUCTION} → {CLUSTERS}, everything)"
            )],
        );
    }

    #[test]
    fn a_narrowing_is_no_widening() {
        let wide =
            policy(&[(json!("rds:Describe*"), json!(CLUSTERS)), (json!("rds:ModifyDBCluster"), json!("*"))]);
        check(
            &wide,
            &policy(&[
                (json!("rds:DescribeDBClusters"), json!(PRODUCTION)),
                (json!("rds:ModifyDBCluster"), json!(CLUSTERS)),
            ]),
            &[
                "strengthens: Some actions are allowed instead of `rds:Describe*` \
                 (rds:Describe* → rds:DescribeDBClusters)",
                &format!(
                    "strengthens: The steps may do `rds:ModifyDBCluster` on fewer resources (everything → {CLUSTERS})"
                ),
            ],
        );
        check(
            &wide,
            &policy(&[(json!("rds:Describe*"), json!(CLUSTERS))]),
            &["strengthens: The steps may no longer do `rds:ModifyDBCluster` (everything → -)"],
        );
    }

    #[test]
    fn the_same_in_other_words_is_said_to_be_so() {
        let one = policy(&[(json!(["a:A", "a:B"]), json!("*"))]);
        check(&one, &one, &[]);
        check(
            &one,
            &policy(&[(json!("a:B"), json!(["*"])), (json!("a:a"), json!("*"))]),
            &["changes: Statements are written differently and allow the same"],
        );
    }

    #[test]
    fn conditions_are_part_of_what_is_allowed() {
        let with = |condition: Value| {
            let mut policy = policy(&[(json!("ses:SendEmail"), json!("*"))]);
            policy["Statement"][0]["Condition"] = condition;
            policy
        };
        let region = json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}});
        let words = "{\"StringEquals\":{\"aws:RequestedRegion\":\"eu-west-1\"}}";
        let none = policy(&[(json!("ses:SendEmail"), json!("*"))]);
        check(
            &with(region.clone()),
            &none,
            &[&format!("weakens: `ses:SendEmail` is allowed without a condition ({words} → always)")],
        );
        check(
            &none,
            &with(region),
            &[&format!("strengthens: `ses:SendEmail` is allowed under a condition only (always → {words})")],
        );
    }

    #[test]
    fn a_policy_of_another_shape_is_not_trusted() {
        let before = policy(&[(json!("a:A"), json!("*"))]);
        let mut after = before.clone();
        after["Statement"][0]["NotAction"] = json!("b:*");
        check(
            &before,
            &after,
            &[
                "weakens: What the steps may do cannot be compared: one of the policies has another shape",
                "changes: `Statement.0.NotAction` is new (- → b:*)",
            ],
        );
    }
}
