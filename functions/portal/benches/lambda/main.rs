//! What the functions speak to while they are measured; `lambda.sh` starts it, and measures.
//!
//! 1. [`aws`] is `DynamoDB`, Step Functions, STS and Secrets Manager in memory, on loopback, without conditions;
//! 2. [`events`] fills it by the portal's own hand, and writes an event for each function into a folder.
//!
//! It prints the environment that leads here and an empty line, and answers each further line of its input with the
//! number of calls so far. From then on nothing is kept of what is written, so that each repetition of an event meets
//! the same tables.

#![expect(clippy::print_stdout, reason = "the environment is this program's answer")]

mod aws;
mod events;

use std::path::Path;

/// What every secret is here.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "https://drawbridge.example.com";
const GATEWAY: &str = "arn:aws:states:eu-west-1:310458627194:stateMachine:drawbridge-gateway";
/// Where a door's executions are.
const DOORS: &str = "arn:aws:states:eu-west-1:310458627194:execution:drawbridge-door-";
const SLACK_TEAM: &str = "T0BENCH";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo bench` and `cargo test --benches` pass options of their own; `lambda.sh` passes two folders.
    let folders: Vec<_> = std::env::args().skip(1).filter(|given| !given.starts_with('-')).collect();
    let [compiled, out] = &*folders else { return Ok(()) };
    let aws = aws::Aws::start()?;
    let environment = environment(&aws.address, compiled);
    for (name, event) in events::fill(&aws, &environment).await? {
        std::fs::write(Path::new(out).join(format!("{name}.json")), event.to_string())?;
    }
    aws.freeze();
    for (name, value) in environment {
        println!("export {name}='{value}'");
    }
    println!();
    for _ in std::io::stdin().lines() {
        println!("{}", aws.calls());
    }
    Ok(())
}

/// What the functions find their world by.
fn environment(address: &str, compiled: &str) -> Vec<(&'static str, String)> {
    let names = [
        ("AWS_ENDPOINT_URL_DYNAMODB", address),
        ("AWS_ENDPOINT_URL_SFN", address),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", address),
        ("AWS_ENDPOINT_URL_S3", address),
        ("AWS_ENDPOINT_URL_STS", address),
        ("DRAWBRIDGE_TABLE", "main"),
        ("DRAWBRIDGE_AUDIT_TABLE", "audit"),
        ("DRAWBRIDGE_ANCHOR_BUCKET", "anchors"),
        ("DRAWBRIDGE_GATEWAY_ARN", GATEWAY),
        ("DRAWBRIDGE_CATALOG", compiled),
        ("DRAWBRIDGE_URL", URL),
        ("DRAWBRIDGE_REGIONS", "eu-west-1"),
        ("DRAWBRIDGE_ISSUER", "https://id.example.com"),
        ("DRAWBRIDGE_CLIENT_ID", "drawbridge"),
        ("DRAWBRIDGE_SLACK_TEAM", SLACK_TEAM),
        ("DRAWBRIDGE_SECRET_KEY_SECRET", "secret-key"),
        ("DRAWBRIDGE_LINK_KEY_SECRET", "link-key"),
        ("DRAWBRIDGE_ORIGIN_KEY_SECRET", "origin-key"),
    ];
    names.map(|(name, value)| (name, value.to_owned())).into()
}
