//! What differs between worlds: names, addresses and keys. Nothing else does.

use std::path::PathBuf;

/// The portal's configuration. On Lambda it comes from the environment; local mode builds it.
#[derive(Clone)]
pub struct Config {
    /// Name of the main table.
    pub table: String,
    /// Name of the audit table.
    pub audit_table: String,
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
    /// Slack's address, without a trailing slash.
    pub slack_url: String,
    /// Slack's bot token; without one nothing is posted.
    pub slack_token: Option<String>,
    /// Sender of e-mail; without one none is sent.
    pub email_sender: Option<String>,
    /// Key of the fingerprints of secret values.
    pub secret_key: Vec<u8>,
    /// Key of the links in mail. Not `secret_key`: every function that tells people has it.
    pub link_key: Vec<u8>,
    /// The name of the role that the gateway assumes in team accounts.
    pub invoke_role: String,
    /// The name of the role that the portal's functions assume in team accounts.
    pub control_role: String,
    /// In local mode, the services that are real there, as resource types without `aws-sdk:`
    /// (`lambda`, `states`, `secretsmanager`); steps that call others are marked simulated.
    pub simulated: Option<Vec<String>>,
}

/// A variable that is missing.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct Missing(pub &'static str);

impl Config {
    /// Reads the environment through `var`. Secrets are not in it: `slack_token`, `secret_key` and `link_key`
    /// are read from Secrets Manager by whoever starts the function.
    pub fn from_env(var: impl Fn(&str) -> Option<String>) -> Result<Self, Missing> {
        // A template's empty parameter is as good as none.
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let need = |name: &'static str| var(name).ok_or(Missing(name));
        Ok(Self {
            table: need("DRAWBRIDGE_TABLE")?,
            audit_table: need("DRAWBRIDGE_AUDIT_TABLE")?,
            gateway_arn: need("DRAWBRIDGE_GATEWAY_ARN")?,
            catalog: need("DRAWBRIDGE_CATALOG")?.into(),
            url: need("DRAWBRIDGE_URL")?.trim_end_matches('/').to_owned(),
            regions: need("DRAWBRIDGE_REGIONS")?.split(',').map(|region| region.trim().to_owned()).collect(),
            issuer: need("DRAWBRIDGE_ISSUER")?,
            client_id: need("DRAWBRIDGE_CLIENT_ID")?,
            slack_url: var("DRAWBRIDGE_SLACK_URL").unwrap_or_else(|| "https://slack.com".to_owned()),
            slack_token: None,
            email_sender: var("DRAWBRIDGE_EMAIL_SENDER"),
            secret_key: Vec::new(),
            link_key: Vec::new(),
            invoke_role: "DrawbridgeInvoke".to_owned(),
            control_role: "DrawbridgeControl".to_owned(),
            simulated: None,
        })
    }

    /// The address that the identity provider sends people back to.
    pub fn redirect_uri(&self) -> String {
        format!("{}/sign-in/callback", self.url)
    }
}

impl std::fmt::Debug for Config {
    /// Names and addresses; never the keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("url", &self.url).field("table", &self.table).finish_non_exhaustive()
    }
}
