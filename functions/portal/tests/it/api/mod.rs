//! The API over real HTTP, on an embedded DynamoDB of each test's own. Step Functions is a closed port:
//! what would be told to it stays in the outbox.

mod approvals;
mod bodies;
mod guard;
mod link;
mod openapi;
mod pages;
mod runs;
mod session;
mod settings;
mod world;
