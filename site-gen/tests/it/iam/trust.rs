//! Who may take on which role: trust policies, with the ids and principals that they ask for.

use super::ask::{Ask, may, may_not};
use super::shared::{GATEWAY, door};
use super::world::world;
use super::{CLOUD_OPS, DATA_PLATFORM, DEVELOPERS, SECURITY, SHARED, role};

const GATEWAY_ROLE: &str = "shared/DrawbridgeGateway-eu-west-1";

fn invoke() -> String {
    role(CLOUD_OPS, "DrawbridgeInvoke-resize-rds-cluster")
}

fn control() -> String {
    role(CLOUD_OPS, "DrawbridgeControl-eu-west-1")
}

#[test]
fn f47_another_state_machine_cannot_assume_the_owners_role() {
    let other_machine = format!("arn:aws:states:eu-west-1:{SHARED}:stateMachine:somebody-elses");
    let other_account = format!("arn:aws:states:eu-west-1:{SECURITY}:stateMachine:drawbridge-gateway");
    let from = |who: &str| may_not(who, "sts:AssumeRole", invoke()).with("sts:ExternalId", GATEWAY);
    world().check([
        may(GATEWAY_ROLE, "sts:AssumeRole", invoke()).with("sts:ExternalId", GATEWAY),
        // The gateway's role in another machine's hands: Step Functions says which machine it is.
        may_not(GATEWAY_ROLE, "sts:AssumeRole", invoke()).with("sts:ExternalId", other_machine),
        may_not(GATEWAY_ROLE, "sts:AssumeRole", invoke()).with("sts:ExternalId", other_account),
        may_not(GATEWAY_ROLE, "sts:AssumeRole", invoke()).with("sts:ExternalId", format!("{GATEWAY}:1")),
        may_not(GATEWAY_ROLE, "sts:AssumeRole", invoke()),
        // Other roles, whatever they claim.
        from("shared/DrawbridgeApi-eu-west-1"),
        from("shared/DrawbridgeRelay-eu-west-1"),
        from("shared/DrawbridgeDoorMachine-security-eu-west-1"),
        from(&role(SHARED, "Administrator")),
        from(&role(SHARED, "DrawbridgeGateway-eu-central-1")),
        from(&role(SECURITY, "DrawbridgeGateway-eu-west-1")),
        from(&role(CLOUD_OPS, "Administrator")),
        from("cloud-ops/drawbridge-create-aws-account"),
        from("states.amazonaws.com"),
    ]);
}

#[test]
fn the_control_role_is_for_the_portal_alone() {
    let from = |who: &str| may_not(who, "sts:AssumeRole", control());
    world().check([
        may("shared/DrawbridgeApi-eu-west-1", "sts:AssumeRole", control()),
        may("shared/DrawbridgeRelay-eu-west-1", "sts:AssumeRole", control()),
        may("shared/DrawbridgeRelease-eu-west-1", "sts:AssumeRole", control()),
        may(GATEWAY_ROLE, "sts:AssumeRole", control()).with("sts:ExternalId", GATEWAY),
        from(GATEWAY_ROLE),
        from("shared/FinishFunctionRole"),
        from("shared/InteractionFunctionRole"),
        from(&role(SHARED, "Administrator")),
        from(&role(SHARED, "DrawbridgeApi-eu-central-1")),
        from(&role(SECURITY, "DrawbridgeApi-eu-west-1")),
        from("data-platform/drawbridge-grant-s3-access"),
        may_not(
            "shared/DrawbridgeApi-eu-west-1",
            "sts:AssumeRole",
            role(CLOUD_OPS, "DrawbridgeControl-eu-central-1"),
        ),
        // Nobody outside the organisation, even if they call a role so.
        may_not(
            "shared/DrawbridgeApi-eu-west-1",
            "sts:AssumeRole",
            role("999999999999", "DrawbridgeControl-eu-west-1"),
        ),
    ]);
}

#[test]
fn services_take_roles_on_for_their_own_machine_or_function() {
    let states = |account: &str, on: String, machine: &str, expect: fn(&str, &'static str, String) -> Ask| {
        let machine = format!("arn:aws:states:eu-west-1:{account}:stateMachine:{machine}");
        expect("states.amazonaws.com", "sts:AssumeRole", on)
            .with("aws:SourceAccount", account)
            .with("aws:SourceArn", machine)
    };
    let gateway = || role(SHARED, "DrawbridgeGateway-eu-west-1");
    let worker = || role(CLOUD_OPS, "drawbridge-resize-rds-cluster");
    world().check([
        states(SHARED, gateway(), "drawbridge-gateway", may),
        states(SHARED, gateway(), "drawbridge-door-security", may_not),
        states(SECURITY, gateway(), "drawbridge-gateway", may_not),
        states(CLOUD_OPS, worker(), "drawbridge-resize-rds-cluster", may),
        states(CLOUD_OPS, worker(), "drawbridge-create-aws-account", may_not),
        states(SECURITY, worker(), "drawbridge-resize-rds-cluster", may_not),
        may_not("lambda.amazonaws.com", "sts:AssumeRole", gateway()),
        may("lambda.amazonaws.com", "sts:AssumeRole", role(SHARED, "FinishFunctionRole")),
        may_not("states.amazonaws.com", "sts:AssumeRole", role(SHARED, "FinishFunctionRole")),
        may_not("lambda.amazonaws.com", "sts:AssumeRole", worker()),
    ]);
}

#[test]
fn a_door_role_is_for_the_machines_of_its_team() {
    let on = |team: &str| role(SHARED, &format!("DrawbridgeDoor-{team}-eu-west-1"));
    let machine = |account: &str| role(account, "drawbridge-nightly");
    world().check([
        may(&machine(SECURITY), "sts:AssumeRole", on("security")),
        may_not(&machine(DATA_PLATFORM), "sts:AssumeRole", on("security")),
        may_not(&machine(DEVELOPERS), "sts:AssumeRole", on("security")),
        may_not(&role(SECURITY, "Administrator"), "sts:AssumeRole", on("security")),
        may_not(&machine(SHARED), "sts:AssumeRole", on("security")),
    ]);
}

#[test]
fn a_door_cannot_start_another_teams_door() {
    let caller = "shared/DrawbridgeDoor-security-eu-west-1";
    let machine = "shared/DrawbridgeDoorMachine-security-eu-west-1";
    let execution =
        |team: &str| format!("arn:aws:states:eu-west-1:{SHARED}:execution:drawbridge-door-{team}:call-1");
    let ask = format!("arn:aws:lambda:eu-west-1:{SHARED}:function:drawbridge-ask");
    world().check([
        may(caller, "states:StartExecution", door("security")),
        may_not(caller, "states:StartExecution", door("data-platform")),
        may_not(caller, "states:StartExecution", door("security-2")),
        may_not(caller, "states:StartExecution", GATEWAY),
        may(caller, "states:DescribeExecution", execution("security")),
        may(caller, "states:StopExecution", execution("security")),
        may_not(caller, "states:DescribeExecution", execution("data-platform")),
        may_not(caller, "states:StopExecution", execution("data-platform")),
        may_not(caller, "states:UpdateStateMachine", door("security")),
        may_not(caller, "lambda:InvokeFunction", &ask),
        may(machine, "lambda:InvokeFunction", &ask),
        may_not(
            machine,
            "lambda:InvokeFunction",
            format!("arn:aws:lambda:eu-west-1:{SHARED}:function:drawbridge-finish"),
        ),
        may_not(machine, "states:StartExecution", door("security")),
        may_not(machine, "sts:AssumeRole", invoke()).with("sts:ExternalId", GATEWAY),
    ]);
}
