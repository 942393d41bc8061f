//! Local mode: the whole system in one process, on engines that speak the real protocols.
//!
//! [`system`] puts it together; everything else is one part each. The functions are the portal's own, called
//! through the SDK's clients and the gateway's state machine as on AWS. What stands in for AWS is here:
//! [`dynamodb`], [`engine`] (Step Functions, which [`step_functions`] runs alone), [`services`] (Secrets
//! Manager, SES, SQS, Slack, the archive's S3), [`issuer`] (sign-in) and [`site`] (the site's S3 and `CloudFront`).
//! [`verify`] needs none of it: it checks exports of the audit.
//!
//! This package is the only one that knows both the functions and `site-gen`: it is wiring.

mod cases;
mod clients;
pub mod data;
mod doors;
pub mod dynamodb;
pub mod endpoints;
pub mod engine;
mod functions;
pub mod issuer;
pub mod options;
mod publish;
pub mod queue;
mod schedule;
pub mod services;
pub mod site;
mod site_build;
pub mod step_functions;
pub mod system;
pub mod tables;
pub mod verify;
mod watch;

pub use endpoints::Endpoints;
pub use options::Options;
pub use site_build::CatalogProblems;
pub use system::{Running, start};
