//! What a worker could not do even if `permissions.json` said that it may: the boundary by itself, under a policy that
//! allows everything.

use super::ask::{may, may_not};
use super::world::world;
use super::{CLOUD_OPS, SECURITY, SHARED, role};

/// A worker role of cloud-ops that may do everything within its boundary.
const ANYTHING: &str = "cloud-ops/anything";
/// The same of a team whose account was enrolled without exceptions.
const SECURITY_ANYTHING: &str = "security/anything";

#[test]
fn within_the_boundary_permissions_decide() {
    world().check([
        may(
            ANYTHING,
            "rds:DeleteDBCluster",
            format!("arn:aws:rds:eu-west-1:{CLOUD_OPS}:cluster:prod-orders"),
        ),
        may(ANYTHING, "ec2:RunInstances", format!("arn:aws:ec2:eu-west-1:{CLOUD_OPS}:instance/*")),
        may(ANYTHING, "iam:GetRole", role(CLOUD_OPS, "Operator")),
        may(ANYTHING, "iam:PassRole", role(CLOUD_OPS, "Operator")),
        may(
            ANYTHING,
            "states:StartExecution",
            format!("arn:aws:states:eu-west-1:{CLOUD_OPS}:stateMachine:nightly"),
        ),
        may(
            ANYTHING,
            "states:StartExecution",
            format!("arn:aws:states:eu-west-1:{CLOUD_OPS}:stateMachine:drawbridge-anything"),
        ),
    ]);
}

#[test]
fn no_worker_makes_itself_greater() {
    let own = || role(CLOUD_OPS, "drawbridge-resize-rds-cluster");
    let boundary = format!("arn:aws:iam::{CLOUD_OPS}:policy/DrawbridgeBoundary-eu-west-1");
    world().check([
        may_not(ANYTHING, "iam:PutRolePolicy", own()),
        may_not(ANYTHING, "iam:AttachRolePolicy", own()),
        may_not(ANYTHING, "iam:DeleteRolePermissionsBoundary", own()),
        may_not(
            ANYTHING,
            "iam:UpdateAssumeRolePolicy",
            role(CLOUD_OPS, "DrawbridgeInvoke-resize-rds-cluster"),
        ),
        may_not(ANYTHING, "iam:CreateRole", role(CLOUD_OPS, "Anything")),
        may_not(ANYTHING, "iam:CreateUser", format!("arn:aws:iam::{CLOUD_OPS}:user/anybody")),
        may_not(ANYTHING, "iam:CreateAccessKey", format!("arn:aws:iam::{CLOUD_OPS}:user/anybody")),
        may_not(ANYTHING, "iam:CreatePolicyVersion", boundary),
        may_not(ANYTHING, "iam:TagRole", own()),
        may_not(ANYTHING, "iam:PassRole", own()),
        may_not(ANYTHING, "iam:PassRole", role(CLOUD_OPS, "DrawbridgeControl-eu-west-1")),
        may_not(ANYTHING, "sts:AssumeRole", role(CLOUD_OPS, "Administrator")),
        may_not(ANYTHING, "organizations:LeaveOrganization", "*"),
        may_not(ANYTHING, "account:CloseAccount", "*"),
    ]);
}

#[test]
fn no_worker_leaves_its_account() {
    let door = |team: &str| role(SHARED, &format!("DrawbridgeDoor-{team}-eu-west-1"));
    let vending = || role("908173264550", "AccountVending");
    let bucket = "arn:aws:s3:::somebody-elses/secret";
    world().check([
        may(SECURITY_ANYTHING, "sts:AssumeRole", door("security")),
        may_not(SECURITY_ANYTHING, "sts:AssumeRole", door("cloud-ops")),
        may(ANYTHING, "sts:AssumeRole", vending()),
        may_not(SECURITY_ANYTHING, "sts:AssumeRole", vending()),
        may_not(SECURITY_ANYTHING, "sts:AssumeRole", role(SHARED, "DrawbridgeGateway-eu-west-1")),
        may_not(SECURITY_ANYTHING, "sts:AssumeRole", role(CLOUD_OPS, "DrawbridgeInvoke-resize-rds-cluster")),
        may(SECURITY_ANYTHING, "s3:GetObject", bucket),
        may_not(SECURITY_ANYTHING, "s3:GetObject", bucket).with("aws:ResourceAccount", "999999999999"),
        may_not(SECURITY_ANYTHING, "s3:PutObject", bucket).with("aws:ResourceAccount", CLOUD_OPS),
        may_not(ANYTHING, "s3:PutObject", bucket).with("aws:ResourceAccount", SECURITY),
        may(ANYTHING, "s3:PutObject", bucket).with("aws:ResourceAccount", "908173264550"),
    ]);
}

#[test]
fn no_worker_touches_the_portal_or_the_evidence() {
    let machine = |name: &str| format!("arn:aws:states:eu-west-1:{CLOUD_OPS}:stateMachine:drawbridge-{name}");
    let execution =
        format!("arn:aws:states:eu-west-1:{CLOUD_OPS}:execution:drawbridge-resize-rds-cluster:0198");
    let trail = format!("arn:aws:cloudtrail:eu-west-1:{CLOUD_OPS}:trail/organisation");
    let stack = format!("arn:aws:cloudformation:eu-west-1:{CLOUD_OPS}:stack/drawbridge-cloud-ops/0198");
    world().check([
        // Around the approvals of another workflow.
        may_not(ANYTHING, "states:StartExecution", machine("resize-rds-cluster")),
        may_not(ANYTHING, "states:StartExecution", machine("resize-rds-cluster:7")),
        may_not(ANYTHING, "states:StopExecution", &execution),
        may_not(ANYTHING, "states:UpdateStateMachine", machine("anything")),
        may_not(ANYTHING, "states:DeleteStateMachine", machine("resize-rds-cluster")),
        may_not(ANYTHING, "states:PublishStateMachineVersion", machine("anything")),
        may_not(ANYTHING, "cloudformation:UpdateStack", &stack),
        may_not(ANYTHING, "cloudformation:DeleteStack", &stack),
        may_not(ANYTHING, "cloudtrail:StopLogging", &trail),
        may_not(ANYTHING, "cloudtrail:DeleteTrail", &trail),
        may_not(
            ANYTHING,
            "logs:DeleteLogGroup",
            format!("arn:aws:logs:eu-west-1:{CLOUD_OPS}:log-group:/audit"),
        ),
        may_not(ANYTHING, "config:StopConfigurationRecorder", "*"),
        may_not(
            ANYTHING,
            "guardduty:DeleteDetector",
            format!("arn:aws:guardduty:eu-west-1:{CLOUD_OPS}:detector/1"),
        ),
    ]);
}
