//! The functions of the portal: each does its own part, and none does another's.

use super::ask::{may, may_not};
use super::shared::*;
use super::world::world;
use super::{CLOUD_OPS, SHARED, role};

const API: &str = "shared/DrawbridgeApi-eu-west-1";
const ASK: &str = "shared/AskFunctionRole";
const DOOR_ENDED: &str = "shared/DoorEndedFunctionRole";
const RELEASE: &str = "shared/DrawbridgeRelease-eu-west-1";
const RELAY: &str = "shared/DrawbridgeRelay-eu-west-1";
const NEXT_GATE: &str = "shared/NextGateFunctionRole";
const AWAIT: &str = "shared/AwaitApprovalFunctionRole";
const COMMIT: &str = "shared/CommitGateFunctionRole";
const FINISH: &str = "shared/FinishFunctionRole";
const INTERACTION: &str = "shared/InteractionFunctionRole";
const ANCHOR: &str = "shared/AnchorFunctionRole";
const DIGEST: &str = "shared/DigestFunctionRole";
const ALL: [&str; 12] =
    [API, ASK, DOOR_ENDED, RELEASE, RELAY, NEXT_GATE, AWAIT, COMMIT, FINISH, INTERACTION, ANCHOR, DIGEST];

#[test]
fn each_function_does_its_part() {
    world().check([
        may(API, "dynamodb:PutItem", MAIN),
        may(API, "dynamodb:Query", format!("{MAIN}/index/MyRuns")),
        may(API, "dynamodb:Query", AUDIT),
        may(API, "states:StartExecution", GATEWAY),
        may(API, "sqs:SendMessage", QUEUE),
        may(API, "secretsmanager:GetSecretValue", secret("origin-key")),
        may(API, "secretsmanager:GetSecretValue", secret("slack-app")),
        may(ASK, "states:StartExecution", GATEWAY),
        may(
            DOOR_ENDED,
            "states:DescribeExecution",
            format!("{}:call", door("security").replace("stateMachine", "execution")),
        ),
        may(NEXT_GATE, "dynamodb:UpdateItem", MAIN),
        may(NEXT_GATE, "secretsmanager:GetSecretValue", secret("link-key")),
        may(AWAIT, "dynamodb:PutItem", MAIN),
        may_not(AWAIT, "dynamodb:UpdateItem", MAIN),
        may(COMMIT, "dynamodb:UpdateItem", MAIN),
        may(FINISH, "dynamodb:PutItem", AUDIT),
        may(RELAY, "states:StopExecution", GATEWAY_RUN),
        may(RELAY, "dynamodb:Query", format!("{MAIN}/index/DueOutbox")),
        may(RELAY, "dynamodb:Query", format!("{MAIN}/index/GroupInbox")),
        may(RELAY, "sqs:SendMessage", DEAD_LETTERS),
        may(RELEASE, "dynamodb:PutItem", MAIN),
        may_not(RELEASE, "dynamodb:PutItem", AUDIT),
        may(INTERACTION, "sqs:ReceiveMessage", QUEUE),
        may(ANCHOR, "dynamodb:Query", format!("{MAIN}/index/ChangedRuns")),
        may(DIGEST, "ses:SendEmail", format!("arn:aws:ses:eu-west-1:{SHARED}:identity/hollinmere.example"))
            .with("ses:FromAddress", "drawbridge@hollinmere.example"),
    ]);
}

#[test]
fn no_function_does_what_another_is_for() {
    let others = |mine: &'static [&'static str]| ALL.into_iter().filter(move |role| !mine.contains(role));
    let mut table = Vec::new();
    table.extend(others(&[API, ASK, RELAY]).map(|one| may_not(one, "states:StartExecution", GATEWAY)));
    table.extend(others(&[RELAY]).map(|one| may_not(one, "states:StopExecution", GATEWAY_RUN)));
    table.extend(others(&[API]).map(|one| may_not(one, "sqs:SendMessage", QUEUE)));
    table.extend(
        others(&[API]).map(|one| may_not(one, "secretsmanager:GetSecretValue", secret("secret-key"))),
    );
    table.extend(
        others(&[API]).map(|one| may_not(one, "secretsmanager:GetSecretValue", secret("origin-key"))),
    );
    table.extend(others(&[API]).map(|one| may_not(one, "secretsmanager:CreateSecret", secret("run-1"))));
    table.extend(others(&[API, RELAY]).map(|one| may_not(one, "dynamodb:Query", AUDIT)));
    let owner = || role(CLOUD_OPS, "DrawbridgeControl-eu-west-1");
    table.extend(others(&[API, RELAY, RELEASE]).map(|one| may_not(one, "sts:AssumeRole", owner())));
    world().check(table);
}

