//! The portal's functions: from a request, through approvals, to a run's end.
//!
//! 1. [`domain`] says what a run is and what may happen to it; pure;
//! 2. [`store`] owns `DynamoDB`, [`workflow`] Step Functions, [`notify`] Slack and e-mail, [`archive`] the
//!    bucket that nobody can change, [`queue`] what was put off;
//! 3. [`app`] is what people and machines can ask for: trigger, check, follow, cancel, decide;
//! 4. [`steps`] is what the gateway's state machine and the schedules call.
//!
//! [`telemetry`] is what operators see of all that, [`aws`] what all clients of AWS have in common.
//!
//! The run item is the only authority. Tokens wake, notices inform, indexes hint; none of them decides.

pub mod api;
pub mod app;
pub mod archive;
pub mod aws;
pub mod catalog;
pub mod config;
pub mod domain;
mod http;
mod late;
pub mod notify;
pub mod queue;
pub mod steps;
pub mod store;
mod strict_json;
pub mod telemetry;
mod templates;
pub mod workflow;

pub use app::{Clients, Portal};
pub use aws::AwsError;
pub use catalog::CatalogStore;
pub use config::Config;
pub use http::Http;
pub use late::Late;
