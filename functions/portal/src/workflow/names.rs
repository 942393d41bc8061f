//! ARNs of executions, which follow from the machine's ARN and the run's id, of doors, and of the two roles in a
//! team account.

use catalog_model::CompiledWorkflow;

use catalog_model::aws_names;

use super::EngineError;
use crate::domain::{Run, RunId, Target};

/// The execution of a machine (or of one of its published versions) that is named by the run.
pub fn execution_arn(machine: &str, run: RunId) -> Result<String, EngineError> {
    match machine.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "states", region, account, "stateMachine", name, ..] => {
            Ok(format!("arn:{partition}:states:{region}:{account}:execution:{name}:{run}"))
        }
        _ => Err(EngineError::NotAMachine(machine.to_owned())),
    }
}

/// The machine of a workflow in its owner's account.
pub fn machine(Target { account, region, .. }: &Target, slug: &str) -> String {
    format!("arn:aws:states:{region}:{account}:stateMachine:{}", CompiledWorkflow::machine_name(slug))
}

/// The owner's execution of a run; none before the commit gate.
pub fn child_of(run: &Run) -> Result<Option<String>, EngineError> {
    run.machine_version.as_deref().map(|machine| execution_arn(machine, run.id)).transpose()
}

/// The role that the gateway starts a run's workflow with, and no other workflow.
pub fn invoke_role(run: &Run) -> String {
    format!("arn:aws:iam::{}:role/{}", run.target.account, aws_names::invoke_role(&run.workflow))
}

/// The role that gateway and functions follow and stop workflows with. IAM is global and a portal is of one
/// Region, so each Region has a role of its own, and two stacks in one account do not meet.
pub fn control_role(Target { account, region, .. }: &Target) -> String {
    format!("arn:aws:iam::{account}:role/DrawbridgeControl-{region}")
}

/// Whether an execution is one of this team's door, in the account and Region of the gateway.
pub fn is_of_door(execution: &str, team: &str, gateway: &str) -> bool {
    let gateway: Vec<_> = gateway.split(':').collect();
    match (execution.split(':').collect::<Vec<_>>().as_slice(), gateway.as_slice()) {
        (
            ["arn", partition, "states", region, account, "execution", machine, name],
            ["arn", own_partition, "states", own_region, own_account, "stateMachine", _],
        ) => {
            (partition, region, account) == (own_partition, own_region, own_account)
                && machine.strip_prefix("drawbridge-door-") == Some(team)
                && !name.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_executions_by_machine_and_run() {
        let run = RunId::new(jiff::Timestamp::UNIX_EPOCH, [0; 10]);
        let check = |machine: &str, expect: Option<&str>| {
            assert_eq!(execution_arn(machine, run).ok().as_deref(), expect, "{machine}");
        };
        let execution = format!("arn:aws:states:eu-west-1:111122223333:execution:drawbridge-x:{run}");
        check("arn:aws:states:eu-west-1:111122223333:stateMachine:drawbridge-x", Some(&execution));
        check("arn:aws:states:eu-west-1:111122223333:stateMachine:drawbridge-x:7", Some(&execution));
        check("arn:aws:lambda:eu-west-1:111122223333:function:x", None);
        check("", None);
    }

    #[test]
    fn knows_the_executions_of_a_teams_own_door() {
        let gateway = "arn:aws:states:eu-west-1:111122223333:stateMachine:drawbridge-gateway";
        let check = |execution: &str, is: bool| {
            assert_eq!(is_of_door(execution, "apps", gateway), is, "{execution}");
        };
        check("arn:aws:states:eu-west-1:111122223333:execution:drawbridge-door-apps:one", true);
        check("arn:aws:states:eu-west-1:111122223333:execution:drawbridge-door-data:one", false);
        check("arn:aws:states:eu-west-1:111122223333:execution:drawbridge-door-apps-2:one", false);
        check("arn:aws:states:eu-west-1:999999999999:execution:drawbridge-door-apps:one", false);
        check("arn:aws:states:eu-central-1:111122223333:execution:drawbridge-door-apps:one", false);
        check("arn:aws-cn:states:eu-west-1:111122223333:execution:drawbridge-door-apps:one", false);
        check("arn:aws:states:eu-west-1:111122223333:stateMachine:drawbridge-door-apps", false);
        check("arn:aws:states:eu-west-1:111122223333:execution:drawbridge-door-apps:", false);
        check("arn:aws:states:eu-west-1:111122223333:execution:drawbridge-door-apps:one:two", false);
        check("", false);
    }
}
