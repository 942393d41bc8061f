//! How the clients of a Lambda function are made: with what Lambda gives it, and with patience for 30 seconds.

use std::time::Duration;

use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::HttpClientError;

use super::tls;

/// How long one try of a call may take, from the connection to the last byte. The clients' three or four tries and
/// the pauses between them fit into the half minute that a function has, so that whoever asked is told, and nothing is cut off unsaid.
const ATTEMPT: Duration = Duration::from_secs(5);

/// What every client of a function is made from. Lambda puts credentials and Region into the environment; nothing else
/// is looked at.
///
/// # Errors
/// Never with the roots that are compiled in.
pub async fn config() -> Result<SdkConfig, HttpClientError> {
    let defaults = aws_config::defaults(BehaviorVersion::latest())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .region(EnvironmentVariableRegionProvider::new())
        .http_client(tls::client()?);
    Ok(watched(defaults, ATTEMPT).load().await)
}

/// Gives up a try that takes longer than this. The clients' own protection gives up streams that have come to a halt,
/// but waits for a first byte as long as it takes; one limit is for both, and costs less on each call.
fn watched(loader: ConfigLoader, attempt: Duration) -> ConfigLoader {
    loader
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(attempt).build())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

#[cfg(test)]
mod tests {
    use aws_config::Region;
    use aws_config::retry::RetryConfig;
    use aws_sdk_dynamodb::config::Credentials;
    use aws_sdk_dynamodb::error::SdkError;
    use tokio::net::TcpListener;

    use super::{BehaviorVersion, Duration, watched};

    #[tokio::test]
    #[expect(clippy::disallowed_types, reason = "any client will do")]
    async fn whoever_accepts_a_call_and_never_answers_is_given_up() {
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .region(Region::from_static("eu-west-1"))
            .endpoint_url(format!("http://{}", silent.local_addr().expect("an address")))
            .retry_config(RetryConfig::disabled());
        let sdk = watched(loader, Duration::from_millis(50)).load().await;
        let asked = aws_sdk_dynamodb::Client::new(&sdk).list_tables().send();
        let (answer, _) = tokio::join!(asked, silent.accept());
        assert!(matches!(answer, Err(SdkError::TimeoutError(_))), "{answer:?}");
    }
}
