//! SDK clients pointed at the engines on loopback.
//!
//! The access key id is the account: the engines read it from the signature, so one endpoint holds the
//! shared account and every team's.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use portal::Clients;

/// Where the engines listen.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) dynamodb: String,
    pub(crate) step_functions: String,
    pub(crate) secrets_manager: String,
    pub(crate) ses: String,
    pub(crate) s3: String,
    pub(crate) sqs: String,
}

/// A configuration for one endpoint, account and Region.
pub(crate) fn sdk(endpoint: &str, account: &str, region: &str) -> SdkConfig {
    let credentials = Credentials::new(account, "local", None, None, "local mode");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// The portal's clients, in the shared account.
#[expect(clippy::disallowed_types, reason = "clients are made here and given to their owners")]
pub(crate) fn portal(addresses: &Addresses, account: &str, region: &str) -> Clients {
    let at = |endpoint: &str| sdk(endpoint, account, region);
    Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&at(&addresses.dynamodb)),
        sfn: aws_sdk_sfn::Client::new(&at(&addresses.step_functions)),
        sesv2: aws_sdk_sesv2::Client::new(&at(&addresses.ses)).into(),
        secretsmanager: aws_sdk_secretsmanager::Client::new(&at(&addresses.secrets_manager)),
        s3: aws_sdk_s3::Client::new(&at(&addresses.s3)).into(),
        sqs: Some(aws_sdk_sqs::Client::new(&at(&addresses.sqs)).into()),
        control: None,
    }
}
