//! What all clients of AWS have in common: how long they wait, whom they trust, how their errors are put into words.

mod client;
mod error;
mod tls;

pub use client::config;
pub use error::AwsError;
pub(crate) use error::chain;
