//! ARNs of Step Functions, taken apart and put together.

use crate::services::aws_json::{ApiError, Caller};

/// `arn:aws:states:<region>:<account>:stateMachine:<name>`, perhaps with `:<version>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MachineArn {
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) version: Option<u64>,
}

impl MachineArn {
    /// Parses the ARN of a machine or of one of its versions.
    pub(crate) fn parse(arn: &str) -> Result<Self, ApiError> {
        let (region, account, rest) = states_arn(arn, "stateMachine")?;
        let (name, version) = match rest.split_once(':') {
            None => (rest, None),
            Some((name, version)) => {
                // What follows a name is a version's number or an alias; local mode has no aliases.
                let number = version.parse().map_err(|_| {
                    ApiError::new(
                        "StateMachineDoesNotExist",
                        format!("State Machine Does Not Exist: '{arn}'"),
                    )
                })?;
                (name, Some(number))
            }
        };
        Ok(Self { region: region.into(), account: account.into(), name: name.into(), version })
    }

    /// The machine `name` of whoever calls.
    pub(crate) fn new(caller: &Caller, name: &str) -> Self {
        Self {
            region: caller.region.clone(),
            account: caller.account.clone(),
            name: name.into(),
            version: None,
        }
    }

    /// Without a version.
    pub(crate) fn unqualified(&self) -> String {
        format!("arn:aws:states:{}:{}:stateMachine:{}", self.region, self.account, self.name)
    }

    /// One version.
    pub(crate) fn version(&self, number: u64) -> String {
        format!("{}:{number}", self.unqualified())
    }

    /// An execution of the machine.
    pub(crate) fn execution(&self, name: &str) -> String {
        format!("arn:aws:states:{}:{}:execution:{}:{name}", self.region, self.account, self.name)
    }
}

/// Refuses what is not an execution's ARN.
pub(crate) fn check_execution(arn: &str) -> Result<(), ApiError> {
    match states_arn(arn, "execution")?.2.split_once(':') {
        Some((machine, name)) if !machine.is_empty() && !name.is_empty() => Ok(()),
        _ => Err(invalid(arn)),
    }
}

/// The account of any ARN.
pub(crate) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

fn states_arn<'a>(arn: &'a str, kind: &str) -> Result<(&'a str, &'a str, &'a str), ApiError> {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    match parts[..] {
        ["arn", "aws", "states", region, account, found, rest] if found == kind && !rest.is_empty() => {
            Ok((region, account, rest))
        }
        ["arn", ..] => Err(invalid(arn)),
        _ => Err(ApiError::new("InvalidArn", format!("Invalid Arn: 'Invalid ARN prefix: {arn}'"))),
    }
}

fn invalid(arn: &str) -> ApiError {
    ApiError::new("InvalidArn", format!("Invalid Arn: 'Resource type not valid in this context: {arn}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_arn_round_trips() {
        let arn =
            MachineArn::parse("arn:aws:states:eu-west-1:111122223333:stateMachine:resize:7").expect("parses");
        assert_eq!(arn.version, Some(7));
        assert_eq!(arn.unqualified(), "arn:aws:states:eu-west-1:111122223333:stateMachine:resize");
        assert_eq!(arn.execution("run-1"), "arn:aws:states:eu-west-1:111122223333:execution:resize:run-1");
    }

    #[test]
    fn other_arns_are_refused_by_name() {
        let check = |arn: &str, code: &str| assert_eq!(MachineArn::parse(arn).expect_err(arn).code, code);
        check("resize", "InvalidArn");
        check("arn:aws:states:eu-west-1:111122223333:execution:resize:x", "InvalidArn");
        check("arn:aws:states:eu-west-1:111122223333:stateMachine:resize:live", "StateMachineDoesNotExist");
        assert!(check_execution("arn:aws:states:eu-west-1:111122223333:execution:resize").is_err());
    }
}
