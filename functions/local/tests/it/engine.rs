//! The Step Functions host, driven by AWS's own client.

mod executions;
mod harness;
mod history;
mod machines;
mod nested;
mod restart;
mod simulated;
mod tokens;
