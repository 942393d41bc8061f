//! The stand-ins of Secrets Manager, SES, SQS and Slack, driven by AWS's own clients and plain HTTP.

mod harness;
mod inbox;
mod interactions;
mod mail;
mod queue;
mod receiver;
mod secrets;
mod sign_in;
mod slack;
