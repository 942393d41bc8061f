//! Services at one address, called through their own protocols: whatever emulator, stand-in or service
//! answers there, it sees the requests that AWS's clients send.
//!
//! 1. [`services`] knows which services can be described without their whole model, and how.
//! 2. A module for each protocol makes the request: [`json`], [`query`], [`rest`]; Lambda's Invoke and three
//!    operations of S3 have modules of their own.
//! 3. [`send`] signs it in the account of the call and sends it.
//! 4. [`errors`] names failures as Step Functions does.
//!
//! To add a service that needs no code: a line in `services.json`, made from what AWS publishes about it.

mod errors;
mod json;
mod lambda;
mod names;
mod query;
mod rest;
mod s3;
mod send;
mod services;
mod xml;

use asl::Pattern;
use reqwest::Url;

use super::{Answer, Answering, Call, Integration};
use errors::Style;
use services::Protocol;

/// The error of a call that cannot be made here.
const NOT_AVAILABLE: &str = "States.Runtime";

/// Everything that answers at one address.
#[derive(Debug, Clone)]
pub struct Endpoint {
    url: Url,
    http: reqwest::Client,
}

impl Endpoint {
    /// Services at `url`, such as `http://127.0.0.1:4566`.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(url: Url) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { url, http })
    }

    /// Where the services are.
    pub fn url(&self) -> &Url {
        &self.url
    }

    async fn dispatch(&self, call: &Call) -> Answer {
        let integration = &call.request.integration;
        if matches!(integration.pattern, Pattern::Sync | Pattern::SyncV2) {
            return refused(call, "jobs of other services are not waited for");
        }
        match integration.service.as_str() {
            "lambda" if integration.action == "function" => lambda::by_arn(self, call).await,
            "lambda" => lambda::invoke(self, call, Style::Optimised(&errors::LAMBDA)).await,
            "sqs" => json::optimised(self, call, "sqs", &errors::SQS).await,
            "dynamodb" => json::optimised(self, call, "dynamodb", &errors::DYNAMODB).await,
            "events" => json::put_events(self, call).await,
            "sns" => query::publish(self, call).await,
            other => match other.strip_prefix("aws-sdk:") {
                Some(service) => self.sdk(call, service).await,
                None => refused(
                    call,
                    "this optimised integration is not one of lambda, sqs, sns, dynamodb, events and states",
                ),
            },
        }
    }

    async fn sdk(&self, call: &Call, service: &str) -> Answer {
        if service == "s3" {
            return s3::call(self, call).await;
        }
        if service == "lambda" && call.action() == "invoke" {
            return lambda::invoke(self, call, Style::Sdk("Lambda")).await;
        }
        let Some(service) = services::find(service) else {
            return refused(call, "the service is not described here");
        };
        match service.protocol {
            Protocol::Json => json::sdk(self, call, service).await,
            Protocol::Query => query::sdk(self, call, service).await,
            Protocol::RestJson => rest::sdk(self, call, service).await,
        }
    }
}

impl Integration for Endpoint {
    fn call<'a>(&'a self, call: &'a Call) -> Answering<'a> {
        Box::pin(self.dispatch(call))
    }
}

/// A call that cannot be made here, by name and with the reason.
fn refused(call: &Call, why: &str) -> Answer {
    Answer::failed(
        NOT_AVAILABLE,
        format!(
            "An error occurred while executing the state '{}'. {} cannot be called here: {why}.",
            call.request.state, call.request.integration.resource
        ),
    )
}
