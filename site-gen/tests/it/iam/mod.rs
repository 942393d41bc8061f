//! What the roles of the sample organisation may do and may not: hand-written and generated ones, with their trust, their
//! boundaries and the policies of what they reach for, answered by an evaluator of IAM.
//!
//! The evaluator and what it does not know are named in `infra/README.md`.

mod accounts;
mod ask;
mod boundary;
mod functions;
mod resolve;
mod trust;
mod workers;
mod world;

/// Things of the shared account, as the stack there names them.
mod shared {
    pub(super) const MAIN: &str = "arn:aws:dynamodb:eu-west-1:310458627194:table/MainTable";
    pub(super) const AUDIT: &str = "arn:aws:dynamodb:eu-west-1:310458627194:table/AuditTable";
    pub(super) const ANCHORS: &str = "arn:aws:s3:::anchorbucket";
    pub(super) const KEY: &str = "arn:aws:kms:eu-west-1:310458627194:key/Key";
    pub(super) const GATEWAY: &str = "arn:aws:states:eu-west-1:310458627194:stateMachine:drawbridge-gateway";
    pub(super) const GATEWAY_RUN: &str =
        "arn:aws:states:eu-west-1:310458627194:execution:drawbridge-gateway:0198-run";
    pub(super) const QUEUE: &str = "arn:aws:sqs:eu-west-1:310458627194:drawbridge-interactions";
    pub(super) const DEAD_LETTERS: &str = "arn:aws:sqs:eu-west-1:310458627194:drawbridge-dead-letters";

    /// A secret of the portal.
    pub(super) fn secret(name: &str) -> String {
        format!("arn:aws:secretsmanager:eu-west-1:310458627194:secret:drawbridge/{name}-a1b2c3")
    }

    /// A function of the portal.
    pub(super) fn function(name: &str) -> String {
        format!("arn:aws:lambda:eu-west-1:310458627194:function:drawbridge-{name}")
    }

    /// The door of a team.
    pub(super) fn door(team: &str) -> String {
        format!("arn:aws:states:eu-west-1:310458627194:stateMachine:drawbridge-door-{team}")
    }
}

/// A role in an account.
fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

const SHARED: &str = "310458627194";
const CLOUD_OPS: &str = "527310946281";
const DATA_PLATFORM: &str = "846102375519";
const DEVELOPERS: &str = "671928304415";
const SECURITY: &str = "193847560237";
