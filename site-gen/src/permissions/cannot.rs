//! What no statement allows, of all that a reader may fear. Each line is asked of the policy before it is said.

use std::collections::BTreeSet;

use catalog_model::Permissions;
use catalog_model::permissions::matches;

use super::{Place, action, code, plain, tables};
use crate::words;

/// Actions by which something acts for the steps that has rights of its own, and what it is.
const THROUGH: &[(&str, &str)] = &[
    ("codebuild:StartBuild", "builds"),
    ("ecs:RunTask", "tasks"),
    ("lambda:InvokeFunction", "functions"),
    ("ssm:StartAutomationExecution", "automations"),
    ("states:StartExecution", "state machines"),
    ("sts:AssumeRole", "roles that it takes on"),
    ("iam:PassRole", "roles that it hands on"),
];

/// The most services, and of each the most actions: a list is for reading.
const SERVICES: usize = 5;
const ACTIONS: usize = 3;

/// Lines of HTML, the most telling first.
pub(crate) fn cannot(permissions: &Permissions, place: Place<'_>) -> Vec<String> {
    let mut lines =
        vec!["Anything else, or the same with other resources: no statement allows it.".to_owned()];
    let used: Vec<&str> = used(permissions);
    lines.extend(used.iter().filter_map(|prefix| of_service(prefix, permissions)).take(SERVICES));
    lines.push(elsewhere(permissions, place));
    lines.extend(roles(permissions));
    lines.extend(anywhere(permissions, &used));
    lines
}

/// The services of the policy, in its order.
fn used(permissions: &Permissions) -> Vec<&str> {
    let mut seen = Vec::new();
    for action in permissions.statement.iter().flat_map(|statement| statement.action.iter()) {
        let prefix = action.split(':').next().unwrap_or(action);
        if !seen.contains(&prefix) && prefix != "sts" {
            seen.push(prefix);
        }
    }
    seen
}

fn of_service(prefix: &str, permissions: &Permissions) -> Option<String> {
    let feared = tables::feared(prefix);
    if feared.is_empty() {
        let deletes = may_begin(permissions, prefix, "delete");
        return (!deletes).then(|| format!("{}: delete anything", plain(tables::service(prefix))));
    }
    let refused = feared.iter().filter(|name| !permissions.allows(&format!("{prefix}:{name}")));
    let refused: Vec<&str> = refused.copied().take(ACTIONS).collect();
    let said = action::phrases(prefix, &refused);
    (!refused.is_empty()).then(|| format!("{}: {said}", plain(tables::service(prefix))))
}

/// Whether an allowed action of the service may begin with a word, patterns included.
fn may_begin(permissions: &Permissions, prefix: &str, word: &str) -> bool {
    let actions = permissions.statement.iter().flat_map(|statement| statement.action.iter());
    let mut names = actions.filter_map(|action| action.split_once(':').filter(|(of, _)| *of == prefix));
    names.any(|(_, name)| {
        let fixed = name.split(['*', '?']).next().unwrap_or_default().to_ascii_lowercase();
        fixed.starts_with(word) || fixed.len() < name.len() && word.starts_with(&fixed)
    })
}

/// Accounts that a statement names are the only ones where it gives a right; anywhere else the other side
/// would have to.
fn elsewhere(permissions: &Permissions, place: Place<'_>) -> String {
    let resources = permissions.statement.iter().flat_map(|statement| statement.resource.iter());
    let accounts: BTreeSet<&str> = resources
        .filter_map(|resource| resource.split(':').nth(4))
        .filter(|account| account.len() == 12 && *account != place.account)
        .collect();
    let named = std::iter::once(place.account).chain(accounts).map(code).collect::<Vec<_>>();
    format!("Reach another account than {}, unless that account lets it in by itself", words::and(&named))
}

/// By what else the steps can have an effect; nothing for most workflows.
pub(crate) fn acts_through(permissions: &Permissions) -> Option<String> {
    let through = THROUGH.iter().filter(|(action, _)| permissions.allows(action));
    let through: Vec<String> = through.map(|(_, what)| (*what).to_owned()).collect();
    (!through.is_empty()).then(|| words::and(&through))
}

fn roles(permissions: &Permissions) -> Option<String> {
    let assumes = |pattern: &str| matches(pattern, "sts:AssumeRole");
    let statements = permissions.statement.iter();
    let resources = statements.filter(|statement| statement.action.iter().any(assumes));
    let resources: Vec<&str> = resources.flat_map(|statement| statement.resource.iter()).collect();
    if resources.is_empty() {
        return Some("Take on another role, and the rights that come with it".to_owned());
    }
    if resources.iter().any(|resource| resource.contains(['*', '?'])) {
        return None;
    }
    let names = resources.iter().map(|arn| code(arn.rsplit('/').next().unwrap_or(arn))).collect::<Vec<_>>();
    Some(format!("Take on another role than {}", words::or(&names)))
}

