//! What a function reads from Secrets Manager while it starts: only what its role may read, all at once.

#![expect(clippy::disallowed_types, reason = "reads the portal's own secrets, before there is a portal")]

use aws_sdk_secretsmanager::Client;
use lambda_runtime::Error;
use portal::Config;
use serde::de::DeserializeOwned;
use tokio::try_join;

/// The functions that post and mail; the others leave notices to the relay.
const TELLS_PEOPLE: [&str; 6] = ["api", "next-gate", "finish", "relay", "interaction", "digest"];

/// What the portal knows of its client at the identity provider, as the secret holds it.
#[derive(serde::Deserialize)]
struct OidcClient {
    client_secret: String,
}

/// What the portal knows of its app at Slack, as the secret holds it.
#[derive(serde::Deserialize)]
struct SlackApp {
    signing_secret: String,
    client_secret: String,
}

/// Adds what the function of this name may know.
pub(crate) async fn read(client: &Client, handler: &str, mut config: Config) -> Result<Config, Error> {
    if TELLS_PEOPLE.contains(&handler) {
        // The daily mail is mail alone.
        let posts = handler != "digest";
        let token =
            async { if posts { secret(client, "DRAWBRIDGE_SLACK_TOKEN_SECRET").await } else { Ok(None) } };
        (config.link_key, config.slack_token) = try_join!(key(client, "DRAWBRIDGE_LINK_KEY_SECRET"), token)?;
    }
    if handler == "api" {
        let (app, oidc, site, secret_key, origin_keys) = try_join!(
            json::<SlackApp>(client, "DRAWBRIDGE_SLACK_APP_SECRET"),
            json::<OidcClient>(client, "DRAWBRIDGE_OIDC_CLIENT_SECRET"),
            json(client, "DRAWBRIDGE_SITE_KEY_SECRET"),
            key(client, "DRAWBRIDGE_SECRET_KEY_SECRET"),
            origin_keys(client),
        )?;
        if let Some(app) = app {
            config.slack_signing_secret = Some(app.signing_secret);
            config.slack_client_secret = Some(app.client_secret);
        }
        config.client_secret = oidc.map(|client| client.client_secret);
        config.site_key = site;
        config.secret_key = secret_key;
        config.origin_keys = origin_keys;
    }
    Ok(config)
}

/// A key, without which a function does not start: whatever it would sign could be forged.
async fn key(client: &Client, variable: &str) -> Result<Vec<u8>, Error> {
    let key = secret(client, variable).await?.filter(|key| !key.is_empty());
    Ok(key.ok_or_else(|| format!("{variable} is not set"))?.into_bytes())
}

/// The key that `CloudFront` sends, without which the API does not start, and the one that it may still send while
/// a new one reaches it.
async fn origin_keys(client: &Client) -> Result<Vec<String>, Error> {
    const VARIABLE: &str = "DRAWBRIDGE_ORIGIN_KEY_SECRET";
    let (current, previous) = try_join!(key(client, VARIABLE), previous(client, VARIABLE))?;
    Ok([Some(String::from_utf8(current)?), previous].into_iter().flatten().collect())
}

/// What a secret was before it was last changed; none where it never was.
async fn previous(client: &Client, variable: &str) -> Result<Option<String>, Error> {
    let Some(arn) = arn(variable) else { return Ok(None) };
    match client.get_secret_value().secret_id(arn).version_stage("AWSPREVIOUS").send().await {
        Ok(answer) => Ok(answer.secret_string),
        Err(error) => match error.as_service_error() {
            Some(service) if service.is_resource_not_found_exception() => Ok(None),
            _ => Err(error.into()),
        },
    }
}

async fn json<T: DeserializeOwned>(client: &Client, variable: &str) -> Result<Option<T>, Error> {
    let text = secret(client, variable).await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// The secret whose ARN a variable holds; none where the variable is absent or empty.
async fn secret(client: &Client, variable: &str) -> Result<Option<String>, Error> {
    let Some(arn) = arn(variable) else { return Ok(None) };
    Ok(client.get_secret_value().secret_id(arn).send().await?.secret_string)
}

fn arn(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|arn| !arn.is_empty())
}
