//! A code becomes an access token and a signed ID token; an access token says whose it is.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use openidconnect::core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AdditionalClaims, Audience, EndUserEmail, EndUserName, IdToken, IdTokenClaims, IssuerUrl,
    LocalizedClaim, Nonce, StandardClaims, SubjectIdentifier,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;
use crate::services::workspace::Member;

const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// Slack's own claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SlackClaims {
    #[serde(rename = "https://slack.com/user_id")]
    user_id: String,
    #[serde(rename = "https://slack.com/team_id")]
    team_id: String,
}

impl AdditionalClaims for SlackClaims {}

type Claims = IdTokenClaims<SlackClaims, CoreGenderClaim>;
type Token =
    IdToken<SlackClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

impl Slack {
    /// What `openid.connect.token` answers to a client that proved who it is.
    pub(in crate::services::slack) fn tokens(&self, arguments: &Arguments) -> Result<Value, Refusal> {
        let code = arguments.text("code").ok_or("invalid_code")?;
        let grant = self.sign_in.codes.redeem(code, Instant::now())?;
        if arguments.text("redirect_uri") != Some(&grant.redirect_uri) {
            return Err("bad_redirect_uri".into());
        }
        let verifier = arguments.text("code_verifier").unwrap_or_default();
        let answer = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        if grant.challenge.is_some_and(|challenge| challenge != answer) {
            return Err("bad_code_verifier".into());
        }
        let member = self.workspace().member(&grant.member).cloned().ok_or("invalid_code")?;
        let access = AccessToken::new(self.sign_in.new_token(&member.id));
        let claims = self.claims(&member, grant.nonce).ok_or("internal_error")?;
        let key = &self.sign_in.key.0;
        let token = Token::new(claims, key, CoreJwsSigningAlgorithm::EdDsa, Some(&access), None);
        let token = token.map_err(|error| {
            tracing::error!(%error, "cannot sign an ID token");
            "internal_error"
        })?;
        Ok(json!({"access_token": access.secret(), "token_type": "Bearer", "id_token": token.to_string()}))
    }

    fn claims(&self, member: &Member, nonce: Option<String>) -> Option<Claims> {
        let mut name = LocalizedClaim::new();
        name.insert(None, EndUserName::new(member.real_name.clone()));
        let standard = StandardClaims::new(SubjectIdentifier::new(member.id.clone()))
            .set_name(Some(name))
            .set_email(Some(EndUserEmail::new(member.email.clone())))
            .set_email_verified(Some(true));
        let now = Utc::now();
        let slack = SlackClaims { user_id: member.id.clone(), team_id: member.team_id.to_owned() };
        let audience = vec![Audience::new(self.app.client_id.clone())];
        let issuer = IssuerUrl::new(self.app.url.clone()).ok()?;
        let claims = IdTokenClaims::new(issuer, audience, now + LIFETIME, now, standard, slack);
        Some(claims.set_auth_time(Some(now)).set_nonce(nonce.map(Nonce::new)))
    }
}
