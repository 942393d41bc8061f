//! The portal's tests: each has a portal of its own, on an embedded `DynamoDB` that speaks the real
//! protocol on a port of its own.

#![expect(clippy::disallowed_types, reason = "worlds build each client for the module that owns it")]

mod api;
mod app;
mod infra;
mod model;
mod notify;
mod roles;
mod steps;
mod store;
mod support;
mod telemetry;
mod workflow;
