//! The Step Functions host, driven by AWS's own client.

mod activities;
mod aliases;
mod boto3;
mod executions;
mod express;
mod harness;
mod history;
mod machines;
mod map_runs;
mod nested;
mod redrive;
mod restart;
mod services;
mod simulated;
mod standalone;
mod tags;
mod test_state;
mod tokens;
