//! What differs between worlds: names, addresses and keys. Nothing else does.

use std::path::PathBuf;

/// The portal's configuration. On Lambda it comes from the environment; local mode builds it.
#[derive(Clone)]
pub struct Config {
    /// Name of the main table.
    pub table: String,
    /// Name of the audit table.
    pub audit_table: String,
    /// The object-locked bucket that the audit is anchored in.
    pub anchor_bucket: String,
    /// ARN of the gateway's state machine.
    pub gateway_arn: String,
    /// Folder of the compiled catalog.
    pub catalog: PathBuf,
    /// The portal's address, without a trailing slash.
    pub url: String,
    /// Regions whose workflows run from this portal.
    pub regions: Vec<String>,
    /// `OpenID` Connect issuer.
    pub issuer: String,
    /// The client registered there.
    pub client_id: String,
    /// The client's secret, where the provider wants one.
    pub client_secret: Option<String>,
    /// What lets signed-in browsers read a site that is not public; without one no such cookie is set.
    pub site_key: Option<SiteKey>,
    /// Slack's address, without a trailing slash.
    pub slack_url: String,
    /// Slack's bot token; without one nothing is posted.
    pub slack_token: Option<String>,
    /// What Slack signs its requests with; without one none is accepted.
    pub slack_signing_secret: Option<String>,
    /// The app's client at Slack, by which people link their accounts.
    pub slack_client_id: Option<String>,
    /// The client's secret.
    pub slack_client_secret: Option<String>,
    /// The workspace; users of others are refused.
    pub slack_team: Option<String>,
    /// Address of the queue for decisions from Slack that could not be recorded in time.
    pub interactions_queue: Option<String>,
    /// Sender of e-mail; without one none is sent.
    pub email_sender: Option<String>,
    /// Key of the fingerprints of secret values.
    pub secret_key: Vec<u8>,
    /// Key of the links in mail. Not `secret_key`: every function that tells people has it.
    pub link_key: Vec<u8>,
    /// What `CloudFront` says to prove that a request came through it: the current value, and while it is changed
    /// the one before. Empty where nothing stands before the API.
    pub origin_keys: Vec<String>,
    /// In local mode, the services that are real there, as resource types without `aws-sdk:`
    /// (`lambda`, `states`, `secretsmanager`); steps that call others are marked simulated.
    pub simulated: Option<Vec<String>>,
}

/// The private half of a key that `CloudFront` knows, as the secret `drawbridge/site-key` holds it.
#[derive(Clone, serde::Deserialize)]
pub struct SiteKey {
    /// What `CloudFront` calls the public half.
    pub key_pair_id: String,
    /// ECDSA P-256, PEM of PKCS #8.
    pub private_key: String,
}

/// A variable that is missing.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct Missing(pub &'static str);

impl Config {
    /// Reads the environment through `var`. Secrets are not in it: the client's, the site's, Slack's and the keys are read
    /// from Secrets Manager by whoever starts the function.
    pub fn from_env(var: impl Fn(&str) -> Option<String>) -> Result<Self, Missing> {
        // A template's empty parameter is as good as none.
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let need = |name: &'static str| var(name).ok_or(Missing(name));
        Ok(Self {
            table: need("DRAWBRIDGE_TABLE")?,
            audit_table: need("DRAWBRIDGE_AUDIT_TABLE")?,
            anchor_bucket: need("DRAWBRIDGE_ANCHOR_BUCKET")?,
            gateway_arn: need("DRAWBRIDGE_GATEWAY_ARN")?,
            // Packed beside the binary, wherever that is unpacked; an absolute path stays what it is.
            catalog: PathBuf::from(var("LAMBDA_TASK_ROOT").unwrap_or_default())
                .join(need("DRAWBRIDGE_CATALOG")?),
            url: need("DRAWBRIDGE_URL")?.trim_end_matches('/').to_owned(),
            regions: need("DRAWBRIDGE_REGIONS")?.split(',').map(|region| region.trim().to_owned()).collect(),
            issuer: need("DRAWBRIDGE_ISSUER")?,
            client_id: need("DRAWBRIDGE_CLIENT_ID")?,
            client_secret: None,
            site_key: None,
            slack_url: var("DRAWBRIDGE_SLACK_URL").unwrap_or_else(|| "https://slack.com".to_owned()),
            slack_token: None,
            slack_signing_secret: None,
            slack_client_id: var("DRAWBRIDGE_SLACK_CLIENT_ID"),
            slack_client_secret: None,
            slack_team: var("DRAWBRIDGE_SLACK_TEAM"),
            interactions_queue: var("DRAWBRIDGE_INTERACTIONS_QUEUE"),
            email_sender: var("DRAWBRIDGE_EMAIL_SENDER"),
            secret_key: Vec::new(),
            link_key: Vec::new(),
            origin_keys: Vec::new(),
            simulated: None,
        })
    }

    /// The address that the identity provider sends people back to.
    pub fn redirect_uri(&self) -> String {
        format!("{}/sign-in/callback", self.url)
    }

    /// The address that Slack sends people back to who link their account.
    pub fn slack_redirect_uri(&self) -> String {
        format!("{}/settings/slack/callback", self.url)
    }

    /// Where Slack takes answers to a click: `hooks.slack.com` for `slack.com`; over plain http, which is a
    /// stand-in on loopback, the same place.
    pub fn slack_hooks(&self) -> String {
        match self.slack_url.strip_prefix("https://") {
            Some(host) => format!("https://hooks.{host}"),
            None => self.slack_url.clone(),
        }
    }
}

impl std::fmt::Debug for Config {
    /// Names and addresses; never the keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("url", &self.url).field("table", &self.table).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Config;

    #[test]
    fn the_catalog_is_packed_beside_the_binary() {
        let check = |root: &'static str, catalog: &'static str, expect: &str| {
            let read = |name: &str| match name {
                "LAMBDA_TASK_ROOT" => Some(root.to_owned()),
                "DRAWBRIDGE_CATALOG" => Some(catalog.to_owned()),
                _ => Some("x".to_owned()),
            };
            assert_eq!(Config::from_env(read).expect("complete").catalog, Path::new(expect));
        };
        check("/var/task", "compiled", "/var/task/compiled");
        check("/tmp/unpacked", "compiled", "/tmp/unpacked/compiled");
        check("/var/task", "/opt/compiled", "/opt/compiled");
        check("", "compiled", "compiled");
    }

    #[test]
    fn f29_where_slack_takes_answers_follows_from_where_slack_is() {
        let check = |slack: &'static str, expect: &str| {
            let read = |name: &str| Some(if name == "DRAWBRIDGE_SLACK_URL" { slack } else { "x" }.to_owned());
            assert_eq!(Config::from_env(read).expect("complete").slack_hooks(), expect);
        };
        check("https://slack.com", "https://hooks.slack.com");
        check("https://slack-gov.com", "https://hooks.slack-gov.com");
        check("http://127.0.0.1:8700", "http://127.0.0.1:8700");
    }
}
