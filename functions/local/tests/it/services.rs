//! The stand-ins of Secrets Manager, SES and Slack, driven by AWS's own clients and plain HTTP.

mod harness;
mod inbox;
mod secrets;