/// Whatever is broken into, these do not follow.
#[test]
fn no_function_does_what_nobody_should() {
    let mut table = Vec::new();
    for one in ALL {
        table.extend([
            may_not(one, "dynamodb:DeleteTable", MAIN),
            may_not(one, "dynamodb:Scan", MAIN),
            may_not(one, "dynamodb:DeleteItem", AUDIT),
            may_not(one, "dynamodb:UpdateItem", AUDIT),
            may_not(one, "secretsmanager:GetSecretValue", secret("run-0198/password")),
            may_not(one, "states:UpdateStateMachine", GATEWAY),
            may_not(one, "states:StartExecution", door("security")),
            may_not(one, "lambda:UpdateFunctionCode", function("api")),
            may_not(one, "iam:PutRolePolicy", role(SHARED, "FinishFunctionRole")),
            may_not(
                one,
                "logs:DeleteLogGroup",
                format!("arn:aws:logs:eu-west-1:{SHARED}:log-group:/drawbridge/api"),
            ),
            may_not(one, "kms:ScheduleKeyDeletion", KEY),
            may_not(one, "sts:AssumeRole", role(CLOUD_OPS, "DrawbridgeInvoke-resize-rds-cluster"))
                .with("sts:ExternalId", GATEWAY),
        ]);
    }
    world().check(table);
}

#[test]
fn a_function_writes_to_its_own_log_and_to_no_other() {
    let stream = |of: &str| {
        format!("arn:aws:logs:eu-west-1:{SHARED}:log-group:/drawbridge/{of}:log-stream:2026/11/28/1")
    };
    world().check([
        may(FINISH, "logs:PutLogEvents", stream("finish")),
        may_not(FINISH, "logs:PutLogEvents", stream("api")),
        may_not(FINISH, "logs:PutLogEvents", stream("finish-2")),
        may(ANCHOR, "logs:PutLogEvents", stream("anchor")),
        may_not(ANCHOR, "logs:PutLogEvents", stream("relay")),
    ]);
}

#[test]
fn anchors_are_written_once_by_two_functions_and_removed_by_nobody() {
    let run = format!("{ANCHORS}/runs/0198/1.json");
    let day = format!("{ANCHORS}/daily/2026-11-28.json");
    let administrator = role(SHARED, "Administrator");
    world().check([
        may(RELAY, "s3:PutObject", &run).with("s3:if-none-match", "*"),
        may_not(RELAY, "s3:PutObject", &run),
        may_not(RELAY, "s3:PutObject", &day).with("s3:if-none-match", "*"),
        may(ANCHOR, "s3:PutObject", &day).with("s3:if-none-match", "*"),
        may_not(ANCHOR, "s3:PutObject", &run).with("s3:if-none-match", "*"),
        may_not(API, "s3:PutObject", &run).with("s3:if-none-match", "*"),
        may_not(&administrator, "s3:PutObject", &run).with("s3:if-none-match", "*"),
        may_not(&administrator, "s3:DeleteObjectVersion", &run),
        may_not(&administrator, "s3:BypassGovernanceRetention", &run),
        may_not(&administrator, "s3:PutLifecycleConfiguration", ANCHORS),
        may_not(&administrator, "s3:GetObject", &run).with("aws:SecureTransport", "false"),
        may(&administrator, "s3:GetObject", &run),
    ]);
}

#[test]
fn the_key_opens_through_the_services_that_use_it() {
    let through = |service: &str| format!("{service}.eu-west-1.amazonaws.com");
    let administrator = role(SHARED, "Administrator");
    world().check([
        may(FINISH, "kms:Decrypt", KEY).with("kms:ViaService", through("dynamodb")),
        may(ANCHOR, "kms:GenerateDataKey", KEY).with("kms:ViaService", through("sqs")),
        may_not(FINISH, "kms:Decrypt", KEY),
        may_not(FINISH, "kms:Decrypt", KEY).with("kms:ViaService", through("s3")),
        may_not(COMMIT, "kms:Decrypt", KEY).with("kms:ViaService", through("states")),
        may(API, "kms:Decrypt", KEY).with("kms:ViaService", through("states")),
        may_not(&role(CLOUD_OPS, "Administrator"), "kms:Decrypt", KEY)
            .with("kms:ViaService", through("dynamodb")),
        may(&administrator, "kms:PutKeyPolicy", KEY),
    ]);
}

/// A function that is new is in these tables, or is not looked at.
#[test]
fn every_function_is_looked_at() {
    let template =
        std::fs::read_to_string(crate::support::here().join("../infra/template.yaml")).expect("it");
    assert_eq!(template.matches("AWS::Serverless::Function\n").count(), ALL.len());
}
