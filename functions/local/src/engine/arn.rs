//! ARNs of Step Functions, taken apart and put together.

use std::fmt;

use crate::services::aws_json::{ApiError, Caller};

/// What stands after a machine's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Qualifier {
    /// The number of a published version.
    Version(u64),
    /// The name of an alias.
    Alias(String),
}

/// `arn:aws:states:<region>:<account>:stateMachine:<name>`, perhaps with `:<version>` or `:<alias>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MachineArn {
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) qualifier: Option<Qualifier>,
}

impl MachineArn {
    /// Parses the ARN of a machine, of one of its versions or of one of its aliases.
    pub(crate) fn parse(arn: &str) -> Result<Self, ApiError> {
        let (region, account, rest) = states_arn(arn, &["stateMachine"])?;
        let (name, qualifier) = match rest.split_once(':') {
            None => (rest, None),
            Some((name, qualifier))
                if !name.is_empty() && !qualifier.is_empty() && !qualifier.contains(':') =>
            {
                let qualifier = qualifier
                    .parse()
                    .map_or_else(|_| Qualifier::Alias(qualifier.to_owned()), Qualifier::Version);
                (name, Some(qualifier))
            }
            Some(_) => return Err(invalid(arn, "stateMachine")),
        };
        Ok(Self { region: region.into(), account: account.into(), name: name.into(), qualifier })
    }

    /// The machine `name` of whoever calls.
    pub(crate) fn new(caller: &Caller, name: &str) -> Self {
        Self {
            region: caller.region.clone(),
            account: caller.account.clone(),
            name: name.into(),
            qualifier: None,
        }
    }

    /// Without a version or alias.
    pub(crate) fn unqualified(&self) -> String {
        format!("arn:aws:states:{}:{}:stateMachine:{}", self.region, self.account, self.name)
    }

    /// One version.
    pub(crate) fn version(&self, number: u64) -> String {
        format!("{}:{number}", self.unqualified())
    }

    /// An alias.
    pub(crate) fn alias(&self, name: &str) -> String {
        format!("{}:{name}", self.unqualified())
    }

    /// An execution of the machine.
    pub(crate) fn execution(&self, name: &str) -> String {
        format!("arn:aws:states:{}:{}:execution:{}:{name}", self.region, self.account, self.name)
    }

    /// An Express execution: its name may be used again, so it has an id as well.
    pub(crate) fn express(&self, name: &str, id: &str) -> String {
        format!("arn:aws:states:{}:{}:express:{}:{name}:{id}", self.region, self.account, self.name)
    }
}

/// `arn:aws:states:<region>:<account>:activity:<name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActivityArn {
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) name: String,
}

impl ActivityArn {
    /// Parses it.
    pub(crate) fn parse(arn: &str) -> Result<Self, ApiError> {
        let (region, account, name) = states_arn(arn, &["activity"])?;
        if name.contains(':') {
            return Err(invalid(arn, "activity"));
        }
        Ok(Self { region: region.into(), account: account.into(), name: name.into() })
    }

    /// The activity `name` of whoever calls.
    pub(crate) fn new(caller: &Caller, name: &str) -> Self {
        Self { region: caller.region.clone(), account: caller.account.clone(), name: name.into() }
    }
}

impl fmt::Display for ActivityArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "arn:aws:states:{}:{}:activity:{}", self.region, self.account, self.name)
    }
}

/// Refuses what is not the ARN of a Standard execution.
pub(crate) fn check_execution(arn: &str) -> Result<(), ApiError> {
    match states_arn(arn, &["execution"])?.2.split_once(':') {
        Some((machine, name)) if !machine.is_empty() && !name.is_empty() => Ok(()),
        _ => Err(invalid(arn, "execution")),
    }
}

/// The account of any ARN.
pub(crate) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// The Region of any ARN.
pub(crate) fn region_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

fn states_arn<'a>(arn: &'a str, kinds: &[&str]) -> Result<(&'a str, &'a str, &'a str), ApiError> {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    match parts[..] {
        ["arn", partition, "states", region, account, kind, rest] if partition.starts_with("aws") => {
            if kinds.contains(&kind) && !rest.is_empty() {
                return Ok((region, account, rest));
            }
            Err(invalid(arn, kind))
        }
        ["arn", ..] => Err(ApiError::new("InvalidArn", format!("Invalid Arn: '{arn}'"))),
        _ => Err(ApiError::new("InvalidArn", format!("Invalid Arn: 'Invalid ARN prefix: {arn}'"))),
    }
}

/// AWS names the kind of resource that does not belong here.
fn invalid(arn: &str, kind: &str) -> ApiError {
    let what = if kind.is_empty() { arn } else { kind };
    ApiError::new("InvalidArn", format!("Invalid Arn: 'Resource type not valid in this context: {what}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_arn_round_trips() {
        let parse = |arn: &str| MachineArn::parse(arn).expect(arn);
        let arn = parse("arn:aws:states:eu-west-1:111122223333:stateMachine:resize:7");
        assert_eq!(arn.qualifier, Some(Qualifier::Version(7)));
        assert_eq!(arn.unqualified(), "arn:aws:states:eu-west-1:111122223333:stateMachine:resize");
        assert_eq!(arn.execution("run-1"), "arn:aws:states:eu-west-1:111122223333:execution:resize:run-1");
        let arn = parse("arn:aws:states:eu-west-1:111122223333:stateMachine:resize:live");
        assert_eq!(arn.qualifier, Some(Qualifier::Alias("live".to_owned())));
    }

    #[test]
    fn other_arns_are_refused_by_name() {
        let check = |arn: &str, message: &str| {
            let error = MachineArn::parse(arn).expect_err(arn);
            assert_eq!((error.code, error.message.as_str()), ("InvalidArn", message));
        };
        check("resize", "Invalid Arn: 'Invalid ARN prefix: resize'");
        check(
            "arn:aws:states:eu-west-1:111122223333:execution:resize:x",
            "Invalid Arn: 'Resource type not valid in this context: execution'",
        );
        assert!(check_execution("arn:aws:states:eu-west-1:111122223333:execution:resize").is_err());
        assert!(check_execution("arn:aws:states:eu-west-1:111122223333:express:resize:a:b").is_err());
    }
}
