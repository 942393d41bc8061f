//! ARNs of executions, which follow from the machine's ARN and the run's id, and of the two roles in a
//! team account.

use catalog_model::CompiledWorkflow;

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
    format!("arn:aws:iam::{}:role/DrawbridgeInvoke-{}", run.target.account, run.workflow)
}

/// The role that gateway and functions follow and stop workflows with. IAM is global and a portal is of one
/// Region, so each Region has a role of its own, and two stacks in one account do not meet.
pub fn control_role(Target { account, region, .. }: &Target) -> String {
    format!("arn:aws:iam::{account}:role/DrawbridgeControl-{region}")
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
}
