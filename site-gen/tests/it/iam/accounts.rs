//! What the portal may do in a team's account: start one workflow's published versions, follow and stop. And nothing else.

use super::ask::{may, may_not};
use super::shared::{MAIN, function};
use super::world::world;
use super::{CLOUD_OPS, DATA_PLATFORM};

const GATEWAY: &str = "shared/DrawbridgeGateway-eu-west-1";
const INVOKE: &str = "cloud-ops/DrawbridgeInvoke-resize-rds-cluster";
const CONTROL: &str = "cloud-ops/DrawbridgeControl-eu-west-1";

fn machine(name: &str) -> String {
    format!("arn:aws:states:eu-west-1:{CLOUD_OPS}:stateMachine:{name}")
}

fn execution(name: &str) -> String {
    format!("arn:aws:states:eu-west-1:{CLOUD_OPS}:execution:{name}:0198-run")
}

#[test]
fn the_gateway_cannot_touch_a_teams_data() {
    let own = |service: &str, what: &str| format!("arn:aws:{service}:eu-west-1:{CLOUD_OPS}:{what}");
    world().check([
        may(GATEWAY, "lambda:InvokeFunction", function("finish")),
        may_not(GATEWAY, "lambda:InvokeFunction", function("api")),
        may_not(GATEWAY, "rds:ModifyDBInstance", own("rds", "db:prod-orders-1")),
        may_not(GATEWAY, "rds:DeleteDBCluster", own("rds", "cluster:prod-orders")),
        may_not(GATEWAY, "s3:GetObject", "arn:aws:s3:::hollinmere-lake-customers/people.parquet"),
        may_not(GATEWAY, "states:StartExecution", machine("drawbridge-resize-rds-cluster")),
        may_not(GATEWAY, "dynamodb:GetItem", MAIN),
        may_not(GATEWAY, "secretsmanager:GetSecretValue", own("secretsmanager", "secret:database-a1b2c3")),
    ]);
}

#[test]
fn an_invoke_role_starts_published_versions_of_one_machine() {
    let resize = "drawbridge-resize-rds-cluster";
    world().check([
        may(INVOKE, "states:StartExecution", machine(&format!("{resize}:7"))),
        may_not(INVOKE, "states:StartExecution", machine(resize)),
        may_not(INVOKE, "states:StartExecution", machine("drawbridge-create-aws-account:7")),
        may_not(INVOKE, "states:StartExecution", machine(&format!("{resize}-2:7"))),
        may(INVOKE, "states:DescribeExecution", execution(resize)),
        may(INVOKE, "states:StopExecution", execution(resize)),
        may_not(INVOKE, "states:StopExecution", execution("drawbridge-create-aws-account")),
        may_not(INVOKE, "states:UpdateStateMachine", machine(resize)),
        may_not(INVOKE, "states:PublishStateMachineVersion", machine(resize)),
        may_not(
            INVOKE,
            "rds:ModifyDBInstance",
            format!("arn:aws:rds:eu-west-1:{CLOUD_OPS}:db:prod-orders-1"),
        ),
        may_not(INVOKE, "iam:PassRole", super::role(CLOUD_OPS, resize)),
    ]);
}

#[test]
fn a_control_role_follows_and_stops_and_starts_nothing() {
    let resize = "drawbridge-resize-rds-cluster";
    world().check([
        may(CONTROL, "states:DescribeExecution", execution(resize)),
        may(CONTROL, "states:GetExecutionHistory", execution(resize)),
        may(CONTROL, "states:StopExecution", execution(resize)),
        may(CONTROL, "states:ListStateMachineVersions", machine(resize)),
        may(CONTROL, "states:DescribeStateMachine", machine(&format!("{resize}:7"))),
        may_not(CONTROL, "states:StopExecution", execution("payroll")),
        may_not(CONTROL, "states:GetExecutionHistory", execution("payroll")),
        may_not(CONTROL, "states:StartExecution", machine(&format!("{resize}:7"))),
        may_not(CONTROL, "states:UpdateStateMachine", machine(resize)),
        may_not(CONTROL, "states:DeleteStateMachine", machine(resize)),
        may_not(CONTROL, "states:StopExecution", execution(resize).replace(CLOUD_OPS, DATA_PLATFORM)),
        may_not(CONTROL, "iam:PassRole", super::role(CLOUD_OPS, resize)),
        may_not(
            CONTROL,
            "rds:DescribeDBClusters",
            format!("arn:aws:rds:eu-west-1:{CLOUD_OPS}:cluster:prod-orders"),
        ),
    ]);
}
