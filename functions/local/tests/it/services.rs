//! The stand-ins of Secrets Manager, SES, Slack and S3, driven by AWS's own clients and plain HTTP.

mod harness;
mod inbox;
mod s3;
mod secrets;
