//! "Sign in with Slack" (`OpenID` Connect): which user of which workspace a browser belongs to.
//!
//! The ID token comes from Slack itself over TLS, in exchange for the code and our secret, so its nonce and
//! audience are read without its signature (`OpenID` Connect Core 3.1.3.7); who it is about is asked of
//! `userInfo` with the access token of the same exchange.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::client::answered;
use crate::notify::NotifyError;
use crate::{Config, Http};

const TIMEOUT: Duration = Duration::from_secs(5);

/// The portal as a client of Slack's sign-in.
#[derive(Clone)]
pub struct SignIn {
    http: Http,
    url: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    team: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A user of a workspace, as Slack says it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The workspace.
    #[serde(rename = "https://slack.com/team_id")]
    pub team: String,
    /// The user.
    #[serde(rename = "https://slack.com/user_id")]
    pub user: String,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

#[derive(Deserialize)]
struct Claims {
    aud: Audience,
    nonce: Option<String>,
}

/// For whom a token is: one name, or a list of names; both are allowed, and a list is only ours when it names
/// nobody else.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn is_only(&self, client: &str) -> bool {
        match self {
            Self::One(name) => name == client,
            Self::Many(names) => matches!(names.as_slice(), [name] if name == client),
        }
    }
}

impl SignIn {
    /// The client as configured; none where a part of it is missing.
    pub(crate) fn new(config: &Config, http: Http) -> Option<Self> {
        Some(Self {
            http,
            url: config.slack_url.clone(),
            client_id: config.slack_client_id.clone()?,
            client_secret: config.slack_client_secret.clone()?,
            redirect_uri: config.slack_redirect_uri(),
            team: config.slack_team.clone()?,
        })
    }

    /// Where the browser goes. Nothing but who somebody is is asked for.
    pub fn address(&self, state: &str, nonce: &str) -> String {
        let pairs = [
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", &self.client_id),
            ("state", state),
            ("nonce", nonce),
            ("team", &self.team),
            ("redirect_uri", &self.redirect_uri),
        ];
        let mut query = openidconnect::url::form_urlencoded::Serializer::new(String::new());
        format!("{}/openid/connect/authorize?{}", self.url, query.extend_pairs(pairs).finish())
    }

    /// Trades the code for who it is about.
    pub async fn identity(&self, code: &str, nonce: &str) -> Result<Identity, NotifyError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("redirect_uri", &self.redirect_uri),
        ];
        let token =
            self.http.client()?.post(format!("{}/api/openid.connect.token", self.url)).timeout(TIMEOUT);
        let tokens: Tokens = answered(token.form(&form).send().await?).await?;
        let claims = claims(&tokens.id_token).ok_or_else(|| invalid("its ID token cannot be read"))?;
        if !claims.aud.is_only(&self.client_id) || claims.nonce.as_deref() != Some(nonce) {
            return Err(invalid("its ID token belongs to another sign-in"));
        }
        let about =
            self.http.client()?.post(format!("{}/api/openid.connect.userInfo", self.url)).timeout(TIMEOUT);
        answered(about.bearer_auth(tokens.access_token).send().await?).await
    }
}

fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn invalid(what: &str) -> NotifyError {
    NotifyError::Slack(what.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_token_for_somebody_else_besides_is_not_ours() {
        let check = |aud: Value, expected: bool| {
            let payload = URL_SAFE_NO_PAD.encode(json!({ "aud": aud, "nonce": "n" }).to_string());
            let claims = claims(&format!("e30.{payload}.AA"));
            assert_eq!(claims.is_some_and(|claims| claims.aud.is_only("1.2")), expected, "{aud}");
        };
        check(json!("1.2"), true);
        check(json!(["1.2"]), true);
        check(json!("1.3"), false);
        check(json!([]), false);
        check(json!(["1.2", "1.3"]), false);
        check(json!(12), false);
    }
}