/// What is feared whatever a workflow is for, of services that it does not use.
fn anywhere(permissions: &Permissions, used: &[&str]) -> Option<String> {
    let all = [
        ("iam", "iam:PutRolePolicy", "change users, roles and their rights"),
        ("secretsmanager", "secretsmanager:GetSecretValue", "read secrets"),
        ("kms", "kms:ScheduleKeyDeletion", "delete keys"),
        ("organizations", "organizations:CloseAccount", "close accounts"),
        ("cloudtrail", "cloudtrail:StopLogging", "stop the account’s audit trail"),
    ];
    let refused =
        all.iter().filter(|(service, action, _)| !used.contains(service) && !permissions.allows(action));
    let refused: Vec<String> = refused.map(|(.., words)| (*words).to_owned()).collect();
    let sentence = (!refused.is_empty()).then(|| words::or(&refused))?;
    let (first, rest) = sentence.split_at(1);
    Some(first.to_uppercase() + rest)
}

#[cfg(test)]
mod tests {
    use catalog_model::Permissions;
    use serde_json::{Value, json};

    use super::{Place, acts_through, cannot};

    fn policy(statements: &[(Value, Value)]) -> Permissions {
        let statement = |(action, resource): &(Value, Value)| json!({"Sid": "A", "Effect": "Allow", "Action": action, "Resource": resource});
        let statements: Vec<_> = statements.iter().map(statement).collect();
        serde_json::from_value(json!({"Version": "2012-10-17", "Statement": statements})).expect("a policy")
    }

    fn said(statements: &[(Value, Value)]) -> Vec<String> {
        cannot(&policy(statements), Place { account: "111122223333", region: "eu-west-1" })
    }

    fn has(lines: &[String], line: &str) -> bool {
        lines.iter().any(|said| said == line)
    }

    #[test]
    fn what_is_allowed_is_not_denied() {
        let deletes = json!("arn:aws:rds:eu-west-1:111122223333:cluster:dev-*");
        let check = |action: &str, line: &str| {
            let lines = said(&[(json!(action), deletes.clone())]);
            assert!(has(&lines, line), "{action}: {lines:#?}");
        };
        check("rds:ModifyDBCluster", "RDS: delete DB clusters, DB instances and DB cluster snapshots");
        check(
            "rds:DeleteDBCluster",
            "RDS: delete DB instances and DB cluster snapshots; share DB cluster snapshots with other accounts",
        );
        check("rds:Delete*", "RDS: share DB cluster snapshots with other accounts");
        check("braket:CancelJob", "braket: delete anything");
        for action in ["braket:DeleteJob", "braket:*Job", "braket:D*"] {
            let lines = said(&[(json!(action), json!("*"))]);
            assert!(!lines.iter().any(|line| line.starts_with("braket")), "{action}: {lines:#?}");
        }
    }

    #[test]
    fn a_role_that_may_be_taken_on_is_the_only_one_or_nothing_is_said() {
        let other = "Take on another role, and the rights that come with it";
        assert!(has(&said(&[(json!("rds:Modify*"), json!("*"))]), other));
        let one = said(&[(json!("sts:AssumeRole"), json!("arn:aws:iam::444455556666:role/Vending"))]);
        assert!(has(&one, "Take on another role than <code>Vending</code>"), "{one:#?}");
        let accounts = "Reach another account than <code>111122223333</code> and <code>444455556666</code>, \
                        unless that account lets it in by itself";
        assert!(has(&one, accounts), "{one:#?}");
        let any = said(&[(json!("sts:Assume*"), json!("arn:aws:iam::444455556666:role/*"))]);
        assert!(!any.iter().any(|line| line.starts_with("Take on")), "{any:#?}");
    }

    #[test]
    fn the_list_is_bounded() {
        let actions = ["rds:A", "s3:A", "sns:A", "sqs:A", "ecs:A", "ec2:A", "kms:A", "ssm:A", "logs:A"];
        assert_eq!(said(&[(json!(actions), json!("*"))]).len(), 9);
    }

    #[test]
    fn what_acts_for_the_steps_is_named() {
        let through = |action: &str| acts_through(&policy(&[(json!(action), json!("*"))]));
        assert_eq!(through("rds:DeleteDBCluster"), None);
        assert_eq!(through("lambda:Invoke*").as_deref(), Some("functions"));
    }
}
