//! What things are called in AWS accounts. The templates make them by these names, and whoever uses them knows
//! them by these names.
//!
//! Roles are global to an account and a portal is not, so the role of a thing that several Regions have carries the
//! Region. A workflow lives in one.

/// The longest name that IAM takes for a role.
pub const LONGEST_ROLE: usize = 64;

/// The role that a workflow's steps run with, in the owner's account.
pub fn worker_role(slug: &str) -> String {
    format!("drawbridge-{slug}")
}

/// The role by which the gateway starts a workflow, in the owner's account.
pub fn invoke_role(slug: &str) -> String {
    format!("DrawbridgeInvoke-{slug}")
}

/// The state machine by which a team calls workflows, in the shared account.
pub fn door_machine(team: &str) -> String {
    format!("drawbridge-door-{team}")
}

/// The role that a team's door runs as.
pub fn door_machine_role(team: &str, region: &str) -> String {
    format!("DrawbridgeDoorMachine-{team}-{region}")
}

/// The role that a team's machines take on to start their door.
pub fn door_role(team: &str, region: &str) -> String {
    format!("DrawbridgeDoor-{team}-{region}")
}
