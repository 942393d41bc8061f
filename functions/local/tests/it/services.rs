//! The stand-ins of Secrets Manager, SES, SQS, S3 and Slack, driven by AWS's own clients and plain HTTP.

mod harness;
mod inbox;
mod interactions;
mod mail;
mod queue;
pub(crate) mod receiver;
mod s3;
mod secrets;
pub(crate) mod sign_in;
mod slack;

pub(crate) use harness::{Local, ana, ben, buttons, modal};
