//! The roles that owners' steps run with: what `permissions.json` says, and what its readers would be surprised by.

use super::ask::{may, may_not};
use super::world::world;
use super::{CLOUD_OPS, DATA_PLATFORM, DEVELOPERS, SECURITY, role};

const RESIZE: &str = "cloud-ops/drawbridge-resize-rds-cluster";
const ACCOUNTS: &str = "cloud-ops/drawbridge-create-aws-account";
const MAINTENANCE: &str = "cloud-ops/drawbridge-apply-rds-maintenance";
const APPROVAL: &str = "developer-experience/drawbridge-approval";
const GRANT: &str = "data-platform/drawbridge-grant-s3-access";
const POST: &str = "developer-experience/drawbridge-post-to-slack";

fn rds(what: &str) -> String {
    format!("arn:aws:rds:eu-west-1:{CLOUD_OPS}:{what}")
}

#[test]
fn the_resize_worker_resizes() {
    let email = format!("arn:aws:ses:eu-west-1:{CLOUD_OPS}:identity/hollinmere.example");
    world().check([
        may(RESIZE, "rds:ModifyDBInstance", rds("db:prod-orders-1")),
        may(RESIZE, "rds:FailoverDBCluster", rds("cluster:stg-orders")),
        may(RESIZE, "cloudwatch:GetMetricData", "*"),
        may(RESIZE, "ses:SendEmail", &email).with("ses:FromAddress", "cloud-ops@hollinmere.example"),
        may_not(RESIZE, "ses:SendEmail", &email).with("ses:FromAddress", "ceo@hollinmere.example"),
        may_not(RESIZE, "rds:ModifyDBInstance", rds("db:payroll-1")),
        may_not(RESIZE, "rds:DeleteDBCluster", rds("cluster:prod-orders")),
        may_not(RESIZE, "rds:DeleteDBInstance", rds("db:prod-orders-1")),
        may_not(RESIZE, "rds:ModifyDBInstance", rds("db:prod-orders-1").replace(CLOUD_OPS, SECURITY)),
    ]);
}

#[test]
fn the_resize_worker_cannot_delete_accounts() {
    let organisation = "arn:aws:organizations::908173264550:account/o-h0llinmere1/111122223333";
    world().check([
        may_not(RESIZE, "organizations:CloseAccount", organisation),
        may_not(RESIZE, "organizations:LeaveOrganization", "*"),
        may_not(RESIZE, "account:DisableRegion", "*"),
        may_not(RESIZE, "sts:AssumeRole", "arn:aws:iam::908173264550:role/AccountVending"),
        may_not(RESIZE, "s3:GetObject", "arn:aws:s3:::hollinmere-lake-customers/people.parquet"),
    ]);
}

#[test]
fn each_worker_keeps_to_its_own_work() {
    let connection = format!("arn:aws:events:eu-west-1:{DEVELOPERS}:connection/slack-bot/0a1b");
    let access = role(DATA_PLATFORM, "AccessBackstop");
    world().check([
        may(POST, "events:RetrieveConnectionCredentials", &connection),
        may_not(RESIZE, "events:RetrieveConnectionCredentials", &connection),
        may(
            GRANT,
            "s3:DeleteAccessGrant",
            format!("arn:aws:s3:eu-west-1:{DATA_PLATFORM}:access-grants/default/grant/1"),
        ),
        may_not(GRANT, "s3:GetObject", "arn:aws:s3:::hollinmere-lake-customers/people.parquet"),
        may_not(GRANT, "s3:PutBucketPolicy", "arn:aws:s3:::hollinmere-lake-customers"),
        may(GRANT, "iam:PassRole", &access).with("iam:PassedToService", "scheduler.amazonaws.com"),
        may_not(GRANT, "iam:PassRole", &access).with("iam:PassedToService", "lambda.amazonaws.com"),
        may_not(GRANT, "iam:PassRole", role(DATA_PLATFORM, "Administrator"))
            .with("iam:PassedToService", "scheduler.amazonaws.com"),
    ]);
}

#[test]
fn the_account_worker_leaves_its_account_by_the_named_role() {
    let management = "908173264550";
    let vending = || role(management, "AccountVending");
    world().check([
        may(ACCOUNTS, "sts:AssumeRole", vending()),
        may_not(RESIZE, "sts:AssumeRole", vending()),
        may_not(GRANT, "sts:AssumeRole", vending()),
        may_not(ACCOUNTS, "sts:AssumeRole", role(management, "OrganizationAccountAccessRole")),
        may_not(ACCOUNTS, "sts:AssumeRole", role(SECURITY, "AccountVending")),
        may_not(
            ACCOUNTS,
            "organizations:CloseAccount",
            format!("arn:aws:organizations::{management}:account/o-h0llinmere1/111122223333"),
        ),
    ]);
}

#[test]
fn a_worker_that_calls_others_takes_its_own_teams_door() {
    let door = |team: &str| role(super::SHARED, &format!("DrawbridgeDoor-{team}-eu-west-1"));
    world().check([
        may(MAINTENANCE, "sts:AssumeRole", door("cloud-ops")),
        may_not(MAINTENANCE, "sts:AssumeRole", door("security")),
        may_not(RESIZE, "sts:AssumeRole", door("cloud-ops")),
        may_not(MAINTENANCE, "sts:AssumeRole", role(DEVELOPERS, "DrawbridgeInvoke-post-to-slack")),
        may_not(MAINTENANCE, "rds:ModifyDBInstance", rds("db:prod-orders-1")),
        // It waits for people and does nothing by itself.
        may_not(APPROVAL, "sts:AssumeRole", door("cloud-ops")),
        may_not(
            APPROVAL,
            "lambda:InvokeFunction",
            format!("arn:aws:lambda:eu-west-1:{DEVELOPERS}:function:x"),
        ),
    ]);
}
