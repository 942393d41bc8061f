//! What an ARN given to a start means: a machine as it is, a version, or whichever version an alias
//! chooses this time.

use super::arn::{MachineArn, Qualifier};
use super::entropy::System;
use super::host::Host;
use super::store::{AliasRow, MachineRow, Pinned};
use crate::services::aws_json::ApiError;

/// The parts of a machine that an execution keeps for good.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) arn: MachineArn,
    pub(crate) role_arn: String,
    pub(crate) express: bool,
    pub(crate) pinned: Pinned,
}

impl Host {
    /// The machine, version or alias of that ARN, as something that can be started.
    pub(crate) fn target(&self, asked: &str) -> Result<Target, ApiError> {
        let arn = MachineArn::parse(asked)?;
        let machine = self.machine(&arn, asked)?;
        match &arn.qualifier {
            None => Ok(Target {
                role_arn: machine.role_arn.clone(),
                express: machine.is_express(),
                pinned: Pinned {
                    version: None,
                    alias: None,
                    definition: machine.definition,
                    revision: machine.revision,
                    updated_at: machine.updated_at,
                },
                arn,
            }),
            Some(Qualifier::Version(number)) => self.version_target(&machine, *number, None, asked),
            Some(Qualifier::Alias(_)) => {
                let alias = self.store.alias(asked)?.ok_or_else(|| no_machine(asked))?;
                let chosen = chosen(&alias, asl::Entropy::random(&mut System));
                let number =
                    chosen.and_then(|arn| MachineArn::parse(arn).ok()).and_then(|arn| match arn.qualifier {
                        Some(Qualifier::Version(number)) => Some(number),
                        _ => None,
                    });
                let number = number.ok_or_else(|| no_machine(asked))?;
                self.version_target(&machine, number, Some(alias.arn), asked)
            }
        }
    }

    fn version_target(
        &self,
        machine: &MachineRow,
        number: u64,
        alias: Option<String>,
        asked: &str,
    ) -> Result<Target, ApiError> {
        let version = self.store.version(&machine.arn, number)?.ok_or_else(|| no_machine(asked))?;
        Ok(Target {
            arn: MachineArn::parse(&machine.arn)?,
            role_arn: version.role_arn,
            express: machine.is_express(),
            pinned: Pinned {
                version: Some(number),
                alias,
                definition: version.definition,
                revision: version.revision,
                updated_at: version.created_at,
            },
        })
    }

    /// A machine that is there and not about to go.
    pub(crate) fn machine(&self, arn: &MachineArn, asked: &str) -> Result<MachineRow, ApiError> {
        let machine = self.store.machine(&arn.unqualified())?.ok_or_else(|| no_machine(asked))?;
        if machine.deleting { Err(deleting(asked)) } else { Ok(machine) }
    }
}

/// The version that an alias sends this execution to, by chance and weight.
fn chosen(alias: &AliasRow, chance: f64) -> Option<&str> {
    let mut left = chance * 100.0;
    for route in &alias.routing {
        left -= f64::from(i32::try_from(route.weight).unwrap_or(0));
        if left < 0.0 {
            return Some(&route.state_machine_version_arn);
        }
    }
    alias.routing.last().map(|route| route.state_machine_version_arn.as_str())
}

/// No machine, version or alias of that ARN.
pub(crate) fn no_machine(arn: &str) -> ApiError {
    ApiError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

/// It ends with its last execution, and nothing more is started or changed.
pub(crate) fn deleting(arn: &str) -> ApiError {
    ApiError::new("StateMachineDeleting", format!("State Machine is being deleted: '{arn}'"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::engine::store::Route;

    #[test]
    fn an_alias_chooses_by_weight() {
        let route = |version: &str, weight| Route { state_machine_version_arn: version.to_owned(), weight };
        let alias = AliasRow {
            seq: 1,
            arn: "m:live".to_owned(),
            name: "live".to_owned(),
            description: None,
            routing: vec![route("m:1", 20), route("m:2", 80)],
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(chosen(&alias, 0.0), Some("m:1"));
        assert_eq!(chosen(&alias, 0.199), Some("m:1"));
        assert_eq!(chosen(&alias, 0.2), Some("m:2"));
        assert_eq!(chosen(&alias, 0.999), Some("m:2"));
    }
}
