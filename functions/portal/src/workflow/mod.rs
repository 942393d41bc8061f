//! Owns Step Functions: starting and waking the gateway, following and stopping the owner's execution, answering
//! the executions of doors.
//!
//! The gateway is in the shared account. An owner's execution is reached with the control role of the
//! owner's account, which may describe, stop and read history without data, and nothing else.

#![expect(clippy::disallowed_types, reason = "this module owns Step Functions")]

mod accounts;
mod door;
pub mod error;
mod gateway;
pub mod names;
mod outcome;
pub mod progress;
mod published;
mod stop;

use aws_config::SdkConfig;
use aws_sdk_sfn::Client;

use crate::Config;

pub use error::EngineError;
pub use outcome::{Ended, Outcome};
pub use progress::{Progress, Step, StepStatus};

/// Step Functions as the portal uses it.
#[derive(Debug, Clone)]
pub struct Engine {
    client: Client,
    gateway_arn: String,
    accounts: accounts::Accounts,
    simulated: Option<Vec<String>>,
}

impl Engine {
    /// The gateway's Step Functions, and what team accounts are reached with.
    pub fn new(config: &Config, client: Client, control: Option<SdkConfig>) -> Self {
        Self {
            accounts: accounts::Accounts::new(client.clone(), control),
            client,
            gateway_arn: config.gateway_arn.clone(),
            simulated: config.simulated.clone(),
        }
    }
}
