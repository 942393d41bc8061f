//! The API over real HTTP, on an embedded DynamoDB of each test's own. Step Functions is a closed port:
//! what would be told to it stays in the outbox.

mod approvals;
mod audit;
mod bearer;
mod bodies;
mod break_glass;
mod edits;
mod guard;
mod limits;
mod link;
mod oidc_provider;
mod openapi;
mod pages;
mod runs;
mod sample;
mod session;
mod settings;
mod slack;
pub(crate) mod world;
